"""Compiles the patterns of rules, and refuses those that a hostile value could make run for hours.

Values are cut before they are matched (`VALUE_LIMIT`). What a pattern may cost then is bounded from above by the ways
in which its parts can share a value among them: each repetition multiplies them by the lengths it can take, each choice
by its branches, and a search by the places where it may begin. A pattern of more than `MOST_STEPS` is refused; some of
those would do no harm, and can be written otherwise.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

PATTERN_LIMIT = 600
"""Characters of a pattern: a rule is read by people."""
VALUE_LIMIT = 64 << 10
"""Characters of a value that a pattern sees. No writer's mark begins later."""
KEY_LIMIT = 1000
"""Characters that are reckoned with of a key."""
MOST_STEPS = 1e10
"""What a pattern may cost at the very most; what it costs in truth is a small part of that."""

_HOPELESS = 300
"""The power of ten from which a number is as good as endless."""
_PART = re.compile(
    r"""
      \\(?s:.)                             # an escape is one character
    | \[\^?\]?(?:\\(?s:.)|[^\]\\])*\]      # so is a class
    | \(\?[aiLmsux]+\)                     # flags of the whole
    | \((?:\?(?:[aiLmsux]*(?:-[imsx]+)?:|P<\w+>|=|!|<=|<!|[^)]?))?
    | \)
    | (?:[*+?]|\{(?:\d+(?:,\d*)?|,\d*)\})[?+]?
    | (?s:.)
    """,
    re.VERBOSE,
)
_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")
_GROUP = re.compile(r"\((?:\?(?:[aiLmsux]*(?:-[imsx]+)?:|P<\w+>|=|!|<=|<!))?")
_FLAGS = re.compile(r"\(\?[aiLmsux]+\)")
_AT_THE_START = re.compile(r"(?:\(\?[aiLsux]+\))?(?:\^|\\A)")  # with (?m) a start is that of any line


class PatternError(ValueError):
    """A pattern that isn't one, or isn't safe."""


@cache
def compiled(pattern: str, flags: int = 0, *, key: bool = False) -> re.Pattern[str]:
    """The pattern, ready; a dot in it also matches a line's end. `key`: it is for keys, which are matched whole.

    Raises:
        PatternError: it is no pattern, is too long, or may cost too much.
    """
    if not isinstance(pattern, str):
        raise PatternError("a pattern is text")
    if len(pattern) > PATTERN_LIMIT:
        raise PatternError(f"a pattern of more than {PATTERN_LIMIT} characters: {pattern[:60]}…")
    try:
        made = re.compile(pattern, flags | re.DOTALL)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(f"not a pattern: {pattern}: {error}") from error
    if steps(pattern, KEY_LIMIT if key else VALUE_LIMIT, whole=key) > MOST_STEPS:
        raise PatternError(f"repeats what can repeat, or holds too many repetitions without end: {pattern}")
    return made


def steps(pattern: str, length: int, *, whole: bool = False) -> float:
    r"""What it may cost at the most to search a text of so many characters for a pattern that compiles.

    `whole`: the text is matched from its start to its end instead.

    >>> steps(r"^a+$", 100), steps(r"a+$", 100), steps(r"(a|aa)+$", 100), steps(r"^[ab]{2,5}(c|dd)", 100)
    (101.0, 10100.0, inf, 8.0)

    Raises:
        PatternError: it has groups of a kind that isn't reckoned with.
    """
    logs = _Reckoning([part for part in _PART.findall(pattern) if not _FLAGS.fullmatch(part)], length).ways()
    anchored = whole or (_AT_THE_START.match(pattern) and "|" not in _outermost(pattern))
    begins = 0.0 if anchored else math.log10(length)
    return round(10 ** (logs + begins), 3) if logs + begins < _HOPELESS else math.inf


@dataclass(slots=True)
class _Reckoning:
    """Reads the parts of a pattern one after the other. Ways are powers of ten, so that they add up."""

    parts: list[str]
    length: int
    at: int = 0

    def ways(self) -> float:
        """The ways of a choice of branches, up to the end of its group."""
        branches = [0.0]
        singles = [0]  # how many characters each branch has; more than one, or a group, can overlap another's
        while self.at < len(self.parts) and self.parts[self.at] != ")":
            part = self.parts[self.at]
            self.at += 1
            if part == "|":
                branches.append(0.0)
                singles.append(0)
                continue
            own = self._group() if part.startswith("(") else 0.0
            singles[-1] += 2 if part.startswith("(") else 1
            branches[-1] += self._repeated(own)
        self.at += 1
        if len(branches) > 1 and not any(branches) and all(count == 1 for count in singles):
            return 0.0  # a choice of single characters is a class
        return max(branches) + math.log10(len(branches))

    def _group(self) -> float:
        opening = self.parts[self.at - 1]
        if not _GROUP.fullmatch(opening):
            raise PatternError(f"a kind of group that rules don't have: {opening}")
        return self.ways()

    def _repeated(self, own: float) -> float:
        """The ways of a part, with what repeats it."""
        while self.at < len(self.parts) and _is_quantifier(self.parts[self.at]):
            least, most = _counts(self.parts[self.at])
            self.at += 1
            if most is None or most > self.length:
                own = math.log10(self.length + 1) if own == 0 else math.inf
            else:
                own = math.log10(most - least + 1) + own * most
        return own


def _is_quantifier(part: str) -> bool:
    return part[0] in "*+?" or (part[0] == "{" and bool(_COUNTED.match(part)))


def _counts(quantifier: str) -> tuple[int, int | None]:
    """How often a part may stand there, None for without end."""
    counted = _COUNTED.match(quantifier)
    if not counted:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[quantifier[0]]
    least = int(counted[1] or 0)
    if not counted[2]:
        return least, least
    return least, int(counted[3]) if counted[3] else None


def _outermost(pattern: str) -> Iterator[str]:
    """The parts that stand in no group."""
    depth = 0
    for part in _PART.findall(_FLAGS.sub("", pattern)):
        depth += part.startswith("(") - (part == ")")
        if not depth:
            yield part
