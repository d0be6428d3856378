"""Documents that nothing here reads into, and PostScript, a program that nobody runs: their pictures are told."""

import re
import struct
from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from scanner.drop.kinds import Format
from scanner.parts.source import Bounds, PartSource

COVERS: Mapping[str, str] = {
    "eps": "a TIFF preview; told: pictures that the program draws, other previews",
    **dict.fromkeys(("doc", "xls", "ppt", "indd"), "nothing; told: pictures inside it"),
}

_HEADER = 30  # bytes of the header that EPS with a preview for DOS has (Adobe TN 5002)
_DRAWS = re.compile(rb"(?:\A|[\r\n])(?!%)[^\r\n]*?(?<![\w/%-])(?:colorimage|imagemask|image|exec|cvx)(?![\w-])")
_PREVIEW = b"%%BeginPreview"
_CHUNK, _LAP = 1 << 20, 32


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """What is known to be inside, and can't be looked at; of an EPS its preview."""
    del bounds
    if form.name == "eps":
        yield from _postscript(file)
        return
    yield PartSource(id="content:0", where="pictures inside it", why_not="there is no reader for such documents")


def _postscript(file: BinaryIO) -> Iterator[PartSource]:
    file.seek(0)
    header = file.read(_HEADER)
    start, end = 0, None
    if header[:4] == b"\xc5\xd0\xd3\xc6" and len(header) == _HEADER:
        start, length, _, drawn, preview, previewed = struct.unpack_from("<6I", header, 4)
        end = start + length
        if drawn:
            yield PartSource(
                id="preview:wmf",
                where="its WMF preview",
                why_not="a WMF drawing, for which there is no reader",
                size=drawn,
            )
        if previewed:
            yield PartSource(
                id="preview:tiff",
                where="its TIFF preview",
                name="preview.tif",
                size=previewed,
                packed=previewed,
                read=partial(_range, file, preview, previewed),
            )
    draws = previews = False
    for chunk in _chunks(file, start, end):
        draws = draws or _DRAWS.search(chunk) is not None
        previews = previews or _PREVIEW in chunk
    if previews:
        yield PartSource(id="preview:0", where="its preview", why_not="there is no reader for EPSI previews")
    if draws:
        yield PartSource(
            id="image:0", where="pictures that it draws", why_not="PostScript is a program, and none is run"
        )


def _chunks(file: BinaryIO, start: int, end: int | None) -> Iterator[bytes]:
    """The bytes of the program, each chunk with the end of the one before."""
    at, before = start, b""
    while end is None or at < end:
        file.seek(at)
        chunk = file.read(_CHUNK if end is None else min(_CHUNK, end - at))
        if not chunk:
            return
        yield before + chunk
        at, before = at + len(chunk), chunk[-_LAP:]


def _range(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    while length > 0:
        file.seek(start)
        block = file.read(min(length, _CHUNK))
        if not block:
            return
        start, length = start + len(block), length - len(block)
        yield block
