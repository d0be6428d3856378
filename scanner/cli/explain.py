"""`provscan explain`: why a finding was made, or what a reason code means."""

import re
from pathlib import Path

import click


@click.command()
@click.argument("code_or_finding", metavar="CODE-or-FINDING")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="The report that holds the finding (default: those of scans started in this folder).",
)
@click.option(
    "--policy", "policy_name", metavar="NAME|FILE", help="The policy (default: the report's, or netflix-genai)."
)
def explain(code_or_finding: str, report: Path | None, policy_name: str | None) -> int:
    """Say what a reason code means, or why a report holds a finding: rule, evidence, paper, what would clear it."""
    from scanner.clearance.policy import policy
    from scanner.errors import UsageError
    from scanner.report import explain as telling
    from scanner.report import lookup
    from scanner.terms.reasons import Reason
    from scanner.written.mistakes import near

    word = code_or_finding.strip().casefold()
    if word in list(Reason):
        lines = telling.of_reason(Reason(word), policy.load(policy_name or "netflix-genai"))
    elif re.fullmatch(r"[0-9a-f]{16}", word):
        located = lookup.look_up(word, [report] if report else lookup.nearby(Path.cwd()))
        judged = located.report["run"]["inputs"]["policy"]
        loaded = policy.load(policy_name or judged["id"]) if policy_name or judged["id"] in policy.built_in() else None
        lines = telling.of_finding(located, loaded)
        if loaded and loaded.sha256 != judged["sha256"]:
            lines.append(f"  the rules are told by {loaded.id} {loaded.version}; the report was judged by another text")
    else:
        raise UsageError(
            f"{code_or_finding!r} is neither a reason code nor a finding{near(code_or_finding, Reason)}",
            hint="codes are such as ai.undeclared, findings 16 digits of 0-9 and a-f, as reports print them",
        )
    for line in lines:
        click.echo(line)
    return 0
