"""Compiles the patterns of rules, and refuses those that a hostile value could make run for hours.

Two things keep matching short: values are cut before they are matched (`VALUE_LIMIT`), and no pattern repeats without
end something that itself repeats without end. What is left is at worst quadratic in one value.
"""

import re
from functools import cache

PATTERN_LIMIT = 600
"""Characters of a pattern: a rule is read by people."""
VALUE_LIMIT = 64 << 10
"""Characters of a value that a pattern sees. No writer's mark begins later."""

_PART = re.compile(
    r"""
      \\(?s:.)                             # an escape is one character
    | \[\^?\]?(?:\\(?s:.)|[^\]\\])*\]      # so is a class
    | \((?:\?[aiLmsux-]+:|\?P<\w+>|\?:|\?=|\?!|\?<=|\?<!|\?>)?
    | \)
    | [*+?]|\{\d*,?\d*\}
    | (?s:.)
    """,
    re.VERBOSE,
)
_ENDLESS = re.compile(r"[*+]|\{\d*,\}")
_MANY = 1000
"""A count from which a bounded repetition is as good as endless."""


class PatternError(ValueError):
    """A pattern that isn't one, or isn't safe."""


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern, ready; a dot in it also matches a line's end.

    Raises:
        PatternError: it is no pattern, is too long, or repeats a repetition without end.
    """
    if not isinstance(pattern, str):
        raise PatternError("a pattern is text")
    if len(pattern) > PATTERN_LIMIT:
        raise PatternError(f"a pattern of more than {PATTERN_LIMIT} characters: {pattern[:60]}…")
    try:
        made = re.compile(pattern, flags | re.DOTALL)
    except re.error as error:
        raise PatternError(f"not a pattern: {pattern}: {error}") from error
    if nests_repetition(pattern):
        raise PatternError(f"repeats a repetition without end: {pattern}")
    return made


def nests_repetition(pattern: str) -> bool:
    r"""Whether a group that repeats without end inside is itself repeated without end.

    >>> nests_repetition(r"(a+)+"), nests_repetition(r"(?:x(?:y|z*))*"), nests_repetition(r"(a+){1,9}[(+]+")
    (True, True, False)
    """
    open_groups: list[bool] = [False]  # for each open group: does it hold an endless repetition?
    closed: bool | None = None  # the group that just closed, if the last part closed one
    for part in _PART.findall(pattern):
        if part.startswith("("):
            open_groups.append(False)
            closed = None
        elif part == ")":
            closed = open_groups.pop() if len(open_groups) > 1 else False
            open_groups[-1] = open_groups[-1] or closed
        elif _endless(part):
            if closed:
                return True
            open_groups[-1] = True
            closed = None
        elif part not in {"?", "+"}:
            closed = None
    return False


def _endless(repetition: str) -> bool:
    if _ENDLESS.fullmatch(repetition):
        return True
    count = re.fullmatch(r"\{\d*,?(\d+)\}", repetition)
    return bool(count and int(count[1]) >= _MANY)
