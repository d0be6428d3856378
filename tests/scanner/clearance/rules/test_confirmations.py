from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.paper import Entry, book, confirmation, declaration, text, waiver, write
from scanner.clearance.paper.reader import load
from scanner.errors import PaperError
from scanner.terms.verdicts import Verdict
from tests.scanner.clearance.drops import finding, judged, mark, match, movie, one, reasons, renamed, still

POSTER = still("a.png", match(level="possible"))
FOUND = finding(one(POSTER, book()), "ip.possible_match").id


def test_a_confirmed_finding_is_a_fail_and_keeps_the_verdict_it_had() -> None:
    judgement = judged([POSTER], book(confirmations=[confirmation(FOUND)]))
    told = finding(judgement.assets[0], "ip.possible_match")
    assert (judgement.verdict, told.verdict) == ("fail", "fail")
    assert told.decision is not None
    assert (told.decision.kind, told.decision.verdict, told.decision.until) == ("confirmed", "review", None)
    assert (told.decision.by, told.decision.reason) == ("Q. Tech, QC House", "visual_inspection")
    assert [(each.id, each.used_by, each.problems) for each in judgement.confirmations] == [("CNF-1", 1, ())]


def test_a_rename_keeps_a_confirmation_and_other_bytes_lapse_it() -> None:
    data = book(confirmations=[confirmation(FOUND)])
    assert one(renamed(POSTER, "b/renamed.png"), data).verdict == "fail"
    judgement = judged([replace(POSTER, sha256="0" * 64)], data)
    assert (judgement.verdict, reasons(judgement)) == ("review", ["waiver.unused"])
    assert "CNF-1 is for the finding" in finding(judgement, "waiver.unused").message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"expires": "2026-04-01"}, "waiver.expired"), ({"created": "2026-04-03"}, "waiver.not_allowed")],
)
def test_a_confirmation_that_does_not_hold_is_told(changes: Entry, reason: str) -> None:
    judgement = judged([POSTER], book(confirmations=[confirmation(FOUND, **changes)]))
    assert judgement.assets[0].verdict == "review"
    assert reasons(judgement) == [reason]
    assert judgement.confirmations[0].problems
    both = book(confirmations=[confirmation(FOUND, **changes), confirmation(FOUND, "CNF-2")])
    assert (judged([POSTER], both).verdict, reasons(judged([POSTER], both))) == ("fail", [])


def test_only_what_is_for_review_can_be_confirmed() -> None:
    plain = still("b.png")
    nothing = finding(one(plain, book()), "ai.no_evidence").id
    judgement = judged([plain], book(confirmations=[confirmation(nothing)]))
    assert (judgement.assets[0].verdict, reasons(judgement)) == ("pass", ["waiver.not_allowed"])
    scene = movie("a.mov", mark())
    failing = finding(one(scene, book()), "ai.undeclared").id
    judgement = judged([scene], book(confirmations=[confirmation(failing)]))
    assert reasons(judgement) == ["waiver.unused"]
    assert finding(judgement.assets[0], "ai.undeclared").decision is None


def test_what_a_vendor_confirms_against_itself_counts_and_is_told() -> None:
    own = confirmation(FOUND, by={"name": "V", "org": "ABC VFX"})
    judgement = judged([POSTER], book(confirmations=[own]))
    assert judgement.assets[0].verdict == "fail"
    assert reasons(judgement) == ["waiver.not_authorised"]
    assert "counts all the same" in finding(judgement, "waiver.not_authorised").message


def test_nobody_waives_what_somebody_has_confirmed_whatever_the_order() -> None:
    data = book(confirmations=[confirmation(FOUND)], waivers=[waiver(FOUND)])
    judgement = judged([POSTER], data)
    assert (judgement.assets[0].verdict, reasons(judgement)) == ("fail", ["waiver.not_allowed"])
    assert judgement.waivers[0].used_by == 0


def test_a_finding_of_the_drop_can_be_confirmed_too() -> None:
    idle = book(declarations=[declaration(path="gone.mov")])
    unused = finding(judged([POSTER], idle), "declaration.matches_nothing")
    assert unused.verdict is Verdict.REVIEW
    judgement = judged([POSTER], idle | {"confirmations": [confirmation(unused.id)]})
    assert finding(judgement, "declaration.matches_nothing").verdict == "fail"


def test_decisions_beside_the_declarations_are_read_and_listed_but_not_those_in_the_drop(tmp_path: Path) -> None:
    file = write(tmp_path, book())
    beside = tmp_path / "waivers.yaml"
    beside.write_text(text({"confirmations": [confirmation(FOUND)], "waivers": [waiver(FOUND)]}), encoding="utf-8")
    paper = load([file])
    assert [paper.waivers[0].id, paper.confirmations[0].id] == ["WAV-1", "CNF-1"]
    assert [each.name for each in paper.files] == ["declarations.yaml", "waivers.yaml"]
    assert [each.name for each in load([beside, file]).files] == ["waivers.yaml", "declarations.yaml"]
    assert load([file], drop=tmp_path).waivers == ()
    assert load([file, beside], drop=tmp_path).waivers == paper.waivers


def test_mistakes_in_the_decisions_are_told_at_their_places(tmp_path: Path) -> None:
    file = write(tmp_path, book())
    wrong = {"confirmations": [confirmation("xyz", reason="visual_inspektion")]}
    (tmp_path / "waivers.yaml").write_text(text(wrong), encoding="utf-8")
    with pytest.raises(PaperError) as raised:
        load([file])
    assert [mistake.line for mistake in raised.value.mistakes] == [3, 4]
    assert "did you mean visual_inspection?" in str(raised.value.mistakes[1])


def test_the_example_in_the_docs_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[4] / "docs" / "waivers.md").read_text(encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    paper = load([write(tmp_path, book())])
    assert (paper.waivers[0].by.org, paper.confirmations[0].expires) == ("QC House", None)
