"""What holds for all three formats: a cut that is written and read back is the cut it was."""

import json
from collections.abc import Sequence
from fractions import Fraction

import opentimelineio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.timelines import Take, edl, otio, truth, xmeml
from scanner.clearance.timelines.model import Event, EventKind, Timeline
from scanner.clearance.timelines.reading import read
from scanner.timecode import parse

COUNTS = {
    "24": (Fraction(24), "01:00:00:00"),
    "25": (Fraction(25), "10:00:00:00"),
    "23.976": (Fraction(24000, 1001), "00:59:50:00"),
    "29.97 drop-frame": (Fraction(30000, 1001), "00:59:58;20"),
    "29.97 non-drop": (Fraction(30000, 1001), "01:00:00:00"),
    "59.94 drop-frame": (Fraction(60000, 1001), "09:59:59;00"),
}
FORMATS = ("edl", "xml", "otio")


def written(takes: Sequence[Take], ending: str, rate: Fraction = Fraction(24), start: str = "01:00:00:00") -> bytes:
    return {"edl": edl, "xml": xmeml, "otio": otio}[ending](takes, rate, start).encode()


def timeline(raw: bytes | str, name: str = "cut.edl", rate: Fraction = Fraction(24)) -> Timeline:
    found, faults = read(raw.encode() if isinstance(raw, str) else raw, name, rate)
    assert faults == []
    assert found
    return found


def shown(found: Timeline) -> list[tuple[str, int, int]]:
    return sorted((event.clip, event.first, event.last) for event in found.events if event.fills)


def by_clip(found: Timeline, clip: str) -> Event:
    (event,) = [each for each in found.events if each.clip == clip]
    return event


@st.composite
def cuts(draw: st.DrawFn) -> list[Take]:
    """Cuts, dissolves and wipes between takes and black; a shot may be used twice."""
    takes: list[Take] = []
    for place in range(draw(st.integers(1, 8))):
        frames = draw(st.integers(1, 90))
        black = draw(st.integers(0, 5)) == 0 and place > 0
        over = draw(st.integers(0, frames)) if place and draw(st.booleans()) else 0
        name = "" if black else f"SH{draw(st.integers(1, 9)):03}0_{'abcdefgh'[place]}"
        both_black = bool(takes) and not takes[-1].name and black
        speed = draw(st.sampled_from((Fraction(1), Fraction(2), Fraction(1, 2), Fraction(-1))))
        takes.append(
            Take(name, frames, 0 if both_black else over, f"A{place:03}", speed=speed, wipe=draw(st.booleans()))
        )
    return takes if any(take.name for take in takes) else [Take("SH0010", 24)]


@given(cuts(), st.sampled_from(sorted(COUNTS)), st.sampled_from(FORMATS))
def test_a_cut_that_is_written_and_read_back_is_the_cut_it_was(takes: list[Take], count: str, ending: str) -> None:
    rate, start = COUNTS[count]
    found = timeline(written(takes, ending, rate, start), f"cut.{ending}", rate)
    assert shown(found) == sorted(truth(takes))
    assert found.start == parse(start.replace(";", ":"), rate, drop=";" in start)
    assert found.drop in {None, ";" in start}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("count", COUNTS)
def test_every_take_has_its_name_reel_marker_and_speed(ending: str, count: str) -> None:
    rate, start = COUNTS[count]
    takes = [
        Take("A012C003", 48, reel="A012", file="TLW_103_0010_comp_v003.mov", mark="TLW_103_0010 sky"),
        Take("A013C001", 60, over=12, reel="A013", mark="fix flash", speed=Fraction(2)),
        Take("A014C001", 30, over=6, reel="A014", speed=Fraction(-1), wipe=True),
    ]
    found = timeline(written(takes, ending, rate, start), f"cut.{ending}", rate)
    first, second, third = sorted(found.events, key=lambda event: event.first)
    assert (first.reel, first.labels, first.kind) == ("A012", ("TLW_103_0010",), EventKind.CUT)
    assert first.file.endswith("TLW_103_0010_comp_v003.mov")
    assert (second.reel, second.labels, second.kind) == ("A013", (), EventKind.DISSOLVE)
    assert third.kind is EventKind.WIPE
    assert [first.speed, second.speed, third.speed] == [1, 2, -1]


def with_second_marker(raw: str, ending: str) -> str:
    if ending == "edl":
        return raw + "* LOC: 01:00:01:00 RED TLW_0020\n"
    if ending == "xml":
        return raw.replace("</marker>", "</marker><marker><name>TLW_0020</name><in>4</in><out>-1</out></marker>")
    whole = json.loads(raw)
    (clip,) = whole["tracks"]["children"][0]["children"]
    clip["markers"].append(clip["markers"][0] | {"name": "TLW_0020"})
    return json.dumps(whole)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_marker_names_a_shot_only_where_all_of_a_take_agree(ending: str) -> None:
    raw = written([Take("A012C003", 48, mark="TLW_0010 sky")], ending).decode()
    assert by_clip(timeline(raw, f"a.{ending}"), "A012C003").labels == ("TLW_0010",)
    assert by_clip(timeline(with_second_marker(raw, ending), f"a.{ending}"), "A012C003").labels == ()


@pytest.mark.parametrize("ending", ["edl", "xml"])
def test_what_opentimelineio_writes_in_the_other_formats_is_read(ending: str) -> None:
    takes = [Take("SH0010", 48), Take("SH0020", 60, over=12, reel="A002"), Take("SH0030", 24, reel="A003")]
    source = opentimelineio.adapters.read_from_string(otio(takes), "otio_json")
    for clip in source.find_clips():
        clip.media_reference.available_range = clip.source_range
    adapter = {"edl": "cmx_3600", "xml": "fcp_xml"}[ending]
    found = timeline(opentimelineio.adapters.write_to_string(source, adapter), f"cut.{ending}")
    assert [(first, last) for _, first, last in shown(found)] == [(first, last) for _, first, last in truth(takes)]
    assert [name.upper() for name, _, _ in shown(found)] == [name for name, _, _ in truth(takes)]


@given(cuts())
def test_an_opentimelineio_file_means_what_its_own_library_says(takes: list[Take]) -> None:
    raw = otio(takes)
    whole = opentimelineio.adapters.read_from_string(raw, "otio_json")
    expected = []
    for clip in whole.find_clips():
        place = clip.transformed_time_range(clip.visible_range(), whole.tracks)
        expected.append((clip.name, round(place.start_time.value), round(place.end_time_inclusive().value)))
    assert shown(timeline(raw, "cut.otio")) == sorted(each for each in expected if each[2] >= each[1])
