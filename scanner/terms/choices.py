"""What a person chooses for a run besides its stage; the command line lists these, so nothing else is imported here."""

from enum import StrEnum


class ReportFormat(StrEnum):
    """How a report is written: `report.html`, `report.json`."""

    HTML = "html"
    JSON = "json"


class FailOn(StrEnum):
    """From which verdict on a drop counts as failed."""

    FAIL = "fail"
    REVIEW = "review"
    NEVER = "never"
