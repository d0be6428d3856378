"""Reading a movie packet by packet with PyAV, inside a worker process: decoding some frames and dropping the others.

ffmpeg can't drop packets before its decoder everywhere (5.1 has no bitstream filters on inputs, and ignores the wish
for key frames in VP9 and AV1). Here packets are counted, so that each frame has its exact number, and their times are
read, so that movies of uneven pace can be told in seconds. The file is the descriptor that we opened, behind the same
fences as ffmpeg's. What doesn't fit together is given up (`None`) for the plan that looks at every frame.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import SIDE, Fingerprints, fingerprint
from scanner.media import light
from scanner.media.commands import FORMATS, MAX_PIXELS, THREADS, opened
from scanner.media.program import MediaError

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.stream import VideoStream

Seconds: TypeAlias = NDArray[np.float64]
Wanted: TypeAlias = Callable[[int], bool]
"""Whether the frame of this number is to be decoded."""

_PEEKED = 48
"""Packets that are asked whether they stand alone; one later that doesn't ends the plan."""
_BATCH = 64
_PERCEPTUAL = 16  # PQ, among the transfer characteristics of ITU-T H.273
_FENCES = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
_DECODER = {"max_pixels": str(MAX_PIXELS), "flags": "+output_corrupt"}


@dataclass(frozen=True, slots=True)
class Sampled:
    """Some frames of a movie. `of`: how many there are; `damaged`: how many were wanted and gave no sound picture.

    `times`: when each of ALL frames is shown, in seconds from the first; empty where the packets don't say.
    """

    prints: Fingerprints
    of: int
    damaged: int
    times: Seconds


def stands_alone(path: Path, index: int, codec: str) -> bool | None:
    """Whether each packet of a stream is a whole frame; None where packets of this file can't be read singly here."""
    try:
        with _stream(path, index) as (container, stream):
            if stream.codec_context.codec.canonical_name != codec:
                return None
            if stream.codec_context.codec.intra_only:
                return True
            seen = 0
            for packet in _packets(container, stream):
                if not packet.is_keyframe:
                    return False
                seen += 1
                if seen == _PEEKED:
                    return True
            return seen > 1
    except MediaError:
        return None


def sample(path: Path, index: int, step: int, *, turned: int = 0, halvings: int = 0) -> Sampled | None:
    """One in `step` frames of a movie whose frames stand alone, and the last. `turned`: degrees to turn it, clockwise.

    None where frames don't stand alone after all, or don't come in the order of showing.

    Raises:
        MediaError: the file can't be opened.
    """
    return _alone(path, index, lambda number: number % step == 0, turned=turned, halvings=halvings)


def windows(
    path: Path, index: int, wanted: Sequence[tuple[int, int]], *, turned: int = 0, halvings: int = 0
) -> Fingerprints | None:
    """The frames in some ranges, both ends included, of a movie whose frames stand alone. None as for `sample`.

    Raises:
        MediaError: the file can't be opened.
    """
    end = max(last for _, last in wanted)

    def inside(number: int) -> bool:
        return any(first <= number <= last for first, last in wanted)

    seen = _alone(path, index, inside, turned=turned, halvings=halvings, end=end)
    return seen.prints if seen else None


