"""OpenTimelineIO files: nesting as its own library computes it, and files on which that library ends the process."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import opentimelineio
import pytest

from fixtures.timelines import Take, otio
from scanner.clearance.timelines.model import TimelineFault
from scanner.clearance.timelines.reading import read
from tests.scanner.clearance.timelines.test_formats import by_clip, shown, timeline

schema, opentime = opentimelineio.schema, opentimelineio.opentime
Node: TypeAlias = Any
"""An object of the library, which has no types."""


def span(first: int, frames: int, rate: float = 24) -> Node:
    return opentime.TimeRange(opentime.RationalTime(first, rate), opentime.RationalTime(frames, rate))


def clip(name: str, frames: int, rate: float = 24) -> Node:
    return schema.Clip(name=name, source_range=span(0, frames, rate))


def track(*items: Node, **changes: Node) -> Node:
    made = schema.Track(kind=changes.pop("kind", "Video"), **changes)
    made.extend(items)
    return made


def stack(*tracks: Node, **changes: Node) -> Node:
    made = schema.Stack(**changes)
    made.extend(tracks)
    return made


def text(*tracks: Node) -> str:
    whole = schema.Timeline(name="t")
    whole.global_start_time = opentime.RationalTime(86400, 24)
    whole.tracks.extend(tracks)
    return str(opentimelineio.adapters.write_to_string(whole, "otio_json"))


def faults(raw: str | bytes | Mapping[str, Any]) -> list[TimelineFault]:
    given = json.dumps(raw) if isinstance(raw, Mapping) else raw
    found, wrong = read(given.encode() if isinstance(given, str) else given, "cut.otio", Fraction(24))
    assert found is None
    return wrong


def plain() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(otio([Take("A", 48), Take("B", 24)]))
    return whole


def children(whole: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = whole["tracks"]["children"][0]["children"]
    return found


def test_tracks_lie_over_each_other_and_sound_is_passed_over() -> None:
    raw = text(
        track(clip("A", 48)),
        track(schema.Gap(source_range=span(0, 12)), clip("B", 12)),
        track(clip("S", 9), kind="Audio"),
    )
    assert shown(timeline(raw, "a.otio")) == [("A", 0, 47), ("B", 12, 23)]


def test_a_nested_stack_gives_the_part_of_it_that_is_shown() -> None:
    inner = stack(track(clip("IN_A", 20), clip("IN_B", 20)), track(clip("IN_C", 40)), source_range=span(10, 20))
    raw = text(track(clip("A", 48), inner, clip("Z", 10)))
    expected = [("A", 0, 47), ("IN_A", 48, 57), ("IN_B", 58, 67), ("IN_C", 48, 67), ("Z", 68, 77)]
    assert shown(timeline(raw, "a.otio")) == expected


def test_a_nested_track_beside_a_transition_reaches_across_it() -> None:
    inner = track(clip("IN_A", 20), clip("IN_B", 20), source_range=span(5, 30))
    dissolve = schema.Transition(
        transition_type="SMPTE_Dissolve",
        in_offset=opentime.RationalTime(4, 24),
        out_offset=opentime.RationalTime(6, 24),
    )
    raw = text(track(clip("A", 48), dissolve, inner))
    assert shown(timeline(raw, "a.otio")) == [("A", 0, 53), ("IN_A", 44, 62), ("IN_B", 63, 77)]


def test_a_trimmed_track_shows_what_is_left_of_it() -> None:
    raw = text(track(clip("A", 20), clip("B", 20), clip("C", 20), source_range=span(10, 25)))
    assert shown(timeline(raw, "a.otio")) == [("A", 0, 9), ("B", 10, 24)]


def test_in_a_retimed_stack_any_piece_may_be_anywhere() -> None:
    inner = stack(track(clip("IN_A", 20), clip("IN_B", 20)))
    inner.effects.append(schema.LinearTimeWarp(time_scalar=2.0))
    assert shown(timeline(text(track(clip("A", 8), inner)), "a.otio")) == [
        ("A", 0, 7),
        ("IN_A", 8, 47),
        ("IN_B", 8, 47),
    ]


def test_a_freeze_and_a_generator_are_seen_as_such() -> None:
    frozen = clip("A", 20)
    frozen.effects.append(schema.FreezeFrame())
    bars = clip("bars", 20)
    bars.media_reference = schema.GeneratorReference(generator_kind="SMPTEBars")
    found = timeline(text(track(frozen, bars)), "a.otio")
    assert by_clip(found, "A").speed == 0
    assert by_clip(found, "bars").picture is False


def test_what_is_switched_off_is_kept_as_such() -> None:
    off = clip("OFF", 20)
    off.enabled = False
    hidden = track(clip("HIDDEN", 20))
    hidden.enabled = False
    found = timeline(text(track(clip("A", 20), off), hidden), "a.otio")
    assert shown(found) == [("A", 0, 19)]


def test_files_without_a_range_of_their_own_last_as_long_as_their_material() -> None:
    whole = schema.Clip(name="A", media_reference=schema.ExternalReference("x.mov", span(0, 30)))
    numbered = schema.ImageSequenceReference("file:///show/SH0010/", "SH0010_comp.", ".exr", available_range=span(0, 9))
    found = timeline(text(track(whole, schema.Clip(name="B", media_reference=numbered))), "a.otio")
    assert shown(found) == [("A", 0, 29), ("B", 30, 38)]
    assert by_clip(found, "B").file == "file:///show/SH0010/SH0010_comp..exr"


def test_shots_and_reels_are_found_in_metadata() -> None:
    marked = clip("A012C003", 20)
    marked.metadata["SG"] = {"cut_item": {"Shot Code": "TLW_103_0010", "tape_name": "A012"}}
    event = by_clip(timeline(text(track(marked)), "a.otio"), "A012C003")
    assert (event.labels, event.reel) == (("TLW_103_0010",), "A012")


def test_a_marker_over_a_part_of_a_clip_names_no_shot() -> None:
    marked = clip("A012C003", 20)
    marked.markers.append(schema.Marker(name="TLW_103_0010", marked_range=span(5, 8)))
    assert by_clip(timeline(text(track(marked)), "a.otio"), "A012C003").labels == ()


def test_an_item_at_another_rate_never_loses_the_frame_that_it_touches() -> None:
    raw = text(track(clip("A", 24), clip("B", 25, 25.0), clip("C", 5, 30.0), clip("D", 24)))
    assert shown(timeline(raw, "a.otio")) == [("A", 0, 23), ("B", 24, 47), ("C", 48, 51), ("D", 52, 75)]
    uneven = text(track(clip("A", 1, 25.0), clip("B", 24)))
    assert shown(timeline(uneven, "a.otio")) == [("A", 0, 0), ("B", 0, 24)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [(23.98, (24000, 1001)), (23.976, (24000, 1001)), (29.97, (30000, 1001)), (24.0, (24, 1)), (59.94, (60000, 1001))],
)
def test_a_rate_is_what_it_means(written: float, meant: tuple[int, int]) -> None:
    assert timeline(otio([Take("A", 24)], Fraction(written).limit_denominator(1000)), "a.otio").rate == Fraction(*meant)


def test_a_collection_of_one_timeline_is_that_timeline() -> None:
    whole = {"OTIO_SCHEMA": "SerializableCollection.1", "children": [plain()]}
    assert shown(timeline(json.dumps(whole), "a.otio")) == [("A", 0, 47), ("B", 48, 71)]
    assert "2 timelines" in faults(whole | {"children": [plain(), plain()]})[0].message


def test_clips_of_an_older_schema_are_read() -> None:
    """The library of 2026 ends the process on these where the rest of them is new."""
    raw = otio([Take("A", 48), Take("B", 24)]).replace("Clip.2", "Clip.1")
    assert shown(timeline(raw, "a.otio")) == [("A", 0, 47), ("B", 48, 71)]


def test_a_start_that_isn_t_stated_is_the_master_s() -> None:
    assert timeline(otio([Take("A", 48)], start=None), "a.otio").start is None


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "-5", "1e300", "true", "null", '"24"', "9" * 5000])
@pytest.mark.parametrize("key", ["value", "rate"])
def test_times_that_are_none_are_told(number: str, key: str) -> None:
    whole = plain()
    children(whole)[0]["source_range"]["duration"][key] = "HERE"
    assert faults(json.dumps(whole).replace('"HERE"', number))


@pytest.mark.parametrize(
    "child", [None, 3, "x", {}, {"OTIO_SCHEMA": "Whatever.1"}, {"OTIO_SCHEMA": "Marker.2"}, {"OTIO_SCHEMA": 7}]
)
def test_an_item_of_unknown_length_is_told(child: object) -> None:
    whole = plain()
    children(whole).insert(0, child)
    assert faults(whole)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "no OpenTimelineIO"),
        ('{"OTIO_SCHEMA": "Clip.1"}', "no OpenTimelineIO"),
        ('{"OTIO_SCHEMA": "Timeline.1"}', "without its tracks"),
        ('{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1"}}', "no rate"),
        ('{"a":' * 100000, "nested deeper"),
        (b"\xff\xfe\xfd", ""),
        (text(track(clip("A", 10))).replace('"Stack.1"', '"Track.1"').replace('"A"', '"B"'), ""),
    ],
)
def test_what_can_t_be_followed_is_told(raw: str | bytes, told: str) -> None:
    found, wrong = read(raw.encode() if isinstance(raw, str) else raw, "cut.otio", Fraction(24))
    assert found or told in wrong[0].message


def test_a_mistake_of_form_is_told_at_its_place() -> None:
    raw = otio([Take("A", 48)])
    at = raw.index('"rate"')
    (fault,) = faults(raw[:at] + raw[at + 1 :])
    assert fault.line == raw[:at].count("\n") + 1


def test_stacks_nested_beyond_reason_are_told() -> None:
    deep: Node = track(clip("A", 10))
    for _ in range(60):
        deep = stack(deep)
    assert "nested more than 32" in faults(text(deep))[0].message
