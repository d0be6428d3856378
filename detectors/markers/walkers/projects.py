"""Projects of editing and compositing programs that name generators: Nuke, Premiere, After Effects, Resolve, Final Cut.

A project isn't a delivered picture, so what it names is only ever a reason to ask: a source file under the name that a
generator's download bears, and the program's own words for a generative tool. Which names are telling, the rules say.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from detectors.markers.rule import MEDIA
from detectors.material import Tag

READER = "project walker"
TEXT = "Project:Text"

_LIMIT = 64 << 20
"""Bytes of a project, unpacked, that are looked through; beyond, the project's own entry says that it is too long."""
_BEGINNING = 4096
_LONGEST = 200
_PROJECT = re.compile(
    rb"\A#! ?[^\n]{0,300}[Nn]uke"
    rb"|\A(?:#[^\n]{0,300}\n)*version \d+\.\d+ v\d"
    rb"|\ARIF[FX]....Egg!"
    rb"|<(?:PremiereData|AfterEffectsProject|fcpxml|xmeml|Sm2?_?Project|SM_Project|Sm2\w+)[\s>]",
    re.DOTALL,
)
_MEDIA_NAME = re.compile(
    rb"[^/\\<>\"'\x00-\x1f|;]{3,180}\.(?:mp4|mov|m4v|webm|mkv|avi|mxf|png|jpe?g|webp|tiff?|exr|gif|wav|mp3|m4a|flac|aac)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(
    rb"(?i)(?<![A-Za-z])(?:generative[ _-]?(?:extend|fill|expand)|adobe firefly|comfyui|stable[ _]?diffusion"
    rb"|runway gen)"
)
_AROUND = re.compile(rb"[<>\"\x00-\x08\x0a-\x1f]")


def may_hold(head: bytes) -> bool:
    """Whether a file that begins like this may be a project."""
    return head.startswith((b"#!", b"version ", b"#", b"RIFX", b"RIFF", b"\x1f\x8b", b"<", b"\xef\xbb\xbf<"))


def read(file: BinaryIO, names: Sequence[re.Pattern[str]]) -> Iterator[Tag]:
    """The telling names and words in an open project, each once. `names`: how the names of downloads are known."""
    file.seek(0)
    start = file.read(_BEGINNING)
    text = _inflated(start, _BEGINNING) if start.startswith(b"\x1f\x8b") else start
    if not _PROJECT.search(text[:_BEGINNING]):
        return
    file.seek(0)
    content = file.read(_LIMIT)
    if content.startswith(b"\x1f\x8b"):
        content = _inflated(content, _LIMIT)
    for name in dict.fromkeys(mentioned[0] for mentioned in _MEDIA_NAME.finditer(content)):
        written = name.decode("utf-8", "replace").strip()
        if any(telling.search(written) for telling in names):
            yield Tag(READER, MEDIA, written)
    for value in dict.fromkeys(_value_around(content, word.start()) for word in _WORDS.finditer(content)):
        yield Tag(READER, TEXT, value)


def _value_around(content: bytes, at: int) -> str:
    """The element, string or line of a project in which something stands."""
    before = content[max(0, at - _LONGEST // 2) : at]
    begin = max((edge.end() for edge in _AROUND.finditer(before)), default=0)
    after = content[at : at + _LONGEST // 2]
    edge = _AROUND.search(after)
    return (before[begin:] + after[: edge.start() if edge else len(after)]).decode("utf-8", "replace").strip()


def _inflated(packed: bytes, most: int) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj(wbits=31).decompress(packed, most)
    return b""
