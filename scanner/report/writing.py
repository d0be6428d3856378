"""Writing what a run found: every format into one folder, the report itself last.

One run at a time writes to a folder: the second is told so, rather than mixing two reports.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from scanner.errors import LockedError, UsageError
from scanner.report import jsonfile
from scanner.terms.choices import ReportFormat

if TYPE_CHECKING:
    from scanner.report.model import Report


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the output folder for this run, made when missing.

    Raises:
        LockedError: another run holds it.
        UsageError: it can't be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise LockedError(f"another run is writing to {out}", hint="wait for it, or give another --out") from error
    except OSError as error:
        raise UsageError(
            f"the output folder {out} can't be used: {error.strerror}", hint="give another --out"
        ) from error
    try:
        yield
    finally:
        lock.release()


class Reported(Protocol):
    """What came of a run: a report, and the pictures that lie beside it, by file name."""

    @property
    def report(self) -> "Report":
        """The report."""

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """JPEGs."""


def write(result: Reported, out: Path, formats: Sequence[ReportFormat]) -> list[Path]:
    """Write the report in these formats; the paths of the files a person would open, in the order of `formats`."""
    files: dict[str, bytes] = dict(result.pictures)
    rendered = {f"report.{form}": _render(form, result.report, result.pictures) for form in formats}
    jsonfile.write(out, files | rendered)
    return [out / name for name in rendered]


def _render(form: ReportFormat, report: "Report", pictures: Mapping[str, bytes]) -> bytes:
    if form is ReportFormat.JSON:
        return jsonfile.dumps(report)
    from scanner.report.page import html

    return html.render(report, pictures)
