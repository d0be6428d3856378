"""The page: one HTML file that opens from a disk without a network, for a QC supervisor and for a lawyer.

Everything is in the HTML, so it reads, prints and searches without JavaScript; the small script only filters. Names
and metadata come from strangers: Jinja escapes every value, `visible` spells out what would hide or reorder text, and
a content security policy lets nothing run or load but the style and script written here, by their digests.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import jinja2
from markupsafe import Markup, escape

from scanner.report import outcome, wording
from scanner.report.chain import chain
from scanner.report.model import (
    PAPER_SECTIONS,
    AssetRow,
    FindingRow,
    ObservationRow,
    PictureRow,
    Report,
    SkippedRow,
    VerdictWord,
)
from scanner.report.text import visible
from scanner.terms.reasons import Reason

_STRIP = 1000
"""Units across the strip that shows where findings lie."""
_THINNEST = 4.0
_ROUTINE = frozenset({Reason.AI_NO_EVIDENCE, Reason.SCAN_OTHER_FILE})
"""Findings that say that nothing was seen, or nothing looked for: told in the table of assets, not among findings."""
_FILTERS = frozenset({"include", "exclude"})
_LEFT_OUT = "Files of the drop that --include or --exclude left out of this scan. Nobody looked inside them."
_SKIPPED = "Names in the drop that are not assets: what systems leave in folders, hidden files without media, links."


def render(report: Report, pictures: Mapping[str, bytes]) -> bytes:
    """The page for this report. `pictures`: JPEGs by the name that the report gives them; those not given are left out.

    The same report and pictures give the same bytes.
    """
    css, js = _page_file("page.css"), _page_file("page.js")
    views = [_AssetView(number, row, pictures) for number, row in enumerate(report["assets"], 1)]
    views.sort(key=lambda asset: -outcome.VERDICTS.index(asset.row["verdict"]))
    page = _template().render(
        report=report,
        words=wording,
        because=outcome.because(report),
        policy=_policy(css, js),
        css=Markup(css),  # noqa: S704 - our own file, never data
        js=Markup(js),  # noqa: S704 - our own file, never data
        notable=[asset for asset in views if asset.is_notable],
        all_assets=views,
        without=sum(asset.row["verdict"] == "pass" for asset in views),
        drop_first=any(finding["verdict"] == "fail" for finding in report["findings"]),
        worst_first=_worst_first,
        moment=_moment,
        chain=chain,
        has_paper=any(report.get(key) for key in PAPER_SECTIONS),
        skipped=_skipped(report),
    )
    return page.encode()


@dataclass(frozen=True, slots=True)
class _SkippedTable:
    """Files that were skipped for reasons of one sort, and what that means."""

    anchor: str
    title: str
    caption: str
    lines: list[wording.SkippedLine]


def _skipped(report: Report) -> list[_SkippedTable]:
    """What somebody asked to leave out, and what is left out by itself; each only where there is any."""
    left_out = [row for row in report["skipped"] if row.get("cause") in _FILTERS]
    others = [row for row in report["skipped"] if row.get("cause") not in _FILTERS]
    tables = (
        _SkippedTable("left-out", "Left out", _LEFT_OUT, _lines_of(left_out)),
        _SkippedTable("skipped", "Skipped", _SKIPPED, _lines_of(others)),
    )
    return [table for table in tables if table.lines]


def _lines_of(skipped: Sequence[SkippedRow]) -> list[wording.SkippedLine]:
    return wording.skipped_lines((row["path"], row["why"], row.get("sequence")) for row in skipped)


@dataclass(frozen=True, slots=True)
class _Bar:
    """A finding's span on the strip of its asset."""

    verdict: VerdictWord
    x: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class _Embedded:
    """A picture with its bytes as a data URI."""

    row: PictureRow
    uri: str