def key_frames(path: Path, index: int, *, turned: int = 0) -> Sampled | None:
    """The key frames of a movie, each under its number in the order of showing. None where packets have no times.

    Raises:
        MediaError: the file can't be opened.
    """
    with _stream(path, index) as (container, stream):
        decoder = _Decoder(stream, turned)
        shown = []
        for number, packet in enumerate(_packets(container, stream)):
            if packet.pts is None:
                return None
            shown.append(packet.pts)
            if packet.is_keyframe:
                decoder.feed(packet, number)
        prints, damaged = decoder.finish()
        order = np.argsort(np.array(shown, np.int64), kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        times = _seconds(np.array(shown, np.int64)[order], stream)
    if not len(times):
        return None
    numbers = place[prints.frames]
    ranked = np.argsort(numbers)
    return Sampled(
        Fingerprints(numbers[ranked], prints.hashes[ranked], prints.quality[ranked]), len(shown), damaged, times
    )


def shown_at(path: Path, index: int) -> Seconds:
    """When each frame is shown, in seconds from the first; empty where packets don't say. Nothing is decoded."""
    with suppress(MediaError), _stream(path, index) as (container, stream):
        stamps = [packet.pts for packet in _packets(container, stream)]
        if None not in stamps:
            return _seconds(np.sort(np.array(stamps, np.int64)), stream)
    return np.zeros(0)


def _alone(
    path: Path, index: int, wanted: Wanted, *, turned: int, halvings: int, end: int | None = None
) -> Sampled | None:
    with _stream(path, index) as (container, stream):
        intra = stream.codec_context.codec.intra_only
        decoder = _Decoder(stream, turned, halvings)
        stamps: list[int | None] = []
        last: av.Packet[VideoStream] | None = None
        for number, packet in enumerate(_packets(container, stream)):
            if not (intra or packet.is_keyframe):
                return None
            stamps.append(packet.pts)
            last = None
            if wanted(number):
                decoder.feed(packet, number)
            else:
                last = packet
            if number == end:
                break
        if last is not None and end is None:
            decoder.feed(last, len(stamps) - 1)
        prints, damaged = decoder.finish()
        timed = None not in stamps
        given = np.array(stamps if timed else [], np.int64)
        if (np.diff(given) <= 0).any() or (np.diff(prints.frames) <= 0).any():
            return None
        return Sampled(prints, len(stamps), damaged, _seconds(given, stream))


class _Decoder:
    """A decoder that is fed single packets, and what came of them. A packet's number travels as its time stamp."""

    def __init__(self, stream: "VideoStream", turned: int, halvings: int = 0) -> None:
        from av.video.reformatter import VideoReformatter

        context = stream.codec_context
        context.thread_type, context.thread_count = "AUTO", THREADS
        context.options = _DECODER | ({"lowres": str(halvings)} if halvings else {})
        self._context = context
        self._turns = -(turned // 90)
        self._transfer = light.PERCEPTUAL if stream.codec_context.color_trc == _PERCEPTUAL else None
        self._shrink = VideoReformatter()
        self._batch = np.empty((_BATCH, SIDE, SIDE), np.uint8)
        self._numbers: list[int] = []
        self._parts: list[Fingerprints] = []
        self._fed = 0
        self._sound = 0

    def feed(self, packet: "av.Packet[VideoStream]", number: int) -> None:
        packet.pts = packet.dts = number
        self._fed += 1
        self._decode(packet)

    def finish(self) -> tuple[Fingerprints, int]:
        """All that came, and of how many packets no sound picture did."""
        self._decode(None)
        self._flush()
        return Fingerprints.join(self._parts), self._fed - self._sound

    def _decode(self, packet: "av.Packet[VideoStream] | None") -> None:
        import av

        try:
            frames = self._context.decode(packet)
        except av.FFmpegError:  # this packet's picture, or one that was on its way: it lacks in the count
            return
        for frame in frames:
            if frame.pts is None:
                continue
            self._sound += not frame.is_corrupt
            grey = self._shrink.reformat(frame, SIDE, SIDE, "gray", interpolation="AREA")
            self._batch[len(self._numbers)] = np.rot90(grey.to_ndarray(), self._turns)
            self._numbers.append(frame.pts)
            if len(self._numbers) == _BATCH:
                self._flush()

    def _flush(self) -> None:
        if self._numbers:
            count = len(self._numbers)
            self._parts.append(
                fingerprint(light.as_displayed(self._batch[:count], self._transfer), np.array(self._numbers, np.int64))
            )
            self._numbers = []


@contextmanager
def _stream(path: Path, index: int) -> Iterator[tuple["InputContainer", "VideoStream"]]:
    import av

    with opened(path) as descriptor:
        try:
            container = av.open(f"file:/proc/self/fd/{descriptor}", options=_FENCES, metadata_errors="replace")
        except (av.FFmpegError, ValueError, UnicodeError) as error:
            raise MediaError(f"its packets can't be read: {type(error).__name__}") from error
        with container:
            stream = next((one for one in container.streams.video if one.index == index), None)
            if stream is None:
                raise MediaError("the stream of pictures is not where it was")
            yield container, stream


def _packets(container: "InputContainer", stream: "VideoStream") -> Iterator["av.Packet[VideoStream]"]:
    """The packets of one stream that are meant to be shown (an edit list may leave some out), up to where they end."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:  # the file ends in the middle of something; what came is counted
            return
        if packet is None:
            return
        if packet.size and not packet.is_discard:
            yield packet


def _seconds(stamps: NDArray[np.int64], stream: "VideoStream") -> Seconds:
    """Time stamps in the order of showing as seconds from the first; empty where two are the same."""
    if not len(stamps) or stream.time_base is None or (np.diff(stamps) <= 0).any():
        return np.zeros(0)
    seconds: Seconds = np.round((stamps - stamps[0]) * float(stream.time_base), 6)
    return seconds
