"""Every picture and every attachment in a PDF, by its objects: whether or not a page names them, and of every revision.

qpdf reads the structure within limits of its own. Sizes are held against a bound before pixels are made; JPEG and
JPEG 2000 are taken out as they are, with their marks and credentials, and everything else is drawn.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from io import BufferedReader
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from scanner.drop.kinds import Format
from scanner.parts.archives.members import MemberIds, base_name, printable
from scanner.parts.documents.addresses import outside
from scanner.parts.documents.embedded import embedded
from scanner.parts.documents.pdf_pictures import drawn_inline, inline_pictures, own_bytes, picture
from scanner.parts.documents.pdf_revisions import Until, earlier_ends, is_same
from scanner.parts.source import Bounds, ListingCutError, PartSource

if TYPE_CHECKING:
    from pikepdf import Object, Pdf, Stream

COVERS: Mapping[str, str] = {
    "pdf": "every image object, inline images, attachments, thumbnails, also of earlier revisions; told: encrypted "
    "files, JBIG2, sounds, 3D, Illustrator's own copy"
}

MOST_UNPACKED = 128 << 20
"""Bytes that any stream of a PDF may unpack to."""

_TINY = 8  # pixels: a side of a picture that shows nothing
_MOST_TINY = 64  # of these: more of them may be tiles of one picture
_MOST_TEXT = 16 << 20
_MOST_OBJECTS = 1_000_000
_OPAQUE = {"/Sound": "a sound object", "/3D": "a 3D scene", "/U3D": "a 3D scene"}


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """Pictures and attachments of the newest revision by object number, then those that only earlier ones have.

    Raises:
        ListingCutError: there are more objects than are looked through, it takes too long, or a revision can't be read.
    """
    del form
    import pikepdf
    from pikepdf.settings import set_qpdf_limits

    set_qpdf_limits(
        flate_max_memory=MOST_UNPACKED,
        png_max_memory=MOST_UNPACKED,
        run_length_max_memory=MOST_UNPACKED,
        tiff_max_memory=MOST_UNPACKED,
        dct_max_memory=MOST_UNPACKED,
    )
    until = monotonic() + bounds.seconds
    try:
        with _opened(file) as pdf:
            newest = _Objects(pdf, until)
            yield from newest.parts()
            yield from _earlier(file, newest, until)
    except pikepdf.PasswordError:
        yield PartSource(
            id="content:0", where="everything in it", why_not="it is encrypted, and opens with a password alone"
        )


def _opened(file: BinaryIO) -> "Pdf":
    import pikepdf

    file.seek(0)
    return pikepdf.open(file, access_mode=pikepdf.AccessMode.stream)


def _earlier(file: BinaryIO, newest: "_Objects", until: float) -> Iterator[PartSource]:
    """What earlier revisions hold and the newest one doesn't: an update leaves the old bytes where they are."""
    import pikepdf

    unread = 0
    for number, end in enumerate(earlier_ends(file), 1):
        try:
            with pikepdf.open(BufferedReader(Until(file, end)), access_mode=pikepdf.AccessMode.stream) as pdf:
                yield from _Objects(pdf, until, newest, f"@{number}", f", in revision {number}").parts()
        except pikepdf.PdfError:
            unread += 1
    if unread:
        raise ListingCutError(f"{unread} earlier revisions of it can't be read")


