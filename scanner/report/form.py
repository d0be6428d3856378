"""A declarations form prefilled from a report: a row for each use of AI that nobody has declared.

What was seen is filled in; what only people know is left blank, and the reader names each blank that has to be filled.
Nothing is declared by this: a form that isn't filled in is refused.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import yaml

from scanner.report.model import AssetRow, FindingRow, ObservationRow, Report
from scanner.terms.reasons import Reason
from scanner.written.listing import joined
from scanner.written.scalars import inner_path

if TYPE_CHECKING:
    from openpyxl import Workbook

UNDECLARED = frozenset(
    {
        Reason.AI_UNDECLARED,
        Reason.AI_PARTIALLY_DECLARED,
        Reason.AI_SUSPECTED_UNDECLARED,
        Reason.AI_ENHANCEMENT_UNDECLARED,
    }
)
"""The reasons that a declaration can clear."""

_USES = (
    "ideation, temp, background_incidental, story_element, key_creative, final_vfx, performance_alteration, voice, "
    "music, localization, restoration, factual_representation, text, training"
)
_WIDE = (
    "Declaration ID", "AI Used", "File", "Checksum", "Sequence", "Frames", "Tool", "Tool Version", "Tool Vendor",
    "Licence Tier", "Enterprise", "Stores Inputs", "Trains On Inputs", "Use Category", "Likeness", "Voice",
    "Personal Data", "3rd-party IP", "P1", "P2", "P3", "P4", "P5", "Performer", "Consent ID", "Licence ID",
    "Approval ID", "Approved By", "Approver Org", "Approval Date", "Approval Stages", "Evidence File", "Declared By",
    "Declared By Org", "Declaration Date", "Seen",
)  # fmt: skip
_PRODUCTION = """\
production:
  title:
  id:
  timezone:                # such as Europe/Paris
  fps:                     # such as 24 or 24000/1001
  rights_holders: []
  approver_orgs: []        # who may approve
"""
_PRODUCTION_HEADS = (
    "Title", "Production ID", "Time Zone", "Frame Rate", "Rights Holders", "Who May Approve", "Kind",
)  # fmt: skip
_TO_FILL = ("Use Category", "Declared By")
_CHOICES = {
    "AI Used": "yes,no",
    **dict.fromkeys(("Enterprise", "Stores Inputs", "Trains On Inputs"), "yes,no,unknown"),
    **dict.fromkeys(("Likeness", "Voice", "Personal Data", "3rd-party IP"), "yes,no"),
    **dict.fromkeys(("P1", "P2", "P3", "P4", "P5"), "yes,no,unsure"),
}
_ROWS_TO_FILL = 500
"""Rows to which the lists of choices reach."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One use of AI to be declared, in one file or in several with the same bytes.

    `frames` as the paper writes them, empty for a whole asset. `sha256` stands for all paths where a paper can't hold
    one of them.
    """

    id: str
    paths: tuple[str, ...]
    is_sequence: bool
    frames: str
    tool: str
    seen: str
    sha256: str = ""


def rows(report: Report) -> list[FormRow]:
    """The undeclared uses of a report, in its order; what is the same in files with the same bytes is one."""
    by_finding: dict[str, FormRow] = {}
    for finding, row in (each for asset in report["assets"] for each in _of_asset(asset)):
        same = by_finding.get(finding)
        digest = row.sha256 or (same.sha256 if same else "")
        paths = (*(same.paths if same else ()), *row.paths)
        by_finding[finding] = replace(row, paths=() if digest else tuple(dict.fromkeys(paths)), sha256=digest)
    return list(by_finding.values())


def as_yaml(report: Report, *, complete: bool) -> str:
    """The form as YAML. `complete`: with the production and the delivery, which other files don't state."""
    form_rows = rows(report)
    drop = report["drop"]
    sections = ["schema: provscan/declarations/1\n"]
    if complete:
        sections.append(_PRODUCTION)
        sections.append(f"deliveries:\n  - id: {_quoted(drop['name'])}\n    stage: {drop['stage']}\n    delivered:\n")
    tools = list(dict.fromkeys(row.tool for row in form_rows if row.tool))
    if tools:
        sections.append("tools:\n" + "".join(_tool(name) for name in tools))
    declarations = "".join(_declaration(row) for row in form_rows)
    sections.append(f"declarations:\n{declarations}" if form_rows else "declarations: []\n")
    sections.append("approvals: []\nconsents: []\nlicences: []\n")
    return "".join(sections)


