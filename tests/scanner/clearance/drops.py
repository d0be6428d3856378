"""Subjects and observations for tests of the judgement, and short ways to judge them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from detectors.observation import Claim, Json, Kind, Observation, Span, Strength
from fixtures import paper
from fixtures.paper import Value
from scanner.clearance.paper.model import Paper
from scanner.clearance.policy import policy
from scanner.clearance.rules.judge import AssetJudgement, Finding, Judgement, judge
from scanner.clearance.scope.context import Context
from scanner.drop.assets import Asset, Member
from scanner.examination import Extraction, MediaFacts, Problem, TimecodeFacts
from scanner.seen import SeenAsset
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage
from scanner.timecode import Clock

NETFLIX = policy.load("netflix-genai")
STAGES = tuple(map(str, Stage))
CLOCK = Clock.of(Fraction(24), "01:00:00:00")


def mark(span: tuple[int, int] | None = None, tool: str | None = None, claim: Claim = Claim.GENERATED) -> Observation:
    """An established mark of AI."""
    return Observation(
        *("markers", "iptc.digital_source_type", Kind.AI, Strength.STRONG, "XMP-iptcExt:DigitalSourceType"),
        value="trainedAlgorithmicMedia",
        claim=claim,
        generator=tool,
        span=Span(*span) if span else None,
    )


def hint(span: tuple[int, int] | None = None, *, suspect: bool = True) -> Observation:
    """Something weak, telling unless said otherwise."""
    return Observation(
        *("markers", "name.tool", Kind.AI, Strength.WEAK, "file name"),
        claim=Claim.GENERATED,
        span=Span(*span) if span else None,
        suspect=suspect,
    )


def credential(status: str) -> Observation:
    """A Content Credential of this status."""
    where = "C2PA manifest store"
    facts: dict[str, Json] = {"status": status}
    return Observation("credentials", "c2pa.credential", Kind.CREDENTIAL, Strength.DEFINITIVE, where, facts=facts)


def match(
    reference: str = "posters/017.tif",
    level: str = "match",
    span: tuple[int, int] | None = None,
    owner: str = "Poster Estate",
    *,
    own: bool = False,
) -> Observation:
    """A reference that was recognised."""
    strength = {"certain": Strength.DEFINITIVE, "match": Strength.STRONG, "possible": Strength.WEAK}[level]
    facts: dict[str, Json] = {"reference": reference, "title": "Poster 017", "owner": owner, "own": own, "level": level}
    at = Span(*span, edge_frames=3) if span else None
    return Observation("images", "images.pdq", Kind.MATCH, strength, "frames", span=at, facts=facts)


def movie(
    path: str = "VFX/shot.mov",
    *seen: Observation,
    frames: int | None = 240,
    clock: Clock | None = CLOCK,
    **changes: Value,
) -> SeenAsset:
    """A movie of ten seconds that begins at 01:00:00:00."""
    return _seen(path, seen, {"kind": "video", "extraction": Extraction("video", _media(clock, frames))} | changes)


def sequence(
    path: str = "VFX/plate.%04d.exr",
    *seen: Observation,
    frames: tuple[int, int] = (1001, 1240),
    clock: Clock | None = None,
    **changes: Value,
) -> SeenAsset:
    """A sequence of 1001 to 1240, of which the first and the last file stand for all."""
    members = tuple(Member(path.replace("%04d", str(number)), 1, 0, 0, 0, number) for number in frames)
    asset = Asset(path, members, is_sequence=True)
    extraction = Extraction("sequence", _media(clock, None))
    return _seen(path, seen, {"asset": asset, "kind": "sequence", "extraction": extraction} | changes)


def still(path: str = "stills/a.png", *seen: Observation, **changes: Value) -> SeenAsset:
    """A picture."""
    return _seen(path, seen, {"kind": "still", "extraction": Extraction("still")} | changes)


def broken(path: str, code: str, message: str = "it can't be read") -> SeenAsset:
    """Something that should have been examined and couldn't be."""
    return _seen(path, (), {"kind": "video", "examined": False, "problems": (Problem(Reason(code), message),)})


def renamed(asset: SeenAsset, path: str) -> SeenAsset:
    """The same bytes at another path."""
    return replace(asset, asset=replace(asset.asset, path=path))


def _media(clock: Clock | None, frames: int | None) -> MediaFacts:
    if clock is None:
        return MediaFacts("mov", frame_count=frames)
    breaks = tuple((one.frame, clock.label(one.frame)) for one in clock.breaks)
    return MediaFacts(
        "mov",
        rate=str(clock.rate),
        frame_count=frames,
        start_timecode=clock.label(0),
        times=clock.times,
        timecode=TimecodeFacts("timecode track 2", str(clock.labels) if clock.labels else None, breaks),
    )


def _seen(path: str, seen: Sequence[Observation], changes: Mapping[str, Value]) -> SeenAsset:
    digest = hashlib.sha256(path.encode("utf-8", "backslashreplace")).hexdigest()
    values: dict[str, Value] = {
        "asset": Asset(path, ()),
        "sha256": digest,
        "stage": "final",
        "extraction": None,
        "observations": tuple(seen),
    }
    return SeenAsset(**(values | dict(changes)))


def occasion(stage: str = "final", given: Paper | None = None, **changes: Value) -> Context:
    """A delivery on the last of March, judged two days later."""
    delivery = given.deliveries[0] if given and given.deliveries else None
    values: dict[str, Value] = {
        "stage": stage,
        "delivery": delivery,
        "delivered": date(2026, 3, 31),
        "as_of": date(2026, 4, 2),
        "drop_name": "TLW_103_delivery",
    }
    return Context(**(values | changes))


def judged(
    subjects: Iterable[SeenAsset], data: Mapping[str, Value] | None = None, stage: str = "final", **changes: Value
) -> Judgement:
    """The judgement by the built-in policy; `missing` and `changed` name evidence that isn't as it was.

    `timelines` are those of the first delivery's conforms, in their order.
    """
    kept = {key: changes.pop(key) for key in ("missing", "changed") if key in changes}
    given = paper.read(data, **kept) if data else None
    if given and (timelines := changes.pop("timelines", ())):
        laid = {(given.deliveries[0].id, place): each for place, each in enumerate(timelines)}
        given = replace(given, timelines=laid)
    staged = [_staged(subject, stage) for subject in subjects]
    return judge(staged, given, changes.pop("by", NETFLIX), occasion(stage, given, **changes))


def one(
    subject: SeenAsset, data: Mapping[str, Value] | None = None, stage: str = "final", **changes: Value
) -> AssetJudgement:
    """The judgement of a drop of one asset."""
    return judged([subject], data, stage, **changes).assets[0]


def reasons(judgement: AssetJudgement | Judgement) -> list[str]:
    """The reasons, worst first."""
    return [finding.reason for finding in judgement.findings]


def finding(judgement: AssetJudgement | Judgement, reason: str) -> Finding:
    """The one finding of this reason."""
    (found,) = [each for each in judgement.findings if each.reason == reason]
    return found


def _staged(subject: SeenAsset, stage: str) -> SeenAsset:
    return replace(subject, stage=Stage(stage))
