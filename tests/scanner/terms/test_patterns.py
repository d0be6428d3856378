import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.globs import Glob, wild
from scanner.terms.patterns import counted, same_name, shot_in, telling


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("VFX/*.mov", "VFX/a.mov", True),
        ("VFX/*.mov", "VFX/b/a.mov", False),
        ("*.mov", "VFX/a.mov", False),
        ("**/*.mov", "VFX/b/a.mov", True),
        ("**/*.mov", "a.mov", True),
        ("**", "VFX/b/a.mov", True),
        ("VFX/**", "VFX/b/a.mov", True),
        ("VFX/**", "VFX2/a.mov", False),
        ("VFX/", "VFX/b/a.mov", True),
        ("./VFX/a.mov", "VFX/a.mov", True),
        ("VFX/**/exr/**/*.exr", "VFX/a/exr/b/c/d.exr", True),
        ("VFX/**/exr/**/*.exr", "VFX/a/b/d.exr", False),
        ("VFX/A.mov", "VFX/a.mov", False),
        ("VFX/?.mov", "VFX/ab.mov", False),
        ("VFX/[ab].mov", "VFX/b.mov", True),
        ("VFX/[!ab].mov", "VFX/b.mov", False),
        ("VFX/[.mov", "VFX/[.mov", True),
        ("VFX/a**.mov", "VFX/abc.mov", True),
        ("VFX/É*.mov", "VFX/Éternaute.mov", True),
        ("*", "a\nb", True),
    ],
)
def test_paths_fit_as_they_do_in_a_shell(pattern: str, path: str, fits: bool) -> None:
    assert Glob.of(pattern).matches(path) is fits


def test_a_pattern_typed_with_combining_accents_is_the_same() -> None:
    typed = unicodedata.normalize("NFD", "VFX/Éternaute_*.mov")
    assert Glob.of(typed).matches("VFX/Éternaute_010.mov")


@pytest.mark.parametrize("pattern", ["*", "**", "*.mov", "**/*.mov", "*/*", "?*.mov", "[a-z]*.mov", "v*.mov", "*.mov*"])
def test_patterns_that_name_nothing(pattern: str) -> None:
    assert not telling(Glob.of(pattern))


@pytest.mark.parametrize("pattern", ["VFX/*", "R1/**", "TLW_103_*.mov", "**/exr/*", "*_slate.*", "shot_[v1]*"])
def test_patterns_that_name_something(pattern: str) -> None:
    assert telling(Glob.of(pattern))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a.####.exr", "a.%04d.exr"),
        ("a.%04d.exr", "a.%04d.exr"),
        ("a.%4d.exr", "a.%04d.exr"),
        ("a.#####.exr", "a.%05d.exr"),
        ("a.#.exr", "a.%d.exr"),
        ("a.%d.exr", "a.%d.exr"),
        ("100%.mov", "100%.mov"),
    ],
)
def test_frame_counters_have_one_spelling(written: str, read: str) -> None:
    assert counted(written) == read


@pytest.mark.parametrize(
    ("code", "path", "found"),
    [
        ("TLW_103_045_0010", "VFX/TLW_103_045_0010_comp_v012.mov", "TLW_103_045_0010"),
        ("TLW_103_045_0010", "VFX/TLW_103_045_00100_comp.mov", None),
        ("TLW_103_045_0010", "VFX/xTLW_103_045_0010.mov", None),
        ("TLW_103_045_0010", "TLW_103_045_0010/comp.mov", "TLW_103_045_0010"),
        ("0010", "VFX/TLW_0010.mov", "0010"),
        ("0010", "VFX/TLW_10010.mov", None),
        ("tlw_103", "VFX/TLW_103.mov", None),
        ("TLW_103_*", "VFX/TLW_103_045_0010_comp.mov", "TLW_103_045"),
        ("TLW_*_0010", "VFX/TLW_103_045_0010_comp.mov", "TLW_103_045_0010"),
        ("TLW_*_0010", "TLW_103/x_0010.mov", None),
        ("TLW_103_04?", "TLW_103_045.mov", "TLW_103_045"),
        ("*_0010", "a/TLW_0010.mov", "TLW_0010"),
        ("É1", unicodedata.normalize("NFD", "VFX/É1_a.mov"), "É1"),
    ],
)
def test_a_shot_is_a_whole_token_of_a_name(code: str, path: str, found: str | None) -> None:
    assert shot_in(code, path) == found


def test_hostile_names_and_patterns_cost_no_time() -> None:
    name = "a" * 255
    started = time.perf_counter()
    Glob.of("*a" * 40 + "*b").matches(name)
    Glob.of("/".join(["**", "a"] * 20)).matches("/".join(["a"] * 200))
    shot_in("*a*a*a*b", name)
    assert time.perf_counter() - started < 1


def test_names_of_organisations_are_compared_without_capitals_and_spaces() -> None:
    assert same_name(" ABC  Vfx") == same_name("abc vfx")
    assert same_name("ABC VFX") != same_name("ABCVFX")


@given(st.text(st.characters(exclude_characters="*?[/"), min_size=1))
def test_a_pattern_without_wildcards_fits_only_itself(name: str) -> None:
    assert not wild(name)
    assert Glob.of(f"x{name}").matches(unicodedata.normalize("NFC", f"x{name}"))
    assert not Glob.of(f"x{name}").matches(f"y{name}")
