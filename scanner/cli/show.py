"""What a person at a terminal sees of a scan: progress on standard error, the outcome on standard output."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from scanner.errors import InterruptedRunError
from scanner.report import console, jsonfile
from scanner.report.model import Report
from scanner.report.outcome import exit_code
from scanner.run.nothing import require_files, surveyed
from scanner.run.order import Order
from scanner.run.scan import scan_and_write
from scanner.terms.choices import FailOn, ReportFormat


@dataclass(frozen=True, slots=True)
class Manner:
    """How much to say, and in which form."""

    quiet: bool = False
    verbose: bool = False
    as_json: bool = False


def show_scan(order: Order, formats: Sequence[ReportFormat], fail_on: FailOn, manner: Manner) -> int:
    """Scan, write the reports, print the outcome; the exit code of the contract.

    Raises:
        InterruptedRunError: the person stopped it; the report of what was done is written.
    """
    with console.progress(quiet=manner.quiet or manner.as_json) as watcher:
        done, files = scan_and_write(order, formats, watcher)
    _print(done.report, files, manner)
    if done.unarchived:
        click.echo(f"provscan: this scan is not archived, so rematch will not know it: {done.unarchived}", err=True)
    if done.interrupted:
        raise InterruptedRunError(f"stopped; the report of what was done is in {nearby(order.out)}")
    return exit_code(done.report, fail_on)


def nearby(path: Path) -> Path:
    """A path as a person would type it here: relative where it lies below the working folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _print(report: Report, files: Sequence[Path], manner: Manner) -> None:
    with unless_unread():
        if manner.as_json:
            sys.stdout.buffer.write(jsonfile.dumps(report))
        elif not manner.quiet:
            console.summary(report, [nearby(file) for file in files], everything=manner.verbose)
        sys.stdout.flush()


@contextmanager
def unless_unread() -> Iterator[None]:
    """Print as long as somebody reads it: whoever read our output has gone (`| head`), and that is no fault of ours."""
    try:
        yield
    except BrokenPipeError:  # the interpreter must not try to flush to them once more as it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_plan(order: Order, manner: Manner) -> int:
    """Print what a scan would look at and what it would leave out, and why; nothing is examined.

    Raises:
        UsageError: there is nothing to examine, which the plan shows first.
    """
    drop = surveyed(replace(order, allow_empty=True))
    if not manner.quiet:
        with unless_unread():
            console.plan(drop)
            sys.stdout.flush()
    if not order.allow_empty:
        require_files(drop, order.drop)
    return 0
