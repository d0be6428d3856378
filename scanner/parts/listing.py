"""The parts of one file, by its bytes: listed by the readers of its format, and taken out within the bounds.

Called in a worker, once for a content. Whatever goes wrong with one part is told of that part; whatever cuts the list
is a problem of the file, with the number that is left out where it is known. Nothing is judged, and nothing that was
not taken out passes for looked at.
"""

import math
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from detectors.material import Piece
from scanner.drop.kinds import ARCHIVES, Format, sniff
from scanner.examination import Part, PartListing, Problem
from scanner.media.commands import opened
from scanner.media.errors import MediaError
from scanner.media.facts.recognise import recognise
from scanner.media.reading import size_of
from scanner.parts.archives.readers import READERS as ARCHIVE_READERS
from scanner.parts.documents.readers import READERS as DOCUMENT_READERS
from scanner.parts.recesses.readers import READERS as RECESS_READERS
from scanner.parts.source import Bounds, ListingCutError, PartReader, PartSource
from scanner.parts.spool import Spool, Taken, TooLargeError
from scanner.parts.stills.readers import READERS as STILL_READERS
from scanner.parts.tails import READERS as TAIL_READERS
from scanner.parts.tracks import READERS as TRACK_READERS
from scanner.parts.trailing import READERS as TRAILING_READERS
from scanner.terms.reasons import Reason

VERSION = "3"
"""Changes whenever the same bytes may give another list; what was remembered is then made anew."""

_FAMILIES: tuple[Mapping[str, tuple[PartReader, ...]], ...] = (
    TRACK_READERS,
    TAIL_READERS,
    STILL_READERS,
    DOCUMENT_READERS,
    ARCHIVE_READERS,
    RECESS_READERS,
    TRAILING_READERS,  # what stands behind the end comes last
)
"""The readers of the formats, by format word; in the order in which they are asked."""

_FONTS = frozenset({"otf", "ttf", "woff"})


@dataclass(frozen=True, slots=True)
class ListedParts:
    """A listing, and where the parts lie that were taken out: by their ids, names of files in the spool's folder.

    A part has one file there; a part of an image sequence one for each of its numbers.
    """

    listing: PartListing
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lasting: bool = True
    """Whether another run would list the same: False where time ran out."""


def readers_of(form: Format) -> tuple[PartReader, ...]:
    """Who lists the parts of a format, in the order in which their parts stand in a list."""
    return tuple(reader for family in _FAMILIES for reader in family.get(form.name, ()))


def list_parts(piece: Piece, folder: Path, bounds: Bounds) -> ListedParts:
    """The parts of a file besides the one it is known by. `folder`: where they may be laid.

    Raises:
        MediaError: the file can't be opened.
    """
    try:
        size = piece.path.stat().st_size
    except OSError:
        size = 0  # whoever opens it says what is wrong with it
    return list_into(piece, Spool(folder, bounds.of(size)), bounds)


