import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.written.yaml_text import DEPTH_LIMIT, SIZE_LIMIT, Place, read


def said(raw: bytes | str) -> list[str]:
    return [str(mistake) for mistake in read(raw.encode() if isinstance(raw, str) else raw, "p.yaml")[1]]


def data(raw: str) -> dict[str, object]:
    document, mistakes = read(raw.encode(), "p.yaml")
    assert document
    assert not mistakes
    return document.data


def test_every_scalar_stays_as_it_was_written() -> None:
    written = (
        "p4: no\ntc: 10:00:10:00\nshot: 0010\nversion: 4.10\nsha: 123456e7\nclock: 12:30\nday: 2026-03-02\non: on\n"
    )
    assert data(written) == {
        "p4": "no",
        "tc": "10:00:10:00",
        "shot": "0010",
        "version": "4.10",
        "sha": "123456e7",
        "clock": "12:30",
        "day": "2026-03-02",
        "on": "on",
    }


def test_what_is_blank_is_not_stated_and_a_word_in_quotes_is() -> None:
    assert data('a:\nb: ""\nc: ~\nd: null\ne: "null"\nf: [x, ""]\n') == {"e": "null", "f": ["x", ""]}


def test_everything_knows_its_place() -> None:
    document, _ = read(b"\xef\xbb\xbfa:\n  - b: {c: d}\n", "p.yaml")
    assert document
    assert document.places["a", 0, "b", "c"] == Place(2, 12)
    assert document.keys["a", 0, "b", "c"] == Place(2, 9)
    assert document.place(("a", 0, "missing", 3)) == Place(2, 5)
    assert document.place(()) == Place(1, 1)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "p.yaml:3:1: 'a' stands here a second time; the first is on line 1"),
        ("a: &x 1\n", "p.yaml:1:4: &x names a part to be used again"),
        ("a: 1\nb: *a\n", "p.yaml:2:4: *a stands for something written elsewhere"),
        ("a: !!python/object:os.system x\n", "means nothing here"),
        ("a: !local 1\n", "p.yaml:1:4: the tag !local means nothing here"),
        ("? [a, b]\n: 1\n", "p.yaml:1:3: a key must be plain text"),
        ("a: 1\n---\nb: 2\n", "p.yaml:2:1: a second document begins here"),
        ("a:\n\tb: 1\n", "p.yaml:2:1: a tab indents this line; YAML wants spaces"),
        ("a:\n  b: 1\n \t c: 1\n", "a tab indents this line"),
        ("a: [1,\n", "p.yaml:2:1: not YAML"),
        ("a: b: c\n", "p.yaml:1:5: not YAML: mapping values are not allowed"),
        ("a: x\x07y\n", "p.yaml:1:5: control character U+0007; remove it"),
        ('a: "\\0"\n', "a character that no file can hold"),
        ("", "the file is empty; it should begin as `schema: …`"),
        ("# only a comment\n", "the file is empty"),
        ("- a\n- b\n", "p.yaml:1:1: expected keys"),
        ("word\n", "expected keys"),
        ("a: " + "[" * 30 + "]" * 30, f"nested more than {DEPTH_LIMIT} deep"),
    ],
)
def test_what_is_refused_is_told_with_its_place(written: str, expected: str) -> None:
    assert expected in " | ".join(said(written))


def test_other_encodings_are_told_plainly() -> None:
    assert said("a: é".encode("utf-16")) == ["p.yaml:1:1: written as UTF-16; save it as UTF-8"]
    assert said("x: 1\na: é".encode("latin-1")) == ["p.yaml:2:4: not UTF-8 from here on; save it as UTF-8"]
    assert said(b"a: 1" + b" " * SIZE_LIMIT)[0].startswith("p.yaml: larger than 8 MiB")


def test_all_mistakes_of_form_are_told_at_once() -> None:
    assert len(said("a: &x 1\nb: *x\na: 2\nc: !t 3\n")) == 4


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    started = time.perf_counter()
    levels = "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(20))
    assert said("a: &a [x, x]\n" + levels)
    assert said("[" * 200_000)
    assert said("a: " * 1000)
    assert time.perf_counter() - started < 5


def test_keys_of_several_spellings_have_one() -> None:
    def spelling(loc: tuple[str | int, ...], key: str) -> str:
        return key if loc == ("free",) else key.replace("z", "s")

    document, mistakes = read(b"az: {bz: 1}\nfree: {z: 2}\n", "p.yaml", spelling)
    assert document
    assert document.data == {"as": {"bs": "1"}, "free": {"z": "2"}}
    assert not mistakes
    assert document.keys["as", "bs"] == Place(1, 6)
    _, mistakes = read(b"as: 1\naz: 2\n", "p.yaml", spelling)
    assert [str(each) for each in mistakes] == [
        "p.yaml:2:1: 'az' is read as 'as', which stands here already, on line 1"
    ]


@given(st.binary(max_size=200))
def test_no_bytes_raise(raw: bytes) -> None:
    document, mistakes = read(raw, "p.yaml")
    assert document or mistakes


@given(st.text("ab:-[]{},&*!|>'\"#%@ \n\t?~", max_size=60))
def test_no_yaml_like_text_raises(text: str) -> None:
    document, mistakes = read(text.encode(), "p.yaml")
    assert document or mistakes
