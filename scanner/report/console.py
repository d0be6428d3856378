"""What a person sees in the terminal: how far the scan is, on stderr, and what it came to, on stdout.

Names and messages go to the screen as text, never as markup, with every control spelt out (`visible`): a file name
must not be able to colour, move or clear anything. NO_COLOR leaves no escape sequence at all, FORCE_COLOR colours
what goes into a pipe too. The words of this module itself are plain ASCII, for terminals that know nothing else.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from scanner.drop.assets import Drop
from scanner.report import inspection, outcome, wording
from scanner.report.model import FindingRow, Inspection, Report, VerdictWord
from scanner.report.text import visible

_STYLES = {"fail": "bold red", "review": "bold yellow", "info": "cyan", "pass": "bold"}
_MOST = 10
"""Findings listed; more would push the verdict off the screen."""


def summary(report: Report, files: Sequence[Path], *, everything: bool = False, stream: TextIO | None = None) -> None:
    """Print what the scan came to: the verdict and why, the counts, the worst findings, where the reports are.

    Args:
        report: the finished report.
        files: the reports that were written.
        everything: list every finding, not only the first ten that fail or need review.
        stream: where to; stdout where None.

    Raises:
        BrokenPipeError: whoever read the output has gone.
    """
    out = _Lines(stream or sys.stdout)
    verdict = report["outcome"]
    out.line((f"{wording.LABELS[verdict].upper()}  ", _STYLES[verdict]), (outcome.because(report), ""))
    out.line((_counts(report), ""))
    run, drop = report["run"], report["drop"]
    policy, stage = run["inputs"]["policy"], f"{drop['stage']} ({wording.STAGE_FROM[drop['stage_from']]})"
    out.line((f"policy {policy['id']} {policy['version']}, stage {stage}, as of {run['as_of']}", "dim"))
    for row in run["degraded"]:
        out.line((f"not fully working: {row['detector']}: {row['why']}", _STYLES["review"]))
    findings = list(_worst_first(report, outcome.VERDICTS if everything else ("review", "fail")))
    listed = findings if everything else findings[:_MOST]
    for path, finding in listed:
        out.line((f"  {finding['verdict']:<6}  ", _STYLES[finding["verdict"]]), *_finding_parts(path, finding))
    if len(findings) > len(listed):
        out.line((f"  and {len(findings) - len(listed)} more in the report", "dim"))
    if verdict in {"pass", "info"}:
        out.line(("No evidence is not proof: nothing here shows that no AI was used.", "dim"))
    for file in files:
        out.line((f"{file.suffix.removeprefix('.'):<5} ", "dim"), (str(file), ""))


def inspected(document: Inspection, *, stream: TextIO | None = None) -> None:
    """Print what was seen in one file.

    Raises:
        BrokenPipeError: whoever read the output has gone.
    """
    out = _Lines(stream or sys.stdout)
    for text, heading in inspection.lines(document):
        out.line((text, "bold" if heading else ""))


def plan(drop: Drop, *, stream: TextIO | None = None) -> None:
    """Print what a scan would look at, what it would refuse, and what it would leave out, with the reason.

    Raises:
        BrokenPipeError: whoever read the output has gone.
    """
    out = _Lines(stream or sys.stdout)
    for asset in drop.assets:
        files = f"{len(asset.members)} files, " if asset.is_sequence else ""
        gaps = f", {len(asset.missing)} missing" if asset.missing else ""
        out.line(("  look    ", "bold"), (asset.path, ""), (f"  {files}{wording.size(asset.bytes)}{gaps}", "dim"))
    for refused in drop.refused:
        out.line(("  refuse  ", _STYLES["review"]), (refused.path, ""), (f"  {refused.why}", "dim"))
    for line in wording.skipped_lines((name.path, name.why, name.sequence) for name in drop.skipped):
        many = f"  {line.files} files" if line.files > 1 else ""
        out.line(("  skip    ", "dim"), (line.path, ""), (f"{many}  {line.why}", "dim"))
    counts = f"{len(drop.assets)} assets to look at, {len(drop.refused)} refused, {len(drop.skipped)} skipped"
    out.line((f"{counts}; nothing was examined", ""))


@contextmanager
def progress(*, quiet: bool = False, stream: TextIO | None = None) -> "Iterator[Progress]":
    """Watch a scan on stderr: a live bar on a terminal; elsewhere a line at each tenth, for logs; `quiet`: nothing."""
    lines = _Lines(stream or sys.stderr)
    if quiet or not lines.is_terminal:
        yield Progress(None if quiet else lines)
        return
    with _bar(lines.console) as bar:
        yield Progress(lines, bar)


class Progress:
    """How far a scan is. Without lines to write to, it counts in silence."""

    def __init__(self, lines: "_Lines | None", bar: Bar | None = None) -> None:
        self._lines, self._bar = lines, bar
        self._task = bar.add_task("", total=None, status="reading the drop") if bar else None
        self._total = self._done = self._remembered = self._signs = 0

    def planned(self, assets: int, remembered: int) -> None:
        """There are this many assets to look at, of which so many were looked at in an earlier run."""
        self._total, self._done, self._remembered = assets, remembered, remembered
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=assets, completed=remembered, status=self._status())

    def examined(self, path: str, signs: int) -> None:
        """One more asset has been looked at, and so many signs of AI were seen in it."""
        before = self._tenths()
        self._done += 1
        self._signs += signs
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done, status=self._status())
        elif self._lines and self._tenths() > before:
            with suppress(BrokenPipeError):  # nobody reads the log any more: no reason to end the scan
                self._lines.line((f"{self._status()} (last: {path})", ""))

    def _tenths(self) -> int:
        return self._done * 10 // max(1, self._total)

    def _status(self) -> str:
        cached = f", {self._remembered} from memory" if self._remembered else ""
        signs = f", {self._signs} sign{'' if self._signs == 1 else 's'} of AI" if self._signs else ""
        return f"{self._done}/{self._total} assets{cached}{signs}"


class _Lines:
    """A stream that takes lines of styled text, and no harm from names or narrow encodings."""

    def __init__(self, stream: TextIO) -> None:
        self._encoding = stream.encoding or "utf-8"
        self.is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        forced = os.environ.get("FORCE_COLOR", "0") not in {"", "0"}
        plain = bool(os.environ.get("NO_COLOR")) or not (forced or self.is_terminal)
        self.console = _Console(
            file=stream,
            color_system=None if plain else ("auto" if self.is_terminal else "standard"),
            force_terminal=self.is_terminal or not plain,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def line(self, *parts: tuple[str, str]) -> None:
        """Print one line of parts, each a text and its style."""
        styled = Text()
        for text, style in parts:
            styled.append(visible(text).encode(self._encoding, "backslashreplace").decode(self._encoding), style)
        self.console.print(styled, soft_wrap=True)


class _Console(Console):
    """Rich's console, but for what it does when its reader has gone (`| head`)."""

    def on_broken_pipe(self) -> None:
        """Let the command line decide: Rich would exit with 1, which here says that something failed."""
        raise BrokenPipeError


