"""The timecode of an MXF is that of its material package, on the pictures that it means; other packages are told."""

from fractions import Fraction
from pathlib import Path

import pytest

from detectors.material import Piece
from fixtures.timecode_sources import PackageTimecode, mxf
from scanner.examination import MediaFacts
from scanner.media.asset.extract import extract
from scanner.media.facts.probe import probe
from scanner.media.timecodes.taken import of_movie

NTSC_30, NTSC_60 = Fraction(30000, 1001), Fraction(60000, 1001)
HOUR = 107892  # frames in an hour of drop-frame


def facts(path: Path) -> MediaFacts:
    probed = probe(path)
    return of_movie(path, "mxf", probed, probed.facts("mxf"))


def labels(path: Path, count: int = 8) -> list[str]:
    clock = facts(path).clock()
    assert clock
    return [clock.label(frame) for frame in range(count)]


@pytest.mark.parametrize(
    ("rate", "material", "expected"),
    [
        (Fraction(24000, 1001), PackageTimecode(86400, 24), ["01:00:00:00", "01:00:00:01"]),
        (Fraction(25), PackageTimecode(24 * 3600 * 25 - 1, 25), ["23:59:59:24", "00:00:00:00"]),
        (NTSC_30, PackageTimecode(HOUR, 30, drop=True), ["01:00:00;00", "01:00:00;01"]),
        (NTSC_30, PackageTimecode(1799, 30, drop=True), ["00:00:59;29", "00:01:00;02"]),
        (NTSC_30, PackageTimecode(108000, 30), ["01:00:00:00", "01:00:00:01"]),
        (Fraction(50), PackageTimecode(900000, 25), ["10:00:00:00", "10:00:00:00", "10:00:00:01", "10:00:00:01"]),
        (Fraction(50), PackageTimecode(1800000, 50), ["10:00:00:00", "10:00:00:01"]),
        (NTSC_60, PackageTimecode(1799, 30, drop=True), ["00:00:59;29", "00:00:59;29", "00:01:00;02"]),
        (NTSC_60, PackageTimecode(3599, 60, drop=True), ["00:00:59;59", "00:01:00;04"]),
    ],
)
def test_labels_of_the_material_package(
    tmp_path: Path, rate: Fraction, material: PackageTimecode, expected: list[str]
) -> None:
    path = mxf(tmp_path / "a.mxf", rate, material, material)
    assert labels(path, len(expected)) == expected
    stated = facts(path).timecode
    assert stated
    assert stated.also == ()


def test_what_the_file_package_states_otherwise_is_told(tmp_path: Path) -> None:
    path = mxf(tmp_path / "a.mxf", Fraction(25), PackageTimecode(900000, 25), PackageTimecode(5, 25))
    stated = facts(path).timecode
    assert stated
    assert (facts(path).start_timecode, stated.source) == ("10:00:00:00", "the material package")
    assert stated.also == ("00:00:00:05 by the file package",)


def test_material_that_begins_later_in_its_file_has_its_label_there(tmp_path: Path) -> None:
    path = mxf(
        tmp_path / "a.mxf", Fraction(25), PackageTimecode(900000, 25), PackageTimecode(900000, 25), begin=2, origin=1
    )
    extraction, _ = extract([Piece(path, path.name)])
    assert extraction.media
    clock = extraction.media.clock()
    assert clock
    assert (extraction.looked and extraction.looked.frames, clock.label(3)) == (8, "10:00:00:00")
    assert clock.label(0) == "09:59:59:22"


def test_a_timecode_that_breaks_off_does_so_at_its_frame(tmp_path: Path) -> None:
    material = PackageTimecode(HOUR, 30, drop=True, later=(4, 1798))
    path = mxf(tmp_path / "a.mxf", NTSC_30, material, PackageTimecode(HOUR, 30, drop=True))
    assert labels(path)[2:] == [
        "01:00:00;02", "01:00:00;03", "00:00:59;28", "00:00:59;29", "00:01:00;02", "00:01:00;03"
    ]  # fmt: skip
