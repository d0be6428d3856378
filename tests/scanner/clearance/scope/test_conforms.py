"""People approve shots and deliver one master: paper for a shot speaks for exactly its frames there."""

from fractions import Fraction
from typing import Any

import pytest

from detectors.observation import Span
from fixtures.paper import DELIVERY, Entry, approval, book, consent, declaration, licence, negative
from fixtures.timelines import Take, edl, otio, xmeml
from scanner.clearance.rules.judge import Judgement
from scanner.timecode import Clock
from tests.scanner.clearance.drops import finding, judged, mark, match, movie, reasons, sequence
from tests.scanner.clearance.reel import (
    CONFORM,
    LENGTH,
    MASTER,
    REEL,
    TAKES,
    approved,
    conformed,
    ends,
    frames_of,
    judge_master,
    master,
    shots,
)
from tests.scanner.clearance.timelines.test_formats import COUNTS, FORMATS, timeline, written


def test_an_approval_for_a_shot_clears_exactly_its_frames_and_not_one_more() -> None:
    whole = declaration(path=MASTER, approvals=["APP-1"])
    found = judge_master(conformed(declarations=[whole], approvals=[approved("TLW_0010")]), mark())
    assert frames_of(found, "approval.out_of_scope") == ((48, 131),)  # 48-59 are 0020's too
    both = judge_master(conformed(declarations=[whole], approvals=[approved("TLW_0010", "TLW_0020")]), mark())
    assert frames_of(both, "approval.out_of_scope") == ((108, 131),)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("count", ["24", "25", "29.97 drop-frame"])
def test_the_same_frames_are_cleared_from_every_format_at_every_rate(ending: str, count: str) -> None:
    rate, start = COUNTS[count]
    cut = timeline(written(TAKES, ending, rate, start), f"a.{ending}", rate)
    paper = conformed(declarations=[shots("TLW_0030")], approvals=[approved("TLW_0030")])
    found = judge_master(paper, mark(), timelines=(cut,), clock=Clock.of(rate, start))
    assert frames_of(found, "ai.disclosed") == ((108, 131),)
    assert frames_of(found, "ai.undeclared") == ((0, 107), (132, 161))


def test_shots_declared_and_approved_clear_the_master() -> None:
    every = ("TLW_0010", "TLW_0020", "TLW_0030")
    paper = conformed(declarations=[shots(*every)], approvals=[approved(*every)])
    assert judge_master(paper, mark()).verdict == "pass"


def test_two_declarations_and_approvals_share_a_dissolve() -> None:
    paper = conformed(
        declarations=[
            shots("TLW_0010", key="DEC-1"),
            shots("TLW_0020", key="DEC-2", approvals=["APP-2"], use="ideation"),
        ],
        approvals=[approved("TLW_0010"), approved("TLW_0020", key="APP-2")],
    )
    found = judge_master(paper, mark((0, 107)))
    assert frames_of(found, "ai.undeclared", "ai.partially_declared") == ()
    assert frames_of(found, "approval.missing", "approval.out_of_scope") == ()
    assert "declaration.conflict" not in reasons(found)  # they speak of two shots that share frames


def test_in_a_dissolve_the_paper_of_both_shots_is_needed() -> None:
    paper = conformed(declarations=[shots("TLW_0010")], approvals=[approved("TLW_0010")])
    found = judge_master(paper, mark((0, 59)))
    assert frames_of(found, "ai.disclosed") == ((0, 47),)
    left = finding(found, "ai.partially_declared")
    assert ends(left) == (48, 59)
    assert left.shot is None
    assert "in TLW_0010 and TLW_0020_comp_v001 (by conform/r3.edl)" in left.message


def test_that_the_other_shot_of_a_dissolve_was_made_without_ai_is_paper_too() -> None:
    paper = conformed(
        declarations=[shots("TLW_0010"), negative() | {"assets": [{"shot": "TLW_0020"}]}],
        approvals=[approved("TLW_0010")],
    )
    found = judge_master(paper, mark((0, 59)))
    assert found.verdict == "pass"
    contradicted = judge_master(paper, mark((0, 70)))
    assert frames_of(contradicted, "declaration.contradicted") == ((60, 70),)


