"""What a report rests on besides the bytes of the drop, each thing with its digest; and the machine it ran on."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

from detectors import TrustList
from detectors.credentials.selftest import fault
from detectors.material import DetectorIdentity
from scanner.drop.assets import Drop
from scanner.drop.identity import drop_digest
from scanner.drop.names import presentable
from scanner.library.references import ReferenceLibrary
from scanner.media import tools
from scanner.report.model import Degraded, DetectorInput, Inputs, Machine, ReferencesInput, TrustInput
from scanner.run.looking.gather import Gathering
from scanner.run.order import Order

_UNREAD_METADATA = (
    "there is no exiftool on this machine: EXIF, IPTC, XMP, text in PNG files and properties of documents were not "
    "read; of marks, only those were that stand in tags of movies and sounds, or where this scanner reads by itself"
)
_UNREAD = "-"
"""Stands in the drop's digest for the bytes of a file that couldn't be read."""


def machine(jobs: int, *, allow_degraded: bool = False) -> Machine:
    """The programs that do the work. `allow_degraded`: whether it may be done without exiftool.

    Raises:
        MissingToolError: one of them is not here.
    """
    programs = tools.tools()
    reader = programs.exiftool if allow_degraded else tools.exiftool()
    return {
        "isolation": tools.isolation(),
        "ffmpeg": programs.ffmpeg.version,
        "exiftool": reader.version if reader else "none",
        "jobs": jobs,
    }


def degraded() -> tuple[Degraded, ...]:
    """The detectors that can't work fully on this machine, each with why."""
    lacking = tools.degraded()
    if not tools.tools().exiftool:
        lacking["markers"] = _UNREAD_METADATA
    if fault():
        lacking["credentials"] = fault()
    return tuple({"detector": detector, "why": why} for detector, why in sorted(lacking.items()))


def inputs(order: Order, libraries: Sequence[ReferenceLibrary], detectors: Sequence[DetectorIdentity]) -> Inputs:
    """The inputs of a run, as the report lists them."""
    policy, paper = order.grounds.policy, order.grounds.paper
    return {
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        "declarations": [{"name": file.name, "sha256": file.sha256} for file in (paper.files if paper else ())],
        "references": references(libraries),
        "ledger": {"digest": hashlib.sha256(b"").hexdigest(), "entries": 0},
        "trust": trust_inputs(order.trust),
        "rules": _rules(order, detectors),
        "detectors": detector_inputs(detectors),
    }


def trust_inputs(lists: Sequence[TrustList]) -> list[TrustInput]:
    """The trust lists of a run, as the report lists them."""
    return [
        {
            "name": trust_list.name,
            "sha256": trust_list.digest,
            "issued": trust_list.issued.isoformat() if trust_list.issued else None,
            "issuer": trust_list.issuer,
        }
        for trust_list in lists
    ]


def detector_inputs(detectors: Sequence[DetectorIdentity]) -> list[DetectorInput]:
    """The detectors of a run, as the report lists them."""
    return [{"id": detector.id, "version": detector.version} for detector in detectors]


def _rules(order: Order, detectors: Sequence[DetectorIdentity]) -> str:
    """The version of the rules for marks, and the digest of each table of the house's own."""
    ours = [detector.version for detector in detectors if detector.id == "markers"]
    return " ".join((*ours, *(f"{presentable(table.name)}:{table.digest}" for table in order.rules)))


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
    return drop_digest(_digest_lines(drop, gathering))


def _digest_lines(drop: Drop, gathering: Gathering) -> Iterator[tuple[str, int, str]]:
    digests = gathering.digests(drop)
    for member in (member for asset in drop.assets for member in asset.members):
        digest = digests.get(member.relative, {}).get("sha256", _UNREAD)
        yield digest, member.size, presentable(member.relative)


def overdue(lists: Sequence[TrustList], day: date) -> tuple[Degraded, ...]:
    """What a report says of lists that were to be replaced before that day."""
    return tuple(
        {
            "detector": "credentials",
            "why": f"the trust list {trust_list.name} was to be replaced by {trust_list.next_update}; "
            "`provscan trust update` gets the published ones",
        }
        for trust_list in lists
        if trust_list.is_overdue(day)
    )
