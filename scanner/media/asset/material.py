"""An asset opened for detectors: what kind it is by its bytes, its files, and their metadata, each read once.

It is lazy, because most detectors want little: nothing is read before somebody asks.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from detectors.material import FullPicture, MaterialError, Piece, Tag
from scanner.drop.kinds import Format
from scanner.media.asset import full_size
from scanner.media.errors import MediaError
from scanner.media.facts.probe import probe
from scanner.media.facts.recognise import kind_of, recognise
from scanner.media.facts.tags import ExifTool, Reading
from scanner.media.hindrances import material_error

_NOT_KNOWN = "Unknown file type"  # exiftool opened it, and has no reader for its kind
_HEARD_OR_SEEN = frozenset({"audio", "video"})


class AssetMaterial:
    """One asset. `exiftool` belongs to the worker and serves one asset after another.

    `track`: the index of another track of pictures in a movie, for a detector that looks at pixels. All else is the
    file's: its bytes and its metadata are no track's own, and whoever reads those has nothing more to see in one.
    `drawn`: of a part that is drawn out of the files, in the same way; it gives at most so many of its pictures.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        exiftool: ExifTool,
        *,
        sequence: bool = False,
        track: int | None = None,
        drawn: Callable[[int], Iterator[FullPicture]] | None = None,
    ) -> None:
        self._pieces = tuple(pieces)
        self._exiftool = exiftool
        self._sequence = sequence
        self._track = track
        self._drawn = drawn
        self._format: Format | None = None
        self._tags: dict[Path, tuple[Tag, ...]] = {}

    @property
    def kind(self) -> str:
        """video, still, sequence, audio, document or other: what `extract` says of the same files."""
        if self._sequence:
            return "sequence"
        return kind_of(self._pieces[0].path, self._sniffed())

    @property
    def format(self) -> str:
        """The container by its bytes, as a lower-case word, or `unknown`; a sequence's is its first member's."""
        return self._sniffed().name

    @property
    def pieces(self) -> Sequence[Piece]:
        """The files, in the order of their frame numbers."""
        return self._pieces

    @property
    def frame_rate(self) -> Fraction | None:
        """Frames a second of a movie as its container states them; None where it states none, or can't be opened."""
        if self.kind != "video":
            return None
        try:
            rate = probe(self._pieces[0].path).rate
        except MediaError:
            return None
        return Fraction(rate) if rate else None

    def tags(self, piece: Piece) -> Sequence[Tag]:
        """What exiftool and, for sound and movies, ffprobe read in one file, in the order of the file.

        Empty for a healthy file of a kind that has no metadata that anybody reads.

        Raises:
            MaterialError: no reader could open the file, or one of them gave up on it.
        """
        if piece.path not in self._tags:
            self._tags[piece.path] = self._read_tags(piece.path)
        return self._tags[piece.path]

    def pictures(self, most: int) -> Iterator[FullPicture]:
        """At most so many of its pictures in full size, evenly spread; see `full_size`.

        Raises:
            MaterialError: one of them can't be decoded.
        """
        kind = self.kind
        try:
            if self._drawn:
                yield from self._drawn(most)
            elif kind in {"still", "sequence"}:
                yield from full_size.of_stills(self._pieces, most)
            elif kind == "video" or self._track is not None:
                yield from full_size.of_movie(self._pieces[0].path, most, self._track)
        except MediaError as error:
            raise material_error(error) from error

    def _read_tags(self, path: Path) -> tuple[Tag, ...]:
        try:
            reading = self._exiftool.read(path)
        except MediaError as error:  # half of the metadata must not pass for all of it
            raise material_error(error) from error
        if self.kind not in _HEARD_OR_SEEN:
            return _all_tags(reading, ())
        try:
            return _all_tags(reading, probe(path).tags, opened=True)
        except MediaError as error:
            if not reading.tags:
                raise material_error(error, next(iter(reading.errors), "")) from error
            return reading.tags

    def _sniffed(self) -> Format:
        if self._format is None:
            try:
                self._format = recognise(self._pieces[0])
            except MediaError as error:
                raise material_error(error) from error
        return self._format


def _all_tags(reading: Reading, further: tuple[Tag, ...], *, opened: bool = False) -> tuple[Tag, ...]:
    """All tags, unless there are none because exiftool found the file broken and nobody else could open it."""
    if reading.errors and not reading.tags and not opened and _NOT_KNOWN not in reading.errors:
        raise MaterialError(f"its metadata can't be read: {reading.errors[0]}")
    return reading.tags + further
