"""The command line's ways out: every end has the exit code of the contract, and a crash never looks like a finding."""

import subprocess
import sys

import click
import pytest

from scanner import __version__
from scanner.cli import main
from scanner.errors import LockedError, Mistake, PaperError


def ended(monkeypatch: pytest.MonkeyPatch, error: BaseException | None = None, result: object = None) -> int:
    def instead(**_: object) -> object:
        if error:
            raise error
        return result

    monkeypatch.setattr(main.provscan, "main", instead)
    return main._run()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LockedError("busy"), 75),
        (click.UsageError("no such option"), 2),
        (click.exceptions.Exit(0), 0),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (ZeroDivisionError("ours"), 70),
        (ImportError("ours"), 70),
        (MemoryError(), 70),
    ],
)
def test_every_end_has_its_code(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int) -> None:
    assert ended(monkeypatch, error) == code


@pytest.mark.parametrize(("result", "code"), [(None, 0), (0, 0), (4, 4)])
def test_a_command_gives_its_own_code(monkeypatch: pytest.MonkeyPatch, result: int | None, code: int) -> None:
    assert ended(monkeypatch, result=result) == code


def test_every_mistake_in_the_paper_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mistakes = [Mistake("paper.yaml", 9, 1, "no such key"), Mistake("paper.yaml", 4, 7, "not a date")]
    assert ended(monkeypatch, PaperError(mistakes)) == 2
    said = capsys.readouterr().err
    assert said.index("paper.yaml:4:7: not a date") < said.index("paper.yaml:9:1: no such key")


def test_an_internal_error_says_that_it_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(monkeypatch, ZeroDivisionError("ours"))
    said = capsys.readouterr().err
    assert "ZeroDivisionError: ours" in said
    assert "nothing here is a verdict" in said


def test_the_version_is_printed() -> None:
    done = subprocess.run([sys.executable, "-m", "scanner", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"provscan, version {__version__}"


def test_help_starts_without_the_heavy_libraries() -> None:
    heavy = "{'numpy', 'pydantic', 'PIL', 'c2pa', 'jinja2', 'rich'}"
    watch = f"import sys; import scanner.cli.main; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
