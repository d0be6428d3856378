"""The record of an asset, and the facts of a match as they go into JSON and come back."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import Json
from scanner.drop.assets import Asset, Member, Refused
from scanner.examination import Extraction, Looked, MediaFacts, Problem
from scanner.seen import MATCH_FACTS_IN_ORDER, HeardFacts, MatchFacts, SeenAsset
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage
from scanner.timecode import Clock

NUMBERS = st.none() | st.integers(0, 10**6)
SHARES = st.floats(-2, 2)
SPANS = st.none() | st.fixed_dictionaries({"first_frame": st.integers(0, 99), "in": st.none() | st.text(max_size=11)})
HEARD = st.builds(HeardFacts, st.integers(0, 9), NUMBERS, st.sampled_from(("words", "overlay")), st.floats(0, 999))
MATCHES = st.builds(
    MatchFacts,
    *(st.text() for _ in range(3)),
    st.booleans(),
    *(st.text() for _ in range(2)),
    distance=NUMBERS,
    inliers=st.integers(0, 999),
    false_match_rate=st.none() | st.floats(0, 1),
    algorithm=st.text(),
    reference_span=SPANS,
    speed=st.floats(0.5, 2),
    mirrored=st.booleans(),
    turned=st.sampled_from((0, 90, 180, 270)),
    transforms=st.lists(st.text(), max_size=3).map(tuple),
    quad=st.none() | st.lists(st.tuples(SHARES, SHARES), min_size=4, max_size=4).map(tuple),
    time_ambiguous=st.booleans(),
    best_frame=NUMBERS,
    target_frame=NUMBERS,
    licences=st.lists(st.text(), max_size=3).map(tuple),
    ties=st.integers(0, 10**5),
    heard=st.none() | HEARD,
)
JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(), parts, max_size=3),
    max_leaves=6,
)
FILE = Asset("masters/r3.mov", (Member("masters/r3.mov", 1, 0, 0, 0),))
PLATE = Asset("p.%04d.exr", tuple(Member(f"p.{n}.exr", 1, 0, 0, 0, n) for n in (1001, 1002, 1007)), is_sequence=True)


@given(MATCHES)
def test_facts_of_a_match_come_back_as_they_were_written(facts: MatchFacts) -> None:
    assert MatchFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


@given(st.dictionaries(st.sampled_from([*MatchFacts().to_json(), "stream", "channel", "tier", "score"]), JSON))
def test_facts_that_somebody_else_states_are_read_as_far_as_they_make_sense(facts: dict[str, Json]) -> None:
    read = MatchFacts.from_json(facts)
    assert isinstance(read.reference, str)
    assert MatchFacts.from_json(read.to_json()) == read


def test_every_fact_has_a_reader_and_the_order_of_reports_begins_with_the_work() -> None:
    stated = MatchFacts("R", "T", "O", True, "image", "match", 3, 4, 0.5, "pdq/2", {"first_frame": 7}, 0.5, True, 90)  # noqa: FBT003 - in the order of the fields
    rest: dict[str, Json] = {
        "transforms": ["cropped"],
        "quad": [[0.0, 1.0], [0.5, 1.0]],
        "time_ambiguous": True,
        "best_frame": 1,
    }
    rest |= {"target_frame": 2, "licences": ["L"], "ties": 9}
    facts = stated.to_json() | rest
    assert MatchFacts.from_json(facts).to_json() == facts
    assert MATCH_FACTS_IN_ORDER[:2] == ("reference", "title")
    assert MATCH_FACTS_IN_ORDER[-1] == "time_ambiguous"


def test_the_frame_beside_is_the_best_or_the_first_of_the_work_s_span() -> None:
    span: dict[str, Json] = {"first_frame": 12}
    assert MatchFacts(target_frame=40, reference_span=span).shown_frame == 40
    assert MatchFacts(target_frame=0, reference_span=span).shown_frame == 0
    assert MatchFacts(reference_span=span).shown_frame == 12
    assert MatchFacts().shown_frame is None
    assert (MatchFacts("R", "A Poster").name, MatchFacts("R").name) == ("A Poster", "R")


@pytest.mark.parametrize(
    ("extraction", "frames"),
    [
        (None, None),
        (Extraction("video"), None),
        (Extraction("video", MediaFacts("mov", frame_count=240)), (0, 239)),
        (Extraction("video", MediaFacts("mov", frame_count=240), Looked("every", 250, 240)), (0, 249)),
        (Extraction("video", MediaFacts("mov", frame_count=240), Looked("key", 9, 240)), (0, 239)),
        (Extraction("audio", MediaFacts("wav", frame_count=240)), None),
        (Extraction("still", MediaFacts("png", frame_count=1)), None),
    ],
)
def test_a_movie_has_the_frames_that_were_decoded_or_are_stated(
    extraction: Extraction | None, frames: tuple[int, int] | None
) -> None:
    asset = SeenAsset(FILE, extraction.kind if extraction else "other", Stage.FINAL, "ab", extraction)
    assert (asset.frames, asset.is_sequence, asset.origin) == (frames, False, 0)


def test_a_sequence_has_the_numbers_of_its_files() -> None:
    extraction = Extraction("sequence", MediaFacts("exr", rate="24000/1001"))
    asset = SeenAsset(PLATE, "sequence", Stage.FINAL, "ab", extraction)
    assert (asset.frames, asset.is_sequence, asset.origin) == ((1001, 1007), True, 1001)
    assert asset.clock == Clock(Fraction(24000, 1001))


def test_somebody_owes_a_look_into_all_but_files_that_are_no_media() -> None:
    refused = SeenAsset(Refused("pipe", "a named pipe"), "other", Stage.FINAL, None, None)
    assert refused.path == "pipe"
    assert not refused.owed
    assert SeenAsset(FILE, "video", Stage.FINAL, None, None).owed
    assert not SeenAsset(
        FILE, "other", Stage.FINAL, "ab", None, problems=(Problem(Reason.SCAN_OTHER_FILE, "text"),)
    ).owed
    assert SeenAsset(FILE, "other", Stage.FINAL, None, None, problems=(Problem(Reason.SCAN_UNREADABLE, "gone"),)).owed
