"""Text that comes from a drop, made fit to store and to show: names and metadata are written by strangers.

`storable` is for report.json, which can hold every character that UTF-8 can. `visible` is for eyes: it spells out what
would hide, reorder or command. Neither guesses an encoding, and both give the same for the same text.
"""

import re
import unicodedata

_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")
_ODD_BYTES = range(0xDC80, 0xDD00)
"""Where Python keeps bytes that are no UTF-8 (PEP 383)."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Format characters that Persian, Hindi and emoji are spelt with; they move nothing."""


def storable(text: str) -> str:
    r"""The text with lone surrogates, which UTF-8 has no bytes for, spelt out; all else as it is.

    >>> storable("caf\udce9")
    'caf\\xe9'
    """
    return _LONE_SURROGATES.sub(lambda match: _escape(ord(match[0])), text)


def visible(text: str, *, keep: str = "") -> str:
    r"""The text with everything spelt out that can't be seen or that moves other text, but for characters in `keep`.

    Without `keep` it is one line without any control, so it is fit for a terminal.

    >>> visible("a\u202egpj.exe\n")
    'a\\u202egpj.exe\\n'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelt_if_invisible(character, keep) for character in text)


def _spelt_if_invisible(character: str, keep: str) -> str:
    if character in keep or character in _JOINERS or unicodedata.category(character) not in _INVISIBLE:
        return character
    return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(character) or _escape(ord(character))


def _escape(code: int) -> str:
    if code in _ODD_BYTES:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:  # noqa: PLR2004 - what two digits can spell
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - what four digits can spell
