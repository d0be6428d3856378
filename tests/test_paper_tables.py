"""The docs say what the policies and the paper say, and no field of the paper is read by nothing in silence."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.paper import DELIVERY, PRODUCTION, TOOLS, Entry, approval, book, consent, declaration, licence
from fixtures.paper import confirmation as confirming
from fixtures.paper import waiver as waiving
from scanner.clearance.paper.model import Sheet
from scanner.clearance.policy.policy import load
from scanner.written.mistakes import _model_in
from scanner.written.scalars import PaperPart
from tests.paper_tables import DOCS, ONLY_RECORDED, READ_BEFORE, READ_BY, fields, meant, page, tables
from tests.scanner.clearance.drops import judged, mark, match, movie, renamed
from tests.scanner.clearance.reel import MASTER, REEL, master

ROOT = Path(__file__).parent.parent
_JUDGING = ("scanner.clearance.rules", "scanner.clearance.scope", "scanner.clearance.paper.model")
_NOT_JUDGED = frozenset({"_statement"})
"""Functions that read a field for the identity of findings alone."""


@pytest.mark.parametrize("name", sorted({name for name, _ in tables()}))
def test_the_tables_of_a_page_are_those_that_the_policies_and_the_paper_make(name: str) -> None:
    stated = (DOCS / name).read_text(encoding="utf-8")
    assert page(name) == stated, "make them by python -m tests.paper_tables"


def test_every_field_of_the_paper_is_read_by_something_or_only_recorded() -> None:
    named = [field for key in (*READ_BY, *READ_BEFORE) for pattern in key for field in meant(pattern)]
    counts = Counter([*named, *ONLY_RECORDED])
    assert {field for field in fields() if counts[field] != 1} == set(), "in neither list, or in both"
    assert set(counts) - set(fields()) == set(), "fields that there aren't"


def test_what_is_read_before_the_judgement_stands_in_the_code() -> None:
    for words, file, needle in READ_BEFORE.values():
        assert needle in (ROOT / file).read_text(encoding="utf-8"), words


@contextmanager
def _spying() -> Iterator[set[tuple[str, str]]]:
    """The fields, by class and name, that the judgement reads meanwhile."""
    seen: set[tuple[str, str]] = set()
    plain = PaperPart.__getattribute__

    def spy(self: PaperPart, name: str) -> Any:  # noqa: ANN401 - whatever the field holds
        caller = sys._getframe(1)
        if caller.f_globals.get("__name__", "").startswith(_JUDGING) and caller.f_code.co_name not in _NOT_JUDGED:
            seen.add((type(self).__name__, name))
        return plain(self, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PaperPart, "__getattribute__", spy)
        yield seen


def _by_class() -> dict[str, tuple[str, str]]:
    """The class and name of each field, by its path in the paper."""

    def walk(model: type[PaperPart], before: str) -> Iterator[tuple[str, tuple[str, str]]]:
        for name, field in model.model_fields.items():
            path = f"{before}.{field.alias or name}".strip(".")
            inside: Any = _model_in(field.annotation)
            if inside:
                yield from walk(inside, path)
            else:
                yield path, (model.__name__, name)

    return dict(walk(Sheet, ""))


SELECTORS: list[Entry] = [
    {"path": "VFX/shot.mov", "first_frame": "0", "frames": "0-199"},
    {"path": "VFX/shot.mov", "tc": "01:00:00:00-01:00:01:00", "part": "track:1"},
    {"sequence": "VFX/plate.####.exr"},
    {"sha256": "ab" * 32, "shot": "shot"},
    {"reel": "R3"},
    {"asset_id": "A-18"},
]
AT_FIRST: Entry = {"path": "VFX/shot.mov"}


def _book() -> Entry:
    """A book in which every field that the judgement reads is stated."""
    use = declaration(
        assets=SELECTORS,
        exclude=[{"path": "VFX/slate.mov"}],
        shots=["shot"],
        timeline={"reel": "R3", "record": "10:00:00:00-10:00:01:00"},
        deliveries=["DEL-1"],
        use="performance_alteration",
        involves=["talent_likeness", "third_party_ip", "personal_data"],
        inputs=["proprietary"],
        talent=[{"performer": "A. Actor", "consent": "CON-1", "involves": ["talent_likeness"]}],
        licences=["LIC-1"],
        audience_disclosure={"how": "a card", "card": "end card", "evidence": {"file": "evidence/card.png"}},
        covers_derivatives="yes",
        generated="2026-02-10",
        approvals=["APP-1", "APP-2"],
        supersedes=["DEC-0"],
    )
    song = declaration("DEC-2", assets=[AT_FIRST], use="music", frames="0-9", first_frame="0")
    reach: Entry = {"media": ["svod"], "territories": ["FR"]}
    scope: Entry = {
        "stages": ["final"],
        "uses": ["performance_alteration"],
        "involves": ["talent_likeness"],
        "tools": ["video-tool"],
        "shots": ["shot"],
        "assets": SELECTORS[:1],
        "frames": "0-99",
        "first_frame": "0",
        "deliveries": ["DEL-1"],
    }
    met: Entry = {"text": "clean-up", "met": "yes", "met_on": "2026-03-01"}
    consented: Entry = {"production": PRODUCTION["id"], "description": "d", "shots": ["shot"], "uses": ["voice"]}
    conform: Entry = {"file": "conform/r3.edl", "asset": MASTER, "reel": "R3"}
    return book(
        production=PRODUCTION | {"kind": "documentary"},
        watch_names=["Ada"],
        deliveries=[DELIVERY | reach | {"runs_until": "2026-12-31", "conform": conform}],
        tools=TOOLS | {"video-tool": TOOLS["video-tool"] | {"content_credentials": "yes"}},
        declarations=[declaration("DEC-0"), use, song, declaration("DEC-3", path="gone.mov")],
        approvals=[
            approval(scope=scope, conditions=[met], revoked="2027-01-01", expires="2027-01-01"),
            approval("APP-2", supersedes=["APP-9"], covers_derivatives="yes"),
        ],
        consents=[consent(minor="yes", scope=consented | reach, withdrawn="2027-01-01", expires="2027-01-01")],
        licences=[licence(scope={"assets": SELECTORS[:1]} | reach, revoked="2027-01-01")],
        waivers=[waiving("0" * 16)],
        confirmations=[confirming("0" * 16)],
    )


def test_what_a_rule_is_said_to_read_is_read_in_a_judgement() -> None:
    data, policy = _book(), load("eu-ai-act")
    shot = movie("VFX/shot.mov", replace(mark(tool="Sora"), prompt="Ada"), match())
    twin = renamed(shot, "VFX/twin.mov")
    with _spying() as seen:
        judgement = judged([shot, twin, master()], data, by=policy, timelines=(REEL,))
        missing = next(each for each in judgement.assets[0].findings if each.verdict == "fail")
        asked = next(each for asset in judgement.assets for each in asset.findings if each.verdict == "review")
        decided = data | {"waivers": [waiving(missing.id)], "confirmations": [confirming(asked.id)]}
        for stage in ("temp", "final"):
            judged([shot, twin, master()], decided, stage, by=policy, timelines=(REEL,))
    by_class = _by_class()
    said = {by_class[field] for key in READ_BY for pattern in key for field in meant(pattern)}
    said -= {each for each in said if each[0] == "Sheet"}
    assert said - seen == set(), "said to be read, and read by nothing"
    recorded = {by_class[field] for field in ONLY_RECORDED}
    assert recorded & seen == set(), "said to be recorded only, and read"
