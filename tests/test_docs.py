"""The docs keep up with the code: every command, option, setting and exit code is written down."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from scanner import errors
from scanner.cli.main import provscan
from scanner.config import Config

ROOT = Path(__file__).parent.parent
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def options() -> Iterator[tuple[str, str]]:
    """Each option with the command, or the group of commands, in whose section it is documented."""
    for name, command in provscan.commands.items():
        several = command.commands.values() if isinstance(command, click.Group) else [command]
        for parameter in (parameter for one in several for parameter in one.params):
            if isinstance(parameter, click.Option):
                yield from ((name, option) for option in parameter.opts)


@pytest.mark.parametrize("command", provscan.commands)
def test_every_command_is_documented_and_has_a_help_text(command: str) -> None:
    assert f"## provscan {command}" in COMMANDS
    assert provscan.commands[command].help


@pytest.mark.parametrize(("command", "option"), list(options()))
def test_every_option_is_documented_under_its_command(command: str, option: str) -> None:
    section = COMMANDS.split(f"## provscan {command}")[1].split("\n## ")[0]
    assert re.search(rf"`{re.escape(option)}\b", section), f"{option} is not in docs/commands.md"


def test_no_option_is_documented_that_does_not_exist() -> None:
    known = {option for _, option in options()} | {"--help", "--version"}
    assert set(re.findall(r"`(--[a-z-]+)", COMMANDS)) <= known


@pytest.mark.parametrize("setting", [name for name in Config.__dataclass_fields__ if name != "file"])
def test_every_setting_is_documented(setting: str) -> None:
    assert re.search(rf"^{setting} = ", COMMANDS, re.MULTILINE)


def test_every_exit_code_is_documented() -> None:
    table = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    codes = {kind.exit_code for kind in vars(errors).values() if hasattr(kind, "exit_code")} | {0, 1, 3, 4}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == codes


def test_links_between_the_docs_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


WAYS = ("One marked asset", "One declaration", "One reference film")


@pytest.mark.parametrize("way", WAYS)
def test_a_way_through_the_house_names_files_that_are_there_and_counts_them(way: str) -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    text = page.split(f"**{way}**")[1].split("\n**")[0].split("\n## ")[0]
    named = re.findall(r"`([\w/]+\.py)`", text)
    stated = re.search(r"through (\d+)\s+files", text)
    assert stated
    assert len(set(named)) == int(stated[1])
    tracked = [
        file.relative_to(ROOT).as_posix() for room in ("scanner", "detectors") for file in (ROOT / room).rglob("*.py")
    ]
    assert [name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in tracked)] == []
