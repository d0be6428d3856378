"""The production's paper as a model: what people declare, approve, consent to, license, waive and confirm.

Schema `provscan/declarations/1`. Everything that needs more than one entry to be judged (unknown ids, duplicates,
evidence files) is the reader's; everything that needs an asset is the judgement's. Lists that are empty restrict
nothing, but for an approval's stages.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from scanner.clearance.paper.letters import Consent, Evidence
from scanner.clearance.paper.qc import Confirmation, Waiver
from scanner.clearance.timelines.model import Timeline
from scanner.errors import Mistake, UsageError
from scanner.terms.verdicts import Stage
from scanner.terms.words import (
    Exemption,
    Extent,
    Input,
    Involves,
    Modality,
    ProductionKind,
    Proof,
    Use,
)
from scanner.written.answers import Answer, Known, YesNo
from scanner.written.scalars import (
    Answered,
    Checksum,
    Day,
    Form,
    FrameNumber,
    FrameRanges,
    InnerPath,
    Knowing,
    Line,
    PaperPart,
    Prose,
    Rate,
    ShotPattern,
    SingleOrList,
    StatedYesNo,
    Timecodes,
    WorkName,
    Zone,
    one_or_more,
)


class Production(PaperPart):
    """The title that all of this is about."""

    title: Line
    id: Line
    eidr: Line | None = None
    kind: ProductionKind = ProductionKind.FICTION
    rights_holders: tuple[Line, ...] = ()
    approver_orgs: tuple[Line, ...] = ()
    timezone: Zone
    fps: Rate
    policy: Line | None = None


class Manifest(PaperPart):
    """A list of what was delivered, inside the drop."""

    file: InnerPath
    kind: Line | None = None


class Conform(PaperPart):
    """The timeline that says which shot sits where in a master: `asset`, else the only video of the delivery."""

    file: InnerPath
    asset: InnerPath | None = None
    reel: Line | None = None


class Delivery(PaperPart):
    """One hand-over. `root` is the folder of the drop that selectors count from.

    `media`, `territories` and `runs_until`, the last day of its run, are what licences and consents are held against.
    """

    id: Line
    stage: Stage | None = None
    root: InnerPath = "."
    delivered: Day | None = None
    vendor: Line | None = None
    media: tuple[Line, ...] = ()
    territories: tuple[Line, ...] = ()
    runs_until: Day | None = None
    manifest: Manifest | None = None
    conform: Annotated[tuple[Conform, ...], BeforeValidator(one_or_more), SingleOrList()] = ()


class Terms(PaperPart):
    """A tool's terms and conditions, as they were."""

    ref: Line | None = None
    file: InnerPath | None = None
    sha256: Checksum | None = None


class Tool(PaperPart):
    """A generative tool; declarations name it by its key. `aliases` are how files name it.

    `content_credentials`: whether it signs what it makes (C2PA).
    """

    name: Line
    vendor: Line | None = None
    version: Line | None = None
    model: Line | None = None
    licence_tier: Line | None = None
    aliases: tuple[Line, ...] = ()
    enterprise_agreement: Knowing = Known.UNKNOWN
    stores_inputs: Knowing = Known.UNKNOWN
    trains_on_inputs: Knowing = Known.UNKNOWN
    content_credentials: Knowing = Known.UNKNOWN
    terms: Terms | None = None


class Selector(PaperPart):
    """Which assets: all that is stated must fit. `frames` and `tc` choose among an asset's frames, `part` its parts."""

    path: InnerPath | None = None
    sha256: Checksum | None = None
    sequence: InnerPath | None = None
    shot: ShotPattern | None = None
    reel: Line | None = None
    asset_id: Line | None = None
    part: Line | None = None
    frames: FrameRanges | None = None
    first_frame: FrameNumber | None = None
    tc: Timecodes | None = None


class RecordRange(PaperPart):
    """A part of a master by its record timecode; the reel says which master."""

    reel: Line | None = None
    record: Timecodes | None = None


class Principles(PaperPart):
    """The five guiding principles, each answered; blank is unsure."""

    p1: Answered = Answer.UNSURE
    p2: Answered = Answer.UNSURE
    p3: Answered = Answer.UNSURE
    p4: Answered = Answer.UNSURE
    p5: Answered = Answer.UNSURE


class Talent(PaperPart):
    """A performer in the material, and why that is in order. `involves`: what of theirs; left out, all of it."""

    performer: Prose | None = None
    consent: Line | None = None
    exemption: Exemption = Exemption.NONE
    involves: tuple[Involves, ...] = ()


class AudienceDisclosure(PaperPart):
    """How viewers are told: the form, its place in the work (a timecode, or a card), and a file that shows it."""

    how: Form | None = None
    timecode: Timecodes | None = None
    card: Form | None = None
    evidence: Evidence | None = None


class Declarer(PaperPart):
    """Who says so."""

    name: Prose
    role: Line | None = None
    org: Line | None = None
    date: Day | None = None


class Declaration(PaperPart):
    """A statement about assets: generative AI was used, and how; or it wasn't."""

    id: Line
    ai_used: StatedYesNo
    deliveries: tuple[Line, ...] = ()
    assets: tuple[Selector, ...] = ()
    shots: tuple[ShotPattern, ...] = ()
    timeline: RecordRange | None = None
    frames: FrameRanges | None = None
    first_frame: FrameNumber | None = None
    exclude: tuple[Selector, ...] = ()
    tools: tuple[Line, ...] = ()
    extent: Extent | None = None
    modality: tuple[Modality, ...] = ()
    use: Use | None = None
    involves: tuple[Involves, ...] = ()
    inputs: tuple[Input, ...] = ()
    principles: Principles = Principles()
    human_input: Prose | None = None
    talent: tuple[Talent, ...] = ()
    licences: tuple[Line, ...] = ()
    audience_disclosure: AudienceDisclosure | None = None
    covers_derivatives: StatedYesNo = YesNo.NO
    generated: Day | None = None
    declared_by: Declarer
    approvals: tuple[Line, ...] = ()
    supersedes: tuple[Line, ...] = ()

    @property
    def positive(self) -> bool:
        """Whether it says that AI was used."""
        return self.ai_used is YesNo.YES


