"""The chain of a credential as a tree: who signed what, when, with which tool, doing what, from which ingredients.

It is for people to read and decides nothing: what the store says of AI is read by `signals`. A store comes from a
stranger, so the tree is bounded in depth, branches and length of text, and says what it leaves out. A manifest is
unfolded once, where it stands nearest: rings and shared ingredients end there.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from detectors.credentials.signals import agent_of, generator_of
from detectors.credentials.status import EXPIRED_CODE, UNTRUSTED_CODE, is_mismatch, recorded_failures
from detectors.observation import Json, Kind, Observation
from detectors.source_types import code_of

DEEPEST = 32
"""Ingredients of ingredients that are followed; real chains that were seen have up to thirty."""
MOST_NODES = 100
"""Files in a tree, the nearest ones first: a report is read by people."""
MOST_ACTIONS = 12
"""Actions of one manifest; an editor's session may list hundreds."""
LONGEST = 100
"""Characters of a text."""
MOST_CHAINS = 10
"""Credentials of one asset whose chain is kept: each frame of a sequence may have one of its own."""

_UNRECORDED = {"active": None, "unlinked": "unchecked"}
"""States of what is no ingredient: the credential's status is the active one's, and nobody took in an unlinked one."""

_LABEL = re.compile(r"/c2pa/([^/]+)")


