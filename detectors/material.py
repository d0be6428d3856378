"""What a detector may look at: a small protocol, and the fake of it that tests of detectors use.

A material is one asset opened for reading. It knows nothing of drops, paper or reports. Reading is lazy: a detector
that asks for nothing costs nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from detectors.observation import Observation

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy as np
    from numpy.typing import NDArray

AssetKind: TypeAlias = Literal["video", "still", "sequence", "audio", "document", "other"]


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A credential's own file beside the one it is for (`name.c2pa`, `name.ext.c2pa`).

    `rivals` are the other files that its name could mean: where it fits one of them, it is that one's.
    """

    path: Path
    rivals: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of an asset: a movie or a still has one, an image sequence one for each member.

    `frame` is the member's number in its sequence, None for a file that stands alone.
    `name` is the base name as a report may print it.
    """

    path: Path
    name: str
    frame: int | None = None
    sidecar: Sidecar | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """One metadata value as a reader gave it: `Tag("exiftool", "XMP-iptcExt:DigitalSourceType", "…")`.

    Exiftool keys are group 1 and tag (`-G1`); ffprobe keys are `format:comment`, `stream0:handler_name`.
    """

    reader: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class FullPicture:
    """One picture in its full size, as it is stored: not turned, without its transparency.

    `pixels`: uint8 (height, width, 3), red first. `frame`: counted from 0 in a movie, the member's number in a
    sequence, None in a still.
    """

    pixels: "NDArray[np.uint8]"
    frame: int | None = None


class Material(Protocol):
    """One asset, opened."""

    @property
    def kind(self) -> str:
        """video, still, sequence, audio, document or other."""

    @property
    def format(self) -> str:
        """The container by its bytes, as a lower-case word: `png`, `mov`, `mxf`, `exr` …, or `unknown`."""

    @property
    def pieces(self) -> Sequence[Piece]:
        """The files, in the order of their frame numbers."""

    @property
    def frame_rate(self) -> "Fraction | None":
        """Frames a second of a movie as its container states them, exactly; None where there is no such rate."""

    def tags(self, piece: Piece) -> Sequence[Tag]:
        """All metadata of one file, by every reader there is, in a stable order.

        Raises:
            MaterialError: no reader could open the file.
        """

    def pictures(self, most: int) -> Iterable[FullPicture]:
        """At most so many of its pictures in full size, evenly spread: of a still the only one.

        None of what has no pictures, and none of a movie in which frames build on each other: there the codec has
        changed every pixel, and getting at a single frame costs a scan of the whole.

        Raises:
            MaterialError: one of them can't be decoded, or has more pixels than are looked at in full.
        """


class Hindrance(StrEnum):
    """What kept a material from being read as far as was asked."""

    UNREADABLE = "unreadable"
    PARTIAL = "partial"
    """Some of its files were read."""
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    """The reader is at fault, not the file."""
    REFUSED = "refused"
    """Opening it would open something else."""
    UNSUPPORTED = "unsupported"
    """There is no reader for its kind."""


class MaterialError(Exception):
    """A file of the material can't be read as far as was asked. The message is for the report."""

    def __init__(self, message: str, hindrance: Hindrance = Hindrance.UNREADABLE) -> None:
        super().__init__(message)
        self.hindrance = hindrance


def unread(errors: Sequence[MaterialError], of: int) -> MaterialError:
    """The one error that stands for those of some files of a material of `of` files.

    A detector raises it after it has yielded what it saw in the others: one broken frame must not hide the rest.
    """
    first = errors[0]
    if of == 1:
        return first
    hindrance = first.hindrance if len(errors) == of else Hindrance.PARTIAL
    return MaterialError(f"{len(errors)} of {of} files could not be read; the first: {first}", hindrance)


class DetectorIdentity(Protocol):
    """What has to be known of a detector to remember what it saw, in a process that never runs it."""

    @property
    def id(self) -> str:
        """Lower case; a house's own detectors have dots in it."""

    @property
    def version(self) -> str:
        """Changes whenever the same bytes may give other observations; what was remembered is then made anew."""

    @property
    def reads_names(self) -> bool:
        """Whether file names are evidence to it, so that the same bytes under another name are looked at again."""


class Detector(DetectorIdentity, Protocol):
    """Looks at one asset and says what it saw. It may raise: the runner makes that a problem of the asset."""

    def handles(self, material: Material) -> bool:
        """Whether there is anything in this kind of asset for it to look at."""

    def observe(self, material: Material) -> Iterable[Observation]:
        """What it saw, in a stable order."""


@dataclass(frozen=True)
class FakeMaterial:
    """A material made of values, for tests of detectors."""

    kind: str = "still"
    format: str = "png"
    pieces: Sequence[Piece] = (Piece(Path("picture.png"), "picture.png"),)
    by_name: Mapping[str, Sequence[Tag]] = field(default_factory=dict)
    shown: Sequence[FullPicture] = ()
    frame_rate: "Fraction | None" = None
    fault: str = ""
    """Where it isn't empty, asking for anything but the names of files raises a `MaterialError` that says so."""

    def tags(self, piece: Piece) -> Sequence[Tag]:
        """The tags given for this name; none for others."""
        self._read()
        return self.by_name.get(piece.name, ())

    def pictures(self, most: int) -> Iterable[FullPicture]:
        """The first of the pictures given."""
        self._read()
        return self.shown[:most]

    def _read(self) -> None:
        if self.fault:
            raise MaterialError(self.fault)