class _AssetView:
    """One asset as the page shows it."""

    def __init__(self, number: int, row: AssetRow, pictures: Mapping[str, bytes]) -> None:
        self.row = row
        self.anchor = f"asset-{number}"
        notable = [finding for finding in row["findings"] if finding["reason"] not in _ROUTINE]
        self.routine = [finding for finding in row["findings"] if finding["reason"] in _ROUTINE]
        self.cards = _worst_first([finding for finding in notable if finding["verdict"] != "pass"])
        self.accepted = [finding for finding in notable if finding["verdict"] == "pass"]
        self.bars = _bars(row)
        self._pictures = [
            _Embedded(picture, _data_uri(pictures[picture["file"]]))
            for picture in row["pictures"]
            if picture["file"] in pictures
        ]
        used = {name for finding in row["findings"] for name in finding["observations"]}
        self.credentials = [observation for observation in row["observations"] if observation["kind"] == "credential"]
        shown_ids = used.union(observation["id"] for observation in self.credentials)
        self.others = [observation for observation in row["observations"] if observation["id"] not in shown_ids]

    @property
    def is_notable(self) -> bool:
        """Whether there is more to say of it than its row in the table of assets."""
        return bool(self.cards or self.accepted or self.others or self.credentials)

    def observations_of(self, finding: FindingRow) -> list[ObservationRow]:
        """The evidence a finding rests on."""
        return [observation for observation in self.row["observations"] if observation["id"] in finding["observations"]]

    def pictures_of(self, finding: FindingRow) -> list[_Embedded]:
        """The pictures that show what a finding rests on, within its span where it has one."""
        return [
            picture
            for picture in self._pictures
            if set(picture.row["observations"]) & set(finding["observations"])
            and picture.row.get("ingredient") is None
            and _within(picture.row, finding)
        ]

    def ingredients_of(self, credential: ObservationRow) -> list[_Embedded]:
        """The pictures that a credential keeps of its ingredients."""
        return [
            picture
            for picture in self._pictures
            if credential["id"] in picture.row["observations"] and picture.row.get("ingredient") is not None
        ]


def _within(picture: PictureRow, finding: FindingRow) -> bool:
    span, frame = finding["span"], picture["frame"]
    return (
        span is None
        or frame is None
        or picture["reference"] is not None
        or span["first_frame"] <= frame <= span["last_frame"]
    )


def _bars(row: AssetRow) -> list[_Bar]:
    """The spans of what is against the asset, as parts of its length; the worst last, so that it lies on top."""
    frames, media = row["frames"], row["media"]
    origin = frames[0] if frames else 0
    length = frames[1] - frames[0] + 1 if frames else (media["frame_count"] if media else None)
    if not length:
        return []
    return [
        _bar(finding, (span["first_frame"] - origin) / length, (span["last_frame"] + 1 - origin) / length)
        for finding in reversed(_worst_first(row["findings"]))
        if (span := finding["span"]) is not None and finding["verdict"] != "pass" and not finding.get("part")
    ]


def _bar(finding: FindingRow, start: float, end: float) -> _Bar:
    left, right = (min(max(part, 0.0), 1.0) * _STRIP for part in (start, end))
    title = f"{finding['reason']} {wording.between(finding['span'])}" if finding["span"] else finding["reason"]
    return _Bar(finding["verdict"], round(left, 2), round(max(right - left, _THINNEST), 2), title)


def _worst_first(findings: Sequence[FindingRow]) -> list[FindingRow]:
    return sorted(findings, key=lambda finding: -outcome.VERDICTS.index(finding["verdict"]))


def _data_uri(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def _policy(css: str, js: str) -> str:
    """What the browser may do with the page: show it, and run the one script whose digest this is."""
    style, script = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (css, js))
    allowed = f"img-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _moment(iso: str) -> str:
    """`2026-04-02T10:11:12.5Z` as `2026-04-02 10:11 UTC`."""
    return f"{iso[:10]} {iso[11:16]} UTC"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _lines(text: str) -> Markup:
    """A quoted value with its own line breaks."""
    return escape(visible(text, keep="\n\t"))


def _spelt_out(value: object) -> object:
    """What Jinja puts in place of every value, before it escapes it."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _page_file(name: str) -> str:
    return resources.files("scanner.report.page").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=_spelt_out, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(sentence=_sentence, lines=_lines)
    return environment.from_string(_page_file("page.html.j2"))
