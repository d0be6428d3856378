"""Paper that is in order passes: what was told as a fault though it was none."""

from dataclasses import replace

import pytest

from detectors.observation import Claim, Observation
from fixtures.paper import Entry, approval, book, declaration, negative
from tests.scanner.clearance.drops import finding, hint, judged, mark, movie, one, reasons, sequence, still
from tests.scanner.clearance.reel import MASTER, approved, conformed, frames_of, judge_master, shots
from tests.scanner.clearance.timelines.test_fcp7 import item as clip
from tests.scanner.clearance.timelines.test_fcp7 import one as fcp7
from tests.scanner.clearance.timelines.test_formats import timeline

HALL = "stills/Firefly_snowy hall_12345.jpg"
ANYWHERE = {"approvals": [approval()]}
NO_FILES: Entry = {"assets": None}


def composite(code: str = "compositeWithTrainedAlgorithmicMedia") -> Observation:
    """A mark of a whole file that says that something in it was made with AI."""
    return replace(mark(claim=Claim.EDITED), value=f"http://cv.iptc.org/newscodes/digitalsourcetype/{code}")


def free(*codes: str) -> Entry:
    return negative("DEC-N") | {"assets": [], "shots": list(codes)}


@pytest.mark.parametrize("code", ["compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"])
@pytest.mark.parametrize(
    "used",
    [
        NO_FILES | {"shots": ["TLW_0020"]},
        {"assets": [{"path": MASTER, "frames": "48-107"}]},
        NO_FILES | {"timeline": {"reel": "R3", "record": "01:00:02:00-01:00:04:11"}},
        {"assets": [{"path": MASTER, "tc": "01:00:02:00-01:00:04:11"}]},
    ],
)
def test_a_composite_master_whose_ai_shot_is_declared_and_approved_passes(used: Entry, code: str) -> None:
    data = conformed(declarations=[declaration(**used, approvals=["APP-1"])], **ANYWHERE)
    judgement = judge_master(data, composite(code))
    assert (judgement.verdict, reasons(judgement)) == ("pass", ["ai.disclosed"])


def test_that_the_other_shots_are_free_of_ai_contradicts_no_composite_mark() -> None:
    data = conformed(declarations=[shots("TLW_0020"), free("TLW_0010", "TLW_0030")], approvals=[approved("TLW_0020")])
    judgement = judge_master(data, composite())
    assert (judgement.verdict, reasons(judgement)) == ("pass", ["ai.disclosed"])


def test_a_composite_of_which_nothing_is_declared_is_undeclared_where_nobody_calls_it_free() -> None:
    assert reasons(judge_master(conformed(), composite())) == ["ai.undeclared"]
    some = judge_master(conformed(declarations=[free("TLW_0030")]), composite())
    assert frames_of(some, "ai.undeclared") == ((0, 107), (132, 161))
    assert "declaration.contradicted" not in reasons(some)
    everything = judge_master(conformed(declarations=[negative("DEC-N", MASTER)]), composite())
    assert set(reasons(everything)) == {"ai.undeclared", "declaration.contradicted"}


def test_a_composite_shot_without_approval_fails_for_its_own_frames_alone() -> None:
    judgement = judge_master(conformed(declarations=[shots("TLW_0020", approvals=[])]), composite())
    assert (judgement.verdict, reasons(judgement)) == ("fail", ["approval.missing", "ai.disclosed"])
    assert frames_of(judgement, "approval.missing") == ((48, 107),)


def test_a_generated_mark_beside_the_composite_one_is_about_all_of_the_master() -> None:
    data = conformed(declarations=[shots("TLW_0020")], approvals=[approved("TLW_0020")])
    judgement = judge_master(data, composite(), mark())
    assert "ai.partially_declared" in reasons(judgement)


def test_a_composite_sequence_and_a_composite_still_ask_for_what_they_hold() -> None:
    part = declaration(assets=[{"sequence": "VFX/plate.####.exr", "frames": "1001-1010"}], approvals=["APP-1"])
    plate = one(sequence("VFX/plate.%04d.exr", composite()), book(declarations=[part], **ANYWHERE))
    assert (plate.verdict, reasons(plate)) == ("pass", ["ai.disclosed"])
    picture = one(still("a.png", composite()), book(declarations=[negative(path="a.png")]))
    assert set(reasons(picture)) == {"ai.undeclared", "declaration.contradicted"}


def test_a_blanket_declares_nothing_of_a_composite() -> None:
    drop = [movie("VFX/a.mov", composite()), movie("VFX/b.mov")]
    (asset, _) = judged(drop, book(declarations=[declaration(path="**", approvals=["APP-1"])], **ANYWHERE)).assets
    assert "ai.undeclared" in reasons(asset)


def test_that_no_ai_was_used_answers_what_only_suggests_it() -> None:
    judgement = one(still(HALL, hint()), book(declarations=[negative(path=HALL)]))
    assert (judgement.verdict, reasons(judgement)) == ("pass", ["ai.no_evidence"])
    told = finding(judgement, "ai.no_evidence")
    assert told.message == (
        "No evidence of generative AI was seen in what was looked at. DEC-900 states that none was used. What suggests "
        "it (file name) is answered by that."
    )
    assert told.observations == (0,)


@pytest.mark.parametrize("source", ["GraphicAndType", "Slug"])
def test_a_title_or_layer_of_premiere_over_a_declared_shot_belongs_to_nobody(source: str) -> None:
    made = f'<file id="made"><name>Graphic</name><mediaSource>{source}</mediaSource></file>'
    cut = timeline(
        fcp7(clip("SH010_comp", 0, 48) + clip("SH020_comp", 48, 96), clip("Graphic", 12, 36, inside=made)), "r3.xml"
    )
    data = conformed(declarations=[shots("SH010", "SH020")], approvals=[approved("SH010", "SH020")])
    judgement = judge_master(data, mark(), frames=96, timelines=(cut,))
    assert (judgement.verdict, reasons(judgement)) == ("pass", ["ai.disclosed"])


def test_an_answer_for_some_frames_leaves_the_question_for_the_others() -> None:
    some = negative() | {"assets": [{"path": "VFX/a.mov", "frames": "0-99"}]}
    judgement = one(movie("VFX/a.mov", hint()), book(declarations=[some]))
    assert frames_of(judgement, "ai.suspected_undeclared") == ((100, 239),)


def test_an_answer_by_shot_or_checksum_counts_as_one_by_path() -> None:
    subject = movie("VFX/SNW_0010_comp.mov", hint())
    for selector in ({"shot": "SNW_0010"}, {"sha256": subject.sha256}, {"path": "VFX/SNW_0010*"}):
        judgement = one(subject, book(declarations=[negative() | {"assets": [selector]}]))
        assert judgement.verdict == "pass", selector


def test_an_established_mark_is_contradicted_by_the_answer_as_before() -> None:
    judgement = one(still(HALL, hint(), mark()), book(declarations=[negative(path=HALL)]))
    assert set(reasons(judgement)) == {"ai.undeclared", "declaration.contradicted"}
