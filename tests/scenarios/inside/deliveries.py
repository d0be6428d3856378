"""A drop of files that hold others, scanned once against one picture, and what its report says of each part."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fixtures import inside_stills as stills
from fixtures import media
from fixtures.command import provscan
from scanner.report.jsonfile import without_run_fields

AS_OF = ("--as-of", "2026-04-02")
POSTER, OWN, OTHER = 7, 11, 12
"""Seeds: of the picture that was used before, and of two that nobody made but the vendor."""
GENERATED = {"parameters": "a house\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"}
MATCH, MARK, UNEXAMINED = "ip.unlicensed_match", "ai.undeclared", "scan.part_unexamined"
NO_SPEECH = ("pass", "info")


@dataclass(frozen=True)
class Pictures:
    """The files that are hidden in others: the poster, a picture with marks of a generator, and harmless ones."""

    poster: Path
    marked: Path
    own: Path
    own_png: Path


@dataclass(frozen=True)
class Delivery:
    """A working folder with `drop` and `references`, and the report of one scan."""

    folder: Path
    report: dict[str, Any]

    @cached_property
    def assets(self) -> dict[str, dict[str, Any]]:
        """The assets by their paths."""
        return {asset["path"]: asset for asset in self.report["assets"]}

    def spoken_of(self, path: str) -> set[tuple[str | None, str]]:
        """Part and reason of every finding of an asset that is more than a note."""
        return {
            (finding["part"], finding["reason"])
            for finding in self.assets[path]["findings"]
            if finding["verdict"] not in NO_SPEECH
        }

    def quiet(self, path: str) -> bool:
        """Whether an asset and all its parts were examined, and none is spoken of."""
        asset = self.assets[path]
        examined = asset["examined"] and all(part["examined"] for part in asset["parts"])
        return examined and asset["verdict"] in NO_SPEECH and not self.spoken_of(path)

    def plain(self) -> dict[str, Any]:
        """The report without what differs from run to run."""
        return without_run_fields(self.report)  # type: ignore[arg-type]  # JSON as read


def hidden(work: Path) -> Pictures:
    """Make the pictures, and the folders `drop/found` and `drop/harmless`; the poster is the one reference."""
    for folder in ("references", "drop/found", "drop/harmless", "own"):
        (work / folder).mkdir(parents=True)
    own = work / "own"
    poster = work / "references/poster.jpg"
    poster.write_bytes(stills.saved(stills.picture(POSTER)))
    (own / "own.jpg").write_bytes(stills.saved(stills.picture(OWN)))
    marked = media.still(own / "marked.png", seed=OTHER, size=stills.SIZE, text=GENERATED)
    return Pictures(poster, marked, own / "own.jpg", media.still(own / "own.png", seed=OTHER, size=stills.SIZE))


def scanned(
    work: Path, *words: str | Path, out: str = "drop.provscan", env: Mapping[str, str] | None = None
) -> Delivery:
    """Scan the drop of a working folder by the real command."""
    references = ("--references", work / "references")
    outcome = provscan(work, "scan", work / "drop", *references, *AS_OF, "--out", out, *words, env=env)
    assert outcome.code == 1, outcome.err
    assert "Traceback" not in outcome.err, outcome.err
    return Delivery(work, outcome.report(out))
