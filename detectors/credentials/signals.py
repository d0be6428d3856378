"""What a manifest store says about AI, in every manifest that can be reached from the active one.

The active manifest often says only "opened": the word that matters is then in an ingredient. Only statements about
how something was made count: a signer's name is none, and neither is a wish about training.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from detectors.credentials.disclosures import AI_DISCLOSURE, SOFT_BINDING, disclosed, model_of
from detectors.credentials.regions import StatedRange, places_of, ranges_of
from detectors.credentials.status import is_mismatch, recorded_failures
from detectors.observation import Claim, Json, Strength
from detectors.source_types import Nature, code_of, nature_of

Relationship: TypeAlias = Literal["active", "parentOf", "componentOf", "inputTo", "unlinked"]

_RANK: dict[str, int] = {"active": 0, "parentOf": 1, "componentOf": 2, "inputTo": 3, "unlinked": 4}

SOURCES = {
    "c2pa.digital_source_type": "C2PA specification 2.2, actions; IPTC NewsCodes digitalsourcetype 2024-10-23",
    "c2pa.possible_source_type": "IPTC NewsCodes digitalsourcetype 2024-10-23: may or may not be generative AI",
    "c2pa.generative_assertion": "the vendor's own assertion, seen in real files of 2023 and 2026",
    "c2pa.ai_disclosure": "C2PA specification 2.4, c2pa.ai-disclosure",
    "c2pa.known_agent": "C2PA specification 2.2, softwareAgent; agents that are nothing but generators",
}
"""Where each rule comes from."""

_BARELY = (
    "c2pa.converted",
    "c2pa.edited.metadata",
    "c2pa.enhanced",
    "c2pa.published",
    "c2pa.redacted",
    "c2pa.repackaged",
    "c2pa.resized.proportional",
    "c2pa.transcoded",
    "c2pa.watermarked",
)
"""Actions that change nothing a viewer would call content (C2PA Asset Rubrics 1.0, 2026-08-06)."""

_MAKING = frozenset({"c2pa.created", "c2pa.edited", "c2pa.drawing", "c2pa.dubbed"})
"""Actions that, done by a generative agent, leave something made by it."""

_AGENT = re.compile(
    r"(?:(?:Adobe|Amazon|Bing|ByteDance|Google|Microsoft|OpenAI|Stability AI)[ _-])?"
    r"(?:Image Creator|DALL.?E|GPT-4o|gpt-image|ChatGPT|Sora|Firefly|Titan Image Generator|Nova (?:Canvas|Reel)"
    r"|Imagen(?= ?\d|$)|Veo(?= ?\d|$)|Nano Banana|Midjourney|Stable (?:Diffusion|Image|Video)|FLUX(?=[. ]?\d|$)"
    r"|Runway Gen|Seedance|Seedream|ElevenLabs|Generative AI)(?![a-z])",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(r"(?:AI[ -]generated (?:image|video|audio)|Created by Google Generative AI)\b", re.IGNORECASE)
"""Both are matched from the first character: a name inside a sentence says nothing."""

_LIBRARIES = re.compile(r"(?:c2pa[-_ ]?(?:rs|python|node|tool)|Google C2PA Core Generator Library)\b", re.IGNORECASE)
"""Claim generators that are only the code that wrote the claim."""

_DEEPEST = 8
"""Levels of a record that are looked through; what is nested deeper was made to be hard to read, not to inform."""

_TRAINING = ("c2pa.training-mining", "cawg.training-mining")


@dataclass(frozen=True, slots=True)
class ManifestPlace:
    """Where a manifest stands in the store, seen from the active one.

    `depth`: how many ingredients away. `relationship`: the weakest link on the way there. `broken`: one of the links
    records that its bytes aren't those that were signed.
    """

    depth: int
    relationship: Relationship
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """One statement about AI. `generator` is the agent named, or the claim's generator where none is.

    `ranges`: the stretches of the file that it speaks of, as stated; none: the whole. `stated`: what else it says.
    """

    rule: str
    place: ManifestPlace
    label: str
    action: str | None
    code: str | None
    agent: str | None
    generator: str | None
    value: str
    claim: Claim
    strength: Strength
    suspect: bool = False
    ranges: tuple[StatedRange, ...] = ()
    stated: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one assertion or action says, before its place is weighed."""

    rule: str
    label: str
    action: str | None
    code: str | None
    agent: str | None
    value: str
    nature: Nature
    ranges: tuple[StatedRange, ...] = ()
    stated: Mapping[str, Json] = field(default_factory=dict)


