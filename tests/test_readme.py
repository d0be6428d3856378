"""The README's commands run, and print what it says they print."""

import re
from pathlib import Path

import pytest

from fixtures.command import provscan

README = Path(__file__).parent.parent / "README.md"
EXPECTED_CODE = 1  # both scans of the README fail, on purpose


def blocks() -> list[tuple[str, str]]:
    """Each console block: the command without `$ provscan`, and the lines that follow it."""
    found = re.findall(r"```console\n\$ provscan (.*)\n((?:.*\n)*?)```", README.read_text(encoding="utf-8"))
    return [(command, printed) for command, printed in found]


def test_every_command_of_the_readme_prints_what_it_shows(tmp_path: Path) -> None:
    assert len(blocks()) >= 2
    for command, printed in blocks():
        outcome = provscan(tmp_path, *command.split())
        assert outcome.code == EXPECTED_CODE, outcome.err
        shown = [line for line in outcome.out.splitlines() if not is_left_out(line, printed)]
        assert "\n".join(shown) + "\n" == printed


def is_left_out(line: str, printed: str) -> bool:
    """A block may leave out the findings, which are indented, altogether; never some of them."""
    return line.startswith("  ") and not re.search(r"^  ", printed, re.MULTILINE)


@pytest.mark.parametrize("command", re.findall(r"^(make \w+)", README.read_text(encoding="utf-8"), re.MULTILINE))
def test_every_make_target_of_the_readme_exists(command: str) -> None:
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE)
