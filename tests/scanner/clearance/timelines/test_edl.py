"""CMX 3600 lists as they are found: each of these is a form that some system writes."""

from fractions import Fraction

import pytest

from fixtures.timelines import Take, edl
from scanner.clearance.timelines.model import EventKind, Timeline, TimelineFault
from scanner.clearance.timelines.reading import read
from tests.scanner.clearance.timelines.test_formats import by_clip, shown, timeline

NTSC = Fraction(30000, 1001)
CUTS = """TITLE: R3
FCM: NON-DROP FRAME

001  A001     V     C        01:00:00:00 01:00:02:00 10:00:00:00 10:00:02:00
* FROM CLIP NAME:  TLW_0010_comp_v003
002  A002     V     C        01:00:00:00 01:00:01:00 10:00:02:00 10:00:03:00
* FROM CLIP NAME:  TLW_0020_comp_v001
"""


def faults(text: str, rate: Fraction = Fraction(24)) -> list[TimelineFault]:
    found, wrong = read(text.encode(), "cut.edl", rate)
    assert found is None
    return wrong


def list_of(*lines: str, head: str = "TITLE: T\nFCM: NON-DROP FRAME\n") -> str:
    return head + "\n".join(lines) + "\n"


def at(found: Timeline, rate: int, hours: int) -> list[tuple[str, int, int]]:
    """The events by absolute record frames from an hour on."""
    start = (found.start or 0) - hours * 3600 * rate
    return [(name, first + start, last + start) for name, first, last in shown(found)]


def test_drop_frame_that_only_the_head_tells_skips_labels() -> None:
    text = list_of(
        "001  A001 V C 00:00:58:00 00:01:00:02 01:00:58:00 01:01:00:02",
        "* FROM CLIP NAME: SH0010",
        "002  A001 V C 00:01:00:02 00:01:02:02 01:01:00:02 01:01:02:02",
        "* FROM CLIP NAME: SH0020",
        head="TITLE: T\nFCM: DROP FRAME\n",
    )
    found = timeline(text, rate=NTSC)
    assert (found.drop, found.start) == (True, 107892 + 58 * 30)
    assert shown(found) == [("SH0010", 0, 59), ("SH0020", 60, 119)]


def test_drop_frame_that_only_the_labels_tell_is_seen() -> None:
    text = list_of("001  A001 V C 01:00:58;00 01:01:00;02 01:00:58;00 01:01:00;02", head="TITLE: T\n")
    found = timeline(text, rate=NTSC)
    assert (found.drop, found.events[0].last) == (True, 59)


def test_the_head_is_about_the_record_and_later_modes_are_about_what_is_played_in() -> None:
    text = list_of(
        "001  A001 V C 00:00:58:00 00:01:00:00 01:00:58:00 01:01:00:00",
        "FCM: DROP FRAME",
        "002  A002 V C 00:00:58;00 00:01:00;02 01:01:00:00 01:01:02:00",
    )
    found = timeline(text, rate=NTSC)
    assert found.drop is False
    assert [event.source for event in found.events] == [(1740, 1799), (1740, 1799)]
    assert found.events[1].last == 119


@pytest.mark.parametrize(
    ("text", "rate", "line", "told"),
    [
        (CUTS.replace("10:00:02:00 10:00:03:00", "10:00:02:24 10:00:03:00"), 24, 6, "does not exist at 24 frames"),
        (CUTS.replace("10:00:02:00 10:00:03:00", "10:00:02:00 10:00:01:00"), 24, 6, "before it begins"),
        (CUTS.replace("NON-DROP", "DROP"), 25, 2, "drop-frame doesn't exist at 25"),
        (CUTS.replace("10:00:02:00 10:00:03:00", "10:00:02;00 10:00:03;00"), NTSC, 6, "which is non-drop"),
        (
            CUTS.replace("V     C        01:00:00:00 01:00:01", "V     Q        01:00:00:00 01:00:01"),
            24,
            6,
            "begins as",
        ),
        (CUTS.replace(" 10:00:03:00", " 10:00:03:"), 24, 6, "begins as an event"),
        (CUTS.replace("10:00:03:00", ""), 24, 6, "begins as an event"),
        (
            CUTS.replace("NON-DROP FRAME", "DROP FRAME").replace("10:00:02:00", "10:01:00:00"),
            NTSC,
            4,
            "drop-frame skips",
        ),
    ],
)
def test_a_fault_is_told_at_its_line(text: str, rate: int | Fraction, line: int, told: str) -> None:
    assert any(fault.line == line and told in fault.message for fault in faults(text, Fraction(rate)))