def places(store: dict[str, Json]) -> dict[str, ManifestPlace]:
    """Every manifest of the store with its place, the active one first, then nearest first.

    The kindest way to a manifest counts: through parents before parts, through parts before inputs of a model.
    Manifests that nothing refers to are there too, as `unlinked`.
    """
    manifests = _manifests(store)
    active = store.get("active_manifest")
    placed: dict[str, ManifestPlace] = {}
    if isinstance(active, str) and active in manifests:
        placed[active] = ManifestPlace(0, "active")
    for rank in range(1, _RANK["unlinked"]):
        todo = list(placed)
        while todo:
            label = todo.pop(0)
            for target, place in _links(manifests[label], placed[label]):
                if target in manifests and target not in placed and _RANK[place.relationship] <= rank:
                    placed[target] = place
                    todo.append(target)
    for label in sorted(set(manifests) - set(placed)):
        placed[label] = ManifestPlace(1, "unlinked")
    return dict(sorted(placed.items(), key=lambda item: (item[1].depth, _RANK[item[1].relationship])))


def signals(store: dict[str, Json]) -> list[Signal]:
    """What the whole store says about AI, nearest first; a statement that is repeated further off is left out."""
    manifests = _manifests(store)
    distinct: dict[tuple[object, ...], Signal] = {}
    for label, place in places(store).items():
        manifest = manifests[label]
        for statement in _statements(manifest):
            signal = _weigh(statement, place, generator_of(manifest))
            meaning = (
                signal.rule,
                signal.action,
                signal.code,
                signal.agent,
                signal.claim,
                place.relationship,
                place.broken,
                signal.ranges,
            )
            distinct.setdefault(meaning, signal)
    return list(distinct.values())


def generator_of(manifest: dict[str, Json]) -> str | None:
    """The software that wrote the claim: its product name, without version and build.

    Claims of version 1 write it as a browser does (`Adobe_Firefly/1.0 c2pa-rs/0.17.0`), later ones as a record.
    """
    records = manifest.get("claim_generator_info")
    for record in records if isinstance(records, list) else ():
        name = record.get("name") if isinstance(record, dict) else None
        if isinstance(name, str) and name:
            return name
    text = manifest.get("claim_generator")
    return text.partition("/")[0].replace("_", " ").strip() or None if isinstance(text, str) else None


def agent_of(action: Mapping[str, Json], agents: Json) -> str | None:
    """The software that did an action, by name: stated there, or its place in the assertion's list of `agents`."""
    named, index = _agent_name(action.get("softwareAgent")), action.get("softwareAgentIndex")
    if named is None and isinstance(agents, list) and isinstance(index, int) and 0 <= index < len(agents):
        return _agent_name(agents[index])
    return named


def training_wishes(manifest: dict[str, Json]) -> dict[str, Json]:
    """What the manifest asks of those who train models: recorded, and never evidence of AI."""
    wishes: dict[str, Json] = {}
    for label, data in assertions(manifest):
        entries = data.get("entries") if label.startswith(_TRAINING) else None
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            use = entry.get("use") if isinstance(entry, dict) else None
            wishes[name] = use if isinstance(use, str) else None
    return dict(sorted(wishes.items()))


def ingredient_failures(store: dict[str, Json]) -> list[str]:
    """Faults recorded in any ingredient of any manifest, sorted, each once."""
    return sorted(
        {
            code
            for manifest in _manifests(store).values()
            for ingredient in _objects(manifest.get("ingredients"))
            for code in recorded_failures(ingredient)
        }
    )


def _links(manifest: dict[str, Json], here: ManifestPlace) -> Iterator[tuple[str, ManifestPlace]]:
    for ingredient in _objects(manifest.get("ingredients")):
        target = ingredient.get("active_manifest")
        if not isinstance(target, str):
            continue
        relationship: Relationship = "componentOf"  # the library's own reading of an ingredient that says nothing
        if ingredient.get("relationship") == "parentOf":
            relationship = "parentOf"
        elif ingredient.get("relationship") == "inputTo":
            relationship = "inputTo"
        weakest = max(relationship, here.relationship, key=lambda link: _RANK[link])
        broken = here.broken or any(is_mismatch(code) for code in recorded_failures(ingredient))
        yield target, ManifestPlace(here.depth + 1, weakest, broken)


def _weigh(statement: _Statement, place: ManifestPlace, generator: str | None) -> Signal:
    """The signal that a statement is at its place: it counts for less from an input of a model, or from a part."""
    suspected = place.relationship in {"inputTo", "unlinked"}
    if statement.nature is Nature.POSSIBLE:
        claim, strength, suspect = Claim.EDITED, Strength.WEAK, not suspected
    else:
        made = statement.nature is Nature.GENERATED and place.relationship != "componentOf"
        created = statement.action in {None, "c2pa.created", "c2pa.opened"}
        claim = Claim.GENERATED if made and created else Claim.EDITED
        strength = Strength.STRONG if place.broken or statement.rule == "c2pa.known_agent" else Strength.DEFINITIVE
        suspect = suspected
        if suspected:
            strength = Strength.WEAK
        elif (statement.action or "").startswith(_BARELY):
            claim, strength, suspect = Claim.TOUCHED, Strength.WEAK, True
    named = statement.agent or (generator if generator and not _LIBRARIES.match(generator) else None)
    return Signal(
        rule=statement.rule,
        place=place,
        label=statement.label,
        action=statement.action,
        code=statement.code,
        agent=statement.agent,
        generator=named,
        value=statement.value,
        claim=claim,
        strength=strength,
        suspect=suspect,
        ranges=statement.ranges if place.depth == 0 else (),  # an ingredient may stand anywhere in what was made of it
        stated=statement.stated,
    )