def _bar(console: Console) -> Bar:
    return Bar(
        BarColumn(bar_width=24),
        TextColumn("{task.fields[status]}", markup=False),
        TimeRemainingColumn(),
        TextColumn("left", markup=False),
        console=console,
        transient=True,
        redirect_stdout=False,  # --json owns stdout
    )


def _counts(report: Report) -> str:
    counts = report["counts"]
    counted = [f"{counts['assets']} assets", f"{counts['examined']} examined", f"{counts['skipped']} skipped"]
    counted += [f"{counts[verdict]} {verdict}" for verdict in reversed(outcome.VERDICTS)]
    return ", ".join([*counted, f"{counts['waived']} waived"])


def _worst_first(report: Report, verdicts: Sequence[VerdictWord]) -> Iterator[tuple[str, FindingRow]]:
    """Every finding of these verdicts, given from the mildest, with the path it is of; the worst first."""
    pairs = [(report["drop"]["name"], finding) for finding in report["findings"]]
    pairs += [(asset["path"], finding) for asset in report["assets"] for finding in asset["findings"]]
    for verdict in reversed(verdicts):
        yield from (pair for pair in pairs if pair[1]["verdict"] == verdict)


def _finding_parts(path: str, finding: FindingRow) -> Iterator[tuple[str, str]]:
    yield path, "bold"
    if finding["span"] is not None:
        yield f"  {wording.between(finding['span'])}", ""
    yield f"  {finding['reason']}", "cyan"
    yield f"  {finding['message']}", ""
