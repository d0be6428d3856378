"""Twenty thousand random books of paper, the same ones in every run: what must hold whatever people write.

The properties in `test_properties` are stated for drops of several assets and shrink what they find; these sweep
widely, with less at a time. A failure names its seed.
"""

import random

import pytest

from fixtures.paper import Entry, approval, book, consent, declaration, licence, negative
from scanner.clearance.policy.policy import built_in, load
from scanner.clearance.rules.judge import Judgement
from scanner.seen import SeenAsset
from scanner.terms.coverage import Frames
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage
from tests.scanner.clearance.drops import STAGES, credential, hint, judged, mark, match, movie
from tests.scanner.clearance.rules.test_properties import AGGRAVATING, FAULTS, USES, shuffle, told, with_approval

BOOKS = 1000
"""For each seed of each of the four properties."""
SEEDS = range(5)
SPANS = (None, (0, 239), (20, 60), (90, 110), (0, 119), (120, 239))
SELECTIONS: tuple[list[Entry], ...] = (
    [{"path": "VFX/a.mov"}],
    [{"path": "VFX/a.mov", "frames": "0-99"}],
    [{"path": "VFX/a.mov", "frames": "100-239"}],
    [{"path": "VFX/a.mov", "frames": "50-150"}],
    [{"path": "VFX/a.mov", "frames": "0-19,40-80"}],
    [{"path": "VFX/*"}],
    [{"path": "**"}],
    [{"path": "elsewhere.mov"}],
)
POLICIES = {name: load(name) for name in built_in()}
TILE = {"stages": ["pre-production", "temp", "final"]}


def seeded(what: str, seed: int) -> random.Random:
    return random.Random(f"{what} {seed}")  # noqa: S311 - it makes up paper, not keys


def subject(chance: random.Random) -> SeenAsset:
    makers = (
        lambda: mark(chance.choice(SPANS), chance.choice((None, "evt4", "Sora"))),
        lambda: hint(chance.choice(SPANS), suspect=chance.random() < 0.5),
        lambda: credential(chance.choice(("trusted", "untrusted", "tampered", "expired"))),
        lambda: match(level=chance.choice(("match", "possible")), span=chance.choice(SPANS)),
    )
    return movie("VFX/a.mov", *(chance.choice(makers)() for _ in range(chance.randint(0, 3))))


def paper(chance: random.Random) -> tuple[Entry, dict[str, list[str]]]:
    """A book of paper, and the ids of evidence that is missing or changed."""
    approvals = [
        approval(f"APP-{index}", **chance.choice(FAULTS + AGGRAVATING)) for index in range(chance.randint(0, 2))
    ]
    keys = [each["id"] for each in approvals]
    declarations = [
        declaration(
            f"DEC-{index}",
            **chance.choice(USES),
            assets=chance.choice(SELECTIONS),
            approvals=chance.sample(keys, chance.randint(0, len(keys))),
        )
        for index in range(chance.randint(0, 3))
    ]
    if chance.random() < 0.2:
        declarations.append(negative(path="VFX/a.mov"))
    bad: dict[str, list[str]] = {"missing": [], "changed": []}
    for key in keys:
        if chance.random() < 0.2:
            bad[chance.choice(("missing", "changed"))].append(key)
    return book(declarations=declarations, approvals=approvals, consents=[consent()], licences=[licence()]), bad


def rank(judgement: Judgement) -> int:
    return judgement.assets[0].verdict.rank


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_entries_never_matters(seed: int) -> None:
    chance = seeded("order", seed)
    for number in range(BOOKS):
        seen, (data, bad), stage = subject(chance), paper(chance), chance.choice(STAGES)
        assert judged([seen], data, stage, **bad) == judged([seen], shuffle(data, chance), stage, **bad), number


@pytest.mark.parametrize("seed", SEEDS)
def test_a_valid_approval_never_worsens(seed: int) -> None:
    chance = seeded("valid", seed)
    for number in range(BOOKS):
        seen, (data, bad), stage = subject(chance), paper(chance), chance.choice(STAGES)
        frames = chance.choice(({}, {"frames": "0-119"}, {"frames": "60-200"}, {"tools": ["video-tool"]}))
        more = with_approval(data, approval("APP-9", scope=TILE | frames))
        assert rank(judged([seen], more, stage, **bad)) <= rank(judged([seen], data, stage, **bad)), number


@pytest.mark.parametrize("seed", SEEDS)
def test_a_faulty_approval_never_aggravates(seed: int) -> None:
    chance = seeded("faulty", seed)
    for number in range(BOOKS):
        seen, (data, bad), stage = subject(chance), paper(chance), chance.choice(STAGES)
        more = with_approval(data, approval("APP-9", **chance.choice(FAULTS)))
        lost = bad | {"missing": [*bad["missing"], *chance.choice(([], ["APP-9"]))]}
        assert rank(judged([seen], more, stage, **lost)) <= rank(judged([seen], data, stage, **bad)), number


@pytest.mark.parametrize("seed", SEEDS)
def test_every_result_names_reasons_of_the_matrix_and_coverage_never_reports_a_covered_frame(seed: int) -> None:
    chance = seeded("reasons", seed)
    for number in range(BOOKS):
        seen, (data, bad), stage = subject(chance), paper(chance), chance.choice(STAGES)
        policy = POLICIES[chance.choice(sorted(POLICIES))]
        asset = judged([seen], data, stage, by=policy, **bad).assets[0]
        assert asset.findings, number
        for each in asset.findings:
            worst = policy.verdict(each.reason, Stage(stage))
            assert each.reason in set(Reason), number
            assert each.verdict.rank <= worst.rank, number
            assert each.verdict.rank <= policy.verdict(each.reason, Stage.FINAL).rank, number
        undeclared = told(seen, asset, "ai.undeclared", "ai.partially_declared")
        assert not undeclared & declared_frames(data, stage), number


def declared_frames(data: Entry, stage: str) -> Frames:
    """The frames that the book's declarations of AI cover, counted without the judgement's own arithmetic."""
    ranges: list[tuple[int, int]] = []
    for each in data["declarations"]:
        for selector in each["assets"] if each["ai_used"] == "yes" else ():
            named = selector["path"] == "VFX/a.mov"
            broad = selector["path"] in {"VFX/*", "**"} and stage == "pre-production"
            if named or broad:
                parts = selector.get("frames", "0-239").split(",")
                ranges += [(int(part.split("-")[0]), int(part.split("-")[1])) for part in parts]
    return Frames.of(*ranges)
