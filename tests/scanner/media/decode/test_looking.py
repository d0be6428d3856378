"""Details of pictures: which frames they are taken of, in which size, and that they are of the very frame they name."""

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from detectors.fingerprint.local import COARSE, FINE, MOST, LocalFeatures, describe
from detectors.fingerprint.picture import SIDE, distance, fingerprint
from detectors.fingerprint.prints import Prints
from detectors.material import Piece
from fixtures import media
from scanner.media.asset.extract import extract
from scanner.media.decode.details import Details
from scanner.media.decode.looking import Blocks, Looking, whole_hashes
from scanner.media.decode.plans import Effort
from scanner.media.facts.probe import Probe, probe

UNEVEN = ("-vf", "select=not(between(n\\,31\\,54))", "-fps_mode", "vfr")


def of(path: Path, effort: Effort = "usual", *, reference: bool = False) -> Prints:
    extraction, prints = extract([Piece(path, path.name)], effort=effort, reference=reference)
    assert not extraction.problems
    return prints


def features(prints: Prints) -> LocalFeatures:
    assert prints.local is not None
    return prints.local


def frame(path: Path, number: int, width: int = COARSE, height: int = 288) -> NDArray[np.uint8]:
    """One frame of a movie, decoded by itself."""
    chosen = f"select=eq(n\\,{number}),scale={width}:{height}:flags=area,format=gray"
    asked = ["-skip_loop_filter:v", "noref", "-i", str(path)]  # as the product decodes
    line = ["ffmpeg", "-v", "error", *asked, "-vf", chosen, "-frames:v", "1", "-f", "rawvideo", "-"]
    grey = subprocess.run(line, check=True, capture_output=True).stdout
    return np.frombuffer(grey, np.uint8).reshape(height, width)


def same(left: LocalFeatures, right: LocalFeatures) -> bool:
    return left.to_bytes() == right.to_bytes()


