"""What edit lists leave out is found by a walk over boxes, whatever these state."""

from pathlib import Path

import numpy as np
import pytest

from fixtures import inside_films, media
from scanner.media.decode.counting import Indexed, indexed
from scanner.media.facts.edits import left_out


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds whose frames are shown as they are stored."""
    options = ("-g", "48", "-bf", "0")
    return media.movie(tmp_path_factory.mktemp("plain") / "a.mp4", frames=48, start=None, audio=False, options=options)


def test_a_movie_that_shows_all_leaves_nothing_out(plain: Path) -> None:
    with plain.open("rb") as file:
        assert left_out(file) == {}
    assert indexed(plain, 0) == Indexed(48, 48)


def test_what_lies_before_the_edit_is_left_out(plain: Path, tmp_path: Path) -> None:
    cut = inside_films.cut(tmp_path / "a.mp4", plain, 0.5)
    with cut.open("rb") as file:
        assert left_out(file) == pytest.approx({1: 0.5}, abs=0.001)
    assert indexed(cut, 0) == Indexed(36, 36)


def test_what_lies_behind_the_edit_is_left_out(plain: Path, tmp_path: Path) -> None:
    data = plain.read_bytes()
    place = data.index(b"elst") + 12  # behind its version and count: the length of its first edit
    short = tmp_path / "short.mp4"
    short.write_bytes(data[:place] + (1500).to_bytes(4, "big") + data[place + 4 :])  # the movie counts milliseconds
    with short.open("rb") as file:
        assert left_out(file) == pytest.approx({1: 0.5}, abs=0.001)
    assert indexed(short, 0) == Indexed(36, 36)


def test_nonsense_ends_the_walk(plain: Path, tmp_path: Path) -> None:
    whole = inside_films.cut(tmp_path / "a.mp4", plain, 0.5).read_bytes()
    start = whole.index(b"moov")
    random = np.random.default_rng(1)
    hurt = tmp_path / "hurt.mp4"
    for _ in range(300):
        data = np.frombuffer(whole, np.uint8).copy()
        data[random.integers(start, len(data), 8)] = random.choice([0, 1, 127, 255], 8)
        hurt.write_bytes(data.tobytes())
        with hurt.open("rb") as file:
            assert all(seconds > 0 for seconds in left_out(file).values())
