"""Random finished scans, of every shape that `build` accepts, with texts as hostile as files can hold."""

from fractions import Fraction
from pathlib import Path
from typing import get_args

from hypothesis import strategies as st

from detectors.material import AssetKind
from detectors.observation import Claim, Kind, Observation, Span, Strength
from fixtures.reports import RUN, Case, Scan
from scanner.drop.assets import Asset, Drop, Member, Refused, SkipCause, Skipped
from scanner.examination import Extraction, Looked, MediaFacts, PictureValues, Problem
from scanner.seen import EvidencePicture, SeenAsset
from scanner.terms.findings import AssetJudgement, Decision, DecisionKind, Finding, Judgement, Usage
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage, Verdict, worst

TEXTS = st.text(st.characters() | st.sampled_from("\x00\x1b\x85\u202e\u2028\ud800\udce9<>&\"'{}%"), max_size=20)
LONG_TEXTS = TEXTS | st.text(min_size=150, max_size=200)
HEX64 = st.text("0123456789abcdef", min_size=64, max_size=64)
SPANS = st.builds(
    lambda first, length, edge: Span(first, first + length, edge),
    st.integers(0, 200_000),
    st.integers(0, 5_000),
    st.integers(0, 30),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
REASONS = st.sampled_from(
    [
        Reason.AI_UNDECLARED,
        Reason.AI_NO_EVIDENCE,
        Reason.IP_UNLICENSED_MATCH,
        Reason.SCAN_OTHER_FILE,
        Reason.WAIVER_UNUSED,
    ]
)
PROBLEMS = st.builds(
    Problem, st.sampled_from([Reason.SCAN_PARTIAL, Reason.SCAN_OTHER_FILE, Reason.SCAN_UNREADABLE]), TEXTS
)
STAGES = st.sampled_from(Stage)
RATES = st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60)])
MEDIA = st.builds(
    MediaFacts,
    TEXTS,
    st.none() | TEXTS,
    st.none() | st.integers(0, 8192),
    st.none() | st.integers(0, 8192),
    st.none() | RATES.map(str),
    st.none() | st.integers(0, 300_000),
    st.none() | st.floats(0, 1e6),
    st.none() | st.sampled_from(["01:00:00:00", "00:59:58;00", "no timecode"]),
)
LOOKED = st.builds(Looked, TEXTS, st.integers(0, 9999), st.none() | st.integers(0, 9999), st.floats(0, 100))
VALUES = st.builds(PictureValues, HEX64, st.integers(0, 100), HEX64.map(lambda text: text[:16]))
OBSERVATIONS = st.builds(
    Observation,
    st.sampled_from(["credentials", "markers", "images", "house.own"]),
    TEXTS,
    st.sampled_from(Kind),
    st.sampled_from(Strength),
    TEXTS,
    LONG_TEXTS,
    TEXTS,
    st.none() | st.sampled_from(Claim),
    st.none() | TEXTS,
    st.none() | SPANS,
    st.booleans(),
    st.dictionaries(TEXTS | st.sampled_from(["title", "status", "reference_span", "items"]), JSON, max_size=4),
)
DECISIONS = st.builds(
    Decision,
    st.sampled_from(DecisionKind),
    st.sampled_from(Verdict),
    TEXTS,
    TEXTS,
    TEXTS,
    st.none() | st.just("2026-06-30"),
)
USAGES = st.lists(st.builds(Usage, TEXTS, st.integers(0, 9), st.lists(TEXTS, max_size=2).map(tuple)), max_size=2)


def findings(observations: int) -> st.SearchStrategy[tuple[Finding, ...]]:
    """Findings that rest on some of so many observations."""
    rests_on = st.lists(st.integers(0, observations - 1), max_size=2).map(tuple) if observations else st.just(())
    one = st.builds(
        Finding,
        HEX64.map(lambda text: text[:16]),
        REASONS,
        st.sampled_from(Verdict),
        st.none() | SPANS,
        st.none() | TEXTS,
        rests_on,
        st.none() | TEXTS,
        st.none() | TEXTS,
        st.lists(TEXTS, max_size=2).map(tuple),
        TEXTS,
        TEXTS,
        st.none() | DECISIONS,
    )
    return st.lists(one, max_size=3).map(tuple)


SKIPPED = st.builds(Skipped, TEXTS, TEXTS, st.none() | st.sampled_from(SkipCause), st.none() | TEXTS)


@st.composite
def cases(draw: st.DrawFn, path: str) -> Case:
    """One asset of this path: examined or not, a file, a sequence or a refused name."""
    shapes: list[Asset | Refused] = [_file(path), _sequence(path), Refused(path, "a pipe")]
    asset = draw(st.sampled_from(shapes))
    seen = tuple(draw(st.lists(OBSERVATIONS, max_size=3)))
    kind: AssetKind = draw(st.sampled_from(get_args(AssetKind)))
    extraction = st.builds(
        Extraction,
        st.just(kind),
        st.none() | MEDIA,
        st.none() | LOOKED,
        st.none() | VALUES,
        st.lists(PROBLEMS, max_size=2).map(tuple),
    )
    result = SeenAsset(
        asset,
        kind,
        draw(STAGES),
        draw(st.none() | HEX64),
        draw(st.none() | extraction),
        seen,
        tuple(draw(st.lists(PROBLEMS, max_size=2))),
        draw(st.booleans()),
    )
    shows = st.lists(st.integers(0, len(seen) - 1), max_size=2).map(tuple) if seen else st.just(())
    pictures = st.builds(
        EvidencePicture, st.binary(max_size=8), st.none() | st.integers(0, 9999), shows, st.none() | TEXTS
    )
    return Case(result, draw(findings(len(seen))), tuple(draw(st.lists(pictures, max_size=2))))


@st.composite
def scans(draw: st.DrawFn) -> Scan:
    """A finished scan of up to four assets."""
    names = draw(st.lists(TEXTS.filter(bool), max_size=4, unique=True))
    drawn = [draw(cases(name)) for name in names]
    judgement = Judgement(
        tuple(AssetJudgement(worst(*(one.verdict for one in case.findings)), case.findings) for case in drawn),
        draw(findings(0)),
        *(tuple(draw(USAGES)) for _ in range(5)),
    )
    assets = [case.result.asset for case in drawn]
    drop = Drop(
        draw(TEXTS),
        Path("drop"),
        tuple(asset for asset in assets if isinstance(asset, Asset)),
        tuple(asset for asset in assets if isinstance(asset, Refused)),
        tuple(draw(st.lists(SKIPPED, max_size=2))),
    )
    return Scan(drop, tuple(case.result for case in drawn), judgement, RUN, tuple(case.pictures for case in drawn))


def _file(path: str) -> Asset:
    return Asset(path, (Member(path, len(path), 0, 0, 0),))


def _sequence(path: str) -> Asset:
    members = tuple(Member(f"{path}.{number}", 1, 0, 0, 0, number) for number in (1001, 1002, 1004))
    return Asset(path, members, is_sequence=True, missing=(1003,))
