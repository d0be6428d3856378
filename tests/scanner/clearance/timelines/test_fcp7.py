"""FCP 7 XML: what record frames mean beside transitions, in nested sequences, and in files that aren't sound."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from scanner.clearance.timelines import fcp7
from scanner.clearance.timelines.model import TimelineFault
from scanner.clearance.timelines.reading import read
from tests.scanner.clearance.timelines.test_formats import by_clip, shown, timeline

TEMPO = "<rate><timebase>24</timebase><ntsc>FALSE</ntsc></rate>"
START = (
    f"<timecode>{TEMPO}<string>01:00:00:00</string><frame>86400</frame><displayformat>NDF</displayformat></timecode>"
)


def item(name: str, start: int, end: int, inn: int = 0, inside: str = "", kind: str = "clipitem") -> str:
    return (
        f"<{kind}><name>{name}</name><enabled>TRUE</enabled>{TEMPO}<start>{start}</start><end>{end}</end>"
        f"<in>{inn}</in><out>{inn + 100}</out>{inside}</{kind}>"
    )


def across(start: int, end: int) -> str:
    effect = "<effect><name>Cross Dissolve</name></effect>"
    return f"<transitionitem><start>{start}</start><end>{end}</end>{effect}</transitionitem>"


def tracks(*rows: str) -> str:
    return f"<media><video>{''.join(f'<track>{row}</track>' for row in rows)}</video></media>"


def sequence(content: str, key: str = "main", head: str = TEMPO + START) -> str:
    return f'<sequence id="{key}"><name>{key}</name>{head}{content}</sequence>'


def xmeml(*content: str, head: str = '<?xml version="1.0"?>\n<!DOCTYPE xmeml>\n') -> str:
    return f'{head}<xmeml version="4">{"".join(content)}</xmeml>'


def one(*rows: str) -> str:
    return xmeml(sequence(tracks(*rows)))


def faults(text: str | bytes) -> list[TimelineFault]:
    found, wrong = read(text.encode() if isinstance(text, str) else text, "cut.xml", Fraction(24))
    assert found is None
    return wrong


@pytest.mark.parametrize("ends", [(-1, -1), (54, 54), (60, 48)])
def test_beside_a_transition_both_items_reach_across_it(ends: Sequence[int]) -> None:
    text = one(item("A", 0, ends[0]) + across(48, 60) + item("B", ends[1], 100))
    assert shown(timeline(text, "a.xml")) == [("A", 0, 59), ("B", 48, 99)]


def test_a_fade_at_the_head_and_at_the_end_belongs_to_one_item() -> None:
    text = one(across(0, 12) + item("A", -1, -1) + across(80, 100))
    assert shown(timeline(text, "a.xml")) == [("A", 0, 99)]


def test_an_item_without_a_file_is_one_all_the_same() -> None:
    assert shown(timeline(one(item("A", 0, 50) + item("B", 60, 90)), "a.xml")) == [("A", 0, 49), ("B", 60, 89)]


def test_what_is_switched_off_is_kept_as_such() -> None:
    off = item("OFF", 10, 20).replace("TRUE", "FALSE")
    text = xmeml(sequence(tracks(item("A", 0, 50), off, "<enabled>FALSE</enabled>" + item("HIDDEN", 0, 50))))
    found = timeline(text, "a.xml")
    assert shown(found) == [("A", 0, 49)]
    assert by_clip(found, "OFF").enabled is False


@pytest.mark.parametrize("source", ["GraphicAndType", "Slug", "Color"])
def test_what_premiere_makes_itself_holds_no_material(source: str) -> None:
    made = f'<file id="made"><name>Graphic</name><mediaSource>{source}</mediaSource>{START}</file>'
    again = item("HD Bars and Tone", 30, 40, inside='<file id="made"/>')
    found = timeline(one(item("SH010", 0, 50), item("Graphic", 5, 25, inside=made) + again), "a.xml")
    assert [(event.clip, event.picture) for event in found.events] == [
        ("SH010", True),
        ("Graphic", False),
        ("HD Bars and Tone", False),
    ]
    nested = sequence(tracks(item("Title", 0, 10, inside=made)), "inner")
    within = timeline(one(item("SH010", 0, 50), item("Nest", 5, 15, inside=nested)), "a.xml")
    assert shown(within) == [("SH010", 0, 49)]


def test_a_file_with_a_path_is_material_whatever_else_is_said_of_it() -> None:
    given = '<file id="f"><name>a.mov</name><pathurl>file:///a.mov</pathurl><mediaSource>Slug</mediaSource></file>'
    offline = '<file id="g"><name>b.mov</name></file>'
    found = timeline(one(item("A", 0, 50, inside=given) + item("B", 50, 60, inside=offline)), "a.xml")
    assert [event.picture for event in found.events] == [True, True]


def test_a_generator_holds_no_material() -> None:
    found = timeline(one(item("A", 0, 50), item("Title", 5, 25, kind="generatoritem")), "a.xml")
    assert shown(found) == [("A", 0, 49)]
    assert [event.picture for event in found.events] == [True, False]


def test_a_nested_sequence_gives_the_part_of_it_that_is_shown() -> None:
    inner = sequence(tracks(item("IN_A", 0, 10) + item("IN_B", 10, 30)), "inner")
    text = one(item("A", 0, 100), item("nest", 30, 40, 5, inner) + item("again", 60, 80, 0, '<sequence id="inner"/>'))
    assert shown(timeline(text, "a.xml")) == [
        ("A", 0, 99),
        ("IN_A", 30, 34),
        ("IN_A", 60, 69),
        ("IN_B", 35, 39),
        ("IN_B", 70, 79),
    ]


def test_in_a_retimed_nested_sequence_any_piece_may_be_anywhere() -> None:
    inner = sequence(tracks(item("IN_A", 0, 10) + item("IN_B", 10, 30)), "inner")
    remap = (
        "<filter><effect><effectid>timeremap</effectid><parameter><parameterid>speed</parameterid><value>50</value>"
        "</parameter></effect></filter>"
    )
    text = one(item("nest", 30, 40, 0, inner + remap))
    assert shown(timeline(text, "a.xml")) == [("IN_A", 30, 39), ("IN_B", 30, 39)]


def test_a_file_is_written_out_once_and_named_afterwards() -> None:
    file = '<file id="f1"><name>SH0010.mov</name><pathurl>file://localhost/Vol%20A/SH0010.mov</pathurl></file>'
    found = timeline(one(item("A", 0, 10, 0, file) + item("B", 10, 20, 0, '<file id="f1"/>')), "a.xml")
    assert {event.file for event in found.events} == {"file://localhost/Vol A/SH0010.mov"}


def test_the_start_may_stand_as_a_label_or_not_at_all() -> None:
    label = f"<timecode>{TEMPO}<string>00:59:50:00</string></timecode>"
    given = xmeml(sequence(tracks(item("A", 0, 10)), head=TEMPO + label))
    missing = xmeml(sequence(tracks(item("A", 0, 10)), head=TEMPO))
    assert timeline(given, "a.xml").start == 86400 - 240
    assert timeline(missing, "a.xml").start is None


def test_a_sequence_in_a_project_or_bin_is_found() -> None:
    inside = f"<bin><children>{sequence(tracks(item('A', 0, 10)))}</children></bin>"
    project = f"<project><name>P</name><children>{inside}</children></project>"
    assert shown(timeline(xmeml(project), "a.xml")) == [("A", 0, 9)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not sound XML"),
        ("<xmeml><sequence>", "not sound XML"),
        ("<fcpxml version='1.9'/>", "no FCP 7 XML"),
        (xmeml(), "0 sequences"),
        (xmeml(sequence(tracks(item("A", 0, 10)), "a"), sequence(tracks(item("B", 0, 10)), "b")), "2 sequences (a, b)"),
        (xmeml(sequence(tracks(item("A", 0, 10)), head="<x/>")), "no rate"),
        (one(item("A", -1, 10)), "where it lies"),
        (one(""), "no picture"),
        (one(item("A", 0, 10)).replace("86400", "").replace("01:00:00:00", "01:00:00:99"), "can't be"),
        (xmeml(head='<!DOCTYPE xmeml [<!ENTITY a "b">]>'), "document type"),
        (xmeml(head='<!DOCTYPE xmeml SYSTEM "http://example.com/x.dtd">'), "document type"),
        (xmeml("<x>" * 200 + "</x>" * 200), "nested more than 100"),
        ('<?xml version="1.0" encoding="martian"?><xmeml/>', ""),
        (b"\xff\xfe\x00", ""),
        (one(item("A", 0, 2**35)), "no master has frames"),
    ],
)
def test_what_can_t_be_followed_is_told(text: str | bytes, told: str) -> None:
    (fault,) = faults(text)
    assert told in fault.message


def test_a_sequence_that_holds_itself_ends() -> None:
    text = one(item("A", 0, 10, 0, '<sequence id="main"/>'))
    assert "nested more than 16" in faults(text)[0].message


def test_sequences_that_multiply_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcp7, "_PATIENCE", 2000)
    levels = [sequence(tracks(item("leaf", 0, 10)), "s0")]
    for level in range(1, 12):
        uses = (item(f"n{k}", 0, 10, 0, f'<sequence id="s{level - 1}"/>') for k in range(10))
        levels.append(sequence(tracks(*uses), f"s{level}"))
    written_out = "".join(item(f"d{k}", k, k + 1, 0, each) for k, each in enumerate(levels[:-1]))
    text = xmeml(sequence(tracks(item("top", 0, 10, 0, levels[-1]), written_out)))
    assert "more than 2000 items, nested ones counted" in faults(text)[0].message


def test_a_file_of_more_elements_than_any_timeline_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcp7, "_ELEMENTS", 20)
    assert "more than 20 elements" in faults(one(*(item("A", 0, 10) for _ in range(9))))[0].message
