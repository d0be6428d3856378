from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import Kind, Observation, Strength
from scanner.terms.wording import considered, listed, plain, seen, sentence


def test_lists_read_as_prose_and_stay_short() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "a"]) == "a and b"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and d"
    assert listed("abcdef") == "a, b, c and 3 more"


def test_what_was_seen_names_the_place_and_the_tool() -> None:
    bare = Observation("markers", "png.parameters", Kind.AI, Strength.STRONG, "PNG:Parameters", generator="SD 1.5")
    assert seen([bare, Observation("markers", "house.rule", Kind.AI, Strength.STRONG, "")]) == (
        "PNG:Parameters naming SD 1.5 and house.rule"
    )


def test_what_was_considered_ends_a_message() -> None:
    assert considered([]) == ""
    assert considered(["A is late", "B is for another"]) == " Considered: A is late; B is for another."


@given(st.text())
def test_text_from_files_is_printable_on_one_line_and_short(text: str) -> None:
    assert plain(text).isprintable()
    assert len(plain(text)) <= 60
    assert sentence(text).endswith(".")
