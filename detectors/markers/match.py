"""The detector of marks: lays the table of rules over the metadata and the names of an asset's files.

It matches keys and shapes of values, never a vendor's name somewhere in a text: "luma" stands in "luminance", and a
caption may well be about an image generator.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from detectors.markers.catalogue import NAME, Catalogue, Example, Rule, built_in
from detectors.markers.patterns import VALUE_LIMIT
from detectors.markers.shapes import SHAPES, Found
from detectors.material import Material, MaterialError, Piece, Tag, unread
from detectors.observation import Json, Kind, Observation, shorten
from detectors.settings import DetectorSettings
from detectors.source_types import code_of, nature_of
from detectors.spans import in_spans

_REVISION = "1"


@dataclass(frozen=True)
class MarkersDetector:
    """Reads marks in metadata by every reader there is, and telling file names.

    A weak mark that isn't telling enough for somebody to ask is a note: it never becomes a suspicion, however many.
    """

    @classmethod
    def of(cls, settings: DetectorSettings) -> "MarkersDetector":  # noqa: ARG003 - the table is not a setting yet
        """The detector as the settings want it."""
        return cls()

    @property
    def id(self) -> str:
        """Its name in reports."""
        return "markers"

    @property
    def version(self) -> str:
        """Another table may see something else in the same metadata."""
        return f"{_REVISION}+rules-{built_in().digest[:12]}"

    @property
    def reads_names(self) -> bool:
        """Some tools name their files in a telling way."""
        return True

    def handles(self, material: Material) -> bool:  # noqa: ARG002 - any container may hold metadata
        """Everything: a mark may stand in any container."""
        return True

    def observe(self, material: Material) -> Iterable[Observation]:
        """The marks of each file; the same mark in neighbouring frames is told once, with the first one's value.

        Raises:
            MaterialError: no reader could open some of the files; what the others hold was told before.
        """
        seen: list[tuple[Piece, list[Observation]]] = []
        errors = []
        for piece in material.pieces:
            tags: Sequence[Tag] = ()
            try:
                tags = material.tags(piece)
            except MaterialError as error:
                errors.append(error)
            seen.append((piece, marks(tags, piece.name)))
        yield from in_spans(seen, _sameness)
        if errors:
            raise unread(errors, len(seen))


def marks(tags: Sequence[Tag], name: str, catalogue: Catalogue | None = None) -> list[Observation]:
    """What a file's metadata and name say, by the built-in table or another, in the table's order.

    What the same rule finds again (the same value, or another that says the same) is told once; the facts name the
    other places.
    """
    found: dict[tuple[str, str], Observation] = {}
    for rule in (catalogue or built_in()).rules:
        for where, value, shape in _matches(rule, tags, name):
            key = (rule.id, json.dumps(dict(shape.facts), sort_keys=True) if shape.facts else value.strip())
            if key in found:
                earlier = found[key]
                also = earlier.facts.get("also_in")
                places: list[Json] = [*also, where] if isinstance(also, list) else [where]
                found[key] = replace(earlier, facts={**earlier.facts, "also_in": places})
            else:
                found[key] = _observation(rule, where, value, shape)
    return list(found.values())


def matches_example(rule: Rule, example: Example) -> bool:
    """Whether a rule sees something in one of the examples that rules bring along."""
    tags = [Tag("example", key, value) for key, value in example.items() if key != NAME]
    return any(True for _ in _matches(rule, tags, example.get(NAME, "")))


def _matches(rule: Rule, tags: Sequence[Tag], name: str) -> Iterator[tuple[str, str, Found]]:
    """Every place where the rule holds: key, value, and what the shape of the value told."""
    match = rule.match
    if match.file_name is not None:
        if match.file_name.search(name):
            yield "file name", name, Found()
        return
    if match.pair:
        parts = [
            next((tag for tag in tags if key.fullmatch(tag.key) and value.search(tag.value[:VALUE_LIMIT])), None)
            for key, value in match.pair
        ]
        first = parts[0]
        if first is not None and all(parts):
            yield " and ".join(tag.key for tag in parts if tag), first.value, Found()
        return
    for tag in tags:
        if not _looks_at(rule.where, tag.key):
            continue
        value = tag.value[:VALUE_LIMIT]
        if any(pattern.search(value) for pattern in rule.unless):
            continue
        shape = _holds(rule, tag.value)
        if shape is not None:
            yield tag.key, tag.value, shape


def _holds(rule: Rule, value: str) -> Found | None:
    match = rule.match
    if match.shape is not None:
        return SHAPES[match.shape](value)
    if match.source_type is not None:
        code = code_of(value[:VALUE_LIMIT])
        return Found({"digital_source_type": code}) if code and nature_of(code) is match.source_type else None
    return Found() if all(pattern.search(value[:VALUE_LIMIT]) for pattern in match.regex) else None


@lru_cache(maxsize=1 << 16)
def _looks_at(where: tuple[re.Pattern[str], ...], key: str) -> bool:
    """Remembered, because the same keys come back in every file."""
    return any(pattern.fullmatch(key) for pattern in where)


def _observation(rule: Rule, where: str, value: str, shape: Found) -> Observation:
    told = rule.strength.established or rule.suspect
    generator = shape.generator or rule.generator or (shorten(value.strip()) if rule.names_generator else None)
    return Observation(
        detector="markers",
        rule=rule.id,
        kind=Kind.AI if told else Kind.NOTE,
        strength=rule.strength,
        where=where,
        value=shorten(value),
        source=rule.source,
        claim=rule.claim,
        generator=generator,
        suspect=rule.suspect,
        facts={**shape.facts, "seen": rule.seen},
    )


def _sameness(observation: Observation) -> str:
    """By rule and place: prompts and seeds differ from frame to frame of one render."""
    return f"{observation.rule} {observation.where} {observation.generator} {observation.claim}"
