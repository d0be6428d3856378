"""What was learned about one content, whatever its path: the part of a scan that costs, and so is remembered.

Nothing here judges. Everything here can be stored as JSON and read back equal.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from detectors.material import AssetKind
from detectors.observation import Observation
from scanner.terms.reasons import StoredReason
from scanner.timecode import Clock, TimecodeError, written


@dataclass(frozen=True, slots=True)
class Problem:
    """What kept an asset from being examined in full: a reason of area `scan`, and a sentence."""

    code: StoredReason
    message: str


@dataclass(frozen=True, slots=True)
class TimecodeFacts:
    """Where a start timecode is from, and how labels go on from it.

    `source`: what states it, such as "timecode track 2" or "the material package". `rate`: how many labels a second
    there are, where that isn't the rate of the frames. `breaks`: frames, counted from 0, at which labels begin anew,
    with their labels. `also`: what other sources of the same file state otherwise, and that was not taken.
    """

    source: str
    rate: str | None = None
    breaks: tuple[tuple[int, str], ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What the container says of itself. None: it doesn't say, or it doesn't apply.

    `rate` is exact, as ffprobe writes it (`24000/1001`); `duration` is in seconds. `times`: when each frame is shown,
    in seconds from the first; empty where that follows from its number. `channels`: of each stream
    of sound. `timecode`: where `start_timecode` is from.
    """

    format: str
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    rate: str | None = None
    frame_count: int | None = None
    duration: float | None = None
    start_timecode: str | None = None
    times: tuple[float, ...] = ()
    channels: tuple[int, ...] = ()
    timecode: TimecodeFacts | None = None

    @property
    def labels(self) -> str | None:
        """The start timecode with what else it takes to count on from it, for `Clock.of` to read."""
        if not self.start_timecode or self.timecode is None:
            return self.start_timecode
        return written(self.start_timecode, self.timecode.rate, self.timecode.breaks)

    def clock(self) -> Clock | None:
        """How its frames are labelled; None where there are no frames to label.

        A start timecode that can't exist at the rate is left out, rather than giving wrong labels.
        """
        if not self.rate:
            return None
        rate = Fraction(self.rate)
        if rate <= 0:
            return None
        try:
            clock = Clock.of(rate, self.labels, self.times)
        except TimecodeError:
            return Clock(rate, times=self.times)
        return replace(clock, end=self.frame_count) if clock.breaks else clock


@dataclass(frozen=True, slots=True)
class Looked:
    """How much of the picture was looked at. `largest_gap`: seconds between two frames that were, 0: none left out."""

    plan: str
    frames: int
    of: int | None
    largest_gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of the sound was heard: facts, no faults. A track is a stream mixed to mono, or one channel of many.

    `tracks`: how many are kept, to be recognised by. `silent` and `repeated`: how many more were heard and are not
    kept, because nothing is on them, or the same as on an earlier one. `unheard`: how many more there are than anybody
    listens to.
    """

    tracks: int
    silent: int = 0
    repeated: int = 0
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class PictureValues:
    """A still's fingerprints in the forms that other systems exchange."""

    pdq: str
    pdq_quality: int
    phash: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the media room got out of one content: facts, coverage, values, and what went wrong."""

    kind: AssetKind
    media: MediaFacts | None = None
    looked: Looked | None = None
    values: PictureValues | None = None
    problems: tuple[Problem, ...] = ()
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a file: a track, a page, a cover, a member, what stands behind its end.

    `id` comes from the file's structure and stays the same between versions: `track:1`, `page:2`, `cover:0`,
    `attachment:3`, `member:word/media/image1.png`, `trailing:0`. `where` says the same in words that a technician
    knows. `kind` and `format` are those of its own bytes. `size` and `sha256` are those of its own bytes, 0 and empty
    where it has none, or they were not taken out. `name`: what it is called inside the file. `shown`: whether a player
    or viewer shows it by itself. `frames`: how many there are, where the listing tells.

    `numbers`: of a part of an image sequence the numbers of the files that hold it, as ranges with both ends included.
    Where they are several it is one part in all of them, of kind `sequence`, and its `sha256` is that of the lines
    `sha256 size number` of its own bytes in each. `in_place`: it is looked at where it lies, and never taken out.

    `harmless` says why nobody needs to look into it (a font, a thumbnail that shows its picture), `why_not` why nobody
    can; where both are empty it is examined like an asset.
    """

    id: str
    kind: AssetKind
    where: str
    format: str
    size: int = 0
    sha256: str = ""
    name: str = ""
    shown: bool = True
    frames: int | None = None
    harmless: str = ""
    why_not: str = ""
    numbers: tuple[tuple[int, int], ...] = ()
    in_place: bool = False

    @property
    def ends(self) -> tuple[int, int] | None:
        """The first and the last of its numbers."""
        return (self.numbers[0][0], self.numbers[-1][1]) if self.numbers else None


@dataclass(frozen=True, slots=True)
class PartListing:
    """The parts of one file besides the one it is known by, in the order of the file.

    `problems`: what cut the list. `is_archive`: its members are files that were delivered, each an asset of its own.
    """

    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_archive: bool = False


@dataclass(frozen=True, slots=True)
class Detection:
    """What one detector said about one content, and what went wrong while it looked."""

    observations: tuple[Observation, ...] = ()
    problems: tuple[Problem, ...] = ()
