"""Where a finding stands in reports that were written: the asset it is about, and all places that share its id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import UsageError
from scanner.report import jsonfile
from scanner.report.model import AssetRow, FindingRow, Report
from scanner.report.outcome import VERDICTS


@dataclass(frozen=True, slots=True)
class LocatedFinding:
    """A finding in a report. `assets`: those it is about, more than one where they hold the same bytes."""

    report: Report
    finding: FindingRow
    assets: tuple[AssetRow, ...]

    @property
    def where(self) -> str:
        """What it is about, in words."""
        return ", ".join(asset["path"] for asset in self.assets) or "the drop as a whole"


def nearby(folder: Path) -> list[Path]:
    """The reports of scans that were started in this folder."""
    return sorted(folder.glob(f"*.provscan/{jsonfile.NAME}"))


def look_up(finding: str, paths: Sequence[Path]) -> LocatedFinding:
    """A finding by its id, in the first of these reports that holds it.

    Raises:
        UsageError: a report can't be read, or none of them holds it.
    """
    for path in paths:
        located = _locate(jsonfile.read(path), finding)
        if located:
            return located
    searched = ", ".join(map(str, paths)) or "there is no report in this folder"
    raise UsageError(
        f"there is no finding {finding} ({searched})", hint="name the report that holds it with --report REPORT"
    )


def _locate(report: Report, key: str) -> LocatedFinding | None:
    assets = [asset for asset in report["assets"] if key in _ids(asset["findings"])]
    rows = [row for asset in assets for row in asset["findings"]] + report["findings"]
    findings = [row for row in rows if row["id"] == key]
    if not findings:
        return None
    return LocatedFinding(report, max(findings, key=lambda row: VERDICTS.index(row["verdict"])), tuple(assets))


def _ids(rows: Iterable[FindingRow]) -> set[str]:
    return {row["id"] for row in rows}