@dataclass(slots=True)
class _Node:
    """One file of the chain. `uri`: where the store keeps a picture of it; `target`: the label of its manifest."""

    title: str | None
    form: str | None
    relationship: str
    target: str | None
    depth: int
    manifest: Mapping[str, Json] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    uri: str | None = None
    missing: bool = False
    repeated: bool = False
    left_out: int = 0
    branches: list["_Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture of an ingredient: the ingredient's title, and where in the store it lies."""

    title: str | None
    uri: str


def chain_of(store: Mapping[str, Json]) -> dict[str, Json] | None:
    """The tree below the active manifest, as the facts of a credential observation hold it; None without one.

    A file has `title`, `format`, `relationship` (`active`, `parentOf`, `componentOf`, `inputTo`, or `unlinked` for a
    manifest that nothing refers to), `signer`, `signed_at`, `generator`, `actions`, and `ingredients`, which are files
    again. `state` is null for the active one, whose state is the credential's status; for an ingredient it is `none`
    (it had no credential), `missing` (it names one that isn't here), or what is known of its credential: `intact`,
    `expired`, `tampered`, `invalid`, with the codes in `faults`; an unlinked one is `unchecked`. No list vouches for an
    ingredient's signer here. `repeated`: its ingredients stand elsewhere in the tree. `actions_left_out` and
    `ingredients_left_out` count what the bounds of this module cut off.
    """
    tree = _tree(store)
    return _facts(tree) if tree else None


def first_chains(observations: Iterable[Observation]) -> Iterator[Observation]:
    """The same observations, the chain of all but the first `MOST_CHAINS` credentials left out."""
    credentials = 0
    for observation in observations:
        credentials += observation.kind is Kind.CREDENTIAL
        too_many = observation.kind is Kind.CREDENTIAL and credentials > MOST_CHAINS
        yield replace(observation, facts={**observation.facts, "chain": None}) if too_many else observation


def thumbnails_of(store: Mapping[str, Json]) -> list[Thumbnail]:
    """The pictures that the store keeps of ingredients in the tree, nearest first."""
    tree = _tree(store)
    nodes = _nearest_first(tree) if tree else ()
    return [Thumbnail(node.title, node.uri) for node in nodes if node.uri and node.depth]


def pictured_titles(chain: Json) -> list[str | None]:
    """The titles of the ingredients of which `thumbnails_of` gives pictures, in the same order, from the facts."""
    titles: list[str | None] = []
    todo = deque([chain])
    while todo:
        node = todo.popleft()
        if isinstance(node, dict):
            if node.get("thumbnail") is True:
                titles.append(_text(node.get("title")))
            todo.extend(_list(node.get("ingredients")))
    return titles


def _tree(store: Mapping[str, Json]) -> _Node | None:
    manifests, active = store.get("manifests"), store.get("active_manifest")
    by_label = manifests if isinstance(manifests, dict) else {}
    known = {label: manifest for label, manifest in by_label.items() if isinstance(manifest, dict)}
    if not isinstance(active, str) or active not in known:
        return None
    faults_now = _faults_found_now(store)
    root = _Node(_text(known[active].get("title")), _text(known[active].get("format")), "active", active, 0)
    unfolded: set[str] = set()
    count = _unfold(root, known, faults_now, unfolded, 1)
    for label in sorted(set(known) - _reachable(active, known)):
        manifest = known[label]
        stray = _Node(_text(manifest.get("title")), _text(manifest.get("format")), "unlinked", label, 1)
        if count >= MOST_NODES:
            root.left_out += 1
            continue
        root.branches.append(stray)
        count = _unfold(stray, known, faults_now, unfolded, count + 1)
    return root


def _unfold(
    root: _Node,
    known: Mapping[str, dict[str, Json]],
    faults_now: Mapping[str, set[str]],
    unfolded: set[str],
    count: int,
) -> int:
    """Hang the ingredients below a node, level by level.

    Args:
        root: the node.
        known: the manifests of the store, by label.
        faults_now: faults that the reader found now, by label.
        unfolded: labels of the manifests whose ingredients stand in the tree already; grows.
        count: how many nodes the tree has so far.

    Returns:
        How many nodes the tree has then.
    """
    todo = deque([root])
    while todo:
        node = todo.popleft()
        label = node.target
        if label is None:
            continue
        if label not in known:
            node.missing = True
            continue
        node.manifest = known[label]
        node.faults = sorted({*node.faults, *faults_now.get(label, ())})
        if label in unfolded:
            node.repeated = any(_records(node.manifest.get("ingredients")))
            continue
        unfolded.add(label)
        for ingredient in _records(node.manifest.get("ingredients")):
            if count >= MOST_NODES or node.depth >= DEEPEST:
                node.left_out += 1
                continue
            count += 1
            branch = _branch(ingredient, node.depth + 1, known)
            node.branches.append(branch)
            todo.append(branch)
    return count


def _branch(ingredient: dict[str, Json], depth: int, known: Mapping[str, dict[str, Json]]) -> _Node:
    target = ingredient.get("active_manifest")
    relationship = _text(ingredient.get("relationship"))
    own = _uri(ingredient)
    if own is None and isinstance(target, str) and target in known:
        own = _uri(known[target])
    return _Node(
        title=_text(ingredient.get("title")),
        form=_text(ingredient.get("format")),
        relationship=relationship
        if relationship in {"parentOf", "inputTo"}
        else "componentOf",  # as `signals` reads it
        target=target if isinstance(target, str) else None,
        depth=depth,
        faults=recorded_failures(ingredient),
        uri=own,
    )


def _facts(node: _Node) -> dict[str, Json]:
    signature = node.manifest.get("signature_info")
    signed = signature if isinstance(signature, dict) else None
    actions = list(_actions(node.manifest))
    return {
        "title": node.title,
        "format": node.form,
        "relationship": node.relationship,
        "state": _state(node),
        "faults": list[Json](_text(code) for code in node.faults[:MOST_ACTIONS]),
        "signer": {"organisation": _text(signed.get("issuer")), "common_name": _text(signed.get("common_name"))}
        if signed is not None
        else None,
        "signed_at": _text(signed.get("time")) if signed is not None else None,
        "generator": _text(generator_of(dict(node.manifest))),
        "actions": list[Json](actions[:MOST_ACTIONS]),
        "actions_left_out": max(0, len(actions) - MOST_ACTIONS),
        "thumbnail": node.uri is not None and node.depth > 0,
        "repeated": node.repeated,
        "ingredients": [_facts(branch) for branch in node.branches],
        "ingredients_left_out": node.left_out,
    }


def _state(node: _Node) -> str | None:
    """What is known of an ingredient's credential: the record made when it was taken in, and what is found now."""
    if node.relationship in _UNRECORDED:
        return _UNRECORDED[node.relationship]
    if node.target is None or node.missing:
        return "none" if node.target is None else "missing"
    faults = set(node.faults) - {UNTRUSTED_CODE}
    if any(is_mismatch(code) for code in faults):
        return "tampered"
    if faults == {EXPIRED_CODE}:
        return "expired"
    return "invalid" if faults else "intact"


def _actions(manifest: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    for assertion in _records(manifest.get("assertions")):
        label, data = assertion.get("label"), assertion.get("data")
        if not isinstance(label, str) or not label.startswith("c2pa.actions") or not isinstance(data, dict):
            continue
        agents = data.get("softwareAgents")
        for action in _records(data.get("actions")):
            declared = _text(action.get("digitalSourceType"))
            yield {
                "action": _text(action.get("action")),
                "when": _text(action.get("when")),
                "digital_source_type": code_of(declared) or declared if declared else None,
                "agent": _text(agent_of(action, agents)),
            }


def _faults_found_now(store: Mapping[str, Json]) -> dict[str, set[str]]:
    """Faults in ingredients' manifests that the reader found now and their own records don't hold, by label."""
    faults: dict[str, set[str]] = {}
    results = store.get("validation_results")
    for delta in _records(results.get("ingredientDeltas") if isinstance(results, dict) else None):
        changes = delta.get("validationDeltas")
        for failure in _records(changes.get("failure") if isinstance(changes, dict) else None):
            label = _LABEL.search(str(failure.get("url")))
            if label and failure.get("code") != UNTRUSTED_CODE:
                faults.setdefault(label[1], set()).add(str(failure.get("code")))
    return faults


def _reachable(active: str, known: Mapping[str, dict[str, Json]]) -> set[str]:
    reached, todo = {active}, [active]
    while todo:
        for ingredient in _records(known[todo.pop()].get("ingredients")):
            target = ingredient.get("active_manifest")
            if isinstance(target, str) and target in known and target not in reached:
                reached.add(target)
                todo.append(target)
    return reached


def _nearest_first(root: _Node) -> Iterator[_Node]:
    todo = deque([root])
    while todo:
        node = todo.popleft()
        yield node
        todo.extend(node.branches)


def _uri(record: Mapping[str, Json]) -> str | None:
    thumbnail = record.get("thumbnail")
    uri = thumbnail.get("identifier") if isinstance(thumbnail, dict) else None
    return uri if isinstance(uri, str) and uri else None


def _records(value: Json) -> Iterator[dict[str, Json]]:
    return (record for record in _list(value) if isinstance(record, dict))


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _text(value: Json) -> str | None:
    """A text as the tree quotes it: short, and none at all where it says nothing."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
