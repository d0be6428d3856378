"""What somebody signed outside the paper, as a model: the file that shows it, and a performer's or estate's consent."""

from typing import Literal

from scanner.terms.words import ConsentKind, Use
from scanner.written.answers import YesNo
from scanner.written.scalars import Checksum, Day, Form, InnerPath, Line, PaperPart, Prose, ShotPattern, StatedYesNo


class Evidence(PaperPart):
    """The file that shows it, relative to the declarations file, and the bytes that it had."""

    file: InnerPath
    sha256: Checksum | None = None
    kind: Line | None = None


class ConsentScope(PaperPart):
    """What was consented to: for which production, and what. An empty list restricts nothing."""

    production: Line
    description: Prose
    shots: tuple[ShotPattern, ...] = ()
    uses: tuple[Use, ...] = ()
    media: tuple[Line, ...] = ()
    territories: tuple[Line, ...] = ()


class Consent(PaperPart):
    """A performer's, or an estate's, consent. `guardian`: who gave it for a performer who is a minor."""

    id: Line
    performer: Prose
    kind: ConsentKind
    basis: Literal["employment", "independent"] | None = None
    granted: Day
    expires: Day | None = None
    withdrawn: Day | None = None
    minor: StatedYesNo = YesNo.NO
    guardian: Form | None = None
    scope: ConsentScope
    guild: Line | None = None
    evidence: Evidence | None = None
