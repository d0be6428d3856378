"""What a report rests on besides the bytes of the drop, each thing with its digest; and the machine it ran on."""

import hashlib
from collections.abc import Iterator, Sequence

from detectors.material import Detector
from scanner.drop.assets import Drop
from scanner.drop.identity import drop_digest
from scanner.drop.names import presentable
from scanner.library.references import ReferenceLibrary
from scanner.media import tools
from scanner.report.model import Degraded, Inputs, Machine, ReferencesInput
from scanner.run.gather import Gathering
from scanner.run.order import Order

_UNREAD = "-"
"""Stands in the drop's digest for the bytes of a file that couldn't be read."""


def machine(jobs: int) -> Machine:
    """The programs that do the work.

    Raises:
        MissingToolError: one of them is not here.
    """
    here = tools.tools()
    return {
        "isolation": tools.isolation(),
        "ffmpeg": here.ffmpeg.version,
        "exiftool": here.exiftool.version,
        "jobs": jobs,
    }


def degraded() -> tuple[Degraded, ...]:
    """What can't work fully here, and why."""
    return tuple({"detector": detector, "why": why} for detector, why in sorted(tools.degraded().items()))


def inputs(order: Order, libraries: Sequence[ReferenceLibrary], detectors: Sequence[Detector]) -> Inputs:
    """The inputs of a run, as the report lists them."""
    policy, paper = order.grounds.policy, order.grounds.paper
    return {
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        "declarations": [{"name": file.name, "sha256": file.sha256} for file in (paper.files if paper else ())],
        "references": references(libraries),
        "ledger": {"digest": hashlib.sha256(b"").hexdigest(), "entries": 0},
        "trust": [
            {"name": listed.name, "sha256": hashlib.sha256(listed.pem).hexdigest(), "issued": None}
            for listed in order.trust
        ],
        "rules": next((detector.version for detector in detectors if detector.id == "markers"), ""),
        "detectors": [{"id": detector.id, "version": detector.version} for detector in detectors],
    }


def references(libraries: Sequence[ReferenceLibrary]) -> list[ReferencesInput]:
    """What a run matched against, as the report lists it."""
    return [
        {
            "name": library.name,
            "digest": library.digest,
            "entries": library.entries,
            "unusable": [{"id": name, "why": why} for name, why in library.unusable],
        }
        for library in libraries
    ]


def digest_of(drop: Drop, gathering: Gathering) -> str:
    """The drop's digest, over every file that belongs to an asset."""
    return drop_digest(_lines(drop, gathering))


def _lines(drop: Drop, gathering: Gathering) -> Iterator[tuple[str, int, str]]:
    digests = gathering.digests(drop)
    for member in (member for asset in drop.assets for member in asset.members):
        sha256 = digests.get(member.relative, {}).get("sha256", _UNREAD)
        yield sha256, member.size, presentable(member.relative)
