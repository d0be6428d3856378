"""One picture of a PDF: as its own file where it is JPEG or JPEG 2000, drawn where it is anything else."""

import re
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from scanner.media.errors import MediaError
from scanner.parts.archives.streams import BLOCK, unpacked, zlib_unpacker
from scanner.parts.source import PartSource

if TYPE_CHECKING:
    from pikepdf import PdfInlineImage, Stream
    from PIL.Image import Image

MOST_PIXELS = 64_000_000
"""Of a picture that is drawn: 200 MB in colour."""

_OWN = {"/DCTDecode": "jpeg", "/DCT": "jpeg", "/JPXDecode": "jp2"}
_FLATE = {"/FlateDecode", "/Fl"}
_PACKING = _FLATE | {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_LZW = {"/LZWDecode", "/LZW"}
_MOST_LZW = 1 << 18  # packed bytes: they may be 2,500 times as many, and qpdf sets no limit to them
_MOST_INSTRUCTIONS = 16 << 20  # bytes: reading more takes seconds
_JBIG2 = "/JBIG2Decode"
_INLINE = re.compile(rb"(?:^|[\s>)\]])BI[\s/]")


def picture(ident: str, where: str, stream: "Stream", harmless: str) -> PartSource:
    """An image object as a part."""
    filters = _filters(stream)
    part = partial(
        PartSource, id=ident, where=where, harmless=harmless, size=int(stream.get("/Length", 0)), kind="still"
    )
    if filters and filters[-1] in _OWN:
        form = _OWN[filters[-1]]
        return part(format=form, packed=int(stream.get("/Length", 0)), read=partial(_as_it_is, stream, filters))
    return part(format="png", why_not="" if harmless else _why_not(stream, filters), draw=partial(_drawn, stream))


def own_bytes(stream: "Stream") -> Iterator[bytes]:
    """The bytes of an attached file, unpacked block by block where they are packed as nearly all are.

    Raises:
        MediaError, zlib.error, pikepdf.PdfError: they can't be unpacked.
    """
    filters = _filters(stream)
    if not filters:
        yield stream.read_raw_bytes()
    elif len(filters) == 1 and filters[0] in _FLATE and "/DecodeParms" not in stream:
        yield from unpacked([stream.read_raw_bytes()], zlib_unpacker, [], most=BLOCK)
    else:
        _require_unpackable(stream, filters)
        yield stream.read_bytes()


def inline_pictures(stream: "Stream") -> Iterator["PdfInlineImage"]:
    """The pictures that stand in the drawing instructions themselves.

    Raises:
        pikepdf.PdfError: the instructions can't be read.
        MediaError: there are pictures among more instructions than are read.
    """
    import pikepdf

    instructions = stream.read_bytes()
    if not _INLINE.search(instructions):
        return
    if len(instructions) > _MOST_INSTRUCTIONS:
        raise MediaError(f"it has pictures among more than {_MOST_INSTRUCTIONS:,} bytes of drawing instructions")
    for instruction in pikepdf.parse_content_stream(stream, "BI ID EI"):
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            yield instruction.iimage


def drawn_inline(found: "PdfInlineImage") -> "Image":
    """A picture out of the instructions, drawn."""
    if int(found.width) * int(found.height) > MOST_PIXELS:
        raise MediaError(f"it has more than {MOST_PIXELS:,} pixels")
    return found.as_pil_image()


def _why_not(stream: "Stream", filters: Sequence[str]) -> str:
    try:
        width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    except (TypeError, ValueError):
        return "its size is no number"
    if width * height > MOST_PIXELS:
        return f"it has {width:,} x {height:,} pixels, more than are drawn"
    if _JBIG2 in filters:
        return "it is packed in JBIG2, for which there is no reader"
    return _bombs(stream, filters)


def _bombs(stream: "Stream", filters: Sequence[str]) -> str:
    if sum(name in _PACKING for name in filters) > 1:
        return "it is packed more than once, and is not unpacked"
    if _LZW & set(filters) and int(stream.get("/Length", 0)) > _MOST_LZW:
        return "it is packed in LZW, which nothing here unpacks within bounds"
    return ""


def _require_unpackable(stream: "Stream", filters: Sequence[str]) -> None:
    if why := _bombs(stream, filters):
        raise MediaError(why)


def _as_it_is(stream: "Stream", filters: Sequence[str]) -> Iterator[bytes]:
    """The file that a picture is, without what it was wrapped in."""
    raw = stream.read_raw_bytes()
    for name in filters[:-1]:
        if name not in _FLATE:
            raise MediaError(f"it is wrapped in {name.strip('/')}, which is not undone")
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(raw, 4 * len(raw) + BLOCK)  # a JPEG is packed already
        if not unpacker.eof:
            raise MediaError("it is packed many times over")
    yield raw


def _drawn(stream: "Stream") -> "Image":
    from pikepdf import Name, PdfImage

    stream.Subtype = Name.Image  # a thumbnail of a page needn't say it (ISO 32000-2, 12.3.4)
    return PdfImage(stream).as_pil_image(apply_mask=False)


def _filters(stream: "Stream") -> Sequence[str]:
    from pikepdf import Array

    found = stream.get("/Filter")
    if found is None:
        return ()
    return [str(name) for name in found] if isinstance(found, Array) else [str(found)]
