"""Reels search by what is at hand and fetch a whole film only where it is a candidate."""

from dataclasses import replace

import numpy as np

from detectors.matching.film.reels import FILMS_AT_HAND, Reels, searched
from detectors.matching.film.segments import find_segments
from detectors.matching.strip import Strip
from fixtures.pictures import shot
from tests.detectors.matching.strips import reels, strip

FILMS = [strip(shot(seed, 120)) for seed in range(8)]


def _lazy(fetched: list[int]) -> Reels:
    whole = reels(FILMS)

    def fetch(film: int) -> Strip:
        fetched.append(film)
        return FILMS[film]

    return Reels(whole.films, whole.rows, fetch)


def test_only_candidates_are_fetched() -> None:
    fetched: list[int] = []
    found = find_segments(strip(np.concatenate([shot(50, 60), shot(3, 120)[20:90]])), _lazy(fetched))
    assert [each.target for each in found] == [3]
    assert set(fetched) == {3}


def test_only_a_few_films_are_kept() -> None:
    fetched: list[int] = []
    lazy = _lazy(fetched)
    for film in range(FILMS_AT_HAND + 1):
        lazy.strip(film)
    lazy.strip(FILMS_AT_HAND)
    lazy.strip(0)
    assert fetched == [*range(FILMS_AT_HAND + 1), 0]


def test_rows_that_mean_nothing_do_not_vote() -> None:
    whole = reels(FILMS)
    rows = replace(whole.rows, left_out=np.asarray(whole.rows.owner == 3))
    without = Reels(whole.films, rows, FILMS.__getitem__)
    assert find_segments(strip(shot(3, 120)), without) == []
    assert [each.target for each in find_segments(strip(shot(2, 120)), without)] == [2]


def test_a_film_is_searched_by_four_pictures_a_second() -> None:
    words, frames = searched(strip(shot(1, 240)))
    assert words.shape == (len(frames), 4)
    assert frames.tolist() == list(range(0, 240, 6))


def test_what_is_searched_may_be_mapped_from_a_file(tmp_path: object) -> None:
    whole = reels(FILMS)
    path = f"{tmp_path}/words"
    whole.rows.words.tofile(path)
    words = np.memmap(path, np.uint64, "r").reshape(-1, 4)
    mapped = Reels(whole.films, replace(whole.rows, words=words), FILMS.__getitem__)
    asset = strip(shot(5, 120)[10:100])
    assert find_segments(asset, mapped) == find_segments(asset, whole)
