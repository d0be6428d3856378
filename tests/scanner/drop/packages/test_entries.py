"""Paths that manifests write lead nowhere but down, and patterns leave out what they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.drop.packages.entries import Coverage, IgnorePattern, listed, named, within


@pytest.mark.parametrize(
    ("folder", "written", "path"),
    [
        ("", "a.mxf", "a.mxf"),
        ("DCP/", "./video//a.mxf", "DCP/video/a.mxf"),
        ("DCP/", "...", "DCP/..."),
        ("DCP/", "C:x", "DCP/C:x"),
        ("DCP/", "", None),
        ("DCP/", "./", None),
        ("DCP/", "/etc/passwd", None),
        ("DCP/", "../a.mxf", None),
        ("DCP/", "a/../../../etc/passwd", None),
        ("DCP/", "a/../b", None),
        ("DCP/", "C:\\Windows\\x", None),
        ("DCP/", "c:/x", None),
        ("DCP/", "a\0b", None),
        ("DCP/", "a/" * 5000, None),
    ],
)
def test_a_path_stays_below_its_folder_or_is_none(folder: str, written: str, path: str | None) -> None:
    assert within(folder, written) == path


@given(st.text("./\\ab:\0"))
def test_no_path_leads_up(written: str) -> None:
    path = within("DCP/", written)
    assert path is None or (path.startswith("DCP/") and ".." not in path.split("/"))


def test_a_long_name_is_told_by_its_end_and_odd_bytes_are_spelt_out() -> None:
    assert named("caf\udce9.mov") == "caf\\xe9.mov"
    assert named("x" * 300 + ".mov") == "…" + "x" * 95 + ".mov"
    assert len(named("y" * 101)) == 100


def test_a_few_words_are_listed_and_the_rest_counted() -> None:
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_a_list_is_about_its_folder_and_the_folders_in_it_that_it_lists() -> None:
    history = Coverage("card/")
    assert history.reaches("card/a/b.mov")
    assert not history.reaches("other/b.mov")
    single = Coverage("", frozenset({"A001", ""}))
    assert [single.reaches(path) for path in ("A001/x/y.mov", "z.mov", "A002/y.mov")] == [True, True, False]


def test_a_list_leaves_out_what_its_patterns_name() -> None:
    patterns = [IgnorePattern.of(written) for written in ("ascmhl/", "*.tmp", "/top.txt")]
    coverage = Coverage("card/", ignored=tuple(filter(None, patterns)))
    left_out = ("card/ascmhl/0001.mhl", "card/x/ascmhl/0001.mhl", "card/x/y.tmp", "card/top.txt")
    assert [coverage.ignores(path) for path in left_out] == [True] * 4
    assert [coverage.ignores(path) for path in ("card/ascmhl", "card/x/top.txt", "card/y.tmp2")] == [False] * 3
