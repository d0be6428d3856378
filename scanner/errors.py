"""What can stop a run, each with the exit code that the command line ends with and what the person can do.

    ProvscanError                  70  internal error
    ├── UsageError                  2  options that don't fit together
    │   ├── ConfigError             2  provscan.toml
    │   ├── PolicyError             2  a policy file; holds every mistake in it
    │   └── PaperError              2  a declarations file; holds every mistake in it
    ├── MissingToolError            5  ffmpeg, ffprobe, exiftool …
    ├── LockedError                75  another run holds the output folder
    └── InterruptedRunError       130  the person stopped the run

What is wrong with one asset is never one of these: it is a problem of that asset, and the run goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class ProvscanError(Exception):
    """The root. `hint` is what the person can do about it, in one sentence."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(ProvscanError):
    """The command can't be carried out as it was given; nothing was judged.

    `mistakes` are those of the files that people wrote for it, in the order of their places.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "", mistakes: Sequence["Mistake"] = ()) -> None:
        super().__init__(message, hint=hint)
        self.mistakes = tuple(sorted(mistakes))


class ConfigError(UsageError):
    """A configuration file is wrong."""


class PolicyError(UsageError):
    """A policy is unknown, incomplete or contradicts itself; holds every mistake in it."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a file that people write, with its place (`line` and `column` count from 1; 0: unknown).

    In a workbook the place is a `cell`, such as `Tools!B7`.
    """

    file: str
    line: int
    column: int
    message: str
    cell: str = ""

    def __str__(self) -> str:
        """`paper.yaml:41:8: message`, the form that editors jump to; `paper.xlsx:Tools!B7: message`."""
        place = f":{self.cell}" if self.cell else f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{place}: {self.message}"


class PaperError(UsageError):
    """Every mistake found in the production's paper, at once."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        count = len(mistakes)
        super().__init__(
            f"{count} mistake{'s' if count != 1 else ''} in the declarations; nothing was judged",
            hint="mend the places named above and run the scan again",
            mistakes=mistakes,
        )


class MissingToolError(ProvscanError):
    """This machine lacks a program that the run needs."""

    exit_code = 5


class LockedError(ProvscanError):
    """Another run is writing to the same output folder."""

    exit_code = 75


class InterruptedRunError(ProvscanError):
    """The person stopped the run; the report of what was done is written and says so."""

    exit_code = 130
