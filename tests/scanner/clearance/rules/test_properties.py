"""What holds for any paper whatever: order doesn't matter, approvals never hurt, coverage never lies."""

import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.paper import ALL_YES, Entry, Value, approval, book, consent, declaration, licence, negative
from scanner.clearance.rules.judge import AssetJudgement, Judgement
from scanner.seen import SeenAsset
from scanner.terms.coverage import Frames
from scanner.terms.reasons import Reason
from tests.scanner.clearance.drops import STAGES, credential, hint, judged, mark, match, movie, renamed, sequence, still

FAULTS: tuple[Entry, ...] = (
    {},
    {"expires": "2026-03-01"},
    {"granted": "2026-04-01"},
    {"granted": "2026-05-01"},
    {"granted": "2026-03-20"},
    {"approver": {"name": "V", "org": "Vendor"}},
    {"conditions": [{"text": "clean-up", "met": "no"}]},
    {"scope": {"stages": ["temp", "final"], "frames": "0-119"}},
    {"scope": {"stages": ["pre-production", "temp", "final"], "frames": "100-239", "tools": ["video-tool"]}},
    {"scope": {"stages": ["final"], "tools": ["still-tool"]}},
    {"scope": {"stages": ["final"], "shots": ["TLW_103_*"]}},
    {"scope": {"stages": ["final"], "involves": ["union_work"]}},
    {"scope": {"stages": ["final"], "assets": [{"path": "VFX/b.mov"}]}},
    {"scope": {"stages": ["final"], "assets": [{"path": "VFX/b.mov"}]}, "covers_derivatives": "yes"},
    {"scope": {}},
)
AGGRAVATING: tuple[Entry, ...] = ({"revoked": "2026-03-01"},)
USES: tuple[Entry, ...] = (
    {"use": "ideation"},
    {"use": "temp"},
    {"use": "background_incidental"},
    {"use": "key_creative"},
    {"use": "final_vfx"},
    {"use": "final_vfx", "involves": ["union_work", "personal_data"], "tools": ["video-tool", "still-tool"]},
    {"involves": ["talent_likeness"], "talent": [{"consent": "CON-1"}]},
    {"involves": ["third_party_ip"], "licences": ["LIC-1"]},
    {"use": "music", "inputs": ["personal"], "principles": ALL_YES | {"p2": "no"}},
    {"generated": "2026-03-10"},
    {"covers_derivatives": "yes"},
    {"use": "performance_alteration", "talent": [{"performer": "A. Actor", "consent": "CON-1"}], "extent": "generated"},
    {"use": "voice", "talent": [{"consent": "CON-1", "exemption": "customary_alteration"}], "modality": ["audio"]},
    {"use": "restoration", "extent": None, "inputs": ["production_footage"], "tools": ["still-tool"]},
    {"use": "music", "human_input": "melody by the composer", "involves": ["public_figure"]},
    {"use": "factual_representation", "audience_disclosure": {"how": "caption", "timecode": "01:00:00:00"}},
    {"use": "training", "involves": ["deceased_person", "synthetic_performer"], "talent": [{"consent": "CON-1"}]},
)
SELECTIONS: tuple[list[Entry], ...] = (
    [{"path": "VFX/a.mov"}],
    [{"path": "VFX/a.mov", "frames": "0-99"}],
    [{"path": "VFX/a.mov", "frames": "100-239"}, {"path": "VFX/b.mov"}],
    [{"path": "VFX/*"}],
    [{"path": "**"}],
    [{"sequence": "VFX/plate.####.exr", "frames": "1001-1100"}],
    [{"path": "stills/a.png"}],
    [{"path": "elsewhere.mov"}],
)
SPANS = (None, (0, 239), (20, 60), (90, 110), (1050, 1150))
SEEN = st.lists(
    st.one_of(
        st.builds(mark, st.sampled_from(SPANS), st.sampled_from((None, "evt4", "Sora"))),
        st.builds(hint, st.sampled_from(SPANS)),
        st.builds(credential, st.sampled_from(("trusted", "untrusted", "tampered"))),
        st.builds(match, st.just("posters/017.tif"), st.sampled_from(("match", "possible"))),
    ),
    max_size=3,
)
PROOF = st.sampled_from(("present", "missing", "changed"))
APPROVALS = st.lists(st.tuples(st.sampled_from(FAULTS + AGGRAVATING), PROOF), max_size=3)
DECLARATIONS = st.lists(
    st.tuples(st.sampled_from(USES), st.sampled_from(SELECTIONS), st.lists(st.integers(0, 2), max_size=3)), max_size=4
)
SLOW = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def papers(draw: st.DrawFn) -> tuple[Entry, dict[str, list[str]]]:
    """A book of paper, and the ids of evidence that is missing or changed."""
    approvals = draw(APPROVALS)
    written = [approval(f"APP-{index}", **faults) for index, (faults, _) in enumerate(approvals)]
    known = {each["id"] for each in written}
    declarations = [
        declaration(
            f"DEC-{index}",
            **use,
            assets=selection,
            approvals=sorted({f"APP-{cited}" for cited in cites} & known),
        )
        for index, (use, selection, cites) in enumerate(draw(DECLARATIONS))
    ]
    if draw(st.booleans()):
        declarations.append(negative(path="VFX/b.mov"))
    data = book(declarations=declarations, approvals=written, consents=[consent()], licences=[licence()])
    bad = {
        state: [f"APP-{i}" for i, (_, proof) in enumerate(approvals) if proof == state]
        for state in ("missing", "changed")
    }
    return data, bad


