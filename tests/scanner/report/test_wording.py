"""The sentences that all formats for people share."""

from fractions import Fraction

import pytest

from detectors.material import AssetKind
from detectors.observation import Span
from fixtures import report_delivery, reports
from scanner.examination import Extraction, Heard, Looked, MediaFacts
from scanner.report import wording
from scanner.report.model import AssetRow, SpanRow
from scanner.seen import SeenAsset
from scanner.spans import span_facts
from scanner.terms.verdicts import Stage, Verdict
from scanner.timecode import Clock

MOVIE = MediaFacts("mov", "prores", 1920, 1080, "25", 240, 9.6, "01:00:00:00")


def asset(result: SeenAsset, *verdicts: Verdict) -> AssetRow:
    findings = tuple(reports.finding("ai.undeclared", verdict, str(verdict)) for verdict in verdicts)
    return reports.scan(reports.Case(result, findings)).report()["assets"][0]


def span(first: int, last: int, edge: int = 0) -> SpanRow:
    finding = reports.finding("ai.undeclared", Verdict.FAIL, "m", span=Span(first, last, edge))
    row = reports.scan(reports.Case(reports.movie("a.mov", MOVIE), (finding,))).report()["assets"][0]["findings"][0]
    assert row["span"] is not None
    return row["span"]


@pytest.mark.parametrize(
    ("looked", "words"),
    [
        (Looked("grid", 20, 240, 0.5), "looked at 20 of 240 frames (grid, gaps of up to 0.5 s)"),
        (Looked("every frame", 1440, 1440), "looked at 1,440 of 1,440 frames (every frame)"),
        (Looked("key frames", 7, None), "looked at 7 of an unknown number of frames (key frames)"),
        (Looked("every frame", 1, 1), "looked at the picture"),
        (None, "picture not looked at"),
    ],
)
def test_coverage_is_told_in_numbers(looked: Looked | None, words: str) -> None:
    result = SeenAsset(reports.still().asset, "video", Stage.FINAL, None, Extraction("video", MOVIE, looked))
    assert wording.coverage(asset(result)) == words


@pytest.mark.parametrize(
    ("kind", "looked", "heard", "words"),
    [
        ("audio", None, Heard(1), "heard 1 track of sound"),
        ("audio", None, Heard(5, 2, 1, 4), "heard 8 tracks of sound (2 silent, 1 like another), 4 more left out"),
        ("audio", None, None, "no picture to look at"),
        (
            "video",
            Looked("every frame", 48, 48),
            Heard(2),
            "looked at 48 of 48 frames (every frame), heard 2 tracks of sound",
        ),
    ],
)
def test_what_was_heard_is_told_beside_what_was_looked_at(
    kind: AssetKind, looked: Looked | None, heard: Heard | None, words: str
) -> None:
    extraction = Extraction(kind, MOVIE, looked, heard=heard)
    assert wording.coverage(asset(SeenAsset(reports.still().asset, kind, Stage.FINAL, None, extraction))) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (MOVIE, "mov, prores, 1920 x 1080, 25 fps, 9.6 s, starts 01:00:00:00"),
        (MediaFacts("mov", rate="24/1"), "mov, 24 fps"),
        (MediaFacts("mxf", rate="24000/1001", width=10), "mxf, 24000/1001 fps"),
    ],
)
def test_a_medium_is_told_in_a_line_of_what_its_container_says(facts: MediaFacts, words: str) -> None:
    media = asset(reports.movie("a.mov", facts))["media"]
    assert media is not None
    assert wording.medium(media) == words


def test_what_was_not_examined_is_never_said_to_hold_no_evidence() -> None:
    row = asset(SeenAsset(reports.still().asset, "video", Stage.FINAL, None, None, examined=False))
    assert wording.standing(row) == "no finding; not examined"


def test_an_asset_without_evidence_says_what_was_looked_at() -> None:
    row = asset(reports.movie("a.mov", MOVIE, looked=20), Verdict.PASS)
    assert wording.standing(row) == "no finding; looked at 20 of 240 frames (grid, gaps of up to 0.5 s), no evidence"


def test_an_asset_whose_ai_use_is_in_order_is_not_said_to_hold_no_evidence() -> None:
    row = asset(reports.still("a.png", reports.marker()), Verdict.PASS)
    assert wording.standing(row) == "what was seen is accounted for; looked at the picture"


