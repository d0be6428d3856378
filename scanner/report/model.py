"""The report as data: report.json, key for key and in its order. Every format is a pure function of it.

These are plain dictionaries, because the document is the product: what a renderer reads is what another program
reads. Nothing here computes; `build` makes a report and `schema/report-1.json` states the same shape for others.
A key that doesn't apply holds null, so that the shape never depends on the drop; `NotRequired` ones are left out.
"""

from typing import Literal, NotRequired, TypeAlias, TypedDict

from detectors.observation import Json

SCHEMA_ID = "provscan/report/1"
INSPECTION_ID = "provscan/inspection/1"

VerdictWord: TypeAlias = Literal["pass", "info", "review", "fail"]
StageFrom: TypeAlias = Literal["option", "declarations", "config", "default"]
"""Who said what the drop is for."""

SpanRow = TypedDict(
    "SpanRow",
    {
        "first_frame": int,
        "last_frame": int,
        "in": str | None,
        "out": str | None,
        "start": float | None,
        "end": float | None,
        "edge_frames": int,
    },
)
"""Frames with both ends included; timecodes and seconds are null where the asset has no rate."""


class PolicyInput(TypedDict):
    """The policy that judged."""

    id: str
    version: str
    sha256: str


class FileInput(TypedDict):
    """A file of paper that was read."""

    name: str
    sha256: str


class UnusableWork(TypedDict):
    """A reference work that nothing can be matched against, and why."""

    id: str
    why: str


class ReferencesInput(TypedDict):
    """A library or folder of reference works; reports of before there were any lack `unusable`."""

    name: str
    digest: str
    entries: int
    unusable: NotRequired[list[UnusableWork]]


class LedgerInput(TypedDict):
    """The AI material remembered from earlier drops."""

    digest: str
    entries: int


class TrustInput(TypedDict):
    """A C2PA trust list; `issued` and `issuer` are null where the list doesn't say. Older reports lack `issuer`."""

    name: str
    sha256: str
    issued: str | None
    issuer: NotRequired[str | None]


class DetectorInput(TypedDict):
    """A detector that ran."""

    id: str
    version: str


class Inputs(TypedDict):
    """Everything besides the drop that the outcome rests on, each with its digest."""

    policy: PolicyInput
    declarations: list[FileInput]
    references: list[ReferencesInput]
    ledger: LedgerInput | None
    trust: list[TrustInput]
    rules: str
    detectors: list[DetectorInput]


class Machine(TypedDict):
    """Where it ran; no outcome rests on it."""

    isolation: Literal["bwrap", "prlimit", "none"]
    ffmpeg: str
    exiftool: str
    jobs: int


class Degraded(TypedDict):
    """A detector that could not work fully, and why."""

    detector: str
    why: str


class RunRow(TypedDict):
    """The run: `completed` is true only in a report that was written whole."""

    id: str
    started: str
    finished: str
    completed: bool
    version: str
    as_of: str
    delivered: str
    inputs: Inputs
    machine: Machine
    degraded: list[Degraded]
    redacted: NotRequired[bool]
    """Whether what metadata says was left out, a digest in its place."""


class DropRow(TypedDict):
    """The delivery. `digest`: `sha256:` over the sorted lines "sha256 size path"."""

    name: str
    stage: str
    stage_from: StageFrom
    digest: str


Counts = TypedDict(
    "Counts",
    {
        "assets": int,
        "examined": int,
        "skipped": int,
        "findings": int,
        "waived": int,
        "fail": int,
        "review": int,
        "info": int,
        "pass": int,
        "parts": NotRequired[int],
        "parts_unexamined": NotRequired[int],
    },
)
"""`fail` to `pass` count findings, those of no asset too: together they are `findings`."""


class ProblemRow(TypedDict):
    """What kept an asset from being examined in full."""

    code: str
    message: str


class MediaRow(TypedDict):
    """What the container says of itself. `timecode`: `TimecodeFacts`, reports of before there were any lack it."""

    format: str
    codec: str | None
    width: int | None
    height: int | None
    rate: str | None
    frame_count: int | None
    duration: float | None
    start_timecode: str | None
    timecode: NotRequired[dict[str, Json] | None]
    channels: list[int]  # of each stream of sound


class LookedRow(TypedDict):
    """How much of the picture was looked at; `largest_gap` in seconds."""

    plan: str
    frames: int
    of: int | None
    largest_gap: float


class HeardRow(TypedDict):
    """How much of the sound was heard, in tracks: those kept, the silent, those like an earlier one, those left out."""

    tracks: int
    silent: int
    repeated: int
    unheard: int


class FingerprintsRow(TypedDict):
    """A still's fingerprints, so that other systems can look them up."""

    pdq: str
    pdq_quality: int
    phash: str


class ObservationRow(TypedDict):
    """One fact that a detector saw. `facts` depends on the detector."""

    id: str
    detector: str
    rule: str
    kind: Literal["ai", "credential", "match", "note"]
    claim: Literal["generated", "edited", "touched"] | None
    strength: Literal["definitive", "strong", "weak"]
    generator: str | None
    span: SpanRow | None
    where: str
    value: str
    source: str
    facts: dict[str, Json]
    suspect: bool
    part: NotRequired[str | None]
    """The part of the asset that it was seen in; null: the asset itself. Older reports lack it."""


