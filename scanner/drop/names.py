"""How a file name becomes text that every report can hold: one function, used wherever a name leaves the system.

It isn't escaping for a page, a terminal or JSON: those who write these escape for themselves. Control characters,
bidirectional marks and markup stay as they are.
"""

import os


def presentable(relative: str) -> str:
    r"""The path as reports print it: undecodable bytes as `\xNN`, a backslash as two, nothing else changed.

    `relative` is a path as the system gives it, with surrogate escapes for bytes that aren't UTF-8. Two different
    paths never give the same text: a single backslash is always followed by `x` and two lower-case digits. The text
    is the same under every locale, because it is made from the bytes.

    >>> presentable("VFX/caf\udce9.mov")
    'VFX/caf\\xe9.mov'
    """
    return os.fsencode(relative).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
