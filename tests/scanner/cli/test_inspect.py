"""`provscan inspect` as it refuses; what it tells is in tests/scenarios/test_trust_lists.py."""

import os
from pathlib import Path

import pytest

from fixtures.command import Outcome
from tests.scanner.cli.here import provscan_here


def run(folder: Path, *words: str) -> Outcome:
    """`provscan WORDS`."""
    return provscan_here(folder, *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("folder",), "is a folder"),
        (("absent.jpg",), "there is nothing at absent.jpg"),
        (("pipe",), "neither a folder nor a file"),
        ((), "Missing argument"),
        (("file.txt", "--trust", "absent.pem"), "there is nothing at absent.pem"),
        (("file.txt", "--trust", "file.txt"), "there is no PEM certificate in it"),
        (("file.txt", "--quick", "--thorough"), "can't both hold"),
        (("file.txt", "--as-of", "01/02/2026"), "is not a date"),
    ],
)
def test_what_cannot_be_inspected_as_asked_is_a_usage_error(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").write_text("nothing")
    os.mkfifo(tmp_path / "pipe")
    outcome = run(tmp_path, "inspect", *words)
    assert outcome.code == 2
    assert said in outcome.err


@pytest.mark.parametrize("command", ["scan", "inspect"])
def test_a_damaged_trust_list_stops_the_command_instead_of_being_left_out(command: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("nothing")
    (tmp_path / "data" / "trust").mkdir(parents=True)
    (tmp_path / "data" / "trust" / "studio.json").write_text("{}")
    outcome = run(tmp_path, command, "file.txt")
    assert outcome.code == 2
    assert "studio.json is damaged" in outcome.err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "file.txt"]