def test_findings_in_the_master_name_their_shot_and_how_it_was_found() -> None:
    found = judge_master(conformed(), mark((60, 70)), mark((110, 120)))
    told = {each.shot: each.message for each in found.findings if each.reason == "ai.undeclared"}
    assert sorted(filter(None, told)) == ["TLW_0020_comp_v001", "TLW_0030_plate"]
    assert "frames 110-120 (01:00:04:14-01:00:05:00) in TLW_0030_plate (by conform/r3.edl)" in told["TLW_0030_plate"]
    named = judge_master(conformed(declarations=[shots("TLW_0030")], approvals=[approval()]), mark((110, 120)))
    assert finding(named, "ai.disclosed").shot == "TLW_0030"


def test_frames_of_no_shot_are_said_to_be() -> None:
    black = timeline(edl([Take("SH0010", 24), Take("", 24), Take("SH0020", 24)]), "r3.edl")
    found = judge_master(conformed(), mark((30, 40)), timelines=(black,), frames=72)
    assert finding(found, "ai.undeclared").shot is None
    assert "in no shot (by r3.edl)" in finding(found, "ai.undeclared").message


def test_one_finding_spans_shots_until_the_paper_differs() -> None:
    nothing = judge_master(conformed(), mark())
    assert [ends(each) for each in nothing.findings if each.reason == "ai.undeclared"] == [(0, LENGTH - 1)]
    middle = judge_master(conformed(declarations=[shots("TLW_0020")], approvals=[approval()]), mark())
    told = [(each.reason, ends(each)) for each in middle.findings if each.reason.startswith("ai.")]
    assert sorted(told) == [
        ("ai.disclosed", (60, 107)),
        ("ai.partially_declared", (48, 59)),
        ("ai.undeclared", (0, 47)),
        ("ai.undeclared", (108, 161)),
    ]


def test_files_by_name_are_selected_as_before_and_the_master_s_own_name_is_none() -> None:
    data = conformed(declarations=[shots("TLW_103", "TLW_0010")], approvals=[approved("TLW_0010", "TLW_103")])
    drop = [master(mark()), movie("VFX/TLW_0010_comp_v003.mov", mark()), movie("VFX/TLW_0020_comp_v001.mov", mark())]
    found = judged(drop, data, timelines=(REEL,))
    assert frames_of(found.assets[0], "ai.disclosed") == ((0, 47), (132, 161))
    assert [each.verdict for each in found.assets] == ["fail", "pass", "fail"]
    problems = found.declarations[0].problems
    assert problems == ("TLW_103 is in no timeline of this delivery; it is looked for in names only",)


def test_a_source_clip_by_its_path_is_that_file_alone() -> None:
    data = conformed(
        declarations=[declaration(path="VFX/TLW_0010_comp_v003.mov", approvals=["APP-1"])], approvals=[approval()]
    )
    drop = [master(mark()), movie("VFX/TLW_0010_comp_v003.mov", mark())]
    found = judged(drop, data, timelines=(REEL,))
    assert [each.verdict for each in found.assets] == ["fail", "pass"]


@pytest.mark.parametrize(
    "selector",
    [
        {"shot": "TLW_0030"},
        {"shot": "TLW_0030", "path": MASTER},
        {"reel": "A009"},
        {"shot": "TLW_003?", "reel": "A009"},
    ],
)
def test_assets_select_by_shot_and_by_reel(selector: Entry) -> None:
    takes = [*TAKES[:2], Take("TLW_0030_plate", 24, reel="A009"), TAKES[3]]
    data = conformed(declarations=[declaration(assets=[selector])])
    found = judge_master(data, mark(), timelines=(timeline(edl(takes)),))
    assert frames_of(found, "ai.disclosed") == ((108, 131),)
    whole = conformed(
        declarations=[declaration(path=MASTER, approvals=["APP-1"])],
        approvals=[approval(scope={"stages": ["final"], "assets": [selector]})],
    )
    cleared = judge_master(whole, mark(), timelines=(timeline(edl(takes)),))
    assert frames_of(cleared, "approval.out_of_scope") == ((0, 107), (132, 161))


def test_a_reel_is_its_whole_master() -> None:
    data = conformed(declarations=[declaration(assets=[{"reel": "R3"}])])
    assert frames_of(judge_master(data, mark()), "ai.disclosed") == ((0, 161),)
    other = conformed(declarations=[declaration(assets=[{"reel": "R4"}])])
    assert "ai.undeclared" in reasons(judge_master(other, mark()))


def test_a_reel_without_a_timeline_is_a_token_of_a_name() -> None:
    data = book(declarations=[declaration(assets=[{"reel": "R2"}], approvals=["APP-1"])], approvals=[approval()])
    found = judged([movie("masters/TLW_R1.mov", mark()), movie("masters/TLW_R2.mov", mark())], data)
    assert [each.verdict for each in found.assets] == ["fail", "pass"]