def test_an_asset_with_findings_counts_those_against_it() -> None:
    row = asset(reports.still(), Verdict.FAIL, Verdict.PASS, Verdict.INFO)
    assert wording.standing(row) == "2 findings; looked at the picture"


@pytest.mark.parametrize(
    ("row", "between", "frames"),
    [
        (span(0, 0), "01:00:00:00", "frame 0"),
        (span(25, 49), "01:00:01:00 to 01:00:01:24", "frames 25 to 49 (25)"),
        (span(0, 1999, 1), "01:00:00:00 to 01:01:19:24", "frames 0 to 1999 (2,000), ends within 1 frame"),
        (span(0, 9, 12), "01:00:00:00 to 01:00:00:09", "frames 0 to 9 (10), ends within 12 frames"),
    ],
)
def test_a_span_is_told_in_timecode_and_in_frames(row: SpanRow, between: str, frames: str) -> None:
    assert wording.between(row) == between
    assert wording.frames(row) == frames


def test_a_span_without_a_rate_is_told_in_frames() -> None:
    row = span(3, 4)
    row["in"] = row["out"] = row["start"] = row["end"] = None
    assert wording.between(row) == "frames 3 to 4 (2)"


@pytest.mark.parametrize(("edge", "within"), [(0, ""), (124, ", ends within 0.124 s")])
def test_a_span_of_sound_alone_is_told_in_seconds(edge: int, within: str) -> None:
    sound = SeenAsset(reports.still().asset, "audio", Stage.FINAL, None, Extraction("audio", MediaFacts("wav")))
    finding = reports.finding("ip.unlicensed_match", Verdict.FAIL, "m", span=Span(1500, 2999, edge))
    row = reports.scan(reports.Case(sound, (finding,))).report()["assets"][0]["findings"][0]["span"]
    assert row is not None
    assert (row["in"], row["out"], row["start"], row["end"]) == (None, None, 1.5, 3.0)
    assert wording.between(row) == wording.frames(row) == f"1.5 s to 3 s{within}"


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (2.2e9, "2.2 GB"), (5e15, "5000000.0 GB")],
)
def test_sizes_are_in_powers_of_a_thousand(count: float, words: str) -> None:
    assert wording.size(int(count)) == words


def test_facts_that_say_nothing_unusual_are_left_out() -> None:
    row = asset(reports.still("a.png", reports.match(None, distance=0)))
    told = dict(wording.facts(row["observations"][0]))
    assert told["distance"] == "0"
    assert told["false match rate"] == "1e-07"
    assert told["transforms"] == "letterboxed"
    assert not told.keys() & {"own", "inliers", "speed", "mirrored", "turned", "quad", "reference span"}


def test_a_span_of_a_reference_and_a_signer_are_told_as_one_thing_each() -> None:
    observation = asset(reports.still("a.png", reports.credential("trusted")))["observations"][0]
    observation["facts"]["reference_span"] = dict(span_facts(Span(25, 49), Clock.of(Fraction(25), "01:00:00:00")))
    observation["facts"]["mirrored"] = True
    told = dict(wording.facts(observation))
    assert told["signer, organisation"] == "Example AI, Inc."
    assert told["reference span"] == "01:00:01:00 to 01:00:01:24, frames 25 to 49"
    assert told["mirrored"] == "yes"


def test_a_credential_status_nobody_knows_is_told_as_it_is() -> None:
    observation = asset(reports.still("a.png", reports.credential("remote_only")))["observations"][0]
    assert wording.credential(observation) == "remote only: the credential lies elsewhere and was not fetched"
    observation["facts"] = {"status": "brand_new"}
    assert wording.credential(observation) == "brand new: its detector says no more"


def test_a_decision_tells_who_until_when_and_what_it_was_before() -> None:
    row = report_delivery.delivery().report()
    waived = next(found for each in row["assets"] for found in each["findings"] if found["decision"])
    assert wording.decided(waived) == (
        "Waived by Q. Tech, QC House until 2026-06-30 (licensed_stock); was fail. "
        "Stock plate, same as previous episode; licence with Post."
    )
    assert wording.decided(row["findings"][0]) == ""
