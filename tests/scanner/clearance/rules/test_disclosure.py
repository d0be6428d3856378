from dataclasses import replace
from typing import Any

import pytest

from detectors.observation import Claim, Span
from fixtures.paper import ALL_YES, DELIVERY, approval, book, declaration, negative
from scanner.clearance.rules import disclosure
from scanner.clearance.rules.case import DeclaredCopy
from tests.scanner.clearance.drops import finding, hint, judged, mark, movie, one, reasons, sequence, still

APPROVED = {"approvals": [approval()]}


def test_nothing_seen_and_nothing_declared_is_no_evidence_and_says_no_more() -> None:
    judgement = one(still("a.png"))
    assert (judgement.verdict, reasons(judgement)) == ("pass", ["ai.no_evidence"])
    assert judgement.findings[0].message == "No evidence of generative AI was seen in what was looked at."


def test_a_negative_statement_is_told_and_proves_nothing() -> None:
    judgement = one(movie("VFX/a.mov"), book(declarations=[negative()]))
    assert judgement.findings[0].message.endswith("DEC-900 states that none was used.")


def test_marks_are_one_finding_with_what_was_read_and_who_is_named() -> None:
    judgement = one(still("a.png", mark(), mark(tool="Adobe Firefly")), book())
    (told,) = judgement.findings
    assert told.observations == (0, 1)
    assert told.message == (
        "Marks of generative AI in the whole file: XMP-iptcExt:DigitalSourceType and XMP-iptcExt:DigitalSourceType "
        "naming Adobe Firefly. No declaration covers this."
    )
    assert told.principles == ("NFX-DISC", "NFX-WA")
    assert told.remedy


def test_marks_of_neighbouring_frames_are_one_finding() -> None:
    plate = sequence("plate.%04d.exr", *(mark((number, number)) for number in range(1001, 1011)), mark((1100, 1110)))
    spans = [each.span for each in one(plate, book()).findings]
    assert spans == [Span(1001, 1010), Span(1100, 1110)]


def test_frames_that_the_declaration_leaves_out_are_told_exactly() -> None:
    parts = [{"path": "VFX/shot.mov", "frames": "10-19"}, {"path": "VFX/shot.mov", "tc": "01:00:02:00-01:00:02:23"}]
    data = book(declarations=[declaration(assets=parts, approvals=["APP-1"])], **APPROVED)
    judgement = one(movie("VFX/shot.mov", mark((0, 99))), data)
    left = [each.span for each in judgement.findings if each.reason == "ai.partially_declared"]
    assert left == [Span(0, 9), Span(20, 47), Span(72, 99)]
    assert "frames 20-47 (01:00:00:20-01:00:01:23)" in judgement.findings[1].message
    assert "DEC-1 doesn't reach that far" in judgement.findings[1].message
    assert [each.span for each in judgement.findings if each.reason == "ai.disclosed"] == [Span(10, 19), Span(48, 71)]


def test_a_rest_within_the_uncertainty_of_an_end_is_nothing() -> None:
    data = book(declarations=[declaration(assets=[{"path": "VFX/shot.mov", "frames": "10-90"}])])
    uncertain = replace(mark(), span=Span(8, 92, edge_frames=3))
    assert "ai.partially_declared" not in reasons(one(movie("VFX/shot.mov", uncertain), data))
    exact = replace(mark(), span=Span(8, 92))
    assert "ai.partially_declared" in reasons(one(movie("VFX/shot.mov", exact), data))


def test_weak_observations_lead_to_a_question_where_they_are_telling_and_else_to_nothing() -> None:
    assert reasons(one(still("a.png", hint(suspect=False)))) == ["ai.no_evidence"]
    judgement = one(still("a.png", hint(), hint(), hint(suspect=False)))
    assert (judgement.verdict, reasons(judgement)) == ("review", ["ai.suspected_undeclared"])
    assert judgement.findings[0].observations == (0, 1)


def test_a_hint_where_a_mark_was_found_adds_nothing() -> None:
    assert reasons(one(movie("a.mov", mark((0, 99)), hint((50, 80))))) == ["ai.undeclared"]
    assert reasons(one(movie("a.mov", mark((0, 99)), hint((50, 120))))) == ["ai.undeclared", "ai.suspected_undeclared"]


def test_an_ai_tool_that_generated_nothing_is_info() -> None:
    judgement = one(still("a.png", mark(tool="Example Upscaler", claim=Claim.TOUCHED)))
    assert (judgement.verdict, reasons(judgement)) == ("info", ["ai.enhancement_undeclared"])


