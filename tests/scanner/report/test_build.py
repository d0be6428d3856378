"""From walk, results and judgement to the document."""

from dataclasses import replace

import pytest

from detectors.material import AssetKind
from detectors.observation import VALUE_LIMIT, Kind, Observation, Span, Strength
from fixtures import report_delivery, reports
from scanner.drop.assets import Refused
from scanner.examination import Extraction, MediaFacts, Problem
from scanner.report.jsonfile import dumps
from scanner.report.model import AssetRow, Inputs, PolicyInput, Report
from scanner.seen import SeenAsset
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage, Verdict


def asset_of(report: Report, path: str) -> AssetRow:
    return next(asset for asset in report["assets"] if asset["path"] == path)


def test_observations_are_numbered_from_one_and_findings_name_them() -> None:
    asset = asset_of(report_delivery.delivery().report(), "stills/lighthouse_matte.png")
    assert [observation["id"] for observation in asset["observations"]] == ["o1", "o2", "o3"]
    assert asset["findings"][0]["observations"] == ["o1", "o2"]
    assert asset["pictures"][0]["observations"] == ["o1", "o2"]


def test_a_span_in_a_movie_has_the_timecodes_of_its_first_and_last_frame() -> None:
    asset = asset_of(report_delivery.delivery().report(), "masters/TLW_103_r3.mov")
    assert asset["findings"][0]["span"] == {
        "first_frame": 240,
        "last_frame": 287,
        "in": "01:00:10:00",
        "out": "01:00:11:23",
        "start": 10.01,
        "end": 12.012,
        "edge_frames": 0,
    }
    assert asset["findings"][1]["span"] is not None
    assert asset["findings"][1]["span"]["edge_frames"] == 12


def test_a_span_in_a_drop_frame_movie_counts_over_the_skipped_labels() -> None:
    facts = MediaFacts("mov", "h264", rate="30000/1001", frame_count=300, start_timecode="00:59:58;00")
    case = reports.Case(
        reports.movie("a.mov", facts),
        (reports.finding("ip.unlicensed_match", Verdict.FAIL, "m", span=Span(0, 1860)),),
    )
    span = reports.scan(case).report()["assets"][0]["findings"][0]["span"]
    assert span is not None
    assert (span["in"], span["out"]) == ("00:59:58;00", "01:01:00;02")


def test_frames_of_a_sequence_keep_their_file_numbers_and_count_their_timecode_from_the_first() -> None:
    case = next(case for case in _cases() if case.result.asset.path == "VFX/plate.%04d.exr")
    with_rate = replace(case.result, extraction=Extraction("sequence", MediaFacts("exr", rate="24")))
    shown = (reports.picture(1, 1101),)
    asset = reports.scan(replace(case, result=with_rate, pictures=shown)).report()["assets"][0]
    span = asset["findings"][0]["span"]
    assert span is not None
    assert (span["first_frame"], span["in"], span["start"]) == (1101, "00:00:04:04", 4.167)
    assert (asset["frames"], asset["missing"]) == ([1001, 1240], [1017])
    assert asset["pictures"][0]["timecode"] == "00:00:04:04"


def test_a_sequence_without_a_rate_has_no_timecodes_and_one_without_gaps_no_key_for_them() -> None:
    report = report_delivery.delivery().report()
    span = asset_of(report, "VFX/plate.%04d.exr")["findings"][0]["span"]
    assert span is not None
    assert (span["in"], span["end"]) == (None, None)
    assert "missing" not in asset_of(report, "stills/plate_001.png")


def test_a_refused_name_is_an_asset_that_was_not_examined() -> None:
    refused = SeenAsset(Refused("pipe", "a named pipe"), "other", Stage.FINAL, None, None, examined=False)
    report = reports.scan(reports.Case(refused)).report()
    asset = report["assets"][0]
    assert (asset["kind"], asset["examined"], asset["sha256"]) == ("other", False, None)
    assert asset["problems"] == [{"code": "scan.refused", "message": "a named pipe"}]
    assert report["complete"] is False


def test_a_problem_that_two_sources_tell_of_is_told_once() -> None:
    problem = Problem(Reason.SCAN_PARTIAL, "cut short")
    result = replace(reports.still(), extraction=Extraction("still", problems=(problem,)), problems=(problem,))
    asset = reports.scan(reports.Case(result)).report()["assets"][0]
    assert asset["problems"] == [{"code": "scan.partial", "message": "cut short"}]