def test_all_faults_are_told_at_once_up_to_a_number_that_helps() -> None:
    broken = "\n".join(f"{number:03} A V C oops" for number in range(1, 100))
    assert [fault.line for fault in faults(broken)] == list(range(1, 21))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TITLE: nothing\n",
        "a letter\nto somebody\n",
        "001  A001 A C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n",
    ],
)
def test_a_list_without_picture_is_none(text: str) -> None:
    assert "no picture event" in faults(text)[0].message


def test_a_dissolve_on_two_lines_lets_the_shot_before_go_on() -> None:
    text = list_of(
        "001  A001 V C     01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00",
        "* FROM CLIP NAME: SH0010",
        "002  A001 V C     01:00:02:00 01:00:02:00 01:00:02:00 01:00:02:00",
        "FCM: NON-DROP FRAME",
        "002  A002 V D 024 01:00:00:00 01:00:03:00 01:00:02:00 01:00:05:00",
        "EFFECTS NAME IS CROSS DISSOLVE",
        "* FROM CLIP NAME: SH0010",
        "* SOURCE FILE: A001C010",
        "* TO CLIP NAME: SH0020",
        "* SOURCE FILE: A002C020",
        "003  A003 V C     01:00:00:00 01:00:01:00 01:00:05:00 01:00:06:00",
        "* FROM CLIP NAME: SH0030",
    )
    found = timeline(text)
    assert shown(found) == [("SH0010", 0, 71), ("SH0020", 48, 119), ("SH0030", 120, 143)]
    assert by_clip(found, "SH0020").kind is EventKind.DISSOLVE
    assert by_clip(found, "SH0020").file == "A002C020"


def test_the_first_line_of_a_dissolve_may_have_a_length_of_its_own() -> None:
    text = list_of(
        "001  A001 V C     01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00",
        "001  A002 V D 024 01:00:00:00 01:00:03:00 01:00:02:00 01:00:05:00",
        "* FROM CLIP NAME: SH0010",
        "* TO CLIP NAME: SH0020",
    )
    assert shown(timeline(text)) == [("SH0010", 0, 71), ("SH0020", 48, 119)]


def test_a_dissolve_on_one_line_comes_from_what_was_there_before() -> None:
    text = list_of(
        "001  A001 V C     01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00",
        "* FROM CLIP NAME: SH0010",
        "002  A002 V D 024 01:00:00:00 01:00:03:00 01:00:02:00 01:00:05:00",
        "* FROM CLIP NAME: SH0010",
        "* SOURCE FILE: A001C010",
        "* TO CLIP NAME: SH0020",
    )
    found = timeline(text)
    assert shown(found) == [("SH0010", 0, 71), ("SH0020", 48, 119)]
    assert by_clip(found, "SH0020").file == ""


def test_a_dissolve_may_come_from_another_clip_than_the_one_before() -> None:
    text = list_of(
        "001  AX V C     00:00:03:23 00:00:06:12 01:00:00:00 01:00:02:13",
        "* FROM CLIP NAME: A.mov",
        "002  AX V C     00:00:06:00 00:00:06:00 01:00:02:13 01:00:02:13",
        "002  AX V D 030 00:00:33:22 00:00:35:04 01:00:02:13 01:00:03:19",
        "* FROM CLIP NAME: B.mov",
        "* TO CLIP NAME: C.mov",
    )
    assert shown(timeline(text)) == [("A.mov", 0, 60), ("B.mov", 61, 90), ("C.mov", 61, 90)]


def test_a_fade_from_black_belongs_to_one_shot_alone() -> None:
    text = list_of(
        "001  BL   V C     00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00",
        "001  A002 V D 024 01:00:00:00 01:00:03:00 01:00:00:00 01:00:03:00",
        "* TO CLIP NAME: SH0020",
        "002  BL   V D 012 00:00:00:00 00:00:01:00 01:00:03:00 01:00:04:00",
    )
    found = timeline(text)
    assert shown(found) == [("SH0020", 0, 83)]
    assert [event.picture for event in found.events if event.last == 95] == [False]


