"""The chain of a Content Credential in words, as a tree that the page and the terminal draw in their own ways.

It tells what the store claims and what became of each link, and takes nobody's word for a signer's name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from detectors.observation import Json
from scanner.report.model import ObservationRow

_RELATIONS: Final = {
    "active": "this file",
    "parentOf": "made from",
    "componentOf": "a part of it",
    "inputTo": "an input of the tool",
    "unlinked": "also in the store, referred to by nothing",
}
_STATES: Final = {
    "none": "no Content Credential",
    "missing": "it names a credential that is not in the store",
    "intact": "credential intact as recorded; its signer was not verified",
    "expired": "its signer's certificate had expired",
    "tampered": "altered since it was signed",
    "invalid": "its credential doesn't hold",
    "unchecked": "not checked, because nothing refers to it",
}


@dataclass(frozen=True, slots=True)
class Branch:
    """One file of the chain: a line that names it, what is told of it, and the files it was made from.

    `harmed`: there is a fault in its credential.
    """

    headline: str
    details: tuple[str, ...]
    branches: tuple["Branch", ...]
    harmed: bool = False


def chain(observation: ObservationRow) -> Branch | None:
    """The tree of a credential observation; None where it has none."""
    root = observation["facts"].get("chain")
    return _branch(root) if isinstance(root, dict) else None


def lines(root: Branch) -> Iterator[str]:
    """The tree in plain ASCII, a line each."""
    yield root.headline
    yield from _lines_below(root)


def _lines_below(branch: Branch) -> Iterator[str]:
    bar = "|   " if branch.branches else "    "
    yield from (f"{bar}{detail}" for detail in branch.details)
    for place, child in enumerate(branch.branches):
        last = place == len(branch.branches) - 1
        yield f"+-- {child.headline}"
        yield from (f"{'    ' if last else '|   '}{line}" for line in _lines_below(child))


def _branch(node: Mapping[str, Json]) -> Branch:
    title = node.get("title") or "a file without a title"
    form = f" ({node['format']})" if node.get("format") else ""
    relation = _RELATIONS.get(str(node.get("relationship")), "an ingredient")
    return Branch(
        headline=f"{relation}: {title}{form}",
        details=tuple(_details(node)),
        branches=tuple(
            _branch(ingredient) for ingredient in _list(node.get("ingredients")) if isinstance(ingredient, dict)
        ),
        harmed=node.get("state") in {"tampered", "invalid", "missing"},
    )


def _details(node: Mapping[str, Json]) -> Iterator[str]:
    signer = node.get("signer")
    if isinstance(signer, dict):
        names = [str(signer[key]) for key in ("organisation", "common_name") if signer.get(key)]
        when = f", {node['signed_at']}" if node.get("signed_at") else ", at a time that nobody states"
        yield f"signed in the name of {', '.join(names) or 'nobody'}{when}"
    if node.get("generator"):
        yield f"written by {node['generator']}"
    for action in _list(node.get("actions")):
        if isinstance(action, dict):
            details = [str(action[key]) for key in ("digital_source_type", "agent", "when") if action.get(key)]
            yield f"{action.get('action') or 'an action without a name'}{': ' if details else ''}{', '.join(details)}"
    if node.get("actions_left_out"):
        yield f"and {node['actions_left_out']} more actions"
    if node.get("state"):
        faults = ", ".join(map(str, _list(node.get("faults"))))
        yield f"{_STATES.get(str(node['state']), node['state'])}{f' ({faults})' if faults else ''}"
    if node.get("repeated"):
        yield "what it was made from is told elsewhere in this tree"
    if node.get("ingredients_left_out"):
        yield f"and {node['ingredients_left_out']} more ingredients, not shown"


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
