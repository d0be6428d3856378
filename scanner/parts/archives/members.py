"""What the members of archives have in common: ids that stay unique, and names that lead out."""

import hashlib
import os
import re

from scanner.drop.names import presentable

_LONGEST = 300  # characters of a name in an id
_DRIVE = re.compile(r"[A-Za-z]:")


class MemberIds:
    """The ids of one archive's members: `member:` and the name; one that was there before gets `#2`, `#3` and so on."""

    def __init__(self, word: str = "member") -> None:
        self._word = word
        self._given: dict[str, int] = {}

    def of(self, name: str) -> str:
        """The id of the next member. `name`: as the system would give it, with surrogates for odd bytes."""
        wanted = f"{self._word}:{printable(name)}"
        while True:
            count = self._given.get(wanted, 0) + 1
            self._given[wanted] = count
            if count == 1:
                return wanted
            wanted = f"{wanted}#{count}"


def printable(name: str) -> str:
    """A name as reports print it; of a very long one the start, and a digest that keeps it apart from others."""
    text = presentable(name)
    if len(text) <= _LONGEST:
        return text
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:12]
    return f"{text[:_LONGEST]}…{digest}"


def where(name: str) -> str:
    """What a member is called in words: its name, and that it leads out of the archive where it does."""
    return f"{printable(name)}{', a name that leads out of the archive' * leads_out(name)}"


def base_name(name: str) -> str:
    """The last part of a name, whichever slash it is written with."""
    return re.split(r"[/\\]", name)[-1]


def leads_out(name: str) -> bool:
    r"""Whether a careless unpacker would write, or follow, this name to somewhere outside its folder.

    >>> leads_out("a/../../b.png"), leads_out(r"C:\b.png"), leads_out("a/../b.png")
    (True, True, False)
    """
    depth = 0
    parts = re.split(r"[/\\]", name)
    for part in parts:
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return True
    return (len(parts) > 1 and not parts[0]) or _DRIVE.match(name) is not None