def _statements(manifest: dict[str, Json]) -> Iterator[_Statement]:
    for label, data in assertions(manifest):
        if label.startswith("c2pa.actions"):
            yield from _of_actions(label, data)
        elif label.startswith(_TRAINING):
            continue
        elif label.startswith(AI_DISCLOSURE):
            model = model_of(data)
            nature = Nature.GENERATED if _made_here(manifest) else Nature.EDITED
            yield _Statement(
                "c2pa.ai_disclosure", label, None, None, model, model or label, nature, stated=disclosed(data)
            )
        elif label.startswith(SOFT_BINDING):
            continue
        elif label.startswith("com.adobe.generative-ai"):
            agent = _text(data.get("description"))
            yield _Statement("c2pa.generative_assertion", label, None, None, agent, agent or label, Nature.GENERATED)
        elif label.startswith("c2pa.ai_generated_content"):
            if data.get("ai_generated") is True:
                agent = _text(data.get("model"))
                yield _Statement(
                    "c2pa.generative_assertion", label, None, None, agent, agent or label, Nature.GENERATED
                )
        else:
            for value in _source_types(data):
                yield from _of_source_type(label, None, None, value)


def _of_actions(label: str, data: dict[str, Json]) -> Iterator[_Statement]:
    agents = data.get("softwareAgents")
    for action in _objects(data.get("actions")):
        name = _text(action.get("action"))
        agent = agent_of(action, agents)
        declared = action.get("digitalSourceType")
        source_types = [declared] if declared is not None else list(_source_types(action.get("parameters")))
        ranges, areas = ranges_of(action), places_of(action)
        for value in source_types:
            for statement in _of_source_type(label, name, agent, value):
                yield replace(statement, ranges=ranges, stated={"areas": areas} if areas else {})
        if not source_types and name in _MAKING:
            description = _text(action.get("description")) or ""
            if _AGENT.match(agent or "") or _SAYS_SO.match(description):
                nature = Nature.GENERATED if name == "c2pa.created" else Nature.EDITED
                yield _Statement("c2pa.known_agent", label, name, None, agent, agent or description, nature, ranges)


def _of_source_type(label: str, action: str | None, agent: str | None, declared: Json) -> Iterator[_Statement]:
    if isinstance(declared, dict):  # JSON-LD writes a URI as a record
        declared = declared.get("@id") or declared.get("@value")
    value = _text(declared)
    nature = nature_of(value) if value else None
    if value is None or nature is None or nature is Nature.NOT_AI:
        return
    possible = nature is Nature.POSSIBLE
    rule = "c2pa.possible_source_type" if possible else "c2pa.digital_source_type"
    yield _Statement(rule, label, action, code_of(value), agent, value, nature)


def _source_types(value: Json, deep: int = 0) -> Iterator[Json]:
    """Digital source types under whatever prefix, at whatever place in a record: tools differ in where they put it."""
    if deep > _DEEPEST:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _source_types(inner, deep + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if re.split(r"[:.]", key)[-1].lower() == "digitalsourcetype":
                yield from inner if isinstance(inner, list) else [inner]
            else:
                yield from _source_types(inner, deep + 1)


def _made_here(manifest: dict[str, Json]) -> bool:
    """Whether the manifest says that the content was created, and not opened from another file."""
    names = {
        action.get("action")
        for label, data in assertions(manifest)
        if label.startswith("c2pa.actions")
        for action in _objects(data.get("actions"))
    }
    parents = any(one.get("relationship") == "parentOf" for one in _objects(manifest.get("ingredients")))
    return "c2pa.created" in names and not parents


def _agent_name(agent: Json) -> str | None:
    """Version 1 writes the agent as a string, version 2 as a record with a name."""
    return _text(agent.get("name")) if isinstance(agent, dict) else _text(agent)


def _manifests(store: dict[str, Json]) -> dict[str, dict[str, Json]]:
    manifests = store.get("manifests")
    if not isinstance(manifests, dict):
        return {}
    return {label: manifest for label, manifest in manifests.items() if isinstance(manifest, dict)}


def assertions(manifest: dict[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    """The label and the content of each assertion of a manifest whose content is a record."""
    for assertion in _objects(manifest.get("assertions")):
        label, data = assertion.get("label"), assertion.get("data")
        if isinstance(label, str) and isinstance(data, dict):
            yield label, data


def _objects(value: Json) -> Iterator[dict[str, Json]]:
    for record in value if isinstance(value, list) else ():
        if isinstance(record, dict):
            yield record


def _text(value: Json) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