@pytest.mark.parametrize("options", [(), UNEVEN, ("-g", "250", "-bf", "3", "-preset", "veryfast")])
def test_two_frames_a_second_are_looked_at_closely_each_under_its_number(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = media.movie(tmp_path / "a.mp4", frames=96, start=None, options=options)
    found = features(of(path))
    rate = probe(path).rate
    assert rate
    step = int(Fraction(rate) / 2)
    count = 72 if options == UNEVEN else 96
    assert set(found.frames.tolist()) <= set(range(0, count, step))
    assert len(found) > 3
    for row in range(len(found)):
        number = int(found.frames[row])
        alone = describe([frame(path, number)], [number], most=MOST[COARSE])
        assert same(found[row : row + 1], alone), number


def test_pictures_whose_blocks_are_not_smoothed_have_nearly_the_same_hashes(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mp4", options=("-g", "250", "-bf", "3", "-crf", "38"))
    prints = of(path).pictures
    assert prints is not None
    line = ["ffmpeg", "-v", "error", "-i", str(path), "-vf", f"scale={SIDE}:{SIDE}:flags=area,format=gray"]
    shown = subprocess.run([*line, "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    smoothed = fingerprint(np.frombuffer(shown, np.uint8).reshape(-1, SIDE, SIDE), prints.frames)
    assert distance(prints.hashes[:, 0, 0], smoothed.hashes[:, 0, 0]).max() <= 8


def test_frames_of_a_grid_are_looked_at_closely_too(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mov", codec="prores_ks", frames=130)
    prints = of(path)
    found = features(prints)
    assert prints.pictures is not None
    assert set(found.frames.tolist()) <= set(prints.pictures.frames.tolist())
    assert len(found) > 5
    assert found.shapes.tolist() == [[COARSE, 288]] * len(found)
    usual = features(of(path, "thorough"))
    both = sorted({*found.frames.tolist()} & {*usual.frames.tolist()})
    assert both
    for number in both:
        ours, theirs = (set(map(bytes, each[each.frames == number].descriptors)) for each in (found, usual))
        assert len(ours & theirs) > len(ours) / 4  # two decoders and two scalers: alike, not equal


def test_key_frames_are_looked_at_closely_too(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mp4", frames=130, options=("-g", "24"))
    prints = of(path, "quick")
    assert prints.pictures is not None
    assert set(features(prints).frames.tolist()) <= set(prints.pictures.frames.tolist())
    assert len(features(prints)) > 3


def test_what_stays_the_same_is_described_once(tmp_path: Path) -> None:
    still = media.still(tmp_path / "a.png", seed=3, size=(320, 180))
    path = media.movie(tmp_path / "a.mp4", frames=96, insert=(still, 24, 95))
    assert features(of(path)).frames.tolist() == [0, 12, 24]


def test_a_work_of_a_library_is_described_mirrored_as_well(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mov", codec="prores_ks", frames=130)
    prints = of(path, reference=True)
    assert prints.pictures is not None
    assert len(prints.pictures) == 130
    found = features(prints)
    assert found.frames[found.mirrored].tolist() == found.frames[~found.mirrored].tolist()
    last = int(found.frames[-1])
    flipped = describe([frame(path, last)], [last], most=MOST[COARSE], mirrored=True)
    assert same(found[len(found) - 1 :], flipped)
    assert not features(of(path)).mirrored.any()


def test_a_picture_that_changes_its_size_on_the_way_does_not_lose_count(tmp_path: Path) -> None:
    parts = [
        media.movie(tmp_path / f"{seed}.ts", seed=seed, frames=60, size=size, audio=False, start=None)
        for seed, size in ((1, (320, 180)), (2, (480, 200)))
    ]
    both = tmp_path / "both.ts"
    both.write_bytes(b"".join(part.read_bytes() for part in parts))
    _, prints = extract([Piece(both, "both.ts")])
    assert prints.pictures is not None
    assert prints.pictures.frames.tolist() == list(range(120))
    found = features(prints)
    assert found.frames.max() == 108
    assert set(found.frames.tolist()) <= set(range(0, 120, 12))
    first = of(parts[1]).pictures
    assert first is not None
    assert distance(prints.pictures.hashes[60:, 0, 0], first.hashes[:, 0, 0]).max() <= 8


@pytest.mark.parametrize(
    ("stated", "shape"),
    [
        (Probe("mov", width=1920, height=1080), (512, 288)),
        (Probe("mov", width=1080, height=1920, turned=90), (288, 512)),
        (Probe("mov", width=64, height=64), (512, 512)),
        (Probe("mov"), (512, 512)),
        (Probe("mov", width=100_000, height=10), (512, 8)),
    ],
)
def test_the_long_side_is_what_was_asked_for(stated: Probe, shape: tuple[int, int]) -> None:
    assert stated.shape(COARSE) == shape


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    wide = ("-aspect", "16:9")
    path = media.movie(tmp_path / "a.mxf", codec="mpeg2video", frames=24, size=(720, 576), rate="25", options=wide)
    assert probe(path).shape(COARSE) == (512, 288)
    assert features(of(path)).shapes[0].tolist() == [512, 288]
    turned = media.rewrapped(
        media.movie(tmp_path / "b.mp4", frames=24, size=(180, 144), options=wide),
        tmp_path / "c.mp4",
        "-metadata:s:v:0",
        "rotate=90",
    )
    assert probe(turned).shape(COARSE) == (288, 512)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.tif"])
def test_a_still_is_described_in_two_sizes(tmp_path: Path, name: str) -> None:
    path = media.still(tmp_path / name, seed=4, size=(1280, 720))
    found = features(of(path))
    assert (found.frames.tolist(), found.sides.tolist()) == ([0, 0], [COARSE, FINE])
    assert found.shapes.tolist() == [[512, 288], [960, 540]]
    assert (found.counts > 100).all()
    work = features(of(path, reference=True))
    assert work.mirrored.tolist() == [False, False, True, True]
    assert same(work[:2], found)


def test_a_small_still_is_made_larger_and_a_turned_one_upright(tmp_path: Path) -> None:
    path = media.still(tmp_path / "a.png", seed=4, size=(300, 200))
    assert features(of(path)).shapes.tolist() == [[512, 341], [960, 640]]
    with_orientation = tmp_path / "b.jpg"
    image = media.picture(4, (1280, 720))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(with_orientation, exif=exif)
    assert features(of(with_orientation)).shapes.tolist() == [[288, 512], [540, 960]]


@pytest.mark.parametrize("name", ["p.%04d.exr", "p_%04d.dpx", "p_%04d.png", "p_%04d.jpg"])
def test_a_picture_in_few_members_of_a_sequence_is_described_too(tmp_path: Path, name: str) -> None:
    paths = media.sequence(tmp_path, name, first=1001, count=40)
    for path in (*paths[1:4], *paths[7:]):
        path.write_bytes(paths[0].read_bytes())  # 1005 to 1007 are others
    pieces = [Piece(path, path.name, int(path.stem[-4:])) for path in paths]
    found = features(extract(pieces, sequence=True)[1])
    assert sorted(set(found.frames.tolist()) - {1006, 1007}) == [1001, 1005, 1008]


@pytest.mark.parametrize("name", ["p.%04d.exr", "p_%04d.dpx", "p_%04d.png", "p_%04d.jpg"])
def test_every_twelfth_member_of_a_sequence_is_described(tmp_path: Path, name: str) -> None:
    paths = media.sequence(tmp_path, name, first=1001, count=40)
    pieces = [Piece(path, path.name, int(path.stem[-4:])) for path in paths]
    _, prints = extract(pieces, sequence=True)
    found = features(prints)
    assert {1001, 1013, 1025, 1037} <= set(found.frames.tolist())
    assert found.frames[0] == 1001
    assert 1037 in found.frames  # of the second run of members
    assert (found.sides == COARSE).all()
    _, alone = extract(pieces[12:13], sequence=True)
    for row in np.flatnonzero(found.frames == 1013).tolist():
        assert same(found[row : row + 1], features(alone))
    _, work = extract(pieces, sequence=True, reference=True)
    assert features(work).mirrored.sum() == len(found)


@pytest.mark.parametrize("name", ["a.exr", "a.dpx"])
def test_a_float_or_ten_bit_still_is_described_in_two_sizes(tmp_path: Path, name: str) -> None:
    (path,) = media.sequence(tmp_path, f"p.%04d{Path(name).suffix}", count=1)
    found = features(of(path))
    assert found.shapes.tolist() == [[512, 288], [960, 540]]


def test_pictures_that_come_in_pieces_are_put_together() -> None:
    seen: list[list[int]] = []
    blocks = Blocks(3, 2, 2, lambda block: seen.append(block[:, 0, 0].tolist()))
    data = bytes(number // 6 for number in range(32))
    for part in (data[:1], data[1:13], data[13:25], data[25:]):
        rest = part
        while rest:
            rest = _pour(blocks, rest, len(rest))
    blocks.finish()
    assert seen == [[0, 1], [2, 3], [4]]
    assert blocks.leftover == 2


def _pour(blocks: Blocks, data: bytes, most: int) -> bytes:
    room = blocks.room()
    taken = data[: min(most, len(room))]
    room[: len(taken)] = taken
    blocks.took(len(taken))
    return data[len(taken) :]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60_000)), min_size=1, max_size=30))
def test_in_whatever_order_the_two_pipes_come_the_result_is_the_same(turns: list[tuple[bool, int]]) -> None:
    small, large = _film()
    expected = _looked(small, large, [(True, len(small)), (False, len(large))])
    assert _looked(small, large, turns) == expected


def _film() -> tuple[bytes, bytes]:
    """A film of 40 frames, as its two pipes bring it; one in 7 is looked at closely."""
    random = np.random.default_rng(5)
    scenes = random.integers(0, 256, (40, 8, 16), np.uint8).repeat(2, 0)[:40]
    small = scenes.repeat(16, 1).repeat(8, 2)
    large = scenes[::7].repeat(8, 1).repeat(8, 2)
    return small.tobytes(), large.tobytes()


def _looked(small: bytes, large: bytes, turns: list[tuple[bool, int]]) -> tuple[bytes, bytes]:
    looking = Looking((128, 64), 7, None)
    rest = {True: small, False: large}
    sinks = {True: looking.frames, False: looking.grid}
    while rest[True] or rest[False]:
        for turn, most in turns:
            rest[turn] = _pour(sinks[turn], rest[turn], most) if rest[turn] else rest[turn]
        if not any(rest[turn] for turn, _ in turns):
            turns = [*turns, (True, 9000), (False, 9000)]
    prints, local = looking.finish()
    assert local is not None
    return prints.to_bytes(), local.to_bytes()


def test_only_what_looks_new_is_described() -> None:
    random = np.random.default_rng(1)
    pictures = random.integers(0, 256, (2, SIDE, SIDE), np.uint8)
    first, other = whole_hashes(pictures)
    nearly = first.copy()
    nearly[0] ^= 0b11
    details = Details()
    for number, looks in enumerate([first, first, nearly, other, nearly, first]):
        details.see(number, looks, [random.integers(0, 256, (288, 512), np.uint8)])
    assert features(Prints(local=details.finish())).frames.tolist() == [0, 3, 4]
    assert Details().finish() is None
