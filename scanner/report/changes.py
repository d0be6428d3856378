"""What differs between two reports of one drop: findings that are new, gone or judged otherwise, and the verdicts.

A finding is the same where its asset is and what it is about: the digits of its id that tell that (see
`terms.findings`). That its declaration states something else by now, or that an earlier version didn't count what it
states, makes no new finding of it.
Works on the documents alone, so that it doesn't matter which version made them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from detectors.observation import Json
from scanner.report.model import FindingRow, Report, VerdictWord
from scanner.report.outcome import worst
from scanner.terms.findings import ABOUT

_GRAVE: tuple[VerdictWord, ...] = ("review", "fail")


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding and the path of its asset; empty: it belongs to none. `before`: its verdict then, if it was there."""

    path: str
    finding: FindingRow
    before: VerdictWord | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """An asset whose verdict is another now."""

    path: str
    before: VerdictWord
    after: VerdictWord


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs, in the order of the newer report (of `gone`: of the older)."""

    before: VerdictWord
    after: VerdictWord
    verdicts: tuple[Turned, ...]
    new: tuple[Placed, ...]
    gone: tuple[Placed, ...]
    changed: tuple[Placed, ...]

    @property
    def worst_new(self) -> VerdictWord:
        """The gravest verdict that nobody has seen before: of a new finding, or of one that got graver."""
        graver = [placed for placed in self.changed if placed.before and _is_graver(placed, placed.before)]
        verdicts = [placed.finding["verdict"] for placed in (*self.new, *graver)]
        return worst(verdict for verdict in verdicts if verdict in _GRAVE)


def compare_reports(older: Report, newer: Report) -> Changes:
    """What differs in the newer report of a drop from the older one."""
    then, now = _findings(older), _findings(newer)
    verdicts = {asset["path"]: asset["verdict"] for asset in older["assets"]}
    return Changes(
        before=older["outcome"],
        after=newer["outcome"],
        verdicts=tuple(
            Turned(asset["path"], verdicts[asset["path"]], asset["verdict"])
            for asset in newer["assets"]
            if verdicts.get(asset["path"], asset["verdict"]) != asset["verdict"]
        ),
        new=tuple(Placed(path, finding) for (path, key), finding in now.items() if (path, key) not in then),
        gone=tuple(Placed(path, finding) for (path, key), finding in then.items() if (path, key) not in now),
        changed=tuple(
            Placed(path, finding, then[path, key]["verdict"])
            for (path, key), finding in now.items()
            if (path, key) in then and then[path, key]["verdict"] != finding["verdict"]
        ),
    )


def as_json(changes: Changes) -> dict[str, Json]:
    """The changes for other programs: findings as they stand in the reports, each with its path and verdict before."""
    return {
        "outcome": {"before": changes.before, "after": changes.after},
        "verdicts": [
            {"path": placed.path, "before": placed.before, "after": placed.after} for placed in changes.verdicts
        ],
        "new": [_row(placed) for placed in changes.new],
        "changed": [_row(placed) for placed in changes.changed],
        "gone": [_row(placed) for placed in changes.gone],
    }


def _row(placed: Placed) -> dict[str, Json]:
    return {"path": placed.path or None, "before": placed.before, "finding": cast("Json", placed.finding)}


def _findings(report: Report) -> dict[tuple[str, str], FindingRow]:
    return {(path, finding["id"][:ABOUT]): finding for path, finding in _placed(report)}


def _placed(report: Report) -> Iterator[tuple[str, FindingRow]]:
    yield from (("", finding) for finding in report["findings"])
    yield from ((asset["path"], finding) for asset in report["assets"] for finding in asset["findings"])


def _is_graver(placed: Placed, before: VerdictWord) -> bool:
    return worst([before, placed.finding["verdict"]]) != before
