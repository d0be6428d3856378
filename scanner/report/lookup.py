"""Where a finding stands in reports that were written: the asset it is about, and all places that share its id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import UsageError
from scanner.report import jsonfile
from scanner.report.model import AssetRow, FindingRow, Report


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
        found = _in(jsonfile.read(path), finding)
        if found:
            return found
    looked = ", ".join(map(str, paths)) or "there is no report in this folder"
    raise UsageError(
        f"there is no finding {finding} ({looked})", hint="name the report that holds it with --report REPORT"
    )


def _in(report: Report, wanted: str) -> LocatedFinding | None:
    assets = [asset for asset in report["assets"] if wanted in _ids(asset["findings"])]
    rows = [row for asset in assets for row in asset["findings"]] + report["findings"]
    meant = [row for row in rows if row["id"] == wanted]
    if not meant:
        return None
    order = ("fail", "review", "info", "pass")
    return LocatedFinding(report, min(meant, key=lambda row: order.index(row["verdict"])), tuple(assets))


def _ids(rows: Iterable[FindingRow]) -> set[str]:
    return {row["id"] for row in rows}
