"""Paper that covers what descends from its assets: within a drop, the same bytes at another path."""

from dataclasses import replace

import pytest

from fixtures.paper import Entry, approval, book, declaration
from scanner.clearance.rules.judge import Judgement
from tests.scanner.clearance.drops import finding, judged, mark, movie, reasons, renamed

CLIP = movie("VFX/TLW_0010.mov", mark())
COPY = renamed(CLIP, "masters/selects/TLW_0099.mov")


def told(declared: str, approved: str, *, exclude: str = "", **scope: object) -> Judgement:
    """The judgement of a clip and its copy; the approval is limited by `scope`."""
    excluded: Entry = {"exclude": [{"path": exclude}]} if exclude else {}
    clip = declaration(path=CLIP.path, covers_derivatives=declared, approvals=["APP-1"], **excluded)
    granted = approval(covers_derivatives=approved, scope={"stages": ["final"], **scope})
    return judged([CLIP, COPY], book(declarations=[clip], approvals=[granted]))


def test_the_same_bytes_elsewhere_are_covered_where_the_declaration_says_so() -> None:
    judgement = told("yes", "no")
    assert [reasons(asset) for asset in judgement.assets] == [["ai.disclosed"], ["ai.disclosed"]]
    assert "It covers what descends from VFX/TLW_0010.mov" in finding(judgement.assets[1], "ai.disclosed").message
    assert judgement.declarations[0].used_by == 2


def test_they_are_not_where_it_doesn_t() -> None:
    judgement = told("no", "yes")
    assert reasons(judgement.assets[1]) == ["declaration.duplicate_content"]


@pytest.mark.parametrize("scope", [{"assets": [{"path": CLIP.path}]}, {"shots": ["TLW_0010"]}])
def test_an_approval_for_named_assets_reaches_them_only_where_it_says_so_too(scope: Entry) -> None:
    assert told("yes", "yes", **scope).assets[1].verdict == "pass"
    short = told("yes", "no", **scope)
    assert short.assets[0].verdict == "pass"
    assert reasons(short.assets[1]) == ["approval.out_of_scope", "ai.disclosed"]


def test_what_is_excluded_stays_excluded() -> None:
    assert reasons(told("yes", "yes", exclude=COPY.path).assets[1]) == ["declaration.duplicate_content"]


def test_frames_that_are_chosen_of_one_are_those_of_the_other() -> None:
    clip = declaration(assets=[{"path": CLIP.path, "frames": "0-99"}], covers_derivatives="yes", approvals=["APP-1"])
    judgement = judged([CLIP, COPY], book(declarations=[clip], approvals=[approval()]))
    for asset in judgement.assets:
        left = finding(asset, "ai.partially_declared").span
        assert left is not None
        assert (left.first_frame, left.last_frame) == (100, 239)


def test_what_two_copies_are_declared_for_is_counted_together_in_any_order() -> None:
    other = renamed(CLIP, "VFX/TLW_0010_again.mov")
    parts = [{"path": CLIP.path, "frames": "0-99"}, {"path": other.path, "frames": "100-239"}]
    clip = declaration(assets=parts, covers_derivatives="yes", approvals=["APP-1"])
    data = book(declarations=[clip], approvals=[approval()])
    one, another = judged([CLIP, other, COPY], data), judged([COPY, other, CLIP], data)
    assert one.assets[::-1] == another.assets
    assert reasons(one.assets[2]) == ["ai.disclosed"]


def test_other_bytes_are_never_covered() -> None:
    other = replace(COPY, sha256="ab" * 32)
    clip = declaration(path=CLIP.path, covers_derivatives="yes", approvals=["APP-1"])
    judgement = judged([CLIP, other], book(declarations=[clip], approvals=[approval(covers_derivatives="yes")]))
    assert reasons(judgement.assets[1]) == ["ai.undeclared"]
