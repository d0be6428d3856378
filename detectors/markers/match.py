"""The detector of marks: lays the table of rules over the metadata and the names of an asset's files.

It matches keys and shapes of values, never a vendor's name somewhere in a text: "luma" stands in "luminance", and a
caption may well be about an image generator.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from detectors.markers.contradictions import contradictions
from detectors.markers.prompts import words
from detectors.markers.rule import MarkPlace, Rule, named_beside, places, prompts
from detectors.markers.rulebook import Rulebook, built_in, with_house
from detectors.markers.walkers.walk import walked
from detectors.material import Material, MaterialError, Piece, Tag, unread
from detectors.observation import Json, Kind, Observation, shorten
from detectors.settings import DetectorSettings
from detectors.spans import in_spans

_REVISION = "3"


@dataclass(frozen=True)
class MarkersDetector:
    """Reads marks in metadata by every reader there is, and telling file names.

    A weak mark that isn't telling enough for somebody to ask is a note: it never becomes a suspicion, however many.
    """

    rulebook: Rulebook = field(default_factory=built_in)
    without_exiftool: bool = False

    @classmethod
    def of(cls, settings: DetectorSettings) -> "MarkersDetector":
        """The detector as the settings want it.

        Raises:
            RuleError: a table of the house's own has a mistake.
        """
        return cls(with_house(built_in(), [table.text for table in settings.rules]), settings.without_exiftool)

    @property
    def id(self) -> str:
        """Its name in reports."""
        return "markers"

    @property
    def version(self) -> str:
        """Another table may see something else in the same metadata, and another reader other metadata."""
        without = "+without-exiftool" if self.without_exiftool else ""
        return f"{_REVISION}+rules-{self.rulebook.digest[:12]}{without}"

    @property
    def reads_names(self) -> bool:
        """Some tools name their files in a telling way."""
        return True

    def handles(self, material: Material) -> bool:  # noqa: ARG002 - any container may hold metadata
        """Everything: a mark may stand in any container."""
        return True

    def observe(self, material: Material) -> Iterable[Observation]:
        """The marks of each file; the same mark in neighbouring frames is one observation, with the first one's value.

        Raises:
            MaterialError: no reader could open some of the files; what the others hold came before.
        """
        by_piece: list[tuple[Piece, list[Observation]]] = []
        errors = []
        for piece in material.pieces:
            tags: Sequence[Tag] = ()
            try:
                tags = material.tags(piece)
            except MaterialError as error:
                errors.append(error)
            with suppress(OSError):  # a file that can't be opened is what the material's own readers tell
                tags = (*tags, *walked(piece.path, tags, self.rulebook.telling_names))
            observations = marks(tags, piece.name, self.rulebook)
            by_piece.append((piece, [*observations, *contradictions(tags, observations)]))
        yield from in_spans(by_piece, _sameness)
        if errors:
            raise unread(errors, len(by_piece))


def marks(tags: Sequence[Tag], name: str, rulebook: Rulebook | None = None) -> list[Observation]:
    """What a file's metadata and name say, by the built-in table or another, in the table's order.

    What one rule finds at several places (the same value, or another that says the same) is one observation, whose
    facts name the other places.
    """
    by_meaning: dict[tuple[str, str], Observation] = {}
    for rule in (rulebook or built_in()).rules:
        for place in places(rule, tags, name):
            facts = place.content.facts
            key = (rule.id, json.dumps(dict(facts), sort_keys=True) if facts else place.value.strip())
            if key in by_meaning:
                earlier = by_meaning[key]
                also = earlier.facts.get("also_in")
                others: list[Json] = [*also, place.key] if isinstance(also, list) else [place.key]
                written = words([earlier.prompt, *prompts(rule, place, tags)])
                by_meaning[key] = replace(earlier, facts={**earlier.facts, "also_in": others}, prompt=written)
            else:
                by_meaning[key] = replace(_observation(rule, place, tags), prompt=words(prompts(rule, place, tags)))
    return list(by_meaning.values())


def _observation(rule: Rule, place: MarkPlace, tags: Sequence[Tag]) -> Observation:
    telling = rule.strength.established or rule.suspect
    value, content = place.value, place.content
    named_here = shorten(value.strip()) if rule.names_generator else None
    generator = content.generator or rule.generator or named_here or named_beside(rule, tags)
    return Observation(
        detector="markers",
        rule=rule.id,
        kind=Kind.AI if telling else Kind.NOTE,
        strength=rule.strength,
        where=place.key,
        value=shorten(value),
        source=rule.source,
        claim=rule.claim,
        generator=generator,
        suspect=rule.suspect,
        facts={**content.facts, "seen": rule.seen},
    )


def _sameness(observation: Observation) -> str:
    """What makes two marks the same: rule, place and prompt, but not the value, since each frame has its own seed."""
    return f"{observation.rule} {observation.where} {observation.generator} {observation.claim} {observation.prompt}"
