"""The tables of the docs on paper: what asks for what, by the policies themselves, and what reads each field.

`python -m tests.paper_tables` puts them into docs/policy.md and docs/declarations.md.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel

from scanner.clearance.paper.model import Sheet
from scanner.clearance.policy.policy import built_in, load
from scanner.clearance.policy.table import AXES, rows
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage
from scanner.written.mistakes import _model_in

DOCS = Path(__file__).parent.parent / "docs"
_HEADS = {
    "stage": "a delivery of the stage",
    "kind": "a production of the kind",
    "use": "`use`",
    "involves": "`involves`",
    "inputs": "`inputs`",
    "principle": "a principle that isn't answered yes",
    "tool": "a tool that isn't under an enterprise agreement",
}
_DEFAULT = "netflix-genai"

READ_BY: Mapping[tuple[str, ...], str] = {
    ("production.id",): "consents, whose `scope.production` has to be this",
    ("production.kind",): "who has to be told (`disclosure`)",
    ("production.rights_holders",): "matches: works of theirs are own material",
    ("production.approver_orgs",): "approvals and waivers: who may give them, besides those the policy names",
    ("watch_names",): "prompts in files (`ai.prompt_names_protected`)",
    ("deliveries.id",): "declarations and approvals that are for this delivery alone",
    ("deliveries.root",): "every path and pattern, which counts from it",
    ("deliveries.vendor",): "approvals and waivers: nobody decides about their own work",
    (
        "deliveries.media",
        "deliveries.territories",
    ): "licences and consents whose `scope` is restricted; not stated, a restricted one is for review",
    ("deliveries.runs_until",): "licences and consents: they have to last until then",
    ("deliveries.conform.asset", "deliveries.conform.reel"): "which master a timeline is of",
    ("tools.name", "tools.model", "tools.aliases"): "marks that name a tool (`declaration.tool_mismatch`)",
    (
        "tools.enterprise_agreement",
        "tools.stores_inputs",
        "tools.trains_on_inputs",
    ): "what was put in (`data.*`), the answer to p2, and whether that needs approval",
    ("tools.version",): "[decisions](waivers.md): one about another version of a tool lapses",
    ("tools.content_credentials",): "files without a credential (`credential.stripped`), where a policy rests on that",
    ("declarations.id", "declarations.ai_used"): "everything",
    ("declarations.deliveries",): "whether the declaration is for this delivery",
    (
        "declarations.assets.*",
        "declarations.exclude.*",
        "declarations.shots",
        "declarations.frames",
        "declarations.first_frame",
        "declarations.timeline.reel",
        "declarations.timeline.record",
        "approvals.scope.assets.*",
        "licences.scope.assets.*",
    ): "which frames of which assets are meant, as above",
    ("declarations.tools",): "what is held against the records of tools, marks and approvals",
    (
        "declarations.extent",
    ): "what doesn't hold for material that a model made as a whole: restoring, some exemptions and consents; music",
    ("declarations.modality",): "consents: text alone has no performer",
    ("declarations.use", "declarations.involves", "declarations.inputs"): "the table of the policy",
    ("declarations.principles.*",): "approvals: a principle that isn't answered yes asks for one",
    ("declarations.human_input",): "music that a model made as a whole (`ip.no_human_author`)",
    (
        "declarations.talent.performer",
        "declarations.talent.consent",
        "declarations.talent.exemption",
    ): "consents, person by person",
    ("declarations.talent.involves",): "what of this performer is involved; left out, everything the declaration says",
    ("declarations.licences",): "the references for which a licence is needed",
    (
        "declarations.audience_disclosure.how",
        "declarations.audience_disclosure.timecode",
        "declarations.audience_disclosure.card",
    ): "how and where viewers are told: a form with a timecode, or with a card that a file shows",
    ("declarations.covers_derivatives", "approvals.covers_derivatives"): "the same bytes at another path",
    ("declarations.generated",): "approvals and consents that came after the work",
    ("declarations.declared_by.org",): "waivers: nobody waives what their own organisation declared",
    ("declarations.approvals",): "approvals",
    ("declarations.supersedes",): "which declarations count no more",
    ("approvals.id", "approvals.approver.org"): "approvals: who gave them",
    (
        "approvals.granted",
        "approvals.expires",
        "approvals.revoked",
    ): "approvals: whether they were in force",
    (
        "approvals.scope.stages",
        "approvals.scope.uses",
        "approvals.scope.involves",
        "approvals.scope.tools",
        "approvals.scope.shots",
        "approvals.scope.frames",
        "approvals.scope.first_frame",
        "approvals.scope.deliveries",
    ): "approvals: what they reach",
    ("approvals.conditions.met", "approvals.conditions.met_on"): "approvals: whether they hold yet",
    ("approvals.supersedes",): "which approvals count no more; only one in order replaces another",
    ("consents.id", "consents.performer"): "consents: whose they are; all of one performer's count together",
    ("consents.kind",): "consents: `consent_kinds` of the policy, against what is involved",
    (
        "consents.granted",
        "consents.expires",
        "consents.withdrawn",
    ): "consents: in force when the work was made, at delivery, through its run, and not withdrawn",
    ("consents.minor", "consents.guardian"): "consents: a minor's needs a guardian's name",
    (
        "consents.scope.production",
        "consents.scope.shots",
        "consents.scope.uses",
        "consents.scope.media",
        "consents.scope.territories",
    ): "consents: what they reach",
    ("licences.id", "licences.reference"): "licences, and matches with that reference",
    ("licences.starts", "licences.ends", "licences.revoked"): "licences: in term at delivery and through its run",
    (
        "licences.scope.media",
        "licences.scope.territories",
        "licences.scope.ai_modification_allowed",
    ): "licences: what they allow",
    (
        "waivers.id",
        "waivers.finding",
        "waivers.reason",
        "waivers.note",
        "waivers.by.name",
        "waivers.by.org",
        "waivers.created",
        "waivers.expires",
        "confirmations.id",
        "confirmations.finding",
        "confirmations.reason",
        "confirmations.note",
        "confirmations.by.name",
        "confirmations.by.org",
        "confirmations.created",
        "confirmations.expires",
    ): "[decisions](waivers.md), which the report tells in full",
}
"""What the judgement does with a field; `*` stands for all fields of an entry."""

READ_BEFORE: Mapping[tuple[str, ...], tuple[str, str, str]] = {
    ("schema",): ("the reader", "scanner/clearance/paper/model.py", "schema_id"),
    ("production.timezone",): ("the day of the judgement, where none is given", "scanner/run/settle.py", "timezone"),
    ("production.fps",): ("timelines, whose labels count at it", "scanner/clearance/paper/conforms.py", "fps"),
    ("production.policy",): ("which policy judges, where none is named", "scanner/run/settle.py", "production.policy"),
    ("deliveries.stage",): ("the stage by which everything is judged", "scanner/run/settle.py", "delivery.stage"),
    ("deliveries.delivered",): (
        "every date, which is held against this day",
        "scanner/run/settle.py",
        "delivery.delivered",
    ),
    ("deliveries.conform.file",): ("the timeline itself", "scanner/clearance/paper/conforms.py", '"file"'),
    (
        "tools.terms.file",
        "tools.terms.sha256",
        "declarations.audience_disclosure.evidence.file",
        "declarations.audience_disclosure.evidence.sha256",
        "approvals.evidence.file",
        "approvals.evidence.sha256",
        "consents.evidence.file",
        "consents.evidence.sha256",
        "licences.evidence.file",
        "licences.evidence.sha256",
    ): (
        "what became of evidence: there, lost, changed, or not stated",
        "scanner/clearance/paper/evidence.py",
        "sha256",
    ),
}
"""What is read before there is anything to judge: by what, and where that stands in the code."""

ONLY_RECORDED = (
    "production.title",
    "production.eidr",
    "deliveries.manifest.file",
    "deliveries.manifest.kind",
    "tools.vendor",
    "tools.licence_tier",
    "tools.terms.ref",
    "declarations.declared_by.name",
    "declarations.declared_by.role",
    "declarations.declared_by.date",
    "declarations.audience_disclosure.evidence.kind",
    "approvals.approver.name",
    "approvals.approver.role",
    "approvals.conditions.text",
    "approvals.evidence.kind",
    "consents.basis",
    "consents.guild",
    "consents.scope.description",
    "consents.evidence.kind",
    "licences.licensor",
    "licences.evidence.kind",
)
"""What is kept for people, and judged by nobody."""


def fields(model: type[BaseModel] = Sheet, before: str = "") -> Iterable[str]:
    """Every field of the paper, as people write it: `consents.scope.production`."""
    for name, field in model.model_fields.items():
        path = f"{before}.{field.alias or name}".strip(".")
        inside = _model_in(field.annotation)
        yield from fields(inside, path) if inside else (path,)


def meant(pattern: str) -> list[str]:
    """The fields that a key of the tables stands for."""
    if not pattern.endswith(".*"):
        return [pattern]
    return [field for field in fields() if field.startswith(pattern[:-1])]


def tables() -> Mapping[tuple[str, str], str]:
    """The tables by the page and the name that their places in it have."""
    return {
        ("policy.md", "obliges"): _obliges(),
        ("policy.md", "beyond"): _beyond(),
        ("policy.md", "later"): _later(),
        ("declarations.md", "fields"): _fields(),
        ("declarations.md", "recorded"): f"{', '.join(f'`{name}`' for name in ONLY_RECORDED)}.\n",
    }


def page(name: str) -> str:
    """A page as it should be."""
    text = (DOCS / name).read_text(encoding="utf-8")
    for (wanted, title), table in tables().items():
        if wanted != name:
            continue
        begin, end = f"<!-- {title}: python -m tests.paper_tables -->\n", f"<!-- end of {title} -->\n"
        before, found, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        if not found or not ended:
            raise LookupError(f"{name} has no place for the table {title}")
        text = before + begin + table + end + after
    return text


def _obliges() -> str:
    """Each word that asks for something by the default policy; then those that ask for nothing."""
    table = load(_DEFAULT).text.obliges
    lines = [
        (_HEADS[axis], word, ", ".join(needs) or "nothing of its own")
        for axis in AXES
        for word, needs in rows(table, axis).items()
    ]
    return _table(("what it is", "word", "asks for"), lines)


def _beyond() -> str:
    """What the other policies ask for beyond the default."""
    base = load(_DEFAULT).text.obliges
    lines = []
    for name in built_in():
        for axis in AXES:
            before = rows(base, axis)
            changed = {
                word: needs for word, needs in rows(load(name).text.obliges, axis).items() if needs != before[word]
            }
            for needs in dict.fromkeys(changed.values()):
                words = ", ".join(word for word, row in changed.items() if row == needs)
                lines.append((f"`{name}`", _HEADS[axis], words, ", ".join(needs) or "nothing of its own"))
    return _table(("policy", "what it is", "word", "asks for"), lines)


def _later() -> str:
    """The verdicts of the reasons that consents, tools and the rest have besides those in the table above."""
    policy = load(_DEFAULT)
    told = ("consent.", "licence.", "data.", "factual.", "ip.no_", "ai.not_", "declaration.answer", "credential.str")
    lines = [
        (f"`{reason}`", *(str(policy.verdict(reason, stage)) for stage in Stage))
        for reason in Reason
        if reason.startswith(told)
    ]
    return _table(("reason", *map(str, Stage)), lines)


def _fields() -> str:
    lines = [(", ".join(f"`{name}`" for name in names), words) for names, words in READ_BY.items()]
    lines += [(", ".join(f"`{name}`" for name in names), words) for names, (words, _, _) in READ_BEFORE.items()]
    return _table(("field", "what reads it"), lines)


def _table(heads: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    all_rows = (heads, tuple("---" for _ in heads), *lines)
    return "".join(f"| {' | '.join(row)} |\n" for row in all_rows)


if __name__ == "__main__":
    for file in ("policy.md", "declarations.md"):
        (DOCS / file).write_text(page(file), encoding="utf-8")
