"""Paths with wildcards, as people write them on the command line and in declarations.

Held against names in Unicode's NFC; capitals count. A hostile name can't make them slow: wildcards are tried from left
to right and never again.
"""

import fnmatch
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_WILD = re.compile(r"[*?\[]")


def nfc(text: str) -> str:
    """The text as patterns and names are compared."""
    return unicodedata.normalize("NFC", text)


def wild(pattern: str) -> bool:
    """Whether any wildcard is in it."""
    return bool(_WILD.search(pattern))


@dataclass(frozen=True, slots=True)
class Glob:
    """A path with wildcards: `*` and `?` within a name, `**` for any folders, `[…]` for one of some characters."""

    parts: tuple[str, ...]
    prefix: str
    """What every path that fits begins with: most don't, and need no closer look."""

    @classmethod
    def of(cls, pattern: str) -> "Glob":
        """The pattern; one that ends in a slash means everything in that folder."""
        whole = nfc(pattern).removeprefix("./")
        whole = f"{whole}**" if whole.endswith("/") else whole
        return cls(tuple(whole.split("/")), _WILD.split(whole, maxsplit=1)[0])

    def matches(self, name: str) -> bool:
        """Whether it fits a path in NFC."""
        return name.startswith(self.prefix) and _fits(self.parts, name.split("/"))


def _fits(parts: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the parts fit the names, `**` standing for any number of them."""
    part = name = 0
    retry: tuple[int, int] | None = None  # after the last `**`, and how many names it has taken
    while name < len(names):
        if part < len(parts) and parts[part] == "**":
            retry = (part + 1, name)
            part += 1
        elif part < len(parts) and _part(parts[part]).match(names[name]):
            part, name = part + 1, name + 1
        elif retry:
            retry = (retry[0], retry[1] + 1)
            part, name = retry
        else:
            return False
    return all(rest == "**" for rest in parts[part:])


@lru_cache(maxsize=4096)
def _part(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))  # matches to the end, and never tries a star twice
