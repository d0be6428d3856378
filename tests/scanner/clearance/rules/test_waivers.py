from dataclasses import replace

import pytest

from fixtures.paper import Entry, book, declaration, waiver
from tests.scanner.clearance.drops import broken, finding, judged, mark, match, movie, one, reasons, renamed, still

POSTER = still("a.png", match())
FOUND = finding(one(POSTER, book()), "ip.unlicensed_match").id


def test_a_waived_finding_stays_and_shows_what_it_was() -> None:
    judgement = judged([POSTER], book(waivers=[waiver(FOUND)]))
    told = judgement.assets[0].findings[0]
    assert (judgement.verdict, told.verdict, told.reason) == ("info", "info", "ip.unlicensed_match")
    assert told.decision is not None
    assert (told.decision.kind, told.decision.verdict, told.decision.reason) == ("waived", "fail", "licensed_stock")
    assert (told.decision.by, told.decision.until) == ("Q. Tech, QC House", "2026-06-30")
    assert [(each.id, each.used_by, each.problems) for each in judgement.waivers] == [("WAV-1", 1, ())]


def test_a_rename_keeps_a_waiver_and_other_bytes_lapse_it() -> None:
    data = book(waivers=[waiver(FOUND)])
    assert one(renamed(POSTER, "b/renamed.png"), data).verdict == "info"
    judgement = judged([replace(POSTER, sha256="0" * 64)], data)
    assert (judgement.verdict, reasons(judgement)) == ("fail", ["waiver.unused"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expires": "2026-04-01"}, "waiver.expired"),
        ({"expires": "2026-12-31"}, "waiver.not_allowed"),
        ({"created": "2026-04-03"}, "waiver.not_allowed"),
        ({"by": {"name": "V", "org": "abc vfx"}}, "waiver.not_authorised"),
    ],
)
def test_a_waiver_that_does_not_hold_is_told_and_the_finding_is_back(changes: Entry, reason: str) -> None:
    judgement = judged([POSTER], book(waivers=[waiver(FOUND, **changes)]))
    assert judgement.assets[0].verdict == "fail"
    assert reasons(judgement) == [reason]
    assert judgement.waivers[0].problems
    assert judged([POSTER], book(waivers=[waiver(FOUND, **changes), waiver(FOUND, "WAV-2")])).verdict == "info"


def test_what_no_waiver_can_excuse() -> None:
    face = declaration(path="a.mov", involves=["talent_likeness"])
    scene = movie("a.mov", mark())
    missing = finding(one(scene, book(declarations=[face])), "consent.missing")
    judgement = judged([scene], book(declarations=[face], waivers=[waiver(missing.id)]))
    assert reasons(judgement) == ["waiver.not_allowed"]
    assert finding(judgement.assets[0], "consent.missing").decision is None


def test_nobody_waives_what_their_own_organisation_declared() -> None:
    by_house = declaration(path="a.mov", declared_by={"name": "J", "org": "Post House"})
    scene = movie("a.mov", mark())
    missing = finding(one(scene, book(declarations=[by_house])), "approval.missing")
    own = waiver(missing.id, by={"name": "Q", "org": "Post House"})
    assert reasons(judged([scene], book(declarations=[by_house], waivers=[own]))) == ["waiver.not_authorised"]


def test_a_finding_of_the_drop_can_be_waived_too() -> None:
    idle = book(declarations=[declaration(path="gone.mov")])
    unused = finding(judged([POSTER], idle), "declaration.matches_nothing")
    judgement = judged([POSTER], idle | {"waivers": [waiver(unused.id)]})
    assert finding(judgement, "declaration.matches_nothing").verdict == "info"


def test_a_waiver_does_not_make_an_unexamined_asset_pass() -> None:
    reel = broken("a.braw", "scan.unsupported_media")
    told = finding(one(reel), "scan.unsupported_media")
    judgement = one(reel, book(waivers=[waiver(told.id)]))
    assert (judgement.findings[0].verdict, judgement.verdict) == ("info", "review")