class DecisionRow(TypedDict):
    """What QC decided about a finding; `verdict` is the one it had before."""

    kind: Literal["waived", "confirmed"]
    verdict: VerdictWord
    reason: str
    note: str
    by: str
    until: str | None


class FindingRow(TypedDict):
    """One judgement. `observations` name those of the same asset."""

    id: str
    reason: str
    verdict: VerdictWord
    span: SpanRow | None
    shot: str | None
    observations: list[str]
    declaration: str | None
    approval: str | None
    principles: list[str]
    message: str
    remedy: str
    decision: DecisionRow | None
    part: NotRequired[str | None]
    """The part of the asset that it is about; null: the asset itself. Older reports lack it."""


class PictureRow(TypedDict):
    """A frame kept as evidence, in a file beside the report that is named by its own digest.

    `reference` names the reference work that it is a frame of; null: it is one of the asset's own. `ingredient` is the
    title of the ingredient that it shows, as the asset's credential pictures it; null or absent: it is no such picture.
    """

    file: str
    frame: int | None
    timecode: str | None
    observations: list[str]
    reference: str | None
    ingredient: NotRequired[str | None]
    part: NotRequired[str | None]
    """The part of the asset that it is a frame of; null: the asset itself. Older reports lack it."""


class PartRow(TypedDict):
    """Something in a file besides what it is known by; `scanner.seen.SeenPart` says what its keys mean."""

    id: str
    kind: Literal["video", "still", "sequence", "audio", "document", "other"]
    where: str
    format: str
    sha256: str | None
    bytes: int
    frames: int | None
    shown: bool
    media: MediaRow | None
    looked: LookedRow | None
    examined: bool
    problems: list[ProblemRow]
    harmless: str | None


class SeenRow(TypedDict):
    """What is true of an asset before anybody judges it: the keys of `AssetRow` that hold no judgement."""

    path: str
    kind: Literal["video", "still", "sequence", "audio", "document", "other"]
    frames: list[int] | None
    missing: NotRequired[list[int]]
    sha256: str | None
    bytes: int
    media: MediaRow | None
    looked: LookedRow | None
    heard: NotRequired[HeardRow]
    fingerprints: FingerprintsRow | None
    examined: bool
    problems: list[ProblemRow]
    parts: NotRequired[list[PartRow]]
    observations: list[ObservationRow]


class AssetRow(SeenRow):
    """One thing that was delivered, with what was seen in it and how that was judged."""

    stage: str
    verdict: VerdictWord
    findings: list[FindingRow]
    pictures: list[PictureRow]


ASSET_KEYS = (
    *("path", "kind", "stage", "frames", "missing", "sha256", "bytes", "media", "looked", "heard", "fingerprints"),
    *("verdict", "examined", "problems", "parts", "observations", "findings", "pictures"),
)
"""The order of the keys of an `AssetRow`, and of a `SeenRow`, which lacks some of them."""


class SkippedRow(TypedDict):
    """A name that is accounted for but isn't an asset. `sequence`: that of which it looks to be a frame, if of any.

    Reports of before there were causes lack `cause`.
    """

    path: str
    why: str
    cause: NotRequired[Literal["hidden", "system", "link", "exclude", "include"]]
    sequence: NotRequired[str]


class PackageRow(TypedDict):
    """A package or manifest that the drop holds."""

    path: str
    kind: Literal["imf", "dcp", "mhl", "manifest"]
    members: int
    problems: list[ProblemRow]


class DeclarationUsage(TypedDict):
    """A declaration, and how many assets it covers."""

    id: str
    assets: int
    problems: list[str]


class PaperUsage(TypedDict):
    """An approval, consent or licence and how many assets rest on it; a QC decision and how many findings."""

    id: str
    used_by: int
    problems: list[str]


class Report(TypedDict):
    """The whole document."""

    schema: str
    run: RunRow
    drop: DropRow
    outcome: VerdictWord
    complete: bool
    counts: Counts
    findings: list[FindingRow]
    skipped: list[SkippedRow]
    packages: list[PackageRow]
    assets: list[AssetRow]
    declarations: list[DeclarationUsage]
    approvals: list[PaperUsage]
    consents: list[PaperUsage]
    licences: list[PaperUsage]
    waivers: list[PaperUsage]
    confirmations: NotRequired[list[PaperUsage]]


PAPER_SECTIONS = ("declarations", "approvals", "consents", "licences", "waivers", "confirmations")
"""The keys of a `Report` that list entries of paper, each with how often it is used."""


class Inspection(TypedDict):
    """What `provscan inspect` says of one file, which it doesn't judge."""

    schema: str
    version: str
    as_of: str
    trust: list[TrustInput]
    detectors: list[DetectorInput]
    degraded: list[Degraded]
    file: SeenRow
