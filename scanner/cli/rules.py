"""`provscan rules`: what a scan would go by: detectors, rules for marks, policies, each with version and source."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scanner.run.looking.house_rules import RuleListed, RulesListing

_PATH = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option(
    "--rules", "files", multiple=True, type=_PATH, metavar="FILE", help="With these rules of your own; repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def rules(files: tuple[Path, ...], *, as_json: bool) -> int:
    """List the detectors, the rules for marks and the policies: ids, versions, and where each rule comes from.

    A table of your own that has a mistake ends the command with 2, and every mistake in it is named.
    """
    import json

    from scanner.cli.printing import unless_unread
    from scanner.config import load
    from scanner.run.looking.house_rules import listing

    rules_listing = listing(files or load(Path.cwd(), (), os.environ).rules)
    with unless_unread():
        if as_json:
            click.echo(json.dumps(rules_listing, indent=2))
        else:
            _print(rules_listing)
    return 0


def _print(rules_listing: "RulesListing") -> None:
    from scanner.report.text import visible

    def line(text: str) -> None:
        click.echo(visible(text))

    line("detectors")
    for detector in rules_listing["detectors"]:
        line(f"  {detector['id']}  {detector['version']}  {detector['source']}")
    for absent in rules_listing["not_used"]:
        line(f"  not used: {absent['detector']}: {absent['why']}")
    line(f"rules for marks ({rules_listing['rules']['digest'][:12]})")
    for rule in rules_listing["rules"]["rules"]:
        line(f"  {rule['id']}  {_says(rule)}")
        line(f"    {rule['source']} ({rule['seen']}, {rule['checked']})")
    line("policies")
    for policy in rules_listing["policies"]:
        line(f"  {policy['id']}  {policy['version']}  {policy['sha256'][:12]}")
        for source in policy["sources"]:
            line(f"    {source}")


def _says(rule: "RuleListed") -> str:
    words = [rule["strength"], rule["claim"] or "note", *(["suspect"] if rule["suspect"] else [])]
    return " ".join([*words, *([f"({rule['generator']})"] if rule["generator"] else [])])