class Approver(PaperPart):
    """Who approved, and for whom."""

    name: Prose
    role: Line | None = None
    org: Line


class ApprovalScope(PaperPart):
    """What an approval reaches. An empty list restricts nothing, but no stages mean: not final."""

    stages: tuple[Stage, ...] = ()
    uses: tuple[Use, ...] = ()
    involves: tuple[Involves, ...] = ()
    tools: tuple[Line, ...] = ()
    shots: tuple[ShotPattern, ...] = ()
    assets: tuple[Selector, ...] = ()
    frames: FrameRanges | None = None
    first_frame: FrameNumber | None = None
    deliveries: tuple[Line, ...] = ()


class Condition(PaperPart):
    """What an approval depends on."""

    text: Prose
    met: Answered = Answer.UNSURE
    met_on: Day | None = None


class Approval(PaperPart):
    """A written approval."""

    id: Line
    approver: Approver
    granted: Day
    expires: Day | None = None
    revoked: Day | None = None
    scope: ApprovalScope = ApprovalScope()
    conditions: tuple[Condition, ...] = ()
    evidence: Evidence
    covers_derivatives: StatedYesNo = YesNo.NO
    supersedes: tuple[Line, ...] = ()


class LicenceScope(PaperPart):
    """Where and how the licensed work may be used."""

    assets: tuple[Selector, ...] = ()
    media: tuple[Line, ...] = ()
    territories: tuple[Line, ...] = ()
    ai_modification_allowed: Knowing = Known.UNKNOWN


class Licence(PaperPart):
    """A licence for one reference work, by its id in the reference library."""

    id: Line
    reference: WorkName
    licensor: Line | None = None
    scope: LicenceScope = LicenceScope()
    starts: Day | None = None
    ends: Day | None = None
    revoked: Day | None = None
    evidence: Evidence | None = None


class Sheet(PaperPart):
    """One declarations file; any part may lie in another file."""

    schema_id: Literal["provscan/declarations/1"] | None = Field(None, alias="schema")
    production: Production | None = None
    watch_names: tuple[Prose, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    tools: dict[Line, Tool] = Field(default_factory=dict)
    declarations: tuple[Declaration, ...] = ()
    approvals: tuple[Approval, ...] = ()
    consents: tuple[Consent, ...] = ()
    licences: tuple[Licence, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file that was read: its name, and the sha256 of its bytes.

    `content`: the bytes of a declarations file or timeline, so that it can be read again when the file is gone. Of
    evidence it is empty: nobody reads that. `named_by`: of a timeline, the sha256 of the declarations file that names
    it; its own name is the path that stands there.
    """

    name: str
    sha256: str
    content: bytes = field(default=b"", repr=False)
    named_by: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """All files together, read once; judging needs nothing else of them.

    `proofs` tells for (section, id) what became of its evidence file; an entry that names none isn't in it.
    `evidence` lists the evidence files that were found. `timelines` are by the id of a delivery and the place of the
    conform in it. `warnings`: what in the files wasn't read, and stops nothing.
    """

    production: Production
    files: tuple[PaperFile, ...] = ()
    evidence: tuple[PaperFile, ...] = ()
    watch_names: tuple[str, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    tools: Mapping[str, Tool] = field(default_factory=dict)
    declarations: tuple[Declaration, ...] = ()
    approvals: tuple[Approval, ...] = ()
    consents: tuple[Consent, ...] = ()
    licences: tuple[Licence, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    proofs: Mapping[tuple[str, str], Proof] = field(default_factory=dict)
    timelines: Mapping[tuple[str, int], Timeline] = field(default_factory=dict)
    warnings: tuple[Mistake, ...] = ()

    def proof(self, section: str, key: str) -> Proof:
        """What became of the evidence of one entry: `proof("approvals", "APP-1")`."""
        return self.proofs.get((section, key), Proof.UNSTATED)

    def delivery(self, wanted: str | None, drop_name: str) -> Delivery | None:
        """Which delivery a drop is: the one wanted, else the only one, else the one that has the drop's name.

        Returns:
            None where the paper lists no deliveries at all, and none is wanted.

        Raises:
            UsageError: there is none such, or it can't be told which.
        """
        known = {delivery.id: delivery for delivery in self.deliveries}
        listed = ", ".join(sorted(known)) or "none"
        if wanted is not None:
            if wanted in known:
                return known[wanted]
            near = difflib.get_close_matches(wanted, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the declarations list: {listed}"
            raise UsageError(f"there is no delivery {wanted!r} in the declarations", hint=hint)
        if len(known) <= 1:
            return next(iter(known.values()), None)
        of_this_name = [
            delivery
            for delivery in self.deliveries
            if drop_name in {delivery.id, delivery.root.strip("/").removeprefix("./")}
        ]
        if len(of_this_name) == 1:
            return of_this_name[0]
        raise UsageError(
            f"the declarations list {len(known)} deliveries, and none of them alone has the name of the drop, "
            f"{drop_name!r}",
            hint=f"name it with --delivery: {listed}",
        )
