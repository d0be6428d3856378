"""`provscan waive` and `provscan confirm`: QC's decision about one finding, written beside the declarations."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from scanner.cli.scan import DateParam, today
from scanner.terms.words import ConfirmationReason, WaiverReason

if TYPE_CHECKING:
    from scanner.clearance.paper.model import Paper
    from scanner.clearance.paper.qc import Confirmation, Waiver
    from scanner.clearance.policy.policy import Policy
    from scanner.report.lookup import LocatedFinding

_PATH = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False)
Kind = Literal["waivers", "confirmations"]


def _decision_options(command: Callable[..., int]) -> Callable[..., int]:
    """The options that both commands have."""
    for option in reversed(
        (
            click.argument("finding"),
            click.option("--note", required=True, help="Why, in a sentence."),
            click.option("--by", required=True, metavar='"NAME, ORG"', help="Who decided, and for whom."),
            click.option("--declarations", multiple=True, type=_PATH, metavar="FILE", help="The production's paper."),
            click.option("--out", type=_FILE, metavar="FILE", help="Default: waivers.yaml beside the declarations."),
            click.option("--report", type=_PATH, help="The report that holds it (default: those in this folder)."),
            click.option("--policy", metavar="NAME|FILE", help="The policy (default: that of the report)."),
            click.option("--as-of", type=DateParam(), help="The day of the decision (default: today)."),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.option(
    "--reason", required=True, type=click.Choice([str(reason) for reason in WaiverReason]), help="Why it may."
)
@click.option("--until", required=True, type=DateParam(), help="The last day on which it holds.")
@_decision_options
def waive(**arguments: Any) -> int:  # noqa: ANN401 - click hands options over by name
    """Let FINDING stand until a day: it stays in every report, as info, with who decided and why."""
    return _decide("waivers", arguments)


@click.command()
@click.option(
    "--reason", required=True, type=click.Choice([str(reason) for reason in ConfirmationReason]), help="How so."
)
@click.option("--until", type=DateParam(), help="The last day on which it holds (default: for good).")
@_decision_options
def confirm(**arguments: Any) -> int:  # noqa: ANN401 - click hands options over by name
    """Say that FINDING, which is for review, is what it looks like: it becomes a fail, signed and dated."""
    return _decide("confirmations", arguments)


def _decide(kind: Kind, arguments: Mapping[str, Any]) -> int:
    from scanner.clearance.paper import decisions, reader
    from scanner.config import load
    from scanner.errors import UsageError
    from scanner.report import lookup
    from scanner.report.text import visible

    reports = [arguments["report"]] if arguments["report"] else lookup.nearby(Path.cwd())
    located = lookup.look_up(arguments["finding"].casefold(), reports)
    config = load(Path.cwd(), (), os.environ)
    files = arguments["declarations"] or config.declarations
    paper = reader.load(files) if files else None
    if not files and not arguments["out"]:
        raise UsageError("beside which declarations is it to be kept?", hint="give --declarations FILE, or --out FILE")
    out = arguments["out"] or Path(files[0]).parent / reader.DECISIONS
    text = _present_text(out)
    entry = _entry(arguments, _next_id(kind, text, paper), _day(arguments["as_of"], paper))
    decision = _validated(kind, entry)
    _refuse_invalid(decision, located, paper, _policy(arguments["policy"], located, paper))
    new_text = decisions.added(text, str(out), kind, entry, f"{located.finding['reason']}: {located.where}")
    _write(out, new_text)
    until = f" until {decision.expires}" if decision.expires else ""
    verb = "waives" if kind == "waivers" else "confirms"
    click.echo(visible(f"{out}: {decision.id} {verb} {located.finding['reason']} ({located.where}){until}"))
    if not files or out.resolve() != (Path(files[0]).parent / reader.DECISIONS).resolve():
        click.echo(f"  give it to the next scan with --declarations {out}")
    return 0


def _present_text(out: Path) -> str:
    """What stands in the file now.

    Raises:
        PaperError: it is no text.
    """
    from scanner.errors import PaperError, UsageError
    from scanner.written import yaml_text

    try:
        text, mistakes = yaml_text.decoded(out.read_bytes(), str(out))
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror}") from error
    if text is None:
        raise PaperError(mistakes)
    return text


def _day(given: date | None, paper: Paper | None) -> date:
    from zoneinfo import ZoneInfo

    return given or today(ZoneInfo(paper.production.timezone if paper else "UTC"))


def _entry(arguments: Mapping[str, Any], key: str, day: date) -> dict[str, str | dict[str, str]]:
    from scanner.errors import UsageError

    name, _, organisation = arguments["by"].partition(",")
    if not name.strip() or not organisation.strip():
        raise UsageError(
            f"--by {arguments['by']!r}: state a person and an organisation", hint='such as "Q. Tech, QC House"'
        )
    entry: dict[str, str | dict[str, str]] = {
        "id": key,
        "finding": arguments["finding"].casefold(),
        "reason": arguments["reason"],
        "note": arguments["note"].strip(),
        "by": {"name": name.strip(), "org": organisation.strip()},
        "created": day.isoformat(),
    }
    if arguments["until"]:
        entry["expires"] = arguments["until"].isoformat()
    return entry


def _next_id(kind: Kind, text: str, paper: Paper | None) -> str:
    """An id that nothing has: `WAV-1`, `CNF-1` and so on."""
    lead = "WAV-" if kind == "waivers" else "CNF-"
    ids = [waiver.id for waiver in paper.waivers] if paper else []
    ids += [confirmation.id for confirmation in paper.confirmations] if paper else []
    numbers = [*re.findall(rf"{lead}(\d{{1,9}})", text), *(key.removeprefix(lead) for key in ids)]
    return f"{lead}{max((int(digits) for digits in numbers if digits.isdecimal()), default=0) + 1}"


def _validated(kind: Kind, entry: Mapping[str, Any]) -> Waiver | Confirmation:
    from pydantic import ValidationError

    from scanner.clearance.paper.qc import Confirmation, Waiver
    from scanner.errors import UsageError

    try:
        return Waiver.model_validate(entry) if kind == "waivers" else Confirmation.model_validate(entry)
    except ValidationError as error:
        mistakes = [f"{row['loc'][-1]}: {row['msg'].removeprefix('Value error, ')}" for row in error.errors()]
        raise UsageError("; ".join(mistakes)) from error


def _policy(name_given: str | None, located: LocatedFinding, paper: Paper | None) -> Policy:
    """The policy by which the decision is held: the one named, else the one that judged."""
    from scanner.clearance.policy import policy
    from scanner.errors import PolicyError

    judged = located.report["run"]["inputs"]["policy"]
    name = name_given or (paper.production.policy if paper else None) or judged["id"]
    try:
        loaded = policy.load(name)
    except PolicyError as error:
        if name_given or error.mistakes:
            raise
        raise PolicyError(
            f"the report was judged by {judged['id']!r}, which isn't built in", hint="give --policy FILE"
        ) from error
    if loaded.sha256 != judged["sha256"]:
        click.echo(f"provscan: held by {loaded.id}; the report was judged by another or an older policy", err=True)
    return loaded


def _refuse_invalid(
    decision: Waiver | Confirmation, located: LocatedFinding, paper: Paper | None, policy: Policy
) -> None:
    """Refuse what the next judgement would refuse.

    Raises:
        UsageError: it would.
    """
    from scanner.clearance.paper.qc import Waiver
    from scanner.clearance.rules.waivers import objection, overreach, own_work
    from scanner.errors import UsageError
    from scanner.terms.verdicts import Verdict

    finding = located.finding
    waiver = isinstance(decision, Waiver)
    if finding["decision"]:
        earlier = finding["decision"]
        raise UsageError(f"{finding['id']} is {earlier['kind']} already, by {earlier['by']}; nothing was written")
    verdict = Verdict(finding["verdict"])
    if waiver and verdict.rank <= Verdict.INFO.rank:
        raise UsageError(f"{finding['id']} is {verdict}: there is nothing to waive")
    refused = objection(decision, finding["reason"], verdict, policy, decision.created)
    if refused:
        raise UsageError(f"{decision.id} {refused[1]}; nothing was written", hint=finding["remedy"])
    own = own_work(decision, _organisations(located, paper))
    if isinstance(decision, Waiver):
        vendors = _vendors(located, paper)
        why = f"was given by {decision.by.org}, whose own work it excuses" if own else ""
        why = why or overreach(decision, [finding["reason"]], policy, paper, vendors)
        if why:
            hint = "let somebody else's QC decide" if own else "let somebody decide who may approve"
            raise UsageError(f"{decision.id} {why}; nothing was written", hint=hint)
    if not own:
        return
    click.echo(f"provscan: {decision.by.org} confirms a finding about its own work; it counts all the same", err=True)


def _organisations(located: LocatedFinding, paper: Paper | None) -> list[str | None]:
    """The organisations whose work the finding is about, as far as the paper tells."""
    declaration_id = located.finding["declaration"]
    declarations = paper.declarations if paper else ()
    return [
        *_vendors(located, paper),
        *(declaration.declared_by.org for declaration in declarations if declaration.id == declaration_id),
    ]


def _vendors(located: LocatedFinding, paper: Paper | None) -> list[str | None]:
    """Whose work the delivery is; of any delivery where it can't be told which one it was."""
    from scanner.errors import UsageError

    if paper is None:
        return []
    try:
        delivery = paper.delivery(None, located.report["drop"]["name"])
        deliveries = [delivery] if delivery else []
    except UsageError:
        deliveries = list(paper.deliveries)
    return [delivery.vendor for delivery in deliveries]


def _write(out: Path, text: str) -> None:
    """Put the text in place, whole or not at all.

    Raises:
        UsageError: it can't be written.
    """
    from scanner.errors import UsageError

    part = out.with_name(f".{out.name}.part")
    try:
        part.write_bytes(text.encode())
        part.replace(out)
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror}") from error
