"""Real files of tools, cameras and test suites, read in place: every mark that a reader can read, and no false flag."""

import csv
from collections import Counter, defaultdict

import pytest

from detectors.markers.match import marks
from detectors.observation import Observation
from fixtures.corpus import corpus
from fixtures.marks import read_tags

pytestmark = pytest.mark.corpus

UNREADABLE = ("NONE", "WEAK", "invisible", "C2PA only", "C2PA c2pa.", 'C2PA "')
"""How the index says that a file holds no mark, or only one that is another detector's to read."""
FOR_A_WALKER = {"bare AIGC"}
"""Marks that neither exiftool nor ffprobe shows."""


def test_real_marks_are_seen_and_nothing_else_is_flagged() -> None:
    folder = corpus("markers")
    with (folder / "INDEX.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tags = read_tags(folder / row["file"] for row in rows)
    hits: dict[str, int] = defaultdict(int)
    counts: Counter[str] = Counter()
    missed: list[str] = []
    flagged: list[str] = []
    for row in rows:
        name = row["file"].partition("__")[2]
        told = marks(tags[folder / row["file"]], name)
        says_ai = [one for one in told if one.strength.established]
        for one in told:
            hits[one.rule] += 1
        if row["label"] in {"not_ai", "container_probe"}:
            counts["others"] += 1
            flagged.extend(f"{row['file']}: {one.rule} in {one.where}" for one in told if is_false(one))
        elif not row["fields_expected"].startswith(UNREADABLE):
            counts["marked"] += 1
            counts["seen"] += bool(says_ai or any(one.suspect for one in told))
            if not says_ai and not any(one.suspect for one in told):
                missed.append(f"{row['file']}: {row['fields_expected']}")
    print(f"{counts['seen']} of {counts['marked']} marked files seen, {len(flagged)} false flags in {counts['others']}")  # noqa: T201 - the figure is the point
    print("by rule:", dict(sorted(hits.items())))  # noqa: T201 - the same
    print("missed:", missed)  # noqa: T201 - the same
    assert flagged == []
    assert [one for one in missed if not any(mark in one for mark in FOR_A_WALKER)] == []


def is_false(observation: Observation) -> bool:
    """A source type that may be AI is asked about, whatever the picture is: that is what it says."""
    asked = observation.rule == "iptc.digital_source_type_possible"
    return observation.strength.established or (observation.suspect and not asked)
