"""The patterns with which paper names assets, besides paths with wildcards: frame counters and shot codes.

All are held against names in Unicode's NFC, capitals count, and none of them can be made slow by a hostile name.
"""

import re
from functools import lru_cache

from scanner.globs import Glob, nfc, wild

_CLASS = re.compile(r"\[[!^]?\]?[^\]]*\]|[*?]")
_COUNTER = re.compile(r"#+|%(?:0?(\d{1,2}))?d")
_TELLING = re.compile(r"[^\W_]{3}")
"""Three letters or digits in a row: what a part of a name needs to name anything."""


def same_name(name: str) -> str:
    """A person's or organisation's name as it is compared: capitals and spaces don't count."""
    return " ".join(nfc(name).casefold().split())


def counted(pattern: str) -> str:
    """A sequence's name with its frame counter written as `%04d`; one `#` or `%d` is any width, written `%d`."""
    return _COUNTER.sub(lambda counter: _counter(counter[0], counter[1]), pattern)


def _counter(written: str, width: str | None) -> str:
    digits = int(width or 0) if written.startswith("%") else len(written)
    return f"%0{digits}d" if digits > 1 else "%d"


def telling(glob: Glob) -> bool:
    """Whether any part of a pattern names something: a folder, or a piece of a name that isn't its ending."""
    *folders, last = glob.parts
    stem = last.rpartition(".")[0] if "." in last else last
    whole = any(part and not wild(part) for part in glob.parts)
    return whole or any(_TELLING.search(_CLASS.sub("/", part)) for part in (*folders, stem))


def shot_in(code: str, path: str) -> str | None:
    """The shot of this code that a path names, as it is written there; None where it names none.

    A code is a whole token of a folder's or file's name, or several: no letter or digit may stand right before or
    after it. `*` stands for any characters of the name, as few as will do, and `?` for one.
    """
    match = shot_pattern(nfc(code)).search(nfc(path))
    return match[0] if match else None


@lru_cache(maxsize=1024)
def shot_pattern(code: str) -> re.Pattern[str]:
    """A shot code, to be searched for in paths in NFC; see `shot_in`."""
    first, *rest = (re.escape(piece).replace(r"\?", "[^/]") for piece in code.split("*"))
    end = r"(?![^\W_])"
    for piece in rest[:-1]:
        first += f"(?>[^/]*?{piece})"
    return re.compile(rf"(?<![^\W_]){first}" + (f"(?>[^/]*?{rest[-1]}{end})" if rest else end))
