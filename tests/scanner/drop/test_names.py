import json
import os
import re

from hypothesis import example, given
from hypothesis import strategies as st

from fixtures.names import NASTY_NAMES
from scanner.drop.names import presentable

raw_names = st.binary(min_size=1).filter(lambda name: b"\0" not in name)


def read_back(text: str) -> bytes:
    """The bytes that a presentable path stands for."""

    def unescape(found: re.Match[bytes]) -> bytes:
        return b"\\" if found[1] == b"\\" else bytes([int(found[1][1:], 16)])

    return re.sub(rb"\\(\\|x[0-9a-f]{2})", unescape, text.encode())


@given(raw_names)
@example(rb"\xff")
@example(b"\xff")
@example(b"\\\xff\\\\x")
@example(b"\xed\xb2\x80")
def test_a_presentable_name_can_be_read_back_so_no_two_names_share_one(name: bytes) -> None:
    assert read_back(presentable(os.fsdecode(name))) == name


@given(raw_names)
def test_a_presentable_name_is_text_that_json_and_utf_8_can_hold(name: bytes) -> None:
    text = presentable(os.fsdecode(name))
    assert json.loads(json.dumps(text).encode()) == text
    assert text.encode().decode() == text


@given(st.text(min_size=1).filter(lambda text: "\\" not in text and "\0" not in text))
def test_a_name_of_whole_characters_without_a_backslash_stays_as_it_is(name: str) -> None:
    assert presentable(name) == name


def test_undecodable_bytes_and_backslashes_are_told_apart() -> None:
    assert presentable(os.fsdecode(b"VFX/caf\xe9.mov")) == r"VFX/caf\xe9.mov"
    assert presentable(r"VFX/caf\xe9.mov") == r"VFX/caf\\xe9.mov"


def test_control_characters_stay_for_the_writers_to_escape() -> None:
    assert presentable("a\n\x1b[2J\u202e<b>.mov") == "a\n\x1b[2J\u202e<b>.mov"


def test_nasty_names_all_have_different_presentable_names() -> None:
    shown = {presentable(os.fsdecode(name)) for name in NASTY_NAMES.values()}
    assert len(shown) == len(NASTY_NAMES)