def test_a_wipe_and_a_key_are_transitions_and_layers() -> None:
    text = list_of(
        "001  A001 V C        01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00",
        "* FROM CLIP NAME: SH0010",
        "002  A001 V C        01:00:02:00 01:00:02:00 01:00:02:00 01:00:02:00",
        "002  A002 V W012 010 01:00:00:00 01:00:01:00 01:00:02:00 01:00:03:00",
        "* FROM CLIP NAME: SH0010",
        "* TO CLIP NAME: SH0020",
        "003  A003 V K B 000  01:00:00:00 01:00:01:00 01:00:03:00 01:00:04:00",
        "003  A004 V K 000 (F) 01:00:00:00 01:00:01:00 01:00:03:00 01:00:04:00",
        "* FROM CLIP NAME: SH0030",
        "* KEY CLIP NAME: LOGO",
    )
    found = timeline(text)
    assert shown(found) == [("LOGO", 72, 95), ("SH0010", 0, 57), ("SH0020", 48, 71), ("SH0030", 72, 95)]
    assert (by_clip(found, "SH0020").kind, by_clip(found, "LOGO").kind) == (EventKind.WIPE, EventKind.KEY)


@pytest.mark.parametrize(
    ("motion", "speed"),
    [
        ("M2   A001       048.0                01:00:00:00", Fraction(2)),
        ("M2   A001       -024.0               01:00:00:00", Fraction(-1)),
        ("M2   A001       000.0                01:00:00:00", Fraction(0)),
        ("M2   A001 046.7 01:00:00;00", Fraction("46.7") / 24),
    ],
)
def test_a_retimed_event_fills_its_record_frames_whatever_was_played_in(motion: str, speed: Fraction) -> None:
    text = list_of("001  A001 V C 01:00:00:00 01:00:04:00 01:00:00:00 01:00:02:00", motion, "* FROM CLIP NAME: SH0010")
    event = by_clip(timeline(text), "SH0010")
    assert (event.first, event.last, event.speed) == (0, 47, speed)


def test_material_that_counts_otherwise_doesn_t_stand_in_the_way() -> None:
    text = list_of("001  A001 V C 01:00:00:29 01:00:02:05 01:00:00:00 01:00:02:00")
    assert (timeline(text).events[0].source, timeline(text).events[0].last) == (None, 47)


@pytest.mark.parametrize("channel", ["V", "V1", "V2", "B", "AA/V", "A2/V", "VA1", "V1A1A2"])
def test_every_channel_with_picture_is_seen(channel: str) -> None:
    assert len(timeline(list_of(f"001  A001 {channel} C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00")).events) == 1


@pytest.mark.parametrize("channel", ["A", "A2", "AA", "AA/A", "NONE", "A12"])
def test_sound_is_passed_over_with_its_comments(channel: str) -> None:
    text = CUTS + f"003  A009 {channel} C 01:00:00:00 01:09:00:00 01:00:02:00 09:00:02:00\n* FROM CLIP NAME: WILD\n"
    assert shown(timeline(text)) == shown(timeline(CUTS))


def test_sound_of_the_same_event_takes_no_name_from_the_picture() -> None:
    text = list_of(
        "001  A001 V C     01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00",
        "* FROM CLIP NAME: SH0010",
        "002  A001 V C     01:00:02:00 01:00:02:00 01:00:02:00 01:00:02:00",
        "002  A002 V D 024 01:00:00:00 01:00:03:00 01:00:02:00 01:00:05:00",
        "002  A002 A C     01:00:00:00 01:00:03:00 01:00:02:00 01:00:05:00",
        "* FROM CLIP NAME: SH0010",
        "* TO CLIP NAME: SH0020",
    )
    assert shown(timeline(text)) == [("SH0010", 0, 71), ("SH0020", 48, 119)]


def test_events_that_all_have_one_number_are_events_of_their_own() -> None:
    text = list_of(
        "000  A001 V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00",
        "000  A002 V C 01:00:00:00 01:00:01:00 01:00:02:00 01:00:03:00",
        "* FROM CLIP NAME: SH0020",
    )
    assert shown(timeline(text)) == [("", 0, 47), ("SH0020", 48, 71)]


