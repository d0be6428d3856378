"""Pages of a TIFF file and the pictures below them (SubIFDs), and the previews of camera raw files.

Each is drawn by itself, whatever stands before it: a reader is told that the file begins with its directory. The
first page is what the file is known by; of a raw file that is the sensor's data, which nobody here develops, and so
its previews are what can be looked at.
"""

import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from scanner.drop.kinds import CAMERA_RAW, Format
from scanner.media.pixels import tiff as pixels
from scanner.media.pixels.directories import MOST, Directory, Layout, Walk, directories
from scanner.media.pixels.limits import require_size
from scanner.media.reading import blocks, bytes_at, size_of
from scanner.parts.source import Bounds, ListingCutError, PartSource
from scanner.parts.stills import thumbnails
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import drawn, picture_in
from scanner.parts.stills.thumbnails import compared

if TYPE_CHECKING:
    from PIL.Image import Image

RAW = frozenset({"dng", "nef", "cr2", "arw", "pef", "srw"})
"""Camera raw formats that are built as TIFF is."""

COVERS: Mapping[str, str] = {
    "tiff": "every page and sub-directory; smaller versions and thumbnails that show something else; told: pages that "
    "nothing here decodes",
    **dict.fromkeys(sorted(RAW), "previews; told: the sensor's data"),
}

_KIND, _WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 259, 262
_STRIPS, _STRIP_SIZES, _TILES = 273, 279, 324
_XMP, _RESOURCES = 700, 34377
_REDUCED = 1
_SENSOR = frozenset({32803, 34892})
_JPEG = frozenset({6, 7})
_CHECKED = 64  # smaller versions that are held against the picture: each has to be decoded for it


class _FromDirectory(io.BufferedIOBase):
    """An open TIFF file that seems to begin with another of its directories."""

    def __init__(self, file: BinaryIO, layout: Layout, offset: int) -> None:
        self._file = file
        width = 8 if layout.wide else 4
        self._head = bytes_at(file, 0, width) + offset.to_bytes(width, layout.order)

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        place = self._file.tell()
        data = self._file.read(-1 if size is None else size)
        kept = self._head[place : place + len(data)]
        return kept + data[len(kept) :] if kept else data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place of the next byte."""
        return self._file.tell()

    def fileno(self) -> int:
        """The descriptor; who reads from it is told of the directory's place besides."""
        return self._file.fileno()


def pages(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """All directories that hold a picture, but the one that the file is known by; and thumbnails in its metadata."""
    layout = Layout.of(bytes_at(file, 0, 16))
    if layout is None:
        return
    walk = Walk()
    raw = form.name in CAMERA_RAW
    listed: list[Directory] = []
    count = last = 0
    for directory in directories(file, layout, walk):
        last = max(last, directory.path[0] + 1)
        if not _holds_picture(directory) or _is_main(file, directory, raw=raw):
            continue
        count += 1
        if len(listed) < bounds.listed:
            listed.append(directory)
    first = next(directories(file, layout, Walk()), None)
    likeness = Likeness(partial(_draw, file, layout, layout.first))
    checked = 0
    for directory in listed:
        reduced = bool(directory.number(file, _KIND) & _REDUCED) and not raw
        checked += reduced
        yield _source(file, layout, directory, last, likeness if reduced and checked <= _CHECKED else None)
    if first is not None and not raw:
        yield from compared(_in_metadata(file, first), likeness)
    _tell_cut(walk, count - len(listed), count)


def _tell_cut(walk: Walk, left_out: int, count: int) -> None:
    if left_out:
        more = " or more" if walk.cut else ""
        raise ListingCutError(f"{count:,}{more} further pages; {left_out:,} of them were not looked at")
    if walk.cut:
        raise ListingCutError(f"more than {MOST:,} directories; those behind them are unknown")
    if walk.loop:
        raise ListingCutError("its pages lead back to themselves; those listed are all that can be reached")
    if walk.broken:
        raise ListingCutError(f"{walk.broken:,} of its pages can't be read: nothing stands where they should")


def _holds_picture(directory: Directory) -> bool:
    return bool(directory.entries.keys() & {_STRIPS, _TILES, 513})


def _is_main(file: BinaryIO, directory: Directory, *, raw: bool) -> bool:
    return directory.number(file, _PHOTOMETRIC) in _SENSOR if raw else directory.path == (0,)


def _source(file: BinaryIO, layout: Layout, directory: Directory, last: int, likeness: Likeness | None) -> PartSource:
    path = directory.path
    if len(path) == 1:
        name, where = f"page:{path[0] + 1}", f"page {path[0] + 1} of {last}"
    else:
        name = f"sub:{'.'.join(str(number) for number in path)}"
        where = f"picture {'.'.join(str(number + 1) for number in path[1:])} below page {path[0] + 1}"
    own = _own_bytes(file, directory)
    draw = partial(_draw, file, layout, directory.offset)
    return PartSource(
        id=name,
        where=where,
        shown=len(path) == 1,
        size=own[1] - own[0] if own else None,
        read=partial(blocks, file, *own) if own else None,
        draw=None if own else draw,
        kind="still",
        format="jpeg" if own else "tiff",
        harmless="a smaller version that shows the picture" if likeness and _shows(likeness, draw) else "",
        why_not=_why_not(file, directory),
    )


def _shows(likeness: Likeness, draw: "partial[Image]") -> bool:
    try:
        return likeness.shows(draw())
    except Exception:  # noqa: BLE001 - then it is told as a part, and why it can't be drawn
        return False


def _why_not(file: BinaryIO, directory: Directory) -> str:
    if directory.number(file, _PHOTOMETRIC) in _SENSOR:
        return "the data of a camera's sensor, which nothing here develops"
    try:
        if _WIDTH in directory.entries:
            require_size(directory.number(file, _WIDTH), directory.number(file, _HEIGHT))
    except Exception as error:  # noqa: BLE001 - its message is the reason
        return str(error)
    return ""


def _own_bytes(file: BinaryIO, directory: Directory) -> tuple[int, int] | None:
    """Where the bytes of a page lie that is a whole JPEG by itself, as the previews of raw files are."""
    stretch = thumbnails.embedded_jpeg(file, directory)
    if stretch is None and directory.number(file, _COMPRESSION) in _JPEG:
        places, sizes = directory.numbers(file, _STRIPS), directory.numbers(file, _STRIP_SIZES)
        if len(places) == len(sizes) == 1 and 347 not in directory.entries:  # noqa: PLR2004 - tables that lie apart
            stretch = (places[0], places[0] + sizes[0])
    if stretch is None or bytes_at(file, stretch[0], 2) != b"\xff\xd8":
        return None
    return stretch[0], min(stretch[1], size_of(file))


def _draw(file: BinaryIO, layout: Layout, offset: int) -> "Image":
    own = pixels.draw(file, layout, offset)
    if own is not None:
        return drawn(own)
    with picture_in(cast("IO[bytes]", _FromDirectory(file, layout, offset)), "TIFF") as image:
        return drawn(image)


def _in_metadata(file: BinaryIO, first: Directory) -> Iterator[thumbnails.Preview]:
    for tag, reader in ((_XMP, thumbnails.in_xmp), (_RESOURCES, thumbnails.in_resources)):
        if tag in first.entries:
            yield from reader(first.entries[tag].value(file))
