"""Forms of still pictures that are whole and legal, and that nothing here reads: what their header says they are.

Asked once a decoder has given up, so that a form that nobody reads isn't called broken.
"""

import struct
from collections.abc import Callable, Mapping
from typing import BinaryIO

from scanner.media.pixels.directories import Layout, entries_at
from scanner.media.reading import bytes_at

_HEAD = 64 * 1024
_PSD_MODES = {0: "bitmap", 1: "grey", 2: "indexed", 3: "RGB", 4: "CMYK", 7: "multichannel", 8: "duotone", 9: "Lab"}
_BASELINE = frozenset({0xC0, 0xC1, 0xC2})  # frames of Huffman-coded JPEG: what every decoder reads
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LEAST = 4
_BITS = 8
_COMPRESSION, _OLD_JPEG = 259, 6  # of TIFF


def unread(file: BinaryIO, form: str) -> str:
    """What kind of picture of this format it is, if one that nothing here reads; empty otherwise."""
    if form == "tiff":
        return _tiff(file)
    reader = _READERS.get(form)
    try:
        return reader(bytes_at(file, 0, _HEAD)) if reader else ""
    except (struct.error, IndexError):
        return ""


def _tiff(file: BinaryIO) -> str:
    layout = Layout.of(bytes_at(file, 0, 16))
    compression = entries_at(file, layout.first, layout).number(file, _COMPRESSION) if layout else 0
    return "JPEG as TIFF 6.0 had it first, which most decoders gave up" if compression == _OLD_JPEG else ""


def _jpeg(head: bytes) -> str:
    at = 2
    while at + _LEAST <= len(head) and head[at] == 0xFF:  # noqa: PLR2004 - the byte that begins a marker
        marker = head[at + 1]
        (size,) = struct.unpack_from(">H", head, at + 2)
        if marker in _FRAMES:
            bits = head[at + 4]
            if bits != _BITS:
                return f"{bits} bits"
            return "" if marker in _BASELINE else f"lossless or arithmetic coding (SOF{marker - 0xC0})"
        at += 2 + size
    return ""


def _psd(head: bytes) -> str:
    depth, mode = struct.unpack_from(">HH", head, 22)
    return f"{depth} bits, {_PSD_MODES.get(mode, f'mode {mode}')}" if depth != _BITS or mode in {7, 8, 9} else ""


def _pnm(head: bytes) -> str:
    return {b"P7": "PAM", b"PF": "colour floats (PFM)", b"Pf": "floats (PFM)"}.get(head[:2], "")


def _bmp(head: bytes) -> str:
    (size,) = struct.unpack_from("<I", head, 14)
    if size < 40:  # noqa: PLR2004 - OS/2 headers state no compression
        return ""
    bits, compression = struct.unpack_from("<HI", head, 28)
    return f"{bits} bits, compression {compression}" if compression not in {0, 1, 2, 3} or bits in {2, 64} else ""


def _tga(head: bytes) -> str:
    odd = head[2] not in {1, 2, 3, 9, 10, 11} or head[16] not in {1, 8, 16, 24, 32}
    return f"image type {head[2]}, {head[16]} bits" if odd else ""


def _sgi(head: bytes) -> str:
    (kind,) = struct.unpack_from(">I", head, 104)
    return f"colour map kind {kind}" if kind else ""


def _dds(head: bytes) -> str:
    code = head[84:88]
    return (
        f"pixel format {code.decode('latin-1')}" if code.isalnum() and code not in {b"DXT1", b"DXT3", b"DXT5"} else ""
    )


_READERS: Mapping[str, Callable[[bytes], str]] = {
    "bmp": _bmp,
    "dds": _dds,
    "jpeg": _jpeg,
    "pnm": _pnm,
    "psd": _psd,
    "sgi": _sgi,
    "tga": _tga,
}