@pytest.mark.parametrize(
    ("kind", "codes", "complete"),
    [
        ("video", ["scan.unreadable"], False),
        ("video", [], False),
        ("other", ["scan.other_file"], True),
        ("other", ["scan.other_file", "scan.crashed"], False),
    ],
)
def test_a_report_is_complete_when_everything_but_files_without_media_was_examined(
    kind: AssetKind, codes: list[str], complete: bool
) -> None:
    problems = tuple(Problem(Reason(code), "") for code in codes)
    result = replace(reports.still(), kind=kind, problems=problems, examined=False)
    assert reports.scan(reports.Case(result)).report()["complete"] is complete


def test_counts_of_findings_add_up_and_hold_those_of_the_drop() -> None:
    report = report_delivery.delivery().report()
    counts = report["counts"]
    assert counts["fail"] + counts["review"] + counts["info"] + counts["pass"] == counts["findings"]
    assert counts["findings"] == 1 + sum(len(asset["findings"]) for asset in report["assets"])
    assert (counts["assets"], counts["examined"], counts["skipped"], counts["waived"]) == (15, 13, 2, 1)


def test_the_outcome_is_the_worst_of_assets_and_drop() -> None:
    unused = reports.finding("waiver.unused", Verdict.REVIEW, "unused")
    judgement = replace(report_delivery.delivery().judgement, findings=(unused,))
    assert reports.scan(reports.Case(reports.still()), judgement=judgement).report()["outcome"] == "review"
    assert report_delivery.delivery().report()["outcome"] == "fail"
    assert reports.scan().report()["outcome"] == "pass"


def test_the_order_in_which_assets_finished_does_not_show() -> None:
    cases = _cases()
    expected = dumps(reports.scan(*cases).report())
    for shuffled in (cases[::-1], cases[7:] + cases[:7], cases[::2] + cases[1::2]):
        assert dumps(reports.scan(*shuffled).report()) == expected


def test_facts_stand_in_one_order_whatever_order_they_were_remembered_in() -> None:
    seen = reports.credential("trusted")
    backwards = replace(seen, facts=dict(reversed(list(seen.facts.items()))))
    here, there = (
        reports.scan(reports.Case(reports.still("a.png", each))).report()["assets"][0]["observations"][0]["facts"]
        for each in (seen, backwards)
    )
    assert list(here)[:3] == ["status", "trust_list", "signer"]
    assert list(here) == list(there)


def test_inputs_stand_in_the_order_of_the_contract_whatever_order_they_came_in() -> None:
    policy: PolicyInput = {"sha256": "a1" * 32, "version": "2025-11-11", "id": "netflix-genai"}
    inputs: Inputs = {**reports.RUN.inputs, "policy": policy}
    run = replace(reports.RUN, inputs=inputs)
    assert list(reports.scan(run=run).report()["run"]["inputs"]["policy"]) == ["id", "version", "sha256"]


def test_a_name_that_is_no_utf8_can_be_stored_and_a_long_value_is_cut_after_that() -> None:
    seen = Observation("markers", "r", Kind.NOTE, Strength.WEAK, "caf\udce9", "\udce9" * VALUE_LIMIT)
    report = reports.scan(reports.Case(reports.still("caf\udce9.png", seen))).report()
    observation = report["assets"][0]["observations"][0]
    assert report["assets"][0]["path"] == r"caf\xe9.png"
    assert observation["where"] == r"caf\xe9"
    assert observation["value"].startswith(r"\xe9\xe9")
    assert len(observation["value"]) == VALUE_LIMIT
    dumps(report)


def test_a_picture_is_named_by_its_bytes_and_one_of_a_reference_has_no_timecode_of_the_asset() -> None:
    scan = report_delivery.delivery()
    asset = asset_of(scan.report(), "masters/TLW_103_r3.mov")
    assert [picture["timecode"] for picture in asset["pictures"]] == ["01:00:10:00", "01:00:10:23", "01:00:38:03", None]
    assert {picture["file"] for picture in asset["pictures"]} <= scan.files().keys()
    assert reports.picture(3, 1).file == reports.picture(3, 2).file != reports.picture(4, 1).file


def test_a_judgement_of_other_assets_is_refused() -> None:
    scan = reports.scan(reports.Case(reports.still()))
    with pytest.raises(ValueError, match="zip"):
        replace(scan, judgement=replace(scan.judgement, assets=())).report()


def _cases() -> list[reports.Case]:
    scan = report_delivery.delivery()
    return [
        reports.Case(result, judged.findings, pictures)
        for result, judged, pictures in zip(scan.results, scan.judgement.assets, scan.pictures, strict=True)
    ]
