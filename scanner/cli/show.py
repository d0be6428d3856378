"""What a person at a terminal sees of a scan: progress on standard error, the outcome on standard output."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from scanner.cli.printing import unless_unread
from scanner.drop.assets import Drop
from scanner.errors import InterruptedRunError
from scanner.report import console, jsonfile
from scanner.report.model import Report
from scanner.report.outcome import exit_code
from scanner.run.nothing import walked
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
        finished, files = scan_and_write(order, formats, watcher)
    _print(finished.report, files, manner)
    if finished.unarchived:
        click.echo(f"provscan: this scan is not archived, so rematch will not know it: {finished.unarchived}", err=True)
    if finished.interrupted:
        raise InterruptedRunError(f"stopped; the report of what was done is in {path_from_here(order.out)}")
    return exit_code(finished.report, fail_on)


def path_from_here(path: Path) -> Path:
    """A path as a person would type it here: relative where it lies below the working folder."""
    working = Path.cwd()
    return path.relative_to(working) if path.is_relative_to(working) else path


def _print(report: Report, files: Sequence[Path], manner: Manner) -> None:
    with unless_unread():
        if manner.as_json:
            sys.stdout.buffer.write(jsonfile.dumps(report))
        elif not manner.quiet:
            console.summary(report, [path_from_here(file) for file in files], everything=manner.verbose)


def show_plan(order: Order, manner: Manner) -> Drop:
    """Print what a scan would look at and what it would leave out, and why; the drop as it was walked.

    Nothing is examined.

    Raises:
        UsageError: it can't be walked.
    """
    drop = walked(order)
    if not manner.quiet:
        with unless_unread():
            console.plan(drop)
            sys.stdout.flush()
    return drop