@st.composite
def drops(draw: st.DrawFn) -> list[SeenAsset]:
    """Four assets; two of them may have the same bytes, and one a telling name."""
    first, copied = movie("VFX/a.mov", *draw(SEEN)), draw(st.booleans())
    name = draw(st.sampled_from(("VFX/b.mov", "VFX/b_postvis.mov")))
    second = renamed(first, name) if copied else movie(name, *draw(SEEN))
    return [
        first,
        second,
        sequence("VFX/plate.%04d.exr", *draw(SEEN)),
        still("stills/a.png", *draw(SEEN)),
    ]


def with_approval(data: Entry, extra: Entry) -> Entry:
    """The paper with one more approval, which every declaration of AI cites."""
    declarations = [
        each | {"approvals": [*each.get("approvals", []), extra["id"]]} if each["ai_used"] == "yes" else each
        for each in data["declarations"]
    ]
    return data | {"declarations": declarations, "approvals": [*data["approvals"], extra]}


def shuffle(value: Value, chance: random.Random) -> Value:
    """The same content with every list in another order."""
    if isinstance(value, dict):
        return {key: shuffle(item, chance) for key, item in value.items()}
    if isinstance(value, list):
        return [shuffle(item, chance) for item in chance.sample(value, len(value))]
    return value


def told(subject: SeenAsset, asset: AssetJudgement, *reasons: str) -> Frames:
    """The frames that findings of these reasons are about."""
    spans = [each.span for each in asset.findings if each.reason in reasons]
    ranges = [(span.first_frame, span.last_frame) if span else subject.frames or (0, 0) for span in spans]
    return Frames.of(*ranges)


def ranks(judgement: Judgement) -> list[int]:
    return [asset.verdict.rank for asset in judgement.assets]


@SLOW
@given(drops(), papers(), st.sampled_from(STAGES), st.randoms(use_true_random=False))
def test_the_order_of_entries_and_of_assets_never_matters(
    drop: list[SeenAsset], given_paper: tuple[Entry, dict[str, list[str]]], stage: str, chance: random.Random
) -> None:
    data, bad = given_paper
    straight = judged(drop, data, stage, **bad)
    shuffled = shuffle(data, chance)
    order = chance.sample(range(len(drop)), len(drop))
    mixed = judged([drop[index] for index in order], shuffled, stage, **bad)
    assert [straight.assets[index] for index in order] == list(mixed.assets)
    assert (straight.findings, straight.declarations, straight.approvals) == (
        mixed.findings,
        mixed.declarations,
        mixed.approvals,
    )


@SLOW
@given(drops(), papers(), st.sampled_from(STAGES))
def test_a_valid_approval_never_raises_a_verdict(
    drop: list[SeenAsset], given_paper: tuple[Entry, dict[str, list[str]]], stage: str
) -> None:
    data, bad = given_paper
    before = judged(drop, data, stage, **bad)
    after = judged(drop, with_approval(data, approval("APP-9")), stage, **bad)
    assert all(new <= old for new, old in zip(ranks(after), ranks(before), strict=True))


@SLOW
@given(drops(), papers(), st.sampled_from(STAGES), st.sampled_from(FAULTS), st.booleans())
def test_a_faulty_approval_never_aggravates(
    drop: list[SeenAsset],
    given_paper: tuple[Entry, dict[str, list[str]]],
    stage: str,
    faults: Entry,
    lost: bool,
) -> None:
    data, bad = given_paper
    before = judged(drop, data, stage, **bad)
    worse = bad | {"missing": [*bad["missing"], *(["APP-9"] if lost else [])]}
    after = judged(drop, with_approval(data, approval("APP-9", **faults)), stage, **worse)
    assert all(new <= old for new, old in zip(ranks(after), ranks(before), strict=True))


@SLOW
@given(drops(), papers(), st.sampled_from(STAGES))
def test_every_finding_has_a_reason_an_id_of_its_own_and_frames_of_its_asset(
    drop: list[SeenAsset], given_paper: tuple[Entry, dict[str, list[str]]], stage: str
) -> None:
    data, bad = given_paper
    judgement = judged(drop, data, stage, **bad)
    for subject, asset in zip(drop, judgement.assets, strict=True):
        assert asset.findings
        assert asset.verdict == max((each.verdict for each in asset.findings), key=lambda verdict: verdict.rank)
        assert len({each.id for each in asset.findings}) == len(asset.findings)
        for each in asset.findings:
            assert each.reason in set(Reason)
            assert all(0 <= index < len(subject.observations) for index in each.observations)
            if each.span and subject.frames:
                assert subject.frames[0] <= each.span.first_frame <= each.span.last_frame <= subject.frames[1]
            if not subject.observations and each.reason != "approval.evidence_missing":
                assert each.reason not in {"ai.undeclared", "ai.partially_declared"}


@SLOW
@given(drops(), papers())
def test_what_is_reported_as_undeclared_is_marked_and_is_covered_by_no_declaration(
    drop: list[SeenAsset], given_paper: tuple[Entry, dict[str, list[str]]]
) -> None:
    data, bad = given_paper
    for subject, asset in zip(drop, judged(drop, data, "final", **bad).assets, strict=True):
        undeclared = told(subject, asset, "ai.undeclared", "ai.partially_declared")
        assert not undeclared & told(subject, asset, "ai.disclosed", "ai.declared_no_evidence")
        marked = [each for each in subject.observations if each.kind == "ai" and each.strength.established]
        assert bool(marked) or not undeclared


@SLOW
@given(st.lists(st.builds(hint, st.sampled_from(SPANS), suspect=st.booleans()), max_size=5), st.sampled_from(STAGES))
def test_weak_observations_alone_never_fail(seen: list[Any], stage: str) -> None:
    judgement = judged([movie("VFX/a.mov", *seen, match(level="possible"))], book(), stage)
    assert judgement.verdict.rank <= 2
