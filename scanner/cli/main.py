"""The command `provscan`: its groups, and what the shell is told when something ends early.

An exit code means one thing only (see `scanner.errors`). Python's own ways out would all be 1, which here says that
findings were made, so none of them is let through.
"""

import difflib
import signal
import sys
import traceback
from types import FrameType

import click

from scanner import __version__
from scanner.cli.decide import confirm, waive
from scanner.cli.declarations import declarations
from scanner.cli.demo import demo
from scanner.cli.explain import explain
from scanner.cli.inspect import inspect
from scanner.cli.references import references
from scanner.cli.rematch import rematch
from scanner.cli.rules import rules
from scanner.cli.scan import scan
from scanner.cli.trust import trust
from scanner.errors import ProvscanError, UsageError

INTERNAL = 70
INTERRUPTED = 130


class Commands(click.Group):
    """A group that lists its commands in the order of the work, and knows a near miss."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The commands, in the order in which they were added."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named; a name that is nearly one is named in the error."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.commands, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(error.message + hint, ctx) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="provscan")
def provscan() -> None:
    """Check a media delivery for undeclared generative AI and reference IP, against the production's paper."""


provscan.add_command(scan)
provscan.add_command(inspect)
provscan.add_command(declarations)
provscan.add_command(explain)
provscan.add_command(waive)
provscan.add_command(confirm)
provscan.add_command(references)
provscan.add_command(rematch)
provscan.add_command(trust)
provscan.add_command(rules)
provscan.add_command(demo)


def entry() -> None:
    """Run the command line and end the process with the exit code of the contract."""
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(_run())


def _run() -> int:
    try:
        code = provscan.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except BaseException as error:  # noqa: BLE001 - every way out has its code; Python's own would all be 1
        return _explain(error)
    return code if isinstance(code, int) else 0


def _explain(error: BaseException) -> int:
    """Say on standard error why the command ended; the exit code for it."""
    match error:
        case click.ClickException():
            error.show()
            return error.exit_code
        case ProvscanError():
            _tell(error)
            return error.exit_code
        case KeyboardInterrupt() | click.Abort():
            click.echo("provscan: stopped", err=True)
            return INTERRUPTED
        case _:
            click.echo("".join(traceback.format_exception(error)), err=True)
            click.echo("provscan: internal error (above); nothing here is a verdict", err=True)
    return INTERNAL


def _tell(error: ProvscanError) -> None:
    click.echo(f"provscan: {error}", err=True)
    if isinstance(error, UsageError):
        for mistake in error.mistakes:
            click.echo(f"  {mistake}", err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