def test_tracks_that_lie_over_each_other_and_gaps_are_kept_as_they_are() -> None:
    text = CUTS + "003  A009 V2 C 01:00:00:00 01:00:01:00 10:00:01:12 10:00:02:12\n* FROM CLIP NAME: LOGO\n"
    text += "004  A003 V C 01:00:00:00 01:00:01:00 10:00:10:00 10:00:11:00\n* FROM CLIP NAME: SH0099\n"
    assert at(timeline(text), 24, 10) == [
        ("LOGO", 36, 59),
        ("SH0099", 240, 263),
        ("TLW_0010_comp_v003", 0, 47),
        ("TLW_0020_comp_v001", 48, 71),
    ]


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ("* LOC: 10:00:00:12 YELLOW  TLW_0010", ("TLW_0010",)),
        ("*LOC: 10:00:00:12 CYAN    001_020 // TIMEWARP + PHOTO", ("001_020",)),
        ("LOC: 00:00:01:00 YELLOW DD509_0010|D:464", ("DD509_0010",)),
        ("* LOC: 10:00:00:12 TLW_0010 sky", ("TLW_0010",)),
        ("* 079_HA_0010", ("079_HA_0010",)),
        ("* LOC: 10:00:00:12 RED     ANIM FIX NEEDED", ()),
        ("* LOC: 10:00:00:12 RED     like SH0020", ()),
        ("* ASC_SAT 1.05", ()),
        ("* LOC:", ()),
    ],
)
def test_a_locator_names_a_shot_where_it_begins_with_a_code(line: str, labels: tuple[str, ...]) -> None:
    found = timeline(CUTS.replace("* FROM CLIP NAME:  TLW_0010_comp_v003", line))
    assert found.events[0].labels == labels


def test_names_keep_their_capitals_and_special_reels_name_nothing() -> None:
    text = list_of(
        "001  AX V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00",
        "* FROM CLIP NAME:  Zug 4 (\u00dcberblick).mov",
        "* FROM FILE: S:\\show\\Sh0010\\plate.mov",
        "* SOURCE FILE: (NULL)",
        "002  BARS V C 01:00:00:00 01:00:02:00 01:00:02:00 01:00:04:00",
        "003  MY LONG REEL 7 V C 01:00:00:00 01:00:02:00 01:00:04:00 01:00:06:00",
    )
    first, bars, last = timeline(text).events
    assert (first.clip, first.reel, first.file) == ("Zug 4 (\u00dcberblick).mov", "", "S:\\show\\Sh0010\\plate.mov")
    assert bars.picture is False
    assert last.reel == "MY LONG REEL 7"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_lines_and_letters_of_old_systems_are_read(ends: str, encoding: str) -> None:
    text = CUTS.replace("TLW_0020", "TLW_\u00e9_0020").replace("\n", ends).replace("\ufeff", "")
    found, wrong = read(text.encode(encoding), "CUT.EDL", Fraction(24))
    assert wrong == []
    assert found
    assert [event.clip for event in found.events] == ["TLW_0010_comp_v003", "TLW_\u00e9_0020_comp_v001"]


def test_remarks_before_the_head_and_blank_lines_are_passed_over() -> None:
    assert shown(timeline("* made by hand\n\n>>> SOURCE\n" + CUTS.replace("\n", "\n\n"))) == shown(timeline(CUTS))


def test_a_list_all_in_capitals_has_lost_its_small_letters() -> None:
    assert timeline(CUTS.upper()).capitals
    assert not timeline(CUTS).capitals


@pytest.mark.parametrize(("counts", "given", "takes"), [(30, 60, 24), (24, 30, 70), (24, 25, 400), (25, 50, 24)])
def test_a_list_that_counts_fewer_frames_a_second_than_it_is_read_at_is_told(
    counts: int, given: int, takes: int
) -> None:
    text = edl([Take(f"SH{number:04}", 31 + number % counts) for number in range(takes)], Fraction(counts))
    (fault,) = faults(text, Fraction(given))
    assert f"as late as some would have at {given} frames a second" in fault.message
    few = edl([Take("SH0010", 31), Take("SH0020", 40)], Fraction(counts))
    assert timeline(few, rate=Fraction(given))


def test_cuts_on_whole_seconds_say_nothing_of_the_rate() -> None:
    assert timeline(edl([Take(f"SH{number:04}", 48) for number in range(400)]), rate=Fraction(60))