def test_a_record_timecode_is_the_master_s_own() -> None:
    record = {"reel": "R3", "record": "01:00:01:00-01:00:01:23"}
    data = conformed(declarations=[declaration(assets=None, timeline=record)])
    assert frames_of(judge_master(data, mark()), "ai.disclosed") == ((24, 47),)
    across = record | {"record": "01:00:02:06-01:00:02:11"}
    inside = judge_master(conformed(declarations=[declaration(assets=None, timeline=across)]), mark())
    assert frames_of(inside, "ai.disclosed") == (
        (54, 59),
    )  # both shots of the dissolve: the frames themselves are named


@pytest.mark.parametrize(
    ("record", "frames"),
    [
        ({"record": "01:00:01:00-01:00:01:23"}, ((24, 47),)),
        ({"reel": "R3"}, ((0, 161),)),
        ({"reel": "R3", "record": "01:00:06:00-01:00:09:00"}, ((144, 161),)),
        ({"reel": "R3", "record": "02:00:00:00-02:00:01:00"}, ()),
        ({"reel": "R3", "record": "01:00:00:24-01:00:01:00"}, ()),
        ({"reel": "R4", "record": "01:00:01:00-01:00:01:23"}, ()),
        ({}, ()),
    ],
)
def test_what_a_timeline_of_a_declaration_selects(record: Entry, frames: tuple[tuple[int, int], ...]) -> None:
    data = conformed(declarations=[declaration(assets=[{"path": "no.mov"}], timeline=record)])
    found = judged([master(mark())], data, timelines=(REEL,))
    assert frames_of(found.assets[0], "ai.disclosed") == frames
    assert bool(found.declarations[0].problems) is (not frames and bool(record))


def test_a_record_timecode_without_a_timeline_chooses_among_assets_of_the_reel_s_name() -> None:
    data = book(
        declarations=[declaration(assets=None, timeline={"reel": "R2", "record": "01:00:01:00-01:00:01:23"})],
    )
    found = judged([movie("TLW_R1.mov", mark()), movie("TLW_R2.mov", mark())], data)
    assert frames_of(found.assets[1], "ai.disclosed") == ((24, 47),)
    assert "ai.disclosed" not in reasons(found.assets[0])


def test_drop_frame_record_timecodes_are_counted_right() -> None:
    rate, start = COUNTS["29.97 drop-frame"]
    cut = timeline(edl(TAKES, rate, start), rate=rate)
    record = {"reel": "R3", "record": "00:59:59;00-01:00:00;01"}
    data = conformed(declarations=[declaration(assets=None, timeline=record)])
    found = judge_master(data, mark(), timelines=(cut,), clock=Clock.of(rate, start))
    assert frames_of(found, "ai.disclosed") == ((10, 41),)


@pytest.mark.parametrize(
    "numbers", [{"frames": "0-10"}, {"first_frame": "1001", "frames": "1001-1100"}, {"tc": "01:00:00:00"}]
)
def test_frames_beside_a_shot_are_its_files_own_and_mean_nothing_in_the_master(numbers: Entry) -> None:
    data = conformed(declarations=[declaration(assets=[{"shot": "TLW_0010"} | numbers])])
    drop = [master(mark()), movie("VFX/TLW_0010.mov", mark())]
    found = judged(drop, data, timelines=(REEL,))
    assert "ai.disclosed" in reasons(found.assets[1])
    assert "ai.disclosed" not in reasons(found.assets[0])
    assert any("its files' own" in each for each in found.declarations[0].problems)


def test_frames_beside_a_shot_and_the_master_s_path_are_the_master_s() -> None:
    data = conformed(declarations=[declaration(assets=[{"shot": "TLW_0010", "path": MASTER, "frames": "40-50"}])])
    found = judge_master(data, mark())
    assert frames_of(found, "ai.disclosed") == ((40, 47),)


def test_frames_of_a_declaration_or_approval_by_shots_mean_nothing_in_the_master() -> None:
    declared = conformed(declarations=[shots("TLW_0030", frames="1001-1010", approvals=[])])
    assert "ai.disclosed" not in reasons(judge_master(declared, mark()))
    limited = conformed(declarations=[shots("TLW_0030")], approvals=[approved("TLW_0030", frames="108-131")])
    assert "approval.out_of_scope" in reasons(judge_master(limited, mark()))
    by_path = conformed(
        declarations=[declaration(path=MASTER, approvals=["APP-1"])],
        approvals=[approved("TLW_0030", frames="110-140")],
    )
    found = judge_master(by_path, mark())
    assert frames_of(found, "approval.out_of_scope") == ((0, 109), (132, 161))