def test_a_negative_statement_that_marks_contradict() -> None:
    data = book(declarations=[negative(), declaration(path="VFX/other.mov")])
    judgement = one(movie("VFX/a.mov", mark((10, 20))), data)
    assert judgement.verdict == "fail"
    assert reasons(judgement) == ["ai.undeclared", "declaration.contradicted"]
    told = finding(judgement, "declaration.contradicted")
    assert (told.span, told.declaration) == (Span(10, 20), "DEC-900")
    assert reasons(one(movie("VFX/a.mov", mark(claim=Claim.TOUCHED)), data)) == ["ai.enhancement_undeclared"]


def test_a_tool_that_the_declaration_does_not_list() -> None:
    data = book(declarations=[declaration(approvals=["APP-1"])], **APPROVED)
    for name in ("Example Video Tool", "example video tool 4.1", "evt4-turbo", "EVT4", "Video Tool"):
        assert one(movie("VFX/shot.mov", mark(tool=name)), data).verdict == "pass", name
    judgement = one(movie("VFX/shot.mov", mark(tool="Sora\x1b[31m")), data)
    told = finding(judgement, "declaration.tool_mismatch")
    assert told.message == "The file names Sora [31m in the whole file; the tools of DEC-1 are video-tool."
    other = declaration("DEC-2", tools=["still-tool"], approvals=["APP-1"])
    both = book(declarations=[declaration(approvals=["APP-1"]), other], **APPROVED)
    assert "declaration.tool_mismatch" not in reasons(one(movie("VFX/shot.mov", mark(tool="evt4")), both))


def test_two_uses_for_the_same_frames_are_a_conflict_and_the_strictest_requirement_holds() -> None:
    first = declaration(assets=[{"path": "VFX/shot.mov", "frames": "0-99"}], use="temp")
    second = declaration("DEC-2", assets=[{"path": "VFX/shot.mov", "frames": "90-239"}], use="key_creative")
    judgement = one(movie("VFX/shot.mov", mark()), book(declarations=[first, second]), "temp")
    conflict = finding(judgement, "declaration.conflict")
    assert conflict.span == Span(90, 99)
    assert "DEC-1 declares temp and DEC-2 declares key_creative" in conflict.message
    assert finding(judgement, "approval.missing").span == Span(90, 239)


def test_the_same_bytes_at_another_path_are_asked_about_not_failed() -> None:
    original = movie("VFX/shot.mov", mark(), sha256="ab" * 32)
    copy = movie("masters/other_shot.mov", mark(), sha256="ab" * 32)
    data = book(declarations=[declaration(approvals=["APP-1"])], **APPROVED)
    first, second = judged([original, copy], data).assets
    assert first.verdict == "pass"
    assert (second.verdict, reasons(second)) == ("review", ["declaration.duplicate_content"])
    assert "DEC-1 declares the same bytes as VFX/shot.mov, but not here" in second.findings[0].message
    pinned = book(declarations=[declaration(assets=[{"sha256": "ab" * 32}], approvals=["APP-1"])], **APPROVED)
    assert [each.verdict for each in judged([original, copy], pinned).assets] == ["pass", "pass"]


def test_of_equal_files_each_is_told_of_the_first_other_one_that_declares_what_it_lacks() -> None:
    copies = [movie(f"VFX/{name}.mov", mark(), sha256="ab" * 32) for name in "abcde"]
    lines = [("DEC-1", "b", "0-99"), ("DEC-2", "c", "0-99"), ("DEC-3", "d", "50-199"), ("DEC-4", "b", "0-99")]
    data = book(
        declarations=[
            declaration(key, assets=[{"path": f"VFX/{name}.mov", "frames": frames}], approvals=["APP-1"])
            for key, name, frames in lines
        ],
        **APPROVED,
    )
    told = {
        name: [
            (each.declaration, each.span and (each.span.first_frame, each.span.last_frame))
            for each in asset.findings
            if each.reason == "declaration.duplicate_content"
        ]
        for name, asset in zip("abcde", judged(copies, data).assets, strict=True)
    }
    both = [("DEC-1", (0, 99)), ("DEC-3", (100, 199))]
    assert told == {
        "a": both, "b": [("DEC-3", (100, 199))], "c": [("DEC-3", (100, 199))], "d": [("DEC-1", (0, 49))], "e": both
    }  # fmt: skip


def test_what_is_declared_of_equal_files_is_worked_out_once_for_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[DeclaredCopy] = []

    def counted(*values: Any) -> DeclaredCopy:  # noqa: ANN401 - whatever it is made of
        made.append(DeclaredCopy(*values))
        return made[-1]

    monkeypatch.setattr(disclosure, "DeclaredCopy", counted)
    copies = [movie(f"VFX/{number:05}.mov", mark(), sha256="ab" * 32) for number in range(200)]
    data = book(declarations=[declaration(assets=[{"path": "VFX/000*.mov"}], approvals=["APP-1"])], **APPROVED)
    assert len(judged(copies, data).assets) == 200
    assert 0 < len(made) <= 200


