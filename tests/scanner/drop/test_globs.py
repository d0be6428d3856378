import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.drop.globs import Sieve, matcher
from scanner.errors import UsageError


@pytest.mark.parametrize(
    ("glob", "hits", "misses"),
    [
        ("*.mov", ["a.mov", "VFX/a.mov", "VFX/deep/a.mov", "a\nb.mov", ".mov"], ["a.MOV", "a.mov2", "amov"]),
        ("VFX/*.mov", ["VFX/a.mov"], ["a.mov", "VFX/deep/a.mov", "x/VFX/a.mov"]),
        ("VFX/**", ["VFX/a.mov", "VFX/deep/a.mov"], ["VFX", "VFX2/a.mov", "x/VFX/a.mov"]),
        ("VFX", ["VFX", "VFX/a.mov", "x/VFX/deep/a.mov"], ["VFX2/a.mov", "aVFX"]),
        ("VFX/", ["VFX/a.mov", "x/VFX/deep/a.mov"], ["VFX", "x/VFX"]),
        ("/VFX", ["VFX", "VFX/a.mov"], ["x/VFX/a.mov"]),
        ("./VFX/**", ["VFX/a.mov"], ["x/VFX/a.mov"]),
        ("VFX/sh010", ["VFX/sh010/a.mov"], ["x/VFX/sh010/a.mov", "VFX/sh0100/a.mov"]),
        ("**/temp/*.mov", ["temp/a.mov", "a/temp/a.mov", "a/b/temp/a.mov"], ["atemp/a.mov", "temp/a/b.mov"]),
        ("a/**/z.mov", ["a/z.mov", "a/b/z.mov", "a/b/c/z.mov"], ["z.mov", "a/bz.mov"]),
        ("**", ["a", "a/b"], []),
        ("sh0?0.mov", ["sh010.mov", "x/sh020.mov"], ["sh00.mov", "sh0/0.mov"]),
        ("take[12].mov", ["take1.mov", "take2.mov", "take[12].mov"], ["take3.mov"]),
        ("take[!12].mov", ["take3.mov"], ["take1.mov", "take/.mov"]),
        ("v[0-9]*", ["v1", "v22.mov"], ["vx.mov"]),
        ("a[", ["a[", "x/a["], ["a"]),
        ("a[]b", ["a[]b"], ["ab"]),
        ("a[z-a]b", ["a[z-a]b"], ["azb"]),
        ("a[]]b", ["a]b"], ["ab"]),
        (r"caf\xe9.mov", [r"caf\xe9.mov"], ["café.mov"]),
        ("a+(b).mov", ["a+(b).mov"], ["aab.mov"]),
    ],
)
def test_globs_do_what_gitignore_does(glob: str, hits: list[str], misses: list[str]) -> None:
    matches = matcher(glob)
    assert [path for path in hits if not matches(path)] == []
    assert [path for path in misses if matches(path)] == []


@given(st.text(min_size=1).filter(lambda path: path.strip("/") and not path.startswith("./")))
def test_a_path_copied_from_a_report_matches_itself(path: str) -> None:
    assert matcher(path)(path)


@given(st.text("a*?[]!-/.\\^", min_size=1), st.text("a/.]", min_size=1))
def test_no_glob_raises_but_one_that_names_nothing(glob: str, path: str) -> None:
    if glob.removeprefix("./").strip("/"):
        assert matcher(glob)(path) in {True, False}
    else:
        with pytest.raises(UsageError):
            matcher(glob)


def test_an_undecodable_byte_on_the_command_line_matches_the_name_that_has_it() -> None:
    assert Sieve.of([], ["caf\udce9*"]).why_not(r"caf\xe9.mov") == (r"excluded by caf\xe9*", "exclude")


def test_the_sieve_says_which_glob_left_a_path_out() -> None:
    sieve = Sieve.of(["VFX/**", "*.wav"], ["*_old*"])
    assert sieve.why_not("VFX/a.mov") is None
    assert sieve.why_not("sound/a.wav") is None
    assert sieve.why_not("VFX/a_old.mov") == ("excluded by *_old*", "exclude")
    assert sieve.why_not("b.mov") == ("not included by VFX/** or *.wav", "include")


def test_without_globs_everything_passes() -> None:
    assert Sieve.of([], []).why_not("anything") is None


@pytest.mark.parametrize("glob", ["", "/", "./", "//"])
def test_an_empty_glob_is_a_mistake_of_the_person(glob: str) -> None:
    with pytest.raises(UsageError, match="names nothing") as caught:
        Sieve.of([], [glob])
    assert caught.value.hint