def test_excluded_shots_are_left_out_of_the_master() -> None:
    data = conformed(declarations=[declaration(path=MASTER, exclude=[{"shot": "TLW_0020"}])])
    assert frames_of(judge_master(data, mark()), "ai.disclosed") == ((0, 47), (108, 161))
    unclear = conformed(declarations=[declaration(path=MASTER, exclude=[{"shot": "TLW_0020", "frames": "0-9"}])])
    assert "ai.disclosed" not in reasons(judge_master(unclear, mark()))


@pytest.mark.parametrize("codes", [["TLW_0010"], ["TLW_0010", "TLW_0020"], ["TLW_00[12]0"], ["TLW_0099"]])
def test_a_consent_is_for_the_frames_of_its_shots(codes: list[str]) -> None:
    scope = {"production": "TLW-81234567", "description": "re-ageing", "shots": codes}
    talent: Entry = {"involves": ["talent_likeness"], "talent": [{"performer": "A. Actor", "consent": "CON-1"}]}
    data = conformed(
        declarations=[shots("TLW_0010", "TLW_0020", **talent)], approvals=[approval()], consents=[consent(scope=scope)]
    )
    found = judge_master(data)
    expected = {1: ((48, 107),), 2: ()}[len(codes)] if codes[0] == "TLW_0010" else ((0, 107), (132, 161))
    assert frames_of(found, "consent.out_of_scope") == expected


def test_a_licence_for_a_shot_allows_the_work_there_alone() -> None:
    scoped = licence(scope={"assets": [{"shot": "TLW_0030"}]})
    inside = judge_master(conformed(licences=[scoped]), match(span=(110, 120)))
    assert finding(inside, "ip.licensed").shot == "TLW_0030"
    assert finding(inside, "ip.licensed").span == Span(110, 120, 3)
    across = judge_master(conformed(licences=[scoped]), match(span=(100, 120)))
    assert frames_of(across, "ip.licensed") == ((108, 120),)
    assert frames_of(across, "licence.out_of_scope") == ((100, 107),)


def test_a_pattern_that_names_most_shots_of_a_timeline_is_too_broad() -> None:
    wide = judge_master(conformed(declarations=[shots("TLW_00*", approvals=[])]), mark())
    assert "selects 3 of the 3 shots of a timeline" in finding(wide, "declaration.too_broad").message
    narrow = judge_master(conformed(declarations=[shots("TLW_003*", approvals=[])]), mark())
    assert "declaration.too_broad" not in reasons(narrow)


MISFIT = conformed(
    declarations=[shots("TLW_0010"), declaration("DEC-2", assets=None, timeline={"reel": "R3"})],
    approvals=[approved("TLW_0010")],
)


def test_a_timeline_that_doesn_t_fit_selects_nothing_and_says_in_what() -> None:
    drop = [master(mark(), frames=LENGTH + 7), movie("VFX/TLW_0010_comp_v003.mov", mark())]
    found = judged(drop, MISFIT, timelines=(REEL,))
    misfit = finding(found.assets[0], "conform.misfit")
    assert misfit.verdict == "review"
    assert "conform/r3.edl doesn't fit and selects nothing" in misfit.message
    assert "7 frames after the last one" in misfit.message
    assert frames_of(found.assets[0], "ai.undeclared") == ((0, LENGTH - 1),)
    assert found.assets[1].verdict == "pass"
    assert "can't be looked for in conform/r3.edl" in found.declarations[0].problems[0]
    assert "whose timeline fits no master" in found.declarations[1].problems[0]


def test_what_is_excluded_by_a_timeline_that_doesn_t_fit_may_be_anything() -> None:
    data = conformed(declarations=[declaration(path="masters/*.mov", exclude=[{"shot": "TLW_0010"}])])
    drop = [master(mark(), frames=LENGTH + 7), movie("masters/r4.mov", mark()), movie("x.mov"), movie("y.mov")]
    found = judged(drop, data, timelines=(REEL,))
    assert "ai.disclosed" not in reasons(found.assets[0])
    assert "ai.disclosed" in reasons(found.assets[1])


