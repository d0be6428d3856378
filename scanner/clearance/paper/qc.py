"""QC's decisions about single findings, as a model: what may stand, and what somebody is sure of."""

from scanner.terms.words import ConfirmationReason, WaiverReason
from scanner.written.scalars import Day, FindingId, Line, PaperPart, Prose


class Person(PaperPart):
    """Who decided, and for whom."""

    name: Prose
    org: Line


class Waiver(PaperPart):
    """A QC decision that one finding may stand, until a day."""

    id: Line
    finding: FindingId
    reason: WaiverReason
    note: Prose
    by: Person
    created: Day
    expires: Day


class Confirmation(PaperPart):
    """A QC decision that one finding for review is what it looks like: a fail, until a day if one is given."""

    id: Line
    finding: FindingId
    reason: ConfirmationReason
    note: Prose
    by: Person
    created: Day
    expires: Day | None = None
