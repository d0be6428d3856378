"""Every label of every form of a timecode track is the one that an oracle finds in the boxes."""

from fractions import Fraction
from pathlib import Path

import pytest

from fixtures import timecode_matrix
from fixtures.timecode_matrix import Counting, Form
from scanner.media.facts.probe import probe
from scanner.media.timecodes.taken import of_movie
from tests.scanner.media.timecodes import oracle

CASES = timecode_matrix.cases()
FEW = CASES[:: 2 * len(timecode_matrix.FORMS) - 1]


def differences(path: Path, way: Counting) -> list[str]:
    """Frames whose labels aren't the oracle's."""
    probed = probe(path)
    clock = of_movie(path, "mov", probed, probed.facts("mov")).clock()
    assert clock
    assert Fraction(probed.rate or 0) == way.rate
    expected = oracle.labels(path, way.rate, 8)
    return [
        f"{frame}: {clock.label(frame)}, not {label}"
        for frame, label in enumerate(expected)
        if clock.label(frame) != label
    ]


@pytest.mark.parametrize(("name", "form", "way", "start"), FEW, ids=[case[0] for case in FEW])
def test_every_frame_has_its_label(tmp_path: Path, name: str, form: Form, way: Counting, start: int) -> None:
    assert differences(form(tmp_path / "a.mov", way, start), way) == [], name


@pytest.mark.long
def test_all_ways_to_count_in_all_forms(tmp_path: Path) -> None:
    assert len(CASES) > 300
    wrong = {
        name: there
        for name, form, way, start in CASES
        if (there := differences(form(tmp_path / f"{abs(hash(name))}.mov", way, start), way))
    }
    assert wrong == {}
