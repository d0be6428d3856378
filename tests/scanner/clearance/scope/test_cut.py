"""A timeline on its master: which frames a shot has there, and everything that keeps one from fitting."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.timelines import Take, edl, length, otio, truth, xmeml
from scanner.clearance.scope.cut import Cut, ReelTimeline, fps, lay
from scanner.clearance.timelines.model import Timeline
from scanner.seen import SeenAsset
from scanner.terms.coverage import Frames
from scanner.timecode import Clock
from tests.scanner.clearance.drops import movie, sequence, still
from tests.scanner.clearance.timelines.test_formats import COUNTS, FORMATS, cuts, timeline, written

TAKES = [
    Take("TLW_0010_comp_v003", 48),
    Take("TLW_0020_comp_v001", 60, over=12),
    Take("TLW_0030_comp_v007", 24, reel="A003"),
    Take("TLW_0010_comp_v003", 30),
]
LENGTH = length(TAKES)
NTSC = Fraction(30000, 1001)


def master(frames: int = LENGTH, rate: Fraction = Fraction(24), start: str = "01:00:00:00") -> SeenAsset:
    return movie("masters/r3.mov", frames=frames, clock=Clock.of(rate, start))


def laid(subject: SeenAsset, *conforms: Timeline | ReelTimeline, codes: Sequence[str] = ()) -> Cut:
    given = [each if isinstance(each, ReelTimeline) else ReelTimeline(each) for each in conforms]
    found = lay(given, subject, codes)
    assert isinstance(found, Cut), found
    return found


def misfit(subject: SeenAsset, *timelines: Timeline) -> str:
    found = lay([ReelTimeline(each) for each in timelines], subject)
    assert isinstance(found, str)
    return found


def touched(found: Cut, code: str) -> tuple[tuple[int, int], ...]:
    return found.layers.touched(found.shot(code)).ranges


@settings(deadline=None)
@given(cuts(), st.sampled_from(sorted(COUNTS)), st.sampled_from(FORMATS))
def test_a_shot_has_exactly_the_frames_that_the_truth_gives_it(takes: list[Take], count: str, ending: str) -> None:
    rate, start = COUNTS[count]
    takes = [*takes, Take("END0001", 1)]
    found = laid(master(length(takes), rate, start), timeline(written(takes, ending, rate, start), f"a.{ending}", rate))
    for name, *_ in truth(takes):
        mine = Frames.of(*((first, last) for clip, first, last in truth(takes) if clip == name))
        others = Frames.of(*((first, last) for clip, first, last in truth(takes) if clip != name))
        held = found.shot(name)
        assert found.layers.touched(held) == mine
        assert found.layers.full(held) == mine - others
        assert {piece.called for first, last in mine - others for piece in found.within((first, last))} <= {name}


@pytest.mark.parametrize("ending", FORMATS)
def test_a_shot_used_twice_has_both_places(ending: str) -> None:
    found = laid(master(), timeline(written(TAKES, ending), f"a.{ending}"))
    assert touched(found, "TLW_0010") == ((0, 59), (132, 161))
    assert touched(found, "TLW_0020") == ((48, 107),)
    assert found.layers.full(found.shot("TLW_0010")).ranges == ((0, 47), (132, 161))
    assert found.layers.full(found.shot("TLW_0010") | found.shot("TLW_0020")).ranges == ((0, 107), (132, 161))


def test_a_code_is_a_whole_token_of_a_name() -> None:
    found = laid(master(), timeline(edl(TAKES)))
    assert touched(found, "TLW_003") == ()
    assert touched(found, "0030") == ((108, 131),)
    assert touched(found, "TLW_0*") == ((0, LENGTH - 1),)
    assert touched(found, "tlw_0030") == ()
    assert found.shots() == found.shots_named("TLW_0*") == {take.name for take in TAKES}


@pytest.mark.parametrize(
    "take",
    [
        Take("A012C003", 48, file="/show/TLW_0099/plate.mov"),
        Take("A012C003", 48, file="TLW_0099.mov"),
        Take("A012C003", 48, reel="TLW_0099"),
        Take("A012C003", 48, mark="TLW_0099 sky"),
    ],
)
def test_a_shot_is_found_by_file_folder_reel_or_marker_too(take: Take) -> None:
    takes = [take, Take("TLW_0010", 12)]
    assert touched(laid(master(60), timeline(edl(takes))), "TLW_0099") == ((0, 47),)


def test_in_a_list_all_in_capitals_small_letters_don_t_count() -> None:
    takes = [Take("sh_0010_comp", 48), Take("sh_0020_comp", 12, file="sh_0020.mov")]
    found = laid(master(60), timeline(edl(takes).upper()))
    assert touched(found, "sh_0010") == touched(found, "SH_0010") == ((0, 47),)
    assert touched(laid(master(60), timeline(edl(takes))), "SH_0010") == ()


def test_material_from_a_reel_has_its_frames() -> None:
    found = laid(master(), timeline(edl(TAKES)))
    assert found.layers.touched(found.tape("A003")).ranges == ((108, 131),)
    assert not found.tape("A00")


def test_shots_are_called_as_the_paper_does_else_by_their_marker_or_clip() -> None:
    takes = [Take("TLW_0010_comp_v003.mov", 48, mark="TLW_0010"), Take("TLW_0020_comp_v001.mov", 12), Take("X", 6)]
    cut = timeline(edl(takes))
    plain = laid(master(66), cut)
    assert [piece.called for piece in plain.pieces] == ["TLW_0010", "TLW_0020_comp_v001", "X"]
    by_paper = laid(master(66), cut, codes=["TLW_0020_comp", "TLW_0020", "0020"])
    assert [piece.called for piece in by_paper.pieces] == ["TLW_0010", "TLW_0020_comp", "X"]


def test_several_tracks_lie_over_each_other_and_every_one_counts() -> None:
    over = edl([Take("", 24, left_out=True), Take("LOGO_01", 12)])
    found = laid(master(), timeline(edl(TAKES)), timeline(over, "v2.edl"))
    assert found.layers.full(found.shot("TLW_0010")).ranges == ((0, 23), (36, 47), (132, 161))
    assert found.layers.full(found.shot("TLW_0010") | found.shot("LOGO_01")).ranges == ((0, 47), (132, 161))
    assert [piece.source for piece in found.within((24, 24))] == ["cut.edl", "v2.edl"]


def test_black_and_what_is_switched_off_belong_to_no_shot() -> None:
    takes = [Take("SH0010", 24), Take("", 24), Take("SH0020", 24, over=6)]
    found = laid(master(72), timeline(edl(takes)))
    assert touched(found, "SH0020") == ((48, 71),)
    assert found.layers.full(found.shot("SH0020")).ranges == ((48, 71),)
    assert found.within((30, 40)) == []


def test_reels_of_one_master_are_its_parts() -> None:
    one = edl([Take("SH0010", 24)])
    two = edl([Take("SH0020", 48)], start="01:00:01:00")
    found = laid(master(72), ReelTimeline(timeline(one, "r1.edl"), "R1"), ReelTimeline(timeline(two, "r2.edl"), "R2"))
    assert (found.reels["R1"].ranges, found.reels["R2"].ranges) == (((0, 23),), ((24, 71),))


def test_a_sequence_is_a_master_by_its_file_numbers() -> None:
    frames = sequence(
        "masters/r3.%04d.dpx", frames=(86400, 86400 + LENGTH - 1), clock=Clock.of(Fraction(24), "01:00:00:00")
    )
    assert touched(laid(frames, timeline(edl(TAKES))), "TLW_0020") == ((86448, 86507),)


def test_a_timeline_that_states_no_start_begins_with_the_master() -> None:
    found = laid(master(start="10:00:00:00"), timeline(otio(TAKES, start=None), "a.otio"))
    assert touched(found, "TLW_0030") == ((108, 131),)


def test_gaps_explain_as_much_before_and_after() -> None:
    sparse = edl([Take("SH0010", 24), Take("", 50, left_out=True), Take("SH0020", 24)], start="01:00:01:00")
    assert touched(laid(master(24 + 98 + 26), timeline(sparse)), "SH0020") == ((98, 121),)
    assert "24 frames before the first event and 27 frames after" in misfit(master(24 + 98 + 27), timeline(sparse))


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (
            master(LENGTH + 1),
            "0 frames before the first event and 1 frame after the last one, while nothing is left out",
        ),
        (master(LENGTH - 5), "event 004 of cut.edl ends 5 frames after the master does"),
        (master(start="01:00:00:01"), "event 001 of cut.edl begins 1 frame before the master does"),
        (master(LENGTH + 24, start="00:59:59:00"), "the master has 24 frames before the first event"),
        (master(start="10:00:00:00"), "begins 777600 frames before"),
        (
            master(rate=Fraction(25)),
            "cut.edl counts 24 frames a second (the production's fps: a list states none), the master 25",
        ),
        (master(rate=NTSC, start="01:00:00;00"), "the master 29.97"),
        (still("r3.png"), "no moving picture"),
        (movie("r3.mov", frames=None, clock=None), "can't be counted"),
        (movie(clock=None), "can't be counted"),
        (movie(clock=Clock(Fraction(24), times=(0.0, 0.1, 0.2))), "uneven"),
        (movie(clock=Clock.of(Fraction(24), "01:00:00:00 20=02:00:00:00")), "doesn't count on"),
    ],
)
def test_a_list_that_doesn_t_fit_says_in_what(subject: SeenAsset, told: str) -> None:
    assert told in misfit(subject, timeline(edl(TAKES)))


@pytest.mark.parametrize(("ending", "write"), [("xml", xmeml), ("otio", otio)])
def test_a_timeline_that_states_its_start_and_rate_is_held_to_them(ending: str, write: type[str]) -> None:
    cut = timeline(write(TAKES), f"a.{ending}")
    assert "begins at 01:00:00:00, the master at 00:59:59:00" in misfit(master(LENGTH + 24, start="00:59:59:00"), cut)
    assert "counts 24 frames a second, the master 23.976" in misfit(master(rate=Fraction(24000, 1001)), cut)


def test_only_the_labels_of_a_list_have_to_be_the_master_s() -> None:
    found = laid(master(rate=Fraction(24000, 1001)), timeline(edl(TAKES)))
    assert touched(found, "TLW_0020") == ((48, 107),)


@pytest.mark.parametrize(
    ("listed", "clock", "told"),
    [
        ("01:00:00:00", "01:00:00;00", "cut.edl counts non-drop, the master drop-frame"),
        ("01:00:00;00", "01:00:00:00", "cut.edl counts drop-frame, the master not"),
    ],
)
def test_drop_frame_and_non_drop_don_t_fit_each_other(listed: str, clock: str, told: str) -> None:
    cut = timeline(edl(TAKES, NTSC, listed), rate=NTSC)
    assert told in misfit(master(rate=NTSC, start=clock), cut)


def test_scenes_are_cut_where_pieces_begin_and_end() -> None:
    found = laid(master(), timeline(edl(TAKES)))
    assert found.scenes((0, 110)) == [(0, 47), (48, 59), (60, 107), (108, 110)]
    assert found.scenes((20, 30)) == [(20, 30)]


def test_rates_are_told_as_people_write_them() -> None:
    assert [fps(Fraction(*each)) for each in ((24, 1), (24000, 1001), (30000, 1001))] == ["24", "23.976", "29.97"]


def test_a_master_whose_labels_two_frames_share_takes_a_timeline_of_its_frames() -> None:
    rate = Fraction(60000, 1001)
    takes = [Take("TLW_0010", 48), Take("TLW_0020", 60)]
    conform = timeline(written(takes, "otio", rate, "01:00:00;00"), "a.otio", rate)
    found = laid(master(108, rate, "01:00:00;00@30000/1001"), conform)
    assert touched(found, "TLW_0020") == ((48, 107),)