class _Objects:
    """The objects of one revision. `later`: what is in there is left out; `mark` and `of` tell the revision in ids."""

    def __init__(self, pdf: "Pdf", until: float, later: "_Objects | None" = None, mark: str = "", of: str = "") -> None:
        from pikepdf import Dictionary, Stream

        self._mark, self._of = mark, of
        self._later = later
        self._until = until
        self._names = MemberIds("attachment")
        self.streams: dict[tuple[int, int], Stream] = {}
        self._dictionaries: list[Dictionary] = []
        for number, found in enumerate(pdf.objects):
            if number > _MOST_OBJECTS:
                raise ListingCutError(f"more than {_MOST_OBJECTS:,} objects; the others were not looked at")
            if isinstance(found, Stream):
                self.streams[found.objgen] = found
            elif isinstance(found, Dictionary):
                self._dictionaries.append(found)
        self._masks = self._soft_masks()

    def parts(self) -> Iterator[PartSource]:
        """Every part of the revision, and those of its text and content streams."""
        tiny: list[PartSource] = []
        attached = self._attached()
        pages = self._content_streams()
        for objgen, stream in self.streams.items():
            if monotonic() > self._until:
                raise ListingCutError("looking through its objects took longer than it may")
            if self._later and is_same(stream, self._later.streams.get(objgen)):
                continue
            ident = f"{objgen[0]}{self._mark}"
            try:
                if objgen in attached:
                    parts = [self._attachment(attached[objgen], stream)]
                elif _is_picture(stream):
                    parts = [self._picture(ident, objgen, stream)]
                else:
                    parts = list(self._other(ident, stream, is_content=objgen in pages))
            except Exception as error:  # noqa: BLE001 - an object that can't be read is told, and the others go on
                why_not = f"it can't be read: {' '.join(str(error).split())[:200]}"
                parts = [PartSource(id=f"stream:{ident}", where=f"object {ident}", why_not=why_not)]
            if _is_picture(stream) and _is_tiny(stream):
                tiny += parts
            else:
                yield from parts
        yield from _tiny(tiny, self._mark)
        yield from self._own_copy()

    def _picture(self, ident: str, objgen: tuple[int, int], stream: "Stream") -> PartSource:
        masked = self._masks.get(objgen)
        # a mask far larger than its picture shows more than the picture does
        is_mask = masked is not None and _pixels(stream) <= 4 * max(_pixels(masked), _TINY * _TINY)
        where = f"image {ident.partition('@')[0]}{self._of}"
        return picture(f"image:{ident}", where, stream, harmless="a soft mask" if is_mask else "")

    def _attachment(self, name: str, stream: "Stream") -> PartSource:
        return PartSource(
            id=f"{self._names.of(name)}{self._mark}",
            where=f"attachment {printable(name)}{self._of}",
            name=base_name(name),
            shown=False,
            packed=int(stream.get("/Length", 0)),
            read=partial(own_bytes, stream),
        )

    def _other(self, ident: str, stream: "Stream", *, is_content: bool) -> Iterator[PartSource]:
        kind = str(stream.get("/Subtype", stream.get("/Type", "")))
        if kind in _OPAQUE:
            yield PartSource(
                id=f"stream:{ident}", where=f"object {ident}", why_not=f"{_OPAQUE[kind]}, which nothing here opens"
            )
        elif kind == "/XML":
            text = stream.read_bytes()[:_MOST_TEXT]
            yield from embedded(text, f"metadata:{ident}/", f" in the metadata of object {ident}")
        elif "/F" in stream:
            yield outside(int(ident.partition("@")[0]), "stream", str(stream.F)[:2000])
        elif is_content or kind == "/Form" or "/PatternType" in stream:
            yield from self._inline(ident, stream)

    def _inline(self, ident: str, stream: "Stream") -> Iterator[PartSource]:
        for number, found in enumerate(inline_pictures(stream)):
            width, height = int(found.width), int(found.height)
            tiny = max(width, height) <= _TINY
            letter = found.image_mask and width * height <= 1 << 16
            yield PartSource(
                id=f"image:{ident}.{number}",
                where=f"inline image {number + 1} of object {ident}{self._of}",
                harmless="too small to show anything" if tiny else "a stencil of one colour" if letter else "",
                draw=partial(drawn_inline, found),
                kind="still",
                format="png",
            )

    def _soft_masks(self) -> dict[tuple[int, int], "Stream"]:
        """The images that are masks of others, each with one that it masks."""
        from pikepdf import Stream

        masks: dict[tuple[int, int], Stream] = {}
        for stream in self.streams.values():
            for key in ("/SMask", "/Mask"):
                if _is_picture(stream) and isinstance(mask := stream.get(key), Stream):
                    masks[mask.objgen] = stream
        return masks

    def _attached(self) -> dict[tuple[int, int], str]:
        """The streams that are attached files, with their names."""
        attached = {
            objgen: f"object {objgen[0]}"
            for objgen, stream in self.streams.items()
            if stream.get("/Type") == "/EmbeddedFile"
        }
        for found in self._dictionaries:
            for specification in (found, found.get("/FS")):
                attached.update(_files(specification))
        return attached

    def _content_streams(self) -> frozenset[tuple[int, int]]:
        """The streams that draw: of pages, and the letters of fonts that are drawings."""
        from pikepdf import Array, Dictionary, Stream

        drawing: set[tuple[int, int]] = set()
        for found in self._dictionaries:
            contents = found.get("/Contents")
            letters = found.get("/CharProcs")
            several = list(contents) if isinstance(contents, Array) else [contents]
            several += list(letters.values()) if isinstance(letters, Dictionary) else []
            drawing |= {stream.objgen for stream in several if isinstance(stream, Stream)}
        return frozenset(drawing)

    def _own_copy(self) -> Iterator[PartSource]:
        if any("/AIPrivateData1" in found or "/AIPDFPrivateData1" in found for found in self._dictionaries):
            yield PartSource(
                id=f"own:0{self._mark}",
                where=f"Illustrator's own copy of the drawing{self._of}",
                why_not="nothing here reads what Illustrator packs",
            )


def _files(specification: "Object | None") -> Iterator[tuple[tuple[int, int], str]]:
    """The attached streams that a file specification names."""
    from pikepdf import Dictionary, Stream

    if not isinstance(specification, Dictionary) or not isinstance(files := specification.get("/EF"), Dictionary):
        return
    name = str(specification.get("/UF", specification.get("/F", "")))
    for stream in files.values():
        if isinstance(stream, Stream):
            yield stream.objgen, name or f"object {stream.objgen[0]}"


def _is_picture(stream: "Stream") -> bool:
    return stream.get("/Subtype") == "/Image" or ("/Width" in stream and "/Height" in stream)


def _pixels(stream: "Stream") -> int:
    try:
        return int(stream.get("/Width", 0)) * int(stream.get("/Height", 0))
    except (TypeError, ValueError):
        return 0


def _is_tiny(stream: "Stream") -> bool:
    try:
        return 0 < int(stream.get("/Width", 0)) <= _TINY and 0 < int(stream.get("/Height", 0)) <= _TINY
    except (TypeError, ValueError):
        return False


def _tiny(pictures: list[PartSource], mark: str) -> Iterator[PartSource]:
    """Tiny pictures, each harmless; very many of them may be tiles of one, and are told together."""
    if len(pictures) <= _MOST_TINY:
        for tiny in pictures:
            yield PartSource(id=tiny.id, where=tiny.where, kind="still", harmless="too small to show anything")
        return
    yield PartSource(
        id=f"image:tiny{mark}",
        where=f"{len(pictures):,} images of at most {_TINY}x{_TINY} pixels",
        kind="still",
        why_not="together they may be one picture, which nothing here puts together",
    )
