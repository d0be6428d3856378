"""Which selectors choose so much of a drop that they say nothing: a declaration says where.

What is written out chooses what it names: a path, a checksum, a sequence, a reel of a conform, and a shot by its whole
code. Everything else is a pattern, however it is spelled: wildcards, a title that all names begin with, an ending, a
word that they share. What counts is what the patterns of one declaration choose together.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from scanner.globs import nfc
from scanner.terms.patterns import shot_pattern
from scanner.terms.wording import listed

_TOKEN = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"[A-Za-z]{0,4}[0-9]{2,8}[A-Za-z]?")
"""A token that tells one shot from another: `0010`, `sh020`, `A012`, `0010a`."""
_NO_SHOT = re.compile(r"[vV][0-9]+|[0-9]+[kKpPxX]")
"""Versions and sizes of picture: what two files of one shot differ in."""
_COUNTER = re.compile(r"(?:[0-9]+-[0-9]+)?%(?:0[0-9]+)?d")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


@dataclass(frozen=True, slots=True)
class OpenReach:
    """What a pattern chooses: media by their index, and shots of timelines by the index of their master.

    `text` is what it is; empty of what is written out, which is never too broad. `why_empty`: why it names nothing,
    however little it chooses here.
    """

    text: str = ""
    media: frozenset[int] = frozenset()
    shots: Mapping[int, frozenset[str]] = field(default_factory=dict)
    why_empty: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many media there are, and how many shots each timeline has, by the index of its master."""

    media: int
    shots: Mapping[int, int]


def too_broad(reaches: Sequence[OpenReach], totals: Totals, ratio: float) -> list[str]:
    """For each of a declaration's selectors why it is too broad, in words; empty where it isn't.

    Args:
        reaches: what each selector chooses as a pattern.
        totals: what there is to choose from.
        ratio: the share of the drop, or of a timeline's shots, above which patterns are too broad together.
    """
    open_ones = [reach for reach in reaches if reach.text]
    media = frozenset[int]().union(*(reach.media for reach in open_ones))
    of_drop = f"{len(media)} of {totals.media} assets" if _is_most(media, totals.media, ratio) else ""
    of_timelines = {}
    for master, count in totals.shots.items():
        named = frozenset[str]().union(*(reach.shots.get(master, ()) for reach in open_ones))
        if _is_most(named, count, ratio):
            of_timelines[master] = f"{len(named)} of the {count} shots of a timeline"
    whys = []
    for reach in reaches:
        counts = [of_drop] if of_drop and reach.media else []
        counts += [of_timelines[master] for master in sorted(of_timelines.keys() & reach.shots.keys())]
        others = {each.text for each in open_ones if each.text != reach.text}
        if reach.why_empty:
            whys.append(f"{reach.text}, {reach.why_empty}")
        elif reach.text and counts:
            whys.append(f"{reach.text}, which{_together(sorted(others))} selects {counts[0]}")
        else:
            whys.append("")
    return whys


def _is_most(chosen: Collection[object], count: int, ratio: float) -> bool:
    """Whether these are too many of so many; one is never most of anything."""
    return len(chosen) > 1 and len(chosen) > ratio * count


def _together(others: Sequence[str]) -> str:
    return f" together with {listed(others)}" if others else ""


def whole_code(code: str, names: Iterable[str]) -> bool:
    """Whether a code written out names one shot: it has its number, and no other number beside it tells shots apart.

    >>> whole_code("TLW_0010", ["VFX/TLW_0010_comp_v003.mov", "plates/TLW_0010_A012C003.mov"])
    True
    >>> whole_code("TLW_103", ["VFX/TLW_103_0010_comp.mov", "VFX/TLW_103_0020_comp.mov"])
    False
    """
    beside = {_numbers_beside(code, name) for name in names}
    return any(map(_tells_shots, _TOKEN.findall(code))) and len(beside) <= 1


def only_ending(code: str, name: str) -> bool:
    """Whether a code is found in the ending of a name alone, where it says what the file is and not which."""
    return not shot_pattern(nfc(code)).search(_ENDING.sub("", nfc(name)))


def _numbers_beside(code: str, name: str) -> tuple[str, ...]:
    """The numbers right before a code in a name, and right behind it; of a folder's name all that stand in the path."""
    path = PurePosixPath(_COUNTER.sub("", nfc(name)))
    bare = str(path.with_name(_ENDING.sub("", path.name))) if path.name else name
    matches = list(shot_pattern(nfc(code)).finditer(bare))
    if not matches:
        return ()
    before, behind = bare[: matches[-1].start()].rpartition("/")[2], bare[matches[-1].end() :]
    following = _TOKEN.findall(behind)
    beside = [*_TOKEN.findall(before)[-1:], *(following if "/" in behind else following[:1])]
    return tuple(filter(_tells_shots, beside))


def _tells_shots(token: str) -> bool:
    return bool(_NUMBERED.fullmatch(token)) and not _NO_SHOT.fullmatch(token)