def list_into(
    piece: Piece, spool: Spool, bounds: Bounds, *, until: float = math.inf, drawing: bool = True
) -> ListedParts:
    """The parts of one of several files whose parts lie in one spool.

    `until`: when they are to be listed, if that comes before this file's own time is up. `drawing`: whether pictures
    that have no bytes of their own are drawn into the spool; else all of them are drawn in place.

    Raises:
        MediaError: the file can't be opened.
    """
    form = recognise(piece)
    with opened(piece.path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        bounds = bounds.of(size_of(file))
        listed = _Listing(spool, bounds, until, drawing=drawing)
        for reader in readers_of(form):
            listed.read(reader(file, form, bounds))
    return listed.done(is_archive=form.name in ARCHIVES)


class _Listing:
    """A listing in the making."""

    def __init__(self, spool: Spool, bounds: Bounds, until: float, *, drawing: bool) -> None:
        self._bounds = bounds
        self._spool = spool
        self._until = min(time.monotonic() + bounds.seconds, until)
        self._drawing = drawing
        self._parts: list[Part] = []
        self._problems: list[str] = []
        self._files: dict[str, tuple[str, ...]] = {}
        self._lasting = True

    def read(self, sources: Iterator[PartSource]) -> None:
        """Add what a reader finds, until it ends, fails or is cut."""
        try:
            for source in sources:
                if len(self._parts) >= self._bounds.listed:
                    raise ListingCutError(f"more than {self._bounds.listed:,} parts; the others were not looked at")  # noqa: TRY301 - told as a reader's own
                self._parts.append(self._part(source))
        except ListingCutError as cut:
            self._problems.append(str(cut))
        except MemoryError:
            self._lasting = False
            self._problems.append("its parts take more memory than there is; those after the last one here are unknown")
        except Exception as error:  # noqa: BLE001 - a file that a reader fails on is told, and never ends a scan
            self._problems.append(f"its parts can't be listed to the end: {_words(error)}")

    def done(self, *, is_archive: bool) -> ListedParts:
        """What was found."""
        problems = tuple(Problem(Reason.SCAN_PARTIAL, message) for message in dict.fromkeys(self._problems))
        lasting = self._lasting and time.monotonic() <= self._until  # readers look at the clock too
        return ListedParts(PartListing(tuple(self._parts), problems, is_archive), self._files, lasting)

    def _part(self, source: PartSource) -> Part:
        in_place = source.in_place or (source.draw is not None and not self._drawing)
        if source.harmless or source.why_not or in_place:
            return _told(source, harmless=source.harmless, why_not=source.why_not, in_place=in_place)
        try:
            self._require_room()
            return self._taken_out(source)
        except (TooLargeError, ListingCutError) as error:
            why_not = str(error)
        except MemoryError:
            self._lasting = False
            why_not = "it takes more memory than there is"
        except OSError as error:
            if error.errno is not None:  # the disk's, so that another run may fare better; a damaged file's has none
                self._lasting = False
            why_not = f"it can't be taken out: {_words(error)}"
        except Exception as error:  # noqa: BLE001 - one part that can't be taken out is told, and the others go on
            why_not = f"it can't be taken out: {_words(error)}"
        return _told(source, why_not=why_not)

    def _require_room(self) -> None:
        if len(self._files) >= self._bounds.opened:
            raise ListingCutError(f"{self._bounds.opened} parts of this file were taken out, and no more are")
        self._require_time()

    def _require_time(self) -> None:
        if time.monotonic() > self._until:
            raise ListingCutError("looking for parts took longer than it may")

    def _while_there_is_time(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._require_time()
            yield block

    def _taken_out(self, source: PartSource) -> Part:
        if source.draw is not None:
            self._files[source.id] = (self._spool.draw(source.draw()),)
            return _told(source)
        if source.read is None:
            return _told(source, why_not="nothing here can take it out")
        taken = self._spool.take(source, self._while_there_is_time(source.read()))
        form = sniff(taken.head, source.name)
        harmless = "a font" if form.name in _FONTS else "it is empty" if not taken.size else ""
        if not harmless:
            self._files[source.id] = (taken.file,)
        return _told(source, taken, form, harmless=harmless)


def _told(
    source: PartSource,
    taken: Taken | None = None,
    form: Format | None = None,
    *,
    harmless: str = "",
    why_not: str = "",
    in_place: bool = False,
) -> Part:
    form = form or Format(source.format, source.kind)
    return Part(
        id=source.id,
        kind=form.kind,
        where=source.where,
        format=form.name,
        size=taken.size if taken else source.size or 0,
        sha256=taken.sha256 if taken else "",
        name=os.path.basename(source.name),  # noqa: PTH119 - a name only
        shown=source.shown,
        frames=source.frames,
        harmless=harmless,
        why_not=why_not,
        in_place=in_place,
    )


def _words(error: Exception) -> str:
    said = str(error) if isinstance(error, MediaError) else f"{type(error).__name__}: {error}"
    return " ".join(said.split())[:200]
