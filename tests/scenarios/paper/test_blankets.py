"""Blankets in every spelling: what a declaration chooses by patterns counts together, however they are written."""

import pytest

from fixtures.paper import Entry, approval, book, declaration, negative
from fixtures.timelines import Take, edl, length
from tests.scanner.clearance.drops import finding, judged, mark, movie, reasons, sequence, still
from tests.scanner.clearance.reel import MASTER, conformed, master
from tests.scanner.clearance.timelines.test_formats import timeline

ANYWHERE = {"approvals": [approval()]}
NO_FILES: Entry = {"assets": None}
DROP = [
    movie("VFX/SNW_0010_comp.mov"),
    movie("VFX/SNW_0020_comp.mov"),
    movie("masters/SNW_106.mov"),
    still("stills/SNW_key.jpg", mark()),
]
CUT = [Take(f"SNW_00{number}0_comp_v001", 24) for number in range(1, 7)]
REEL = timeline(edl(CUT), "conform/r3.edl")
EVERY_SHOT = [f"SNW_00{number}0" for number in range(1, 7)]


def by(*paths: str) -> Entry:
    return {"assets": [{"path": path} for path in paths]}


def of(*codes: str) -> Entry:
    return NO_FILES | {"shots": list(codes)}


@pytest.mark.parametrize(
    "lines",
    [
        of("SNW"),
        of("SNW*"),
        of("mov", "jpg"),
        of("mov", "SNW_key"),
        by("VFX/**", "stills/**", "masters/**"),
        by("VFX/*", "[ms]*/*"),
        by("VFX/", "masters/", "stills/"),
        by("V*/*", "m*/*", "s*/*"),
        by("**/SNW*"),
        by("?*/*"),
        {"assets": [{"reel": "SNW"}]},
        {"assets": [{"path": "**", "shot": "SNW"}]},
        {"assets": [{"path": "VFX/**"}, {"shot": "SNW"}]},
    ],
)
def test_a_blanket_in_any_spelling_discloses_nothing_and_is_told(lines: Entry) -> None:
    data = book(declarations=[declaration(**lines, approvals=["APP-1"])], **ANYWHERE)
    judgement = judged(DROP, data)
    assert judgement.verdict == "fail"
    assert set(reasons(judgement.assets[3])) == {"ai.undeclared", "declaration.too_broad"}
    assert "declaration.too_broad" in reasons(judgement.assets[0])
    early = judged(DROP, data, "pre-production")
    assert "ai.disclosed" in reasons(early.assets[3])


@pytest.mark.parametrize("lines", [of("SNW"), by("VFX/**", "stills/**", "masters/**"), by("**")])
def test_a_blanket_that_nobody_approved_lacks_approval_as_what_it_chooses_would(lines: Entry) -> None:
    unmarked = [*DROP[:3], still("stills/SNW_key.jpg")]
    judgement = judged(unmarked, book(declarations=[declaration(**lines)]))
    assert judgement.verdict == "fail"
    assert {"approval.missing", "declaration.too_broad"} == set(reasons(judgement.assets[0]))


@pytest.mark.parametrize(
    "lines",
    [
        by(*(each.path for each in DROP)),
        {"assets": [{"sha256": each.sha256} for each in DROP]},
        of("SNW_0010", "SNW_0020", "SNW_106", "SNW_key"),
        by("stills/*"),
        by("stills/*", "masters/*"),
        {"assets": [{"path": "**", "sha256": DROP[3].sha256}]},
        by("VFX/SNW_0010*", "stills/*"),
    ],
)
def test_what_is_named_or_is_a_part_of_the_drop_is_no_blanket(lines: Entry) -> None:
    data = book(declarations=[declaration(**lines, approvals=["APP-1"])], **ANYWHERE)
    judgement = judged(DROP, data)
    assert "declaration.too_broad" not in {reason for each in judgement.assets for reason in reasons(each)}
    assert finding(judgement.assets[3], "ai.disclosed")


def test_the_files_of_one_shot_are_named_by_its_code_however_many_there_are() -> None:
    files = ("comp_v003.mov", "plate_A012C003_0101.mov", "matte_v001.mov", "comp_4k.mov", "comp_1001-1100.mov")
    drop = [*(movie(f"VFX/SNW_0010_{name}", mark()) for name in files), sequence("VFX/SNW_0010_cg.%04d.exr")]
    drop += [movie("2026-03-31/SNW_0010.mov", mark()), movie("v12/SNW_0010/review.mov", mark())]
    data = book(declarations=[declaration(**of("SNW_0010"), approvals=["APP-1"])], **ANYWHERE)
    assert judged(drop, data).verdict == "info"


