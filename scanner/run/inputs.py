"""What a report rests on besides the bytes of the drop, each thing with its digest; and the machine it ran on."""

import hashlib
from collections.abc import Iterator, Sequence

from detectors.material import Detector
from scanner.drop.assets import Drop
from scanner.drop.identity import drop_digest
from scanner.drop.names import presentable
from scanner.library.references import ReferenceLibrary
from scanner.media.tools import isolation, tools
from scanner.report.model import Inputs, Machine
from scanner.run.gather import Gathering
from scanner.run.order import Order

_UNREAD = "-"
"""Stands in the drop's digest for the bytes of a file that couldn't be read."""


def machine(jobs: int) -> Machine:
    """The programs that do the work.

    Raises:
        MissingToolError: one of them is not here.
    """
    here = tools()
    return {"isolation": isolation(), "ffmpeg": here.ffmpeg.version, "exiftool": here.exiftool.version, "jobs": jobs}


def inputs(order: Order, libraries: Sequence[ReferenceLibrary], detectors: Sequence[Detector]) -> Inputs:
    """The inputs of a run, as the report lists them."""
    return {
        "policy": {"id": order.policy.id, "version": order.policy.version, "sha256": order.policy.sha256},
        "declarations": [
            {"name": file.name, "sha256": file.sha256} for file in (order.paper.files if order.paper else ())
        ],
        "references": [
            {"name": library.name, "digest": library.digest, "entries": library.entries} for library in libraries
        ],
        "ledger": {"digest": hashlib.sha256(b"").hexdigest(), "entries": 0},
        "trust": [
            {"name": listed.name, "sha256": hashlib.sha256(listed.pem).hexdigest(), "issued": None}
            for listed in order.trust
        ],
        "rules": next((detector.version for detector in detectors if detector.id == "markers"), ""),
        "detectors": [{"id": detector.id, "version": detector.version} for detector in detectors],
    }


def digest_of(drop: Drop, gathering: Gathering) -> str:
    """The drop's digest, over every file that belongs to an asset."""
    return drop_digest(_lines(drop, gathering))


def _lines(drop: Drop, gathering: Gathering) -> Iterator[tuple[str, int, str]]:
    digests = gathering.digests(drop)
    for member in (member for asset in drop.assets for member in asset.members):
        sha256 = digests.get(member.relative, {}).get("sha256", _UNREAD)
        yield sha256, member.size, presentable(member.relative)