def test_a_pinned_file_that_changed_is_not_covered() -> None:
    data = book(declarations=[declaration(assets=[{"path": "VFX/shot.mov", "sha256": "ab" * 32}])])
    judgement = one(movie("VFX/shot.mov", mark()), data)
    assert reasons(judgement) == ["ai.undeclared", "approval.missing", "declaration.checksum_mismatch"]
    assert "Considered: DEC-1 pins another version of it, with another checksum." in judgement.findings[0].message


def test_paper_that_was_considered_and_does_not_cover_is_named() -> None:
    data = book(
        deliveries=[DELIVERY, DELIVERY | {"id": "DEL-2"}],
        declarations=[
            declaration(deliveries=["DEL-2"]),
            declaration("DEC-2", assets=[{"path": "VFX/shot.mov", "frames": "500-600"}]),
        ],
    )
    message = one(movie("VFX/shot.mov", mark()), data).findings[0].message
    assert "DEC-1 is for delivery DEL-2, not this one; DEC-2 chooses none of its frames." in message


def test_a_blanket_discloses_nothing_in_temp_and_final_and_is_only_told_before() -> None:
    subjects = [movie("VFX/a.mov", mark()), movie("VFX/b.mov")]
    data = book(declarations=[declaration(path="**/*.mov", approvals=["APP-1"])], **APPROVED)
    for stage in ("temp", "final"):
        marked, unmarked = judged(subjects, data, stage).assets
        assert {"ai.undeclared", "declaration.too_broad"} == set(reasons(marked))
        assert reasons(unmarked) == ["declaration.too_broad"]
        assert (
            "DEC-1 selects the whole file by **/*.mov, which names no shot, folder or file"
            in unmarked.findings[0].message
        )
    early = judged(subjects, data, "pre-production").assets
    assert [set(reasons(each)) for each in early] == [
        {"declaration.too_broad", "ai.disclosed"},
        {"declaration.too_broad", "ai.declared_no_evidence"},
    ]


def test_a_pattern_that_selects_most_of_a_drop_is_a_blanket_too() -> None:
    subjects = [movie(f"VFX/{name}.mov") for name in "abc"] + [movie("audio/d.mov")]
    judgement = judged(subjects, book(declarations=[declaration(path="VFX/*")]))
    told = finding(judgement.assets[0], "declaration.too_broad")
    assert "VFX/*, which selects 3 of 4 assets" in told.message
    assert reasons(judgement.assets[0]) == ["approval.missing", "declaration.too_broad"]
    assert "declaration.too_broad" not in reasons(
        judged(subjects[2:], book(declarations=[declaration(path="VFX/*")])).assets[0]
    )


def test_naming_every_file_of_a_drop_is_never_too_broad() -> None:
    for selector in ({"path": "VFX/shot.mov"}, {"sha256": movie("VFX/shot.mov").sha256}, {"shot": "shot"}):
        data = book(declarations=[declaration(assets=[selector], approvals=["APP-1"])], **APPROVED)
        assert one(movie("VFX/shot.mov", mark()), data).verdict == "pass"
    everything = book(declarations=[negative(path="**")])
    assert reasons(one(movie("VFX/shot.mov"), everything)) == ["ai.no_evidence"]


def test_a_superseded_declaration_says_nothing() -> None:
    newer = declaration("DEC-2", supersedes=["DEC-1"], use="key_creative", approvals=["APP-1"])
    data = book(declarations=[declaration(), newer], **APPROVED)
    judgement = judged([movie("VFX/shot.mov", mark())], data)
    assert (judgement.verdict, reasons(judgement.assets[0])) == ("pass", ["ai.disclosed"])
    assert judgement.declarations[0].problems == ("superseded by DEC-2",)


def test_a_shot_that_the_name_tells_is_in_the_finding() -> None:
    data = book(declarations=[declaration(assets=[{"shot": "TLW_103_045_0010"}])])
    judgement = one(movie("VFX/TLW_103_045_0010_comp_v012.mov", mark()), data)
    assert {each.shot for each in judgement.findings} == {"TLW_103_045_0010"}


def test_an_asset_of_unknown_length_is_covered_as_a_whole_or_reported() -> None:
    data = book(declarations=[declaration(assets=[{"path": "VFX/shot.mov", "frames": "0-99"}], principles=ALL_YES)])
    judgement = one(movie("VFX/shot.mov", mark(), frames=None), data)
    left = finding(judgement, "ai.partially_declared")
    assert left.span is None
    assert "everything from frame 100 on" in left.message
