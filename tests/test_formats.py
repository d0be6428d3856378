"""docs/formats.md says of each format what the readers say of themselves."""

from scanner.drop.kinds import _FORMATS, UNKNOWN
from scanner.parts.listing import readers_of
from tests.formats_table import COVERS, PAGE, TOLD, page, tables


def test_the_tables_of_the_page_are_those_that_the_readers_make() -> None:
    stated = PAGE.read_text(encoding="utf-8")
    lacking = [table for table in tables().values() if table not in stated]
    assert not lacking, "\n".join(["make them by python -m tests.formats_table:", *lacking])
    assert page() == stated


def test_every_format_that_can_be_told_by_its_bytes_or_name_has_its_row() -> None:
    words = {word for table in ("parts", "without") for word in _column(tables()[table], 0 if table == "parts" else 1)}
    assert words == {*_FORMATS, UNKNOWN}


def test_every_format_whose_parts_are_listed_says_what_is_examined() -> None:
    assert COVERS.keys() <= {*_FORMATS, UNKNOWN}
    read = {word for word, form in _FORMATS.items() if readers_of(form)}
    assert read - COVERS.keys() == {"cr3"}, "of CR3 nobody reads more than what stands behind its end"
    assert all(covers.partition(TOLD)[0] and covers.count(TOLD) <= 1 for covers in COVERS.values())


def _column(table: str, place: int) -> set[str]:
    cells = [line.split(" | ")[place].removeprefix("| ") for line in table.splitlines()[2:]]
    return {word.removesuffix(" (raw)") for cell in cells for word in cell.split(", ")}
