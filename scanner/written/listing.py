"""Several values in one cell: semicolons separate them, and quotes stand around one that holds a semicolon itself."""

import re
from collections.abc import Iterable

_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?:;|\Z)')


def split(text: str) -> list[str]:
    """The values by their places, without blanks around them: what lies empty between two semicolons is a value too.

    A quote that no other one closes in front of a semicolon is only a quote.

    >>> split('A; ;"b; c"')
    ['A', '', 'b; c']
    >>> split('12" reel; d')
    ['12" reel', 'd']
    """
    values = []
    rest = text
    while rest:
        quoted = _QUOTED.match(rest)
        value = quoted[1].replace('""', '"') if quoted else rest.partition(";")[0].strip()
        behind = quoted.end() if quoted else rest.find(";") + 1 or len(rest)
        values.append(value)
        rest = rest[behind:]
    return [*values, ""] if text.endswith(";") else values


def joined(values: Iterable[str]) -> str:
    """The values as one cell, which `split` gives back.

    >>> split(joined(['a;b', 'c "d"', '"e"', ' f']))
    ['a;b', 'c "d"', '"e"', ' f']
    """
    return "; ".join(map(_one, values))


def _one(value: str) -> str:
    bare = value and ";" not in value and not value.startswith('"') and value == value.strip()
    return value if bare else '"' + value.replace('"', '""') + '"'
