"""Movies by plan: which frames were looked at, when they are shown, and what damage is told."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from detectors.fingerprint.picture import Fingerprints, distance
from detectors.material import Piece
from fixtures import media
from scanner.examination import Extraction, Looked
from scanner.media.asset.extract import extract
from scanner.media.decode import packets
from scanner.media.decode.movies import decode_ranges
from scanner.media.decode.plans import Effort
from scanner.media.facts.probe import probe

FRAMES = 130


def of(path: Path, effort: Effort = "usual") -> tuple[Extraction, Fingerprints]:
    extraction, prints = extract([Piece(path, path.name)], effort=effort)
    return extraction, prints.pictures if prints.pictures is not None else Fingerprints.join([])


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mov", "prores_ks", ()),
        ("a.mxf", "dnxhd", ()),
        ("b.mxf", "libx264", ("-g", "1")),
        ("c.mxf", "jpeg2000", ()),
        ("a.avi", "mjpeg", ()),
        ("a.ts", "libx264", ("-g", "1")),
    ],
)
def test_frames_that_stand_alone_are_looked_at_on_a_grid(
    tmp_path: Path, name: str, codec: str, options: tuple[str, ...]
) -> None:
    path = media.movie(tmp_path / name, codec=codec, frames=FRAMES, start=None, options=options)
    extraction, prints = of(path)
    assert extraction.looked == Looked("grid", 12, FRAMES, 0.5)
    assert not extraction.problems
    assert prints.frames.tolist() == [*range(0, FRAMES, 12), FRAMES - 1]
    every, whole = of(path, "thorough")
    assert every.looked == Looked("every frame", FRAMES, FRAMES)
    assert distance(prints.hashes[:, 0, 0], whole.hashes[prints.frames, 0, 0]).max() <= 24


def test_a_short_movie_is_looked_at_frame_by_frame(tmp_path: Path) -> None:
    extraction, _ = of(media.movie(tmp_path / "a.mov", codec="prores_ks", frames=48))
    assert extraction.looked == Looked("every frame", 48, 48)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("b.mp4", "libx265"),
        ("a.webm", "libvpx-vp9"),
        ("c.mp4", "libsvtav1"),
        ("a.mxf", "mpeg2video"),
    ],
)
def test_quick_decodes_key_frames_alone_under_their_numbers(tmp_path: Path, name: str, codec: str) -> None:
    path = media.movie(tmp_path / name, codec=codec, frames=FRAMES, start=None, options=("-g", "24"))
    extraction, prints = of(path, "quick")
    assert extraction.looked
    assert (extraction.looked.plan, extraction.looked.of) == ("key frames", FRAMES)
    assert prints.frames[0] == 0
    assert len(prints) <= 12
    assert extraction.looked.largest_gap == pytest.approx(np.diff(prints.frames).max() / 24, abs=0.002)
    _, whole = of(path)
    assert distance(prints.hashes[:, 0, 0], whole.hashes[prints.frames, 0, 0]).max() <= 16


def test_a_movie_that_starts_with_key_frames_and_goes_on_without_is_looked_at_in_full(tmp_path: Path) -> None:
    path = media.movie(
        tmp_path / "a.mp4",
        frames=FRAMES,
        options=("-g", "250", "-force_key_frames", "expr:lt(n,60)", "-sc_threshold", "0"),
    )
    assert packets.stands_alone(path, 0, "h264") is True
    assert packets.sample(path, probe(path), 12) is None
    assert of(path)[0].looked == Looked("every frame", FRAMES, FRAMES)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_mezzanine_is_looked_at_upright(tmp_path: Path, turned: int) -> None:
    plain = media.movie(tmp_path / "a.mov", codec="prores_ks", frames=FRAMES, start=None)
    path = media.rewrapped(plain, tmp_path / "b.mov", "-metadata:s:v:0", f"rotate={turned}")
    extraction, prints = of(path)
    _, whole = of(path, "thorough")
    assert extraction.looked
    assert extraction.looked.plan == "grid"
    assert distance(prints.hashes[:, 0, 0], whole.hashes[prints.frames, 0, 0]).max() <= 24


def test_what_a_grid_left_out_can_be_had_frame_by_frame(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mov", codec="prores_ks", frames=FRAMES)
    prints = decode_ranges(path, [(13, 23), (120, 128)])
    assert prints is not None
    assert prints.frames.tolist() == [*range(13, 24), *range(120, 129)]
    _, whole = of(path, "thorough")
    assert distance(prints.hashes[:, 0, 0], whole.hashes[prints.frames, 0, 0]).max() <= 8


def test_half_a_mezzanine_is_partial(tmp_path: Path) -> None:
    whole = media.movie(tmp_path / "a.mxf", codec="dnxhd", frames=FRAMES, start=None)
    extraction, prints = of(media.truncated(whole, tmp_path / "half.mxf", 0.5))
    (problem,) = extraction.problems
    assert problem.code == "scan.partial"
    assert extraction.looked
    assert f"of {FRAMES} frames" in problem.message
    assert extraction.looked.of == FRAMES
    assert extraction.looked.largest_gap > 2
    assert len(prints)


def test_a_damaged_picture_on_the_grid_is_told(tmp_path: Path) -> None:
    whole = media.movie(tmp_path / "a.mov", codec="prores_ks", frames=FRAMES, start=None)
    hurt = media.damaged(whole, tmp_path / "hurt.mov", at=0.3, length=int(whole.stat().st_size * 0.25))
    extraction, _ = of(hurt)
    assert [problem.code for problem in extraction.problems] == ["scan.partial"]


def times(path: Path) -> tuple[float, ...]:
    extraction, prints = of(path)
    assert extraction.media
    assert not extraction.media.times or len(extraction.media.times) == len(prints)
    return extraction.media.times


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm", "a.mov"])
def test_frames_at_an_uneven_pace_have_their_own_times(tmp_path: Path, name: str) -> None:
    codec = {"a.webm": "libvpx-vp9", "a.mov": "prores_ks"}.get(name, "libx264")
    uneven = ("-vf", "select=not(between(n\\,31\\,54))", "-fps_mode", "vfr")
    path = media.movie(tmp_path / name, codec=codec, frames=96, start=None, audio=False, options=uneven)
    found = times(path)
    assert len(found) == 72
    assert found[:31] == pytest.approx([number / 24 for number in range(31)], abs=0.002)
    assert found[31:] == pytest.approx([number / 24 for number in range(55, 96)], abs=0.002)
    extraction, _ = of(path)
    clock = extraction.media.clock() if extraction.media else None
    assert clock
    assert clock.seconds(31) == pytest.approx(55 / 24, abs=0.002)
    assert clock.frame(clock.label(40)) == 40


@pytest.mark.parametrize("name", ["a.mp4", "a.ts", "a.mkv", "a.mxf", "a.avi"])
def test_a_constant_pace_needs_no_times(tmp_path: Path, name: str) -> None:
    codec = "mpeg2video" if name == "a.mxf" else "libx264"
    assert times(media.movie(tmp_path / name, codec=codec, frames=50, start=None)) == ()


def test_a_movie_whose_clock_does_not_start_at_zero_is_counted_from_its_first_frame(tmp_path: Path) -> None:
    plain = media.movie(tmp_path / "a.mp4", frames=50)
    assert times(media.rewrapped(plain, tmp_path / "b.ts", "-output_ts_offset", "37.5")) == ()
    assert times(media.rewrapped(plain, tmp_path / "b.mkv", "-output_ts_offset", "37.5")) == ()


def test_interlaced_pictures_are_counted_as_frames(tmp_path: Path) -> None:
    options = ("-flags", "+ildct+ilme", "-top", "1")
    path = media.movie(tmp_path / "a.mxf", codec="mpeg2video", rate="25", frames=50, start=None, options=options)
    extraction, prints = of(path)
    assert extraction.media
    assert (extraction.media.rate, extraction.media.frame_count, len(prints)) == ("25/1", 50, 50)
    assert extraction.media.times == ()


def test_an_edit_list_leaves_frames_out(tmp_path: Path) -> None:
    plain = media.movie(tmp_path / "a.mp4", frames=96, audio=False, options=("-g", "96"))
    cut = tmp_path / "cut.mp4"
    line = ["ffmpeg", "-v", "error", "-y", "-ss", "2", "-i", str(plain), "-c", "copy", str(cut)]
    subprocess.run(line, check=True)
    extraction, prints = of(cut)
    assert (extraction.looked, extraction.problems) == (Looked("every frame", 48, 48), ())
    _, whole = of(plain)
    assert distance(prints.hashes[0, 0, 0], whole.hashes[48, 0, 0]) <= 8
    assert times(cut) == ()
