"""What lies inside a file is judged as strictly as a file of its own, by the paper of the file or of the part."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import Observation
from fixtures.paper import Entry, approval, book, declaration
from scanner.examination import Extraction, MediaFacts, Part, Problem
from scanner.seen import SeenAsset, SeenPart
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict
from tests.scanner.clearance.drops import finding, judged, mark, match, movie, one, reasons, still

PATH = "masters/reel.mp4"
TRACK = Part("track:1", "video", "second video track (hevc, not default)", "mp4", shown=False)
COVER = Part("cover:0", "still", "attached picture 1", "png", 900, "ab" * 32)
FONT = Part("attachment:0", "other", "attachment 1, arial.ttf", "ttf", harmless="a font")
SECRET = Part("attachment:1", "other", "attachment 2, notes.bin", "unknown", why_not="nothing here reads it")


def seen(part: Part, frames: int | None = None) -> SeenPart:
    why_not = (Problem(Reason.SCAN_PART_UNEXAMINED, part.why_not),) if part.why_not else ()
    media = MediaFacts(part.format, rate="25", frame_count=frames, start_timecode="10:00:00:00")
    return SeenPart(part, "cd" * 32, Extraction(part.kind, media), why_not, examined=not why_not)


def holding(asset: SeenAsset, *parts: SeenPart, **inside: Observation) -> SeenAsset:
    """An asset with parts, in which something was seen: `track` and `cover` are in these."""
    ids = {"track": TRACK.id, "cover": COVER.id}
    observations = [replace(observation, part=ids[name]) for name, observation in inside.items()]
    return replace(asset, parts=parts, observations=(*asset.observations, *observations))


def test_a_mark_in_a_part_is_undeclared_ai_of_the_asset_and_names_the_part() -> None:
    asset = holding(movie(PATH, mark((0, 9))), seen(TRACK, 50), seen(COVER), cover=mark(tool="Sora"))
    judgement = one(asset)
    own, of_cover = sorted((each for each in judgement.findings), key=lambda each: each.part or "")
    assert (own.reason, own.part, own.observations) == ("ai.undeclared", None, (0,))
    assert (of_cover.reason, of_cover.part, of_cover.observations) == ("ai.undeclared", "cover:0", (1,))
    assert "in attached picture 1" in of_cover.message
    assert judgement.verdict is Verdict.FAIL


def test_a_track_counts_its_own_frames() -> None:
    asset = holding(movie(PATH), seen(TRACK, 50), track=match(span=(25, 49)))
    found = finding(one(asset), "ip.unlicensed_match")
    assert (found.part, found.span and (found.span.first_frame, found.span.last_frame)) == ("track:1", (25, 49))
    assert "frames 25-49 (10:00:01:00-10:00:01:24) of second video track (hevc, not default)" in found.message


def test_ids_of_findings_tell_parts_apart_and_those_of_the_asset_itself_stay() -> None:
    alone = finding(one(movie(PATH, mark())), "ai.undeclared")
    asset = holding(movie(PATH, mark()), seen(TRACK, 50), seen(COVER), track=mark(), cover=mark())
    ids = [each.id for each in one(asset).findings]
    assert len(set(ids)) == len(ids) == 3
    assert alone.id in ids


def test_what_nobody_looked_at_is_for_review_and_what_is_harmless_is_not_spoken_of() -> None:
    judgement = one(holding(movie(PATH), seen(FONT), seen(SECRET)))
    unexamined = finding(judgement, "scan.part_unexamined")
    assert (unexamined.part, unexamined.verdict) == ("attachment:1", Verdict.REVIEW)
    assert unexamined.message == "In attachment 2, notes.bin: Nothing here reads it."
    assert judgement.verdict is Verdict.REVIEW
    assert one(holding(movie(PATH), seen(FONT))).verdict is Verdict.PASS


def test_a_part_that_is_there_and_shows_nothing_is_no_fault_and_asks_for_its_approval() -> None:
    asset, chosen = holding(movie(PATH), seen(COVER)), {"path": PATH, "part": COVER.id}
    assert judged([asset], paper(chosen)).findings == ()
    bare = judged([asset], book(declarations=[declaration(assets=[chosen])]))
    assert reasons(bare) == ["approval.missing"]
    gone = {"path": PATH, "part": "cover:7"}
    assert reasons(judged([asset], paper(gone))) == ["declaration.matches_nothing"]


def paper(selector: dict[str, str] | None = None) -> Entry:
    assets = [selector or {"path": PATH}]
    scope = {"stages": ["final"], "assets": assets}
    declarations = [declaration("DEC-1", assets=assets, approvals=["APP-1"])]
    return book(declarations=declarations, approvals=[approval("APP-1", scope=scope)])


def test_paper_that_names_the_file_covers_all_its_parts() -> None:
    asset = holding(movie(PATH), seen(TRACK, 50), seen(COVER), track=mark(), cover=mark())
    judgement = judged([asset], paper())
    assert "ai.undeclared" not in reasons(judgement.assets[0])
    assert [usage.used_by for usage in judgement.declarations] == [1]
    assert judgement.assets[0].verdict is Verdict.INFO


def test_paper_that_names_a_part_covers_that_part_alone() -> None:
    asset = holding(movie(PATH, mark()), seen(TRACK, 50), seen(COVER), track=mark(), cover=mark())
    judgement = one(asset, paper({"path": PATH, "part": "cover:0"}))
    undeclared = {each.part for each in judgement.findings if each.reason is Reason.AI_UNDECLARED}
    assert undeclared == {None, "track:1"}
    assert finding(judgement, "ai.disclosed").part == "cover:0"


@pytest.mark.parametrize("narrowing", [{"frames": "0-239"}, {"tc": "01:00:00:00-01:00:09:23"}])
def test_frames_that_paper_names_are_the_asset_s_own_and_mean_nothing_in_its_parts(narrowing: dict[str, str]) -> None:
    asset = holding(movie(PATH, mark()), seen(TRACK, 50), track=mark())
    judgement = one(asset, paper({"path": PATH} | narrowing))
    assert {each.part for each in judgement.findings if each.reason is Reason.AI_UNDECLARED} == {"track:1"}


def test_a_part_that_is_named_and_not_there_is_told() -> None:
    judgement = judged([movie(PATH, mark())], paper({"path": PATH, "part": "track:7"}))
    assert "chooses the part track:7" in judgement.declarations[0].problems[0]
    assert "ai.undeclared" in reasons(judgement.assets[0])


PARTS = {TRACK.id: seen(TRACK, 240), COVER.id: seen(COVER)}
SEEN = st.sampled_from([mark(), mark(tool="Sora"), match(), match(level="possible")])


@given(st.lists(SEEN, min_size=1, max_size=2), st.sampled_from(list(PARTS)), st.booleans())
def test_a_part_is_judged_no_milder_than_the_same_thing_as_a_file_of_its_own(
    observations: list[Observation], part: str, is_declared: bool
) -> None:
    data = paper() if is_declared else None
    within = replace(
        movie(PATH), parts=tuple(PARTS.values()), observations=tuple(replace(each, part=part) for each in observations)
    )
    alone = still(PATH, *observations) if part == COVER.id else movie(PATH, *observations)
    expected = {(each.reason, each.verdict) for each in one(alone, data).findings}
    found = {(each.reason, each.verdict) for each in one(within, data).findings if each.part == part}
    of_the_whole = {Reason.AI_DECLARED_NO_EVIDENCE, Reason.AI_NO_EVIDENCE}  # told of the asset, not of each part
    assert found == {each for each in expected if each[0] not in of_the_whole}
    assert one(within, data).verdict.rank >= one(alone, data).verdict.rank
