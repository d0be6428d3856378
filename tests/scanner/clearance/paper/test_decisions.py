"""Decisions are added to what people wrote, and nothing else of it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.clearance.paper.decisions import DecisionEntry, added
from scanner.errors import PaperError, UsageError
from scanner.written import yaml_text

ENTRY: DecisionEntry = {
    "id": "WAV-7",
    "finding": "0123456789012345",
    "reason": "false_positive",
    "note": 'He said: "no"\n# not a comment',
    "by": {"name": "Q. Tech: QC", "org": "QC House, Inc. ñ 🎬"},
    "created": "2026-04-01",
    "expires": "2026-06-30",
}
REST = "  - id: WAV-1   # mine\n    note: |\n      one\n      # two\n"


def data(text: str) -> dict[str, object]:
    document, mistakes = yaml_text.read(text.encode(), "waivers.yaml")
    assert document
    assert not mistakes
    return document.data


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# only a comment\n",
        "waivers:\n",
        "waivers: []  # none yet\n",
        "confirmations:\n- id: CNF-1\n",
        f"# head\nwaivers:\n  # the first\n{REST}  # the end",
        f"waivers:\n{REST}\n# about these\nconfirmations:\n  - id: CNF-1\n",
        "waivers:\n- id: WAV-1\n  note: x\n",
        "waivers:\r\n  - id: WAV-1\r\n",
    ],
)
def test_an_entry_is_added_and_every_line_that_was_there_stays(before: str) -> None:
    after = added(before, "waivers.yaml", "waivers", ENTRY, "ai.undeclared: VFX/a\u202e.mov\n")
    old = data(before) if before.strip() and not before.startswith("# only") else {}
    rows = old.get("waivers", [])
    assert isinstance(rows, list)
    assert data(after) == old | {"waivers": [*rows, dict(ENTRY)]}
    left = iter(after.splitlines())
    for line in before.splitlines():
        kept = line.replace(" []", "")
        assert any(kept == each for each in left), f"{line!r} is gone, or moved"
    assert "# ai.undeclared: VFX/a?.mov?" in after
    assert ("\r\n" in before) == ("\r\n" in after)


def test_a_second_entry_stands_below_the_first() -> None:
    once = added("", "waivers.yaml", "waivers", ENTRY, "a")
    twice = added(once, "waivers.yaml", "confirmations", {"id": "CNF-1", "finding": "0" * 16}, "b")
    thrice = added(twice, "waivers.yaml", "waivers", dict(ENTRY) | {"id": "WAV-8"}, "c")
    found = data(thrice)
    assert isinstance(found["waivers"], list)
    assert [row["id"] for row in found["waivers"]] == ["WAV-7", "WAV-8"]
    assert found["confirmations"] == [{"id": "CNF-1", "finding": "0" * 16}]


@pytest.mark.parametrize(
    "before", ["waivers: [{id: WAV-1}]\n", "waivers:\n  -\n    id: WAV-1\n", "waivers: none\n", "{waivers: []}\n"]
)
def test_what_cannot_be_added_to_is_refused_and_not_made_anew(before: str) -> None:
    with pytest.raises(UsageError, match="nothing can be added"):
        added(before, "waivers.yaml", "waivers", ENTRY, "")


def test_a_file_with_mistakes_is_not_written_to() -> None:
    with pytest.raises(PaperError):
        added("waivers:\n\t- a\n", "waivers.yaml", "waivers", ENTRY, "")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip))
def test_any_note_reads_back_as_it_was_given_or_is_refused(note: str) -> None:
    try:
        after = added("", "waivers.yaml", "waivers", {"id": "WAV-1", "note": note}, note)
    except UsageError:
        return
    assert data(after) == {"waivers": [{"id": "WAV-1", "note": note}]}
