"""The command line in this process."""

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from fixtures.command import Outcome
from scanner.cli import main


def provscan_here(folder: Path, *words: str) -> Outcome:
    """`provscan WORDS` in this process, which spares starting Python: for what doesn't come as far as a decoder."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setenv("PROVSCAN_DATA", "data")
        patch.setenv("PROVSCAN_CACHE", "cache")
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setattr("sys.argv", ["provscan", *words])
        code = main._run()
    return Outcome(code, out.getvalue(), err.getvalue(), folder)
