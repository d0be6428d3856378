"""Builds the demo: a delivery folder, the reference library it is matched against, and the production's paper.

The title is invented, every picture is painted by code. What a scan of it finds is no accident: `EXPECTED` says it, and
docs/demo.md explains it finding by finding.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from detectors.credentials.signing import Authority
from scanner.demo import marks, material, paper
from scanner.errors import UsageError
from scanner.terms.reasons import Reason

AS_OF = "2026-04-02"
"""The day on which the documented outcome holds."""

DROP = "drop/TLW_103_2026-03-31"

MASTER = "masters/TLW_103_r3.mov"
COMP = "VFX/TLW_103_045_0010_comp_v012.mov"
PLATE = "VFX/exr/TLW_103_045_0020_plate_v001.%04d.exr"
CONCEPT = "stills/TLW_103_ice_hall_v004.png"
NEWSPAPER = "stills/TLW_103_newspaper_v002.jpg"
PAINTING = "stills/TLW_103_painting_v003.jpg"
PORTRAIT = "stills/TLW_103_portrait_v001.jpg"
UNIT_STILL = "stills/TLW_103_unit_0417.jpg"
MIX = "audio/TLW_103_r3_mix.wav"
NOTES = "documents/TLW_103_delivery_notes.txt"
HIDDEN = ".DS_Store"

POSTER_REFERENCE = "posters/harbour_lights.png"
PAINTING_REFERENCE = "paintings/mill_on_the_mere.png"
ABSENT_REFERENCE = "paintings/orchard_in_june.png"

_FIRST, _LAST = material.PLATE_FRAMES
FILES = tuple(
    sorted(
        [
            *(f"{DROP}/{PLATE % number}" for number in range(_FIRST, _LAST + 1)),
            *(
                f"{DROP}/{path}"
                for path in (MASTER, COMP, CONCEPT, NEWSPAPER, PAINTING, PORTRAIT, UNIT_STILL, MIX, NOTES, HIDDEN)
            ),
            *(f"references/{path}" for path in (POSTER_REFERENCE, PAINTING_REFERENCE, ABSENT_REFERENCE)),
            "paper/declarations.yaml",
            "paper/evidence/L-203.txt",
            "paper/evidence/TLW-GENAI-0031.txt",
            "paper/evidence/TLW-GENAI-0042.txt",
            "paper/evidence/TLW-GENAI-0043.txt",
            "paper/evidence/video-tool-terms.txt",
            "trust/example-demo-ca.pem",
        ]
    )
)
"""Every file that `build` makes, relative to its folder."""


class Outcome(NamedTuple):
    """One finding of the documented outcome. `path` None: it belongs to no asset; `frames` None: the whole asset."""

    path: str | None
    reason: str
    verdict: str
    frames: tuple[int, int] | None = None


EXPECTED = (
    Outcome(None, Reason.DECLARATION_MATCHES_NOTHING, "review"),
    Outcome(COMP, Reason.AI_DECLARED_NO_EVIDENCE, "info"),
    Outcome(PLATE, Reason.AI_NO_EVIDENCE, "pass"),
    Outcome(MIX, Reason.AI_NO_EVIDENCE, "pass"),
    Outcome(NOTES, Reason.AI_NO_EVIDENCE, "pass"),
    Outcome(MASTER, Reason.IP_UNLICENSED_MATCH, "fail", material.POSTER_FRAMES),
    Outcome(MASTER, Reason.AI_DECLARED_NO_EVIDENCE, "info", material.HALT_FRAMES),
    Outcome(CONCEPT, Reason.AI_UNDECLARED, "fail"),
    Outcome(NEWSPAPER, Reason.AI_DISCLOSED, "pass"),
    Outcome(PAINTING, Reason.IP_LICENSED, "pass"),
    Outcome(PORTRAIT, Reason.APPROVAL_EXPIRED, "fail"),
    Outcome(PORTRAIT, Reason.AI_DISCLOSED, "pass"),
    Outcome(UNIT_STILL, Reason.AI_NO_EVIDENCE, "pass"),
)
"""All findings of a scan as of AS_OF with references, declarations and trust, in the order of its report."""


@dataclass(frozen=True, slots=True)
class DemoDrop:
    """Where everything lies. `trust` is the certificate of the authority that signed the demo's credential."""

    drop: Path
    references: Path
    declarations: Path
    trust: Path


def build(folder: Path) -> DemoDrop:
    """Make the demo in a folder, which may hold an earlier one: its files are written anew.

    Raises:
        UsageError: the folder holds files that are not the demo's, which would change its outcome.
        MissingToolError: ffmpeg or exiftool isn't there.
        ProvscanError: one of them failed.
    """
    _refuse_strangers(folder)
    for file in FILES:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
    drop, references = folder / DROP, folder / "references"
    trust = folder / "trust" / "example-demo-ca.pem"
    with tempfile.TemporaryDirectory(prefix="provscan-demo-") as name:
        scratch = Path(name)
        _film(drop, scratch)
        _stills(drop, scratch, trust)
    for scene, path in (("harbour", POSTER_REFERENCE), ("mill", PAINTING_REFERENCE), ("orchard", ABSENT_REFERENCE)):
        material.still(scene, references / path)
    (drop / NOTES).write_text(paper.text("delivery_notes.txt"), encoding="utf-8")
    (drop / HIDDEN).write_bytes(b"\0\0\0\1Bud1" + bytes(6140))  # as the Finder of macOS leaves it in every folder
    return DemoDrop(drop, references, paper.write(folder / "paper", drop), trust)


def _film(drop: Path, scratch: Path) -> None:
    material.mix(drop / MIX)
    material.master(drop / MASTER, drop / MIX, scratch)
    material.comp(drop / COMP, scratch)
    material.plate((drop / PLATE).parent, Path(PLATE).name, scratch)


def _stills(drop: Path, scratch: Path, trust: Path) -> None:
    material.still("ice_hall", drop / CONCEPT)
    marks.add_infotext(drop / CONCEPT)
    material.still("front_page", drop / NEWSPAPER)
    marks.add_source_type(drop / NEWSPAPER, "Example Image Model 2.1")
    material.still("mill", drop / PAINTING, (960, 540), mirrored=True)
    unsigned = scratch / Path(PORTRAIT).name
    material.still("portrait", unsigned)
    authority = Authority.make("Example Demo CA")
    marks.sign(unsigned, drop / PORTRAIT, authority)
    trust.write_bytes(authority.certificate_pem)
    material.photograph("unit_still", drop / UNIT_STILL)


def _refuse_strangers(folder: Path) -> None:
    """Refuse a folder that holds other files among the demo's, which would be scanned with it."""
    ours = {folder / file for file in FILES}
    for top_folder in sorted({Path(file).parts[0] for file in FILES}):
        strangers = sorted(file for file in (folder / top_folder).rglob("*") if not file.is_dir() and file not in ours)
        if strangers:
            raise UsageError(
                f"{strangers[0]} is not of the demo and would change its outcome",
                hint="give another folder with --out",
            )
