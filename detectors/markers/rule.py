"""One rule of the table, and whether it holds in a file's metadata and name.

Keys are matched whole and values by their shape; a name somewhere in a text is never enough. What a rule that holds
means for a report is the detector's to say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from detectors.markers.patterns import VALUE_LIMIT
from detectors.markers.shapes import SHAPES, ShapeContent
from detectors.material import Tag
from detectors.observation import Claim, Strength, shorten
from detectors.source_types import Nature, code_of, nature_of

KnownFrom: TypeAlias = Literal["real", "source", "second-hand"]
"""How it is known that a tool leaves a mark: from real files, from the tool's source, or at second hand."""
Example: TypeAlias = Mapping[str, str]
"""The tags of one imagined file, by their keys; the key `name` is the file's name."""

_NO_GENERATOR = re.compile(
    r"(?i)\s*(adobe (?!firefly)|gimp|affinity|davinci|blackmagic|final cut|apple|avid|nuke|capture one|darktable"
    r"|rawtherapee|(image|graphics)magick|exiftool|xmp core|lavf|ffmpeg|handbrake|pixelmator|paint|krita|blender"
    r"|houdini|maya|windows|microsoft|picasa|google photos|photos \d|ios|android|\d|[a-z]{1,3}\d)"
)
"""Programs in which people edit, cameras and telephones: that one of them wrote a file names no generator."""

MEDIA = "Project:Media"
"""The key of a file that a project uses: its name is held against telling file names like that of a file itself."""

NAME = "name"
FILE_NAME = "file name"
"""Where a telling file name stands, in the words of a report."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule looks for. Exactly one of the five is set.

    `regex`: all of these are found in the value. `shape`: a name in `shapes.SHAPES`. `source_type`: a nature of the
    IPTC vocabulary. `pair`: all of these keys hold what they must. `file_name`: found in the file's name.
    """

    regex: tuple[re.Pattern[str], ...] = ()
    shape: str | None = None
    source_type: Nature | None = None
    pair: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = ()
    file_name: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    `unless`: a value that any of these is found in says nothing after all. `checked`: the day on which the rule was
    last held against its source. `generator_in`: the keys at which a file in which the rule holds names its maker.
    `prompt`: the value holds what somebody wrote into the tool. `prompt_in`: the keys at which that stands in a file in
    which the rule holds.
    """

    id: str
    strength: Strength
    claim: Claim | None
    generator: str | None
    names_generator: bool
    generator_in: tuple[re.Pattern[str], ...]
    where: tuple[re.Pattern[str], ...]
    match: Match
    unless: tuple[re.Pattern[str], ...]
    suspect: bool
    prompt: bool
    prompt_in: tuple[re.Pattern[str], ...]
    source: str
    checked: date
    seen: KnownFrom
    hit: tuple[Example, ...] = field(repr=False)
    spare: tuple[Example, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkPlace:
    """A place in a file where a rule holds: the key, the whole value, and what a value of its shape says."""

    key: str
    value: str
    content: ShapeContent


def places(rule: Rule, tags: Sequence[Tag], name: str) -> Iterator[MarkPlace]:
    """Every place in a file's metadata and name where the rule holds, in the order of the tags."""
    if rule.match.file_name is not None:
        if rule.match.file_name.search(name):
            yield MarkPlace(FILE_NAME, name, ShapeContent())
        for tag in tags:
            if tag.key == MEDIA and rule.match.file_name.search(tag.value):
                yield MarkPlace(tag.key, tag.value, ShapeContent())
    elif rule.match.pair:
        yield from _pairs(rule, tags)
    else:
        for tag in tags:
            if _looks_at(rule.where, tag.key):
                content = _holds(rule, tag.value)
                if content is not None:
                    yield MarkPlace(tag.key, tag.value, content)


def named_beside(rule: Rule, tags: Sequence[Tag]) -> str | None:
    """The generator as the file names it elsewhere, unless a program in which people edit stands there."""
    for tag in tags:
        if rule.generator_in and _looks_at(rule.generator_in, tag.key) and tag.value.strip():
            return None if _NO_GENERATOR.match(tag.value) else shorten(tag.value.strip())
    return None


def prompts(rule: Rule, place: MarkPlace, tags: Sequence[Tag]) -> Iterator[str]:
    """The values that hold what somebody wrote into the tool, where the rule holds at this place."""
    if rule.prompt:
        yield place.value
    if rule.prompt_in:
        yield from (tag.value for tag in tags if _looks_at(rule.prompt_in, tag.key))


def matches_example(rule: Rule, example: Example) -> bool:
    """Whether a rule sees something in one of the examples that rules bring along."""
    tags = [Tag("example", key, value) for key, value in example.items() if key != NAME]
    return any(True for _ in places(rule, tags, example.get(NAME, "")))


def _pairs(rule: Rule, tags: Sequence[Tag]) -> Iterator[MarkPlace]:
    parts = [
        next((tag for tag in tags if key.fullmatch(tag.key) and value.search(tag.value[:VALUE_LIMIT])), None)
        for key, value in rule.match.pair
    ]
    first = parts[0]
    if first is not None and all(parts) and not _excused(rule, first.value):
        yield MarkPlace(" and ".join(tag.key for tag in parts if tag), first.value, ShapeContent())


def _holds(rule: Rule, value: str) -> ShapeContent | None:
    if _excused(rule, value):
        return None
    match, start = rule.match, value[:VALUE_LIMIT]
    if match.shape is not None:
        return SHAPES[match.shape](value)
    if match.source_type is not None:
        code = code_of(start)
        return ShapeContent({"digital_source_type": code}) if code and nature_of(code) is match.source_type else None
    return ShapeContent() if all(pattern.search(start) for pattern in match.regex) else None


def _excused(rule: Rule, value: str) -> bool:
    return any(pattern.search(value[:VALUE_LIMIT]) for pattern in rule.unless)


@lru_cache(maxsize=1 << 16)
def _looks_at(where: tuple[re.Pattern[str], ...], key: str) -> bool:
    """Remembered, because the same keys come back in every file."""
    return any(pattern.fullmatch(key) for pattern in where)
