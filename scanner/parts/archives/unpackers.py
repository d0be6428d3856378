"""7z and rar, and the zstd that the standard library can't unpack: by libarchive, where it is installed.

It is an extra (`archives`), because few drops need it. Its Python side would look for the library by starting a
compiler; the library is named here instead, and nothing is started.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from time import monotonic
from types import ModuleType
from typing import Any, BinaryIO

from scanner.drop.kinds import Format
from scanner.media.errors import MediaError
from scanner.parts.archives.members import MemberIds, base_name, leads_out, where
from scanner.parts.archives.streams import BLOCK
from scanner.parts.archives.zips import leading_out, linked, tell
from scanner.parts.source import Bounds, ListingCutError, PartSource

COVERS: Mapping[str, str] = {
    "7z": "every member; told: encrypted members, devices; where libarchive isn't installed, all of it",
    "rar": "every member; told: encrypted members, devices; where libarchive isn't installed, all of it",
}

_LIBRARY = "libarchive.so.13"
_NAMED = "LIBARCHIVE"  # the variable that its Python side asks for the library
_FIFTH = b"Rar!\x1a\x07\x01\x00"


def has_libarchive() -> bool:
    """Whether 7z, rar and zstd can be unpacked here."""
    return _library() is not None


def missing(form: str) -> PartSource | None:
    """What is told where nothing here can unpack a format; None where something can."""
    if has_libarchive():
        return None
    return PartSource(
        id="members", where="what is packed in it", shown=False, why_not=f"no reader for {form} is installed"
    )


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The members, in their order. Each must be taken out before the next one is asked for.

    Raises:
        ListingCutError: something is left out, or odd.
    """
    if absent := missing(form.name):
        yield absent
        return
    file.seek(0)
    word = {"7z": "7zip", "rar": "rar5" if file.read(len(_FIFTH)) == _FIFTH else "rar"}[form.name]
    walk = _Walk(file, bounds)
    ids = MemberIds()
    leading: list[str] = []
    for entry in walk.entries(word):
        name = _text(entry.pathname)
        if leads_out(name):
            leading.append(name)
        yield _member(walk, entry, name, ids.of(name))
    tell(leading_out(leading))


@contextmanager
def raw_blocks(file: BinaryIO, packing: str) -> Iterator[Iterator[bytes]]:
    """The unpacked bytes of a file that is packed, and nothing else; only where `missing` says that this can be."""
    with _opened(file, "raw", packing) as entries:
        yield (block for entry in entries for block in entry.get_blocks(block_size=BLOCK))


class _Walk:
    """A way through an archive, within the ratio and the time that a file has.

    Members may be packed together, so that one can't be passed over without unpacking it.
    """

    def __init__(self, file: BinaryIO, bounds: Bounds) -> None:
        self._file = file
        self._most = max(bounds.ratio_from, file.seek(0, os.SEEK_END) * bounds.ratio)
        self._until = monotonic() + bounds.seconds
        self._total = 0

    def entries(self, word: str) -> Iterator[Any]:
        """The archive's entries.

        Raises:
            ListingCutError: they can't be read, or not all of them may be.
        """
        with _opened(self._file, word, "none") as entries:
            try:
                for entry in entries:
                    yield entry
                    self._require_room(0)
                    self._total += entry.size or 0
                    self._require_room(0)
            except _error() as error:
                raise ListingCutError(_why(error, "its members can't be listed to the end")) from error

    def blocks(self, entry: Any) -> Iterator[bytes]:  # noqa: ANN401 - libarchive-c ships no types
        """A member's own bytes.

        Raises:
            MediaError: they can't be unpacked.
            ListingCutError: they are more than may be, or take longer.
        """
        given = 0
        try:
            for block in entry.get_blocks(block_size=BLOCK):
                given += len(block)
                self._require_room(given)
                yield block
        except _error() as error:
            raise MediaError(_why(error, "it can't be unpacked")) from error

    def _require_room(self, more: int) -> None:
        if self._total + more > self._most:
            raise ListingCutError(f"it unpacks to more than {self._most:,} bytes, many times its packed size")
        if monotonic() > self._until:
            raise ListingCutError("unpacking it took longer than it may; what is behind was not looked at")


def _member(walk: _Walk, entry: Any, name: str, ident: str) -> PartSource:  # noqa: ANN401 - the same
    described: Callable[..., PartSource] = partial(
        PartSource, id=ident, where=where(name), name=base_name(name), shown=False, size=entry.size
    )
    if entry.isdir:
        return described(harmless="a folder")
    if entry.issym or entry.islnk:
        return linked(described, _text(entry.linkpath))
    if entry.isdev or entry.isfifo or entry.issock:
        return described(why_not="a device")
    return described(read=partial(walk.blocks, entry))


@contextmanager
def _opened(file: BinaryIO, word: str, packing: str) -> Iterator[Iterator[Any]]:
    library = _library()
    if library is None:
        raise MediaError("no reader for it is installed")
    file.seek(0)
    with library.stream_reader(file, format_name=word, filter_name=packing, block_size=BLOCK) as archive:
        yield iter(archive)


@cache
def _library() -> ModuleType | None:
    named = os.environ.get(_NAMED)
    os.environ[_NAMED] = named or _LIBRARY
    try:
        import libarchive
    except (ImportError, OSError, AttributeError):  # its Python side, the library, or what an old one hasn't
        return None
    finally:
        if named is None:
            del os.environ[_NAMED]
    module: ModuleType = libarchive
    return module


def _error() -> type[Exception]:
    library = _library()
    error: type[Exception] = library.ArchiveError if library else MediaError
    return error


def _why(error: Exception, what: str) -> str:
    return "it is encrypted" if "crypt" in str(error).lower() else f"{what}: {error}"


def _text(name: str | bytes | None) -> str:
    return os.fsdecode(name) if isinstance(name, bytes) else name or "nameless"
