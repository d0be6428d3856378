"""Selectors that select nothing: AI that is declared is declared, whether or not anybody finds its frames."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.observation import Observation
from fixtures.paper import DELIVERY, Entry, approval, book, declaration, negative
from fixtures.timelines import Take, edl, length
from scanner.clearance.paper.model import Selector
from scanner.drop.assets import Asset, Drop, Member
from scanner.run.dossier import Dossier, dossier_from_json, dossier_to_json
from scanner.seen import SeenAsset
from scanner.terms.verdicts import Stage
from tests.scanner.clearance.drops import finding, judged, mark, movie, reasons, sequence, still
from tests.scanner.clearance.reel import MASTER, approved, conformed, master, shots
from tests.scanner.clearance.timelines.test_formats import timeline

ROOT = Path(__file__).parents[3]
SHOT = "VFX/SNW_0010_comp.mov"
NO_FILES: Entry = {"assets": None}
ANYWHERE = {"approvals": [approval()]}
CUT = [Take("SNW_0010", 48), Take("SNW_0020", 48), Take("SNW_0030", 48)]
REEL = timeline(edl(CUT), "conform/r3.edl")


def sound() -> SeenAsset:
    return still("audio/SNW_mix.wav", kind="audio")


def coats(*seen: Observation) -> SeenAsset:
    """Two numbered stills, which the walk takes for one sequence."""
    members = tuple(Member(f"costumes/BNK_coat_0{number}.jpg", 1, 0, 0, 0, number) for number in (1, 2))
    asset = Asset("costumes/BNK_coat_%02d.jpg", members, is_sequence=True)
    digests = ("aa" * 32, "bb" * 32)
    return sequence("costumes/BNK_coat_%02d.jpg", *seen, asset=asset, frame_digests=digests)


def test_frames_by_a_plates_numbers_without_its_first_one_are_told_and_ask_for_approval() -> None:
    data = book(declarations=[declaration(assets=[{"shot": "SNW_0010", "frames": "1001-1096"}])])
    judgement = judged([movie(SHOT)], data)
    assert judgement.verdict == "fail"
    assert reasons(judgement) == ["approval.missing", "declaration.matches_nothing"]
    told = finding(judgement, "declaration.matches_nothing")
    assert told.message == (
        "DEC-1 selects nothing in this drop (shot SNW_0010, frames 1001-1096): chooses frames that "
        f"{SHOT} doesn't have: it counts 0-239; a plate's own numbers need first_frame, the number that its first "
        "frame has."
    )
    owed = finding(judgement, "approval.missing")
    assert "DEC-1 has no approval for shot SNW_0010, frames 1001-1096 (not found in this drop)" in owed.message
    assert (owed.shot, owed.span, owed.declaration) == ("SNW_0010", None, "DEC-1")
    (asset,) = judgement.assets
    assert "Considered: DEC-1 chooses none of its frames." in asset.findings[0].message


@pytest.mark.parametrize(
    "lines",
    [
        {"assets": [{"path": SHOT, "frames": "1001-1096"}]},
        {"assets": [{"path": SHOT, "tc": "02:00:00:00-02:00:01:00"}]},
        {"assets": [{"path": SHOT, "first_frame": "86400", "frames": "1001-1096"}]},
        {"assets": [{"path": SHOT, "part": "track:7"}]},
        {"assets": [{"path": SHOT}], "frames": "1001-1096"},
        {"assets": [{"path": SHOT}], "exclude": [{"path": "VFX/**"}]},
        {"assets": [{"path": SHOT}], "exclude": [{"asset_id": "urn:uuid:1"}]},
        {"assets": [{"asset_id": "urn:uuid:1"}]},
        {"assets": [{"path": SHOT, "shot": "SNW_0020"}]},
        {"assets": [{"sequence": SHOT}]},
        {"assets": [{"sha256": "0" * 64}]},
        {"assets": [{"reel": "R9"}]},
        {"assets": None, "shots": ["SNW_00100"]},
        {"assets": None, "timeline": {"reel": "R9", "record": "01:00:00:00-01:00:01:00"}},
        {"assets": None, "timeline": {}},
    ],
)
def test_every_way_to_select_nothing_is_told_and_asks_for_approval(lines: Entry) -> None:
    judgement = judged([movie(SHOT), movie("VFX/SNW_0040.mov")], book(declarations=[declaration(**lines)]))
    assert judgement.verdict == "fail"
    assert set(reasons(judgement)) == {"approval.missing", "declaration.matches_nothing"}
    assert judgement.declarations[0].used_by == 0
    with_approval = book(declarations=[declaration(**lines, approvals=["APP-1"])], **ANYWHERE)
    approved_one = judged([movie(SHOT), movie("VFX/SNW_0040.mov")], with_approval)
    assert (approved_one.verdict, reasons(approved_one)) == ("review", ["declaration.matches_nothing"])
    assert approved_one.approvals[0].used_by == 0


def test_one_line_of_several_that_selects_nothing_is_told_by_itself() -> None:
    scope = {"stages": ["final"], "assets": [{"path": SHOT}]}
    lines = [{"path": SHOT}, {"path": "VFX/SNW_0020_comp.mov"}]
    data = book(declarations=[declaration(assets=lines, approvals=["APP-1"])], approvals=[approval(scope=scope)])
    judgement = judged([movie(SHOT), movie("VFX/SNW_0020_cmp.mov")], data)
    assert (judgement.verdict, reasons(judgement)) == ("fail", ["approval.out_of_scope", "declaration.matches_nothing"])
    told = finding(judgement, "declaration.matches_nothing").message
    assert told.startswith("DEC-1 has lines that select nothing in this drop (VFX/SNW_0020_comp.mov)")
    assert judgement.declarations[0].used_by == 1


def test_what_many_lines_lack_is_told_once() -> None:
    lines = [{"path": f"VFX/SNW_{number}.mov"} for number in range(1000, 1030)]
    judgement = judged([movie(SHOT)], book(declarations=[declaration(assets=lines)]))
    assert reasons(judgement) == ["approval.missing", "declaration.matches_nothing"]
    told = finding(judgement, "approval.missing")
    assert "VFX/SNW_1000.mov, VFX/SNW_1001.mov, VFX/SNW_1002.mov and 27 more (not found in this drop)" in told.message
    fewer = judged([movie(SHOT)], book(declarations=[declaration(assets=lines[:-1])]))
    assert finding(fewer, "approval.missing").id != told.id


@pytest.mark.parametrize(
    "scope",
    [
        {"assets": [{"path": "VFX/SNW_0099.mov"}]},
        {"assets": [{"path": "VFX/*"}]},
        {"shots": ["SNW_0099"]},
        {"assets": [{"path": "VFX/SNW_0099.mov", "frames": "0-99"}], "frames": "0-50"},
        {"frames": "0-50"},
    ],
)
def test_what_was_cut_is_asked_about_where_it_was_approved_by_name(scope: Entry) -> None:
    gone = declaration(assets=[{"path": "VFX/SNW_0099.mov", "frames": "0-50"}], approvals=["APP-1"])
    data = book(declarations=[gone], approvals=[approval(scope={"stages": ["final"], **scope})])
    judgement = judged([movie(SHOT)], data)
    assert (judgement.verdict, reasons(judgement)) == ("review", ["declaration.matches_nothing"])


def test_a_sequence_that_was_cut_is_asked_about_where_it_was_approved() -> None:
    chosen = {"sequence": "VFX/gone.####.exr", "frames": "1001-1010"}
    scope = {"stages": ["final"], "assets": [{"sequence": "VFX/gone.%04d.exr"}]}
    data = book(declarations=[declaration(assets=[chosen], approvals=["APP-1"])], approvals=[approval(scope=scope)])
    assert reasons(judged([movie(SHOT)], data)) == ["declaration.matches_nothing"]


def test_consents_and_terms_are_asked_for_where_no_frame_is_found_too() -> None:
    used = declaration(path="VFX/gone.mov", involves=["talent_likeness"], inputs=["personal"], approvals=["APP-1"])
    used["tools"] = ["still-tool"]
    judgement = judged([movie(SHOT)], book(declarations=[used], **ANYWHERE))
    assert {"consent.missing", "data.tool_trains_on_inputs"} <= set(reasons(judgement))
    assert judgement.verdict == "fail"


def test_what_is_for_another_delivery_asks_for_nothing_here() -> None:
    other = declaration(path="VFX/gone.mov", deliveries=["DEL-2"])
    data = book(deliveries=[DELIVERY, DELIVERY | {"id": "DEL-2"}], declarations=[other])
    judgement = judged([movie(SHOT)], data)
    assert (judgement.verdict, reasons(judgement)) == ("info", ["declaration.matches_nothing"])


def test_a_statement_without_ai_that_selects_nothing_is_told_and_owes_nothing() -> None:
    judgement = judged([movie(SHOT)], book(declarations=[negative(path="VFX/gone.mov")]))
    assert (judgement.verdict, reasons(judgement)) == ("review", ["declaration.matches_nothing"])


@pytest.mark.parametrize(
    "lines",
    [
        {"shots": ["SNW_0020"], "frames": "1001-1048", "first_frame": "1001"},
        {"assets": [{"shot": "SNW_0020", "tc": "00:00:00:00-00:00:02:00"}]},
        {"assets": [{"shot": "SNW_0020", "frames": "0-47"}]},
    ],
)
def test_a_shot_with_frames_in_a_master_is_told_with_the_frames_that_it_has_there(lines: Entry) -> None:
    data = conformed(declarations=[declaration("DEC-1", None, **(NO_FILES | lines))])
    judgement = judged([master(frames=length(CUT))], data, timelines=(REEL,))
    assert (judgement.verdict, set(reasons(judgement))) == (
        "fail",
        {"approval.missing", "declaration.matches_nothing"},
    )
    told = finding(judgement, "declaration.matches_nothing").message
    assert f"{MASTER}, where it has frames 48-95 (01:00:02:00-01:00:03:23); name the master's path" in told


def test_the_remedy_for_frames_beside_a_shot_works() -> None:
    line = {"path": MASTER, "shot": "SNW_0020", "frames": "48-95"}
    data = conformed(declarations=[declaration(assets=[line], approvals=["APP-1"])], approvals=[approved("SNW_0020")])
    judgement = judged([master(frames=length(CUT))], data, timelines=(REEL,))
    assert judgement.verdict == "info"


@pytest.mark.parametrize("line", [{"frames": "0-239"}, {"tc": "00:00:02:00-00:00:05:00"}])
def test_frames_and_timecode_of_sound_are_told(line: Entry) -> None:
    chosen = declaration(assets=[{"path": "audio/SNW_mix.wav", **line}], use="music")
    judgement = judged([sound()], book(declarations=[chosen]))
    assert set(reasons(judgement)) == {"approval.missing", "declaration.matches_nothing"}
    assert "audio/SNW_mix.wav, which" in finding(judgement, "declaration.matches_nothing").message
    assert "its path alone" in finding(judgement, "declaration.matches_nothing").message


@pytest.mark.parametrize(
    "line",
    [
        {"path": "costumes/BNK_coat_01.jpg"},
        {"path": "costumes/*_01.jpg"},
        {"path": "costumes/BNK_coat_0[1].*"},
        {"sha256": "aa" * 32},
        {"path": "costumes/BNK_coat_01.jpg", "sha256": "aa" * 32},
        {"path": "costumes/BNK_coat_%02d.jpg", "sha256": "aa" * 32},
        {"shot": "BNK_coat_01"},
        {"shot": "coat_01"},
        {"shot": "BNK_coat_*1"},
        {"sequence": "costumes/BNK_coat_##.jpg", "frames": "1"},
    ],
)
def test_one_of_two_numbered_stills_is_that_frame(line: Entry) -> None:
    used = declaration(assets=[line], approvals=["APP-1"])
    data = book(declarations=[used], **ANYWHERE)
    other = still("stills/other.png")
    judgement = judged([coats(), other, still("stills/more.png")], data)
    assert judgement.findings == ()
    told = finding(judgement.assets[0], "ai.declared_no_evidence")
    assert told.span
    assert (told.span.first_frame, told.span.last_frame) == (1, 1)
    marked = judged([coats(mark((1, 1))), other, still("stills/more.png")], data)
    assert reasons(marked.assets[0]) == ["ai.disclosed"]
    both = judged([coats(mark((1, 2))), other, still("stills/more.png")], data)
    assert finding(both.assets[0], "ai.partially_declared").span == told.span.__class__(2, 2)


def test_a_numbered_still_is_found_by_its_checksum_in_an_archived_drop_too() -> None:
    dossier = Dossier(Drop("D", Path(), (), (), ()), (replace(coats(), stage=Stage.FINAL),))
    (kept,) = dossier_from_json(dossier_to_json(dossier)).assets
    data = book(declarations=[declaration(assets=[{"sha256": "bb" * 32}], approvals=["APP-1"])], **ANYWHERE)
    told = finding(judged([kept], data).assets[0], "ai.declared_no_evidence")
    assert told.span
    assert (told.span.first_frame, told.span.last_frame) == (2, 2)


def test_a_numbered_still_with_the_checksum_of_its_neighbour_is_another_version() -> None:
    used = declaration(assets=[{"path": "costumes/BNK_coat_01.jpg", "sha256": "bb" * 32}])
    judgement = judged([coats()], book(declarations=[used]))
    assert reasons(judgement.assets[0]) == ["approval.missing", "declaration.checksum_mismatch"]


def test_an_approval_for_one_numbered_still_reaches_that_frame_alone() -> None:
    for scope in ({"assets": [{"path": "costumes/BNK_coat_01.jpg"}]}, {"shots": ["BNK_coat_01"]}):
        used = declaration(assets=[{"sequence": "costumes/BNK_coat_##.jpg"}], approvals=["APP-1"])
        data = book(declarations=[used], approvals=[approval(scope={"stages": ["final"], **scope})])
        told = finding(judged([coats()], data).assets[0], "approval.out_of_scope")
        assert told.span
        assert (told.span.first_frame, told.span.last_frame) == (2, 2)


def test_a_number_that_no_file_has_selects_nothing() -> None:
    judgement = judged([coats()], book(declarations=[declaration(path="costumes/BNK_coat_03.jpg")]))
    assert "declaration.matches_nothing" in reasons(judgement)


@pytest.mark.parametrize(
    "exclude", [{"path": "VFX/SNW_0020.mov"}, {"shot": "SNW_0099"}, {"path": SHOT, "frames": "900-999"}]
)
def test_an_exclusion_by_name_that_excludes_nothing_is_told(exclude: Entry) -> None:
    used = declaration(path=SHOT, exclude=[exclude], approvals=["APP-1"])
    judgement = judged([movie(SHOT)], book(declarations=[used], **ANYWHERE))
    assert (judgement.verdict, reasons(judgement)) == ("review", ["declaration.matches_nothing"])
    assert "(exclude " in finding(judgement, "declaration.matches_nothing").message
    patterns = declaration(path=SHOT, exclude=[{"path": "VFX/*_slate.*"}, {"path": "audio/**"}], approvals=["APP-1"])
    assert judged([movie(SHOT)], book(declarations=[patterns], **ANYWHERE)).findings == ()


def test_a_folder_without_its_slash_is_told_so() -> None:
    judgement = judged([movie(SHOT)], book(declarations=[declaration(path="VFX", approvals=["APP-1"])], **ANYWHERE))
    told = finding(judgement, "declaration.matches_nothing").message
    assert "VFX is a folder; VFX/ means everything in it" in told


def test_a_name_in_two_spellings_of_its_accents_is_told() -> None:
    composed, apart = movie("VFX/caf\u00e9.mov"), movie("VFX/cafe\u0301.mov")
    data = book(declarations=[declaration(path="VFX/caf\u00e9.mov", approvals=["APP-1"])], **ANYWHERE)
    judgement = judged([composed, apart], data)
    assert "differ only in how accents are written" in judgement.declarations[0].problems[0]


def test_shots_of_the_master_and_lost_ones_beside_them() -> None:
    data = conformed(declarations=[shots("SNW_0010", "SNW_0099")], approvals=[approved("SNW_0010", "SNW_0099")])
    judgement = judged([master(frames=length(CUT))], data, timelines=(REEL,))
    assert (judgement.verdict, reasons(judgement)) == ("review", ["declaration.matches_nothing"])


def test_the_docs_say_of_each_field_that_selects_what_reads_it() -> None:
    docs = (ROOT / "docs" / "declarations.md").read_text(encoding="utf-8")
    table = docs.split("| field of a selector |")[1].split("\n\n")[0]
    told = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert set(Selector.model_fields) | {"timeline", "exclude"} == told
