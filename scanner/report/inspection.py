"""What was seen in one file, in lines for a terminal: facts with their places, and no judgement.

Where nothing was seen it says so, and that this proves nothing.
"""

from collections.abc import Iterator

from scanner.report import chain, wording
from scanner.report.model import Inspection, ObservationRow, SeenRow

NOTHING = "No mark of AI was seen. That is absence of evidence, and shows nothing about how the file was made."


def lines(document: Inspection) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is a heading."""
    file = document["file"]
    yield file["path"], True
    yield from ((f"  {line}", False) for line in _about(file))
    yield from ((f"  not fully working: {row['detector']}: {row['why']}", False) for row in document["degraded"])
    credentials = [row for row in file["observations"] if row["kind"] == "credential"]
    for row in credentials:
        yield "Content Credential", True
        yield from ((f"  {line}", False) for line in _credential(row))
    if not credentials:
        yield "No Content Credential was read", True
    yield f"  {_trust_lists(document)}", False
    marks = [row for row in file["observations"] if row["kind"] != "credential"]
    yield f"Marks and notes: {len(marks) or 'none'}", True
    for row in marks:
        yield from ((f"  {line}", False) for line in _mark(row))
    if not any(row["kind"] == "ai" for row in marks):
        yield NOTHING, False
    detectors = ", ".join(f"{row['id']} {row['version']}" for row in document["detectors"])
    yield f"looked at by {detectors}", False


def _about(file: SeenRow) -> Iterator[str]:
    media = f": {wording.medium(file['media'])}" if file["media"] else ""
    yield f"{file['kind']}{media}, {wording.size(file['bytes'])}"
    yield wording.coverage(file)
    if file["sha256"]:
        yield f"sha256 {file['sha256']}"
    yield from (f"{row['code']}: {row['message']}" for row in file["problems"])


def _trust_lists(document: Inspection) -> str:
    """The trust lists in a line: they say whose signatures count."""
    trust_lists = [
        row["name"]
        + (f", issued {row['issued']}" if row["issued"] else "")
        + (f" by {row['issuer']}" if row.get("issuer") else "")
        for row in document["trust"]
    ]
    if not trust_lists:
        return "no trust list was given: signers are not verified"
    return f"trust lists: {'; '.join(trust_lists)}"


def _credential(row: ObservationRow) -> Iterator[str]:
    yield wording.credential(row)
    if row["span"] is not None:
        yield wording.frames(row["span"])
    yield from (f"{label}: {text}" for label, text in wording.facts(row) if label != "status")
    tree = chain.chain(row)
    if tree is not None:
        yield "chain, as the file tells it:"
        yield from (f"  {line}" for line in chain.lines(tree))


def _mark(row: ObservationRow) -> Iterator[str]:
    claim = wording.CLAIMS[row["claim"]] if row["claim"] else row["kind"]
    generator = f": {row['generator']}" if row["generator"] else ""
    yield f"{claim}{generator} ({wording.STRENGTHS[row['strength']]})"
    value = f" = {row['value']}" if row["value"] else ""
    yield f"    at {row['where']}{value}"
    if row["span"] is not None:
        yield f"    {wording.between(row['span'])}, {wording.frames(row['span'])}"
    yield from (f"    {label}: {text}" for label, text in wording.facts(row))
    yield f"    rule {row['rule']} of {row['detector']}" + (f"; {row['source']}" if row["source"] else "")