@pytest.mark.parametrize("code", ["SNW_106", "106", "ep106", "v003", "comp"])
def test_a_token_with_a_number_that_other_numbers_follow_is_no_shot(code: str) -> None:
    drop = [movie(f"VFX/ep106/SNW_106_{number}_comp_v003.mov") for number in ("0010", "0020", "0030")]
    judgement = judged(drop, book(declarations=[declaration(**of(code), approvals=["APP-1"])], **ANYWHERE))
    assert [reasons(each) for each in judgement.assets] == [["declaration.too_broad"]] * 3


@pytest.mark.parametrize("code", ["SNW", "comp", "v001", "SNW*", "SNW_00*"])
def test_a_token_that_most_shots_of_a_timeline_share_is_a_blanket(code: str) -> None:
    data = conformed(declarations=[declaration(**of(code), approvals=["APP-1"])], **ANYWHERE)
    (asset,) = judged([master(mark(), frames=length(CUT))], data, timelines=(REEL,)).assets
    assert (asset.verdict, set(reasons(asset))) == ("fail", {"ai.undeclared", "declaration.too_broad"})
    assert "6 of the 6 shots of a timeline" in finding(asset, "declaration.too_broad").message


def test_every_shot_of_a_timeline_by_its_whole_code_is_no_blanket() -> None:
    data = conformed(declarations=[declaration(**of(*EVERY_SHOT), approvals=["APP-1"])], **ANYWHERE)
    (asset,) = judged([master(mark(), frames=length(CUT))], data, timelines=(REEL,)).assets
    assert reasons(asset) == ["ai.disclosed"]


def test_patterns_of_shots_add_up_over_a_timeline() -> None:
    data = conformed(declarations=[declaration(**of("SNW_001*", "SNW_00[2]0", "*_0030", "SNW_004*", "SNW_005*"))])
    (asset,) = judged([master(frames=length(CUT))], data, timelines=(REEL,)).assets
    assert "declaration.too_broad" in reasons(asset)
    few = conformed(declarations=[declaration(**of("SNW_001*", "SNW_002*"))])
    (asset,) = judged([master(frames=length(CUT))], few, timelines=(REEL,)).assets
    assert "declaration.too_broad" not in reasons(asset)


def test_a_tape_that_all_shots_come_from_is_a_blanket_and_the_reel_of_the_conform_is_none() -> None:
    tape: Entry = {"assets": [{"reel": "A001"}], "approvals": ["APP-1"]}
    (asset,) = judged(
        [master(frames=length(CUT))], conformed(declarations=[declaration(**tape)], **ANYWHERE), timelines=(REEL,)
    ).assets
    assert "declaration.too_broad" in reasons(asset)
    reel: Entry = {"assets": [{"reel": "R3"}], "approvals": ["APP-1"]}
    (asset,) = judged(
        [master(frames=length(CUT))], conformed(declarations=[declaration(**reel)], **ANYWHERE), timelines=(REEL,)
    ).assets
    assert reasons(asset) == ["ai.declared_no_evidence"]


def test_a_timeline_that_is_a_token_of_most_names_is_a_blanket() -> None:
    lines = NO_FILES | {"timeline": {"reel": "SNW"}}
    judgement = judged(DROP, book(declarations=[declaration(**lines, approvals=["APP-1"])], **ANYWHERE))
    assert [reasons(each) for each in judgement.assets[:3]] == [["declaration.too_broad"]] * 3


def test_what_is_declared_to_be_free_of_ai_may_be_a_blanket() -> None:
    everything = book(declarations=[negative(path="**")])
    assert judged(DROP[:3], everything).verdict == "pass"


def test_a_blanket_that_is_also_named_discloses_what_is_named() -> None:
    lines: Entry = {"assets": [{"path": "**"}, {"path": "stills/SNW_key.jpg"}]}
    judgement = judged(DROP, book(declarations=[declaration(**lines, approvals=["APP-1"])], **ANYWHERE))
    assert (judgement.verdict, reasons(judgement.assets[3])) == ("review", ["ai.disclosed"])


def test_a_master_by_its_path_is_no_blanket_though_it_holds_all_shots() -> None:
    data = conformed(declarations=[declaration(path=MASTER, approvals=["APP-1"])], **ANYWHERE)
    (asset,) = judged([master(mark(), frames=length(CUT))], data, timelines=(REEL,)).assets
    assert reasons(asset) == ["ai.disclosed"]