@pytest.mark.parametrize(
    ("conform", "drop", "told"),
    [
        (CONFORM | {"asset": "masters/r9.mov"}, [MASTER], "masters/r9.mov, is not in this drop"),
        (CONFORM | {"asset": MASTER.upper()}, [MASTER], "differs from it only in capital letters"),
        ({"file": "conform/r3.edl"}, [MASTER, "b.mov"], "this delivery has 2 videos"),
        ({"file": "conform/r3.edl"}, [], "this delivery has no videos"),
    ],
)
def test_a_timeline_of_no_asset_is_told_of_the_drop(conform: Entry, drop: list[str], told: str) -> None:
    found = judged([master(path=path) for path in drop], conformed(conform), timelines=(REEL,))
    assert told in finding(found, "conform.misfit").message


def test_a_timeline_that_isn_t_there_is_a_misfit_of_its_master() -> None:
    found = judged([master(mark())], conformed(declarations=[shots("TLW_0010")]))
    assert "there is no such file" in finding(found.assets[0], "conform.misfit").message
    assert "ai.disclosed" not in reasons(found.assets[0])


def test_the_only_video_is_the_master_of_a_timeline_that_names_none() -> None:
    data = conformed({"file": "r3.edl"}, declarations=[shots("TLW_0030")])
    found = judged([master(mark()), sequence("VFX/x.%04d.exr")], data, timelines=(REEL,))
    assert frames_of(found.assets[0], "ai.disclosed") == ((108, 131),)


def test_a_delivery_may_have_a_timeline_a_reel() -> None:
    other = timeline(edl([Take("TLW_0010_wide", 30), Take("TLW_0050", 20)], start="02:00:00:00"), "r4.edl")
    drop = [
        master(mark()),
        master(mark(), path="masters/r4.mov", frames=50, clock=Clock.of(Fraction(24), "02:00:00:00")),
    ]
    data = conformed(
        CONFORM,
        {"file": "r4.edl", "asset": "masters/r4.mov", "reel": "R4"},
        declarations=[
            shots("TLW_0010"),
            declaration("DEC-2", assets=None, timeline={"reel": "R4", "record": "02:00:01:10-02:00:01:19"}),
        ],
        approvals=[approval()],
    )
    found = judged(drop, data, timelines=(REEL, other))
    assert frames_of(found.assets[0], "ai.disclosed") == ((0, 47), (132, 161))
    assert frames_of(found.assets[1], "ai.disclosed") == ((0, 29), (34, 43))


def test_only_the_timelines_of_the_delivery_that_is_judged_count() -> None:
    data = book(
        deliveries=[DELIVERY | {"conform": CONFORM}, DELIVERY | {"id": "DEL-2"}], declarations=[shots("TLW_0010")]
    )
    given = [master(mark())]
    first = judged(given, data, timelines=(REEL,))
    assert "ai.disclosed" in reasons(first.assets[0])
    second = judged(given, data | {"deliveries": data["deliveries"][::-1]}, timelines=(REEL,))
    assert "ai.disclosed" not in reasons(second.assets[0])


def test_a_timeline_on_a_sequence_speaks_in_its_file_numbers() -> None:
    frames = sequence(
        "masters/r3.%06d.dpx",
        mark(),
        frames=(86400, 86400 + LENGTH - 1),
        clock=Clock.of(Fraction(24), "01:00:00:00"),
    )
    data = conformed(CONFORM | {"asset": "masters/r3.######.dpx"}, declarations=[shots("TLW_0030")])
    found = judged([frames], data, timelines=(REEL,)).assets[0]
    assert frames_of(found, "ai.disclosed") == ((86508, 86531),)


@pytest.mark.parametrize("ending", ["xml", "otio"])
def test_order_of_events_and_of_assets_changes_nothing(ending: str) -> None:
    text = {"xml": xmeml, "otio": otio}[ending](TAKES)
    data = conformed(declarations=[shots("TLW_0010")], approvals=[approved("TLW_0010")])
    drop = [master(mark()), movie("VFX/TLW_0010.mov", mark()), movie("VFX/TLW_0020.mov")]
    straight = judged(drop, data, timelines=(timeline(text, f"a.{ending}"),))
    mixed = judged(drop[::-1], data, timelines=(timeline(text, f"a.{ending}"),))
    assert straight.assets == mixed.assets[::-1]
    assert _without_assets(straight) == _without_assets(mixed)


def _without_assets(judgement: Judgement) -> tuple[Any, ...]:
    return judgement.findings, judgement.declarations, judgement.approvals