def as_workbook(report: Report, *, complete: bool) -> bytes:
    """The form as a workbook, every cell formatted as text so that nothing typed is changed."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    if complete:
        _sheet(book, "Production", _PRODUCTION_HEADS, [])
        delivery = {"Delivery ID": report["drop"]["name"], "Stage": report["drop"]["stage"]}
        _sheet(book, "Deliveries", ("Delivery ID", "Stage", "Delivery Date", "Vendor"), [delivery])
    _sheet(book, "Declarations", _WIDE, [_cells(row) for row in rows(report)])
    _sheet(
        book,
        "Consents",
        ("Consent ID", "Performer", "Kind", "Granted", "Production", "Description", "Evidence File"),
        [],
    )
    _sheet(book, "Licences", ("Licence ID", "Reference", "Licensor", "Start Date", "End Date", "Evidence File"), [])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _of_asset(asset: AssetRow) -> Iterator[tuple[str, FormRow]]:
    writable = _is_writable(asset["path"])
    for finding in asset["findings"]:
        if finding["reason"] in UNDECLARED and not finding["decision"]:
            row = FormRow(
                f"DEC-{finding['id'][:8]}",
                (asset["path"],) if writable else (),
                asset["kind"] == "sequence",
                _frames(finding, asset),
                _plain(_tool_of(finding, asset)).strip(),
                _what_was_seen(finding, asset),
                "" if writable else asset["sha256"] or "",
            )
            yield finding["id"], row


def _is_writable(path: str) -> bool:
    """Whether a declarations file can hold a path: in one line, and with nothing at its ends that gets lost."""
    try:
        return inner_path(path) == path
    except ValueError:
        return False


def _frames(finding: FindingRow, asset: AssetRow) -> str:
    span = finding["span"]
    if span is None or asset["kind"] not in {"video", "sequence"}:
        return ""
    return f"{span['first_frame']}-{span['last_frame']}"


def _tool_of(finding: FindingRow, asset: AssetRow) -> str:
    """The tool that the observations name, where they agree on one."""
    tools = {observation["generator"] for observation in _evidence(finding, asset)} - {None}
    return str(tools.pop()) if len(tools) == 1 else ""


def _evidence(finding: FindingRow, asset: AssetRow) -> list[ObservationRow]:
    """The observations that a finding rests on."""
    return [observation for observation in asset["observations"] if observation["id"] in finding["observations"]]


def _what_was_seen(finding: FindingRow, asset: AssetRow) -> str:
    span = finding["span"]
    begin, end = (span["in"], span["out"]) if span else (None, None)
    where = f"{begin} to {end}, " if begin and end else ""
    signs = [observation["where"] for observation in _evidence(finding, asset)]
    return f"{where}{finding['reason']}: {', '.join(dict.fromkeys(signs))}"[:300]


def _declaration(row: FormRow) -> str:
    named = [("sequence" if row.is_sequence else "path", path) for path in row.paths]
    named += [("sha256", row.sha256)] if row.sha256 else []
    frames = f", frames: {_quoted(row.frames)}" if row.frames else ""
    selectors = ", ".join(f"{{{key}: {_quoted(value)}{frames}}}" for key, value in named)
    return (
        f"  # {_plain(row.seen)}\n"
        f"  - id: {row.id}\n"
        "    ai_used: yes\n"
        f"    assets: [{selectors}]\n"
        f"    tools: [{_quoted(row.tool) if row.tool else ''}]\n"
        f"    use:                   # {_USES}\n"
        "    involves: []           # talent_likeness, voice_likeness, personal_data, third_party_ip …\n"
        "    principles: {p1: , p2: , p3: , p4: , p5: }     # yes, no or unsure\n"
        "    declared_by: {name: , role: , org: , date: }\n"
        "    approvals: []\n"
    )


def _tool(name: str) -> str:
    facts = "".join(f"    {key}:\n" for key in ("version", "vendor", "licence_tier"))
    answers = "".join(f"    {key}: unknown\n" for key in ("enterprise_agreement", "stores_inputs", "trains_on_inputs"))
    return f"  {_quoted(name)}:\n    name: {_quoted(name)}\n{facts}{answers}"


def _cells(row: FormRow) -> dict[str, str]:
    return {
        "Declaration ID": row.id,
        "AI Used": "yes",
        "Sequence" if row.is_sequence else "File": joined(row.paths),
        "Checksum": row.sha256,
        "Frames": row.frames,
        "Tool": joined([row.tool]) if row.tool else "",
        "Seen": row.seen,
    }


def _sheet(book: "Workbook", name: str, heads: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for column, head in enumerate(heads, 1):
        cell = sheet.cell(1, column, head)
        cell.font = Font(bold=True)
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = max(12, len(head) + 4, 40 if head in {"File", "Seen"} else 0)
        if head in _TO_FILL:
            cell.fill = PatternFill("solid", fgColor="FFF2CC")
        for number in range(2, len(rows) + _ROWS_TO_FILL // 10):
            sheet.cell(number, column).number_format = "@"
        if head in _CHOICES:
            offered = DataValidation(type="list", formula1=f'"{_CHOICES[head]}"', allow_blank=True)
            sheet.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{_ROWS_TO_FILL}")
    for number, values in enumerate(rows, 2):
        for column, head in enumerate(heads, 1):
            if values.get(head):
                cell = sheet.cell(number, column)
                cell.value = _fit_for_xml(values[head])
                cell.data_type = "s"  # a text that begins with = is a text


def _fit_for_xml(text: str) -> str:
    """The text without what XML can't hold; names of the drop may have anything in them."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))


def _quoted(text: str) -> str:
    """A text as YAML in one line, always in quotes."""
    quoted: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1 << 20)
    return quoted.strip()


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
