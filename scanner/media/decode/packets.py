"""Reading a movie packet by packet with PyAV, inside a worker process: decoding some frames and dropping the others.

ffmpeg can't drop packets before its decoder everywhere (5.1 has no bitstream filters on inputs, and ignores the wish
for key frames in VP9 and AV1). Here packets are counted, so that each frame has its exact number, and their times are
read, so that movies of uneven pace can be told in seconds. The file is the descriptor that we opened, behind the same
fences as ffmpeg's. What doesn't fit together is given up (`None`) for the plan that looks at every frame.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import COARSE, LocalFeatures
from detectors.fingerprint.picture import SIDE, Fingerprints, Viewer
from scanner.media.commands import MAX_PIXELS, THREADS
from scanner.media.decode.details import Details
from scanner.media.decode.looking import whole_hashes
from scanner.media.demuxing import UNREAD, demuxing
from scanner.media.errors import MediaError
from scanner.media.facts.probe import Probe
from scanner.media.pixels import light

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.stream import VideoStream

Seconds: TypeAlias = NDArray[np.float64]
Wanted: TypeAlias = Callable[[int], bool]
"""Whether the frame of this number is to be decoded."""

_Numbered = TypeVar("_Numbered", Fingerprints, LocalFeatures)

_PEEKED = 48
"""Packets that are asked whether they stand alone; one later that doesn't ends the plan."""
_BATCH = 16
_PERCEPTUAL = 16  # PQ, among the transfer characteristics of ITU-T H.273
_DECODER = {"max_pixels": str(MAX_PIXELS), "flags": "+output_corrupt"}


@dataclass(frozen=True, slots=True)
class Sampled:
    """Some frames of a movie. `of`: how many there are; `damaged`: how many were wanted and gave no sound picture.

    `local`: their details, None where none were asked for. `times`: when each of ALL frames is shown, in seconds from
    the first; empty where the packets don't say.
    """

    prints: Fingerprints
    local: LocalFeatures | None
    of: int
    damaged: int
    times: Seconds


def stands_alone(path: Path, index: int, codec: str) -> bool | None:
    """Whether each packet of a stream is a whole frame; None where packets of this file can't be read singly here."""
    try:
        with picture_stream(path, index) as (container, stream):
            if stream.codec_context.codec.canonical_name != codec:
                return None
            if stream.codec_context.codec.intra_only:
                return True
            count = 0
            for packet in shown_packets(container, stream):
                if not packet.is_keyframe:
                    return False
                count += 1
                if count == _PEEKED:
                    return True
            return count > 1
    except MediaError:
        return None


def sample(path: Path, probed: Probe, step: int, *, halvings: int = 0, mirrored: bool = False) -> Sampled | None:
    """One in `step` frames of a movie whose frames stand alone, and the last, with their details.

    `halvings`: how often the decoder is to halve the sides. `mirrored`: describe details mirrored as well. None where
    frames don't stand alone after all, or don't come in the order of showing.

    Raises:
        MediaError: the file can't be opened.
    """
    details = Details(mirrored=mirrored)
    return _decode_wanted(path, probed, lambda number: number % step == 0, halvings=halvings, details=details)


def windows(path: Path, probed: Probe, ranges: Sequence[tuple[int, int]], *, halvings: int = 0) -> Fingerprints | None:
    """The frames in some ranges, both ends included, of a movie whose frames stand alone. None as for `sample`.

    Raises:
        MediaError: the file can't be opened.
    """
    end = max(last for _, last in ranges)

    def in_ranges(number: int) -> bool:
        return any(first <= number <= last for first, last in ranges)

    sampled = _decode_wanted(path, probed, in_ranges, halvings=halvings, end=end)
    return sampled.prints if sampled else None


def key_frames(path: Path, probed: Probe) -> Sampled | None:
    """The key frames of a movie, each under its number in the order of showing. None where packets have no times.

    Raises:
        MediaError: the file can't be opened.
    """
    with picture_stream(path, probed.video) as (container, stream):
        decoder = _Decoder(stream, probed, Details())
        stamps = []
        for number, packet in enumerate(shown_packets(container, stream)):
            if packet.pts is None:
                return None
            stamps.append(packet.pts)
            if packet.is_keyframe:
                decoder.feed(packet, number)
        prints, local, damaged = decoder.finish()
        order = np.argsort(np.array(stamps, np.int64), kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        times = _seconds(np.array(stamps, np.int64)[order], stream)
    if not len(times):
        return None
    prints = _renumbered(prints, place)
    return Sampled(prints, _renumbered(local, place) if local else None, len(stamps), damaged, times)


def shown_at(path: Path, index: int) -> Seconds:
    """When each frame is shown, in seconds from the first; empty where packets don't say. Nothing is decoded."""
    with suppress(MediaError), picture_stream(path, index) as (container, stream):
        stamps = [packet.pts for packet in shown_packets(container, stream)]
        if None not in stamps:
            return _seconds(np.sort(np.array(stamps, np.int64)), stream)
    return np.zeros(0)


def _renumbered(numbered: _Numbered, place: NDArray[np.int64]) -> _Numbered:
    """Prints or features in the order in which their frames are shown: each packet's number becomes its place there."""
    ranked = np.argsort(place[numbered.frames], kind="stable")
    return replace(numbered[ranked], frames=place[numbered.frames][ranked])


def _decode_wanted(
    path: Path,
    probed: Probe,
    wanted: Wanted,
    *,
    halvings: int,
    details: Details | None = None,
    end: int | None = None,
) -> Sampled | None:
    with picture_stream(path, probed.video, unread=True) as (container, stream):
        intra = stream.codec_context.codec.intra_only
        decoder = _Decoder(stream, probed, details, halvings)
        stamps: list[int | None] = []
        last: av.Packet[VideoStream] | None = None
        for number, packet in enumerate(shown_packets(container, stream)):
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
        prints, local, damaged = decoder.finish()
        all_timed = None not in stamps
        times = np.array(stamps if all_timed else [], np.int64)
        if (np.diff(times) <= 0).any() or (np.diff(prints.frames) <= 0).any():
            return None
        return Sampled(prints, local, len(stamps), damaged, _seconds(times, stream))


class _Decoder:
    """A decoder that is fed single packets, and what came of them. A packet's number travels as its time stamp."""

    def __init__(self, stream: "VideoStream", probed: Probe, details: Details | None, halvings: int = 0) -> None:
        from av.video.reformatter import VideoReformatter

        context = stream.codec_context
        context.thread_type, context.thread_count = "AUTO", THREADS
        context.skip_frame = "DEFAULT"
        context.options = _DECODER | ({"lowres": str(halvings)} if halvings else {})
        self._context = context
        self._turns = -(probed.turned // 90)
        shape = probed.shape(COARSE)
        self._shape = shape[::-1] if self._turns % 2 else shape  # as stored
        by_container = light.PERCEPTUAL if stream.codec_context.color_trc == _PERCEPTUAL else None
        self._transfer = by_container or probed.transfer  # a decoder that knows nothing of it hides it from ffprobe
        self._shrink, self._shrink_more = VideoReformatter(), VideoReformatter()
        self._batch = np.empty((_BATCH, SIDE, SIDE), np.uint8)
        self._large: list[NDArray[np.uint8]] = []
        self._numbers: list[int] = []
        self._viewer = Viewer()
        self._details = details
        self._fed = 0
        self._sound = 0

    def feed(self, packet: "av.Packet[VideoStream]", number: int) -> None:
        packet.pts = packet.dts = number
        self._fed += 1
        self._decode(packet)

    def finish(self) -> tuple[Fingerprints, LocalFeatures | None, int]:
        """All that came, and of how many packets no sound picture did."""
        self._decode(None)
        self._flush()
        local = self._details.finish() if self._details else None
        return self._viewer.finish(), local, self._fed - self._sound

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
            self._see(frame)
            self._numbers.append(frame.pts)
            if len(self._numbers) == _BATCH:
                self._flush()

    def _see(self, frame: "av.VideoFrame") -> None:
        """Scale the frame to the larger size by averaging all of it, and what that gives to the small one."""
        large = self._shrink.reformat(frame, *self._shape, "gray", interpolation="AREA", threads=1)
        small = self._shrink_more.reformat(large, SIDE, SIDE, "gray", interpolation="AREA", threads=1)
        self._batch[len(self._numbers)] = np.rot90(small.to_ndarray(), self._turns)
        if self._details:
            self._large.append(np.rot90(large.to_ndarray(), self._turns))

    def _flush(self) -> None:
        if not self._numbers:
            return
        displayed = light.as_displayed(self._batch[: len(self._numbers)], self._transfer)
        self._viewer.feed(displayed, np.array(self._numbers, np.int64))
        if self._details:
            for number, whole_hash, large in zip(self._numbers, whole_hashes(displayed), self._large, strict=True):
                self._details.see(number, whole_hash, [light.as_displayed(large, self._transfer)])
        self._numbers, self._large = [], []


@contextmanager
def picture_stream(
    path: Path, index: int | None, *, unread: bool = False
) -> Iterator[tuple["InputContainer", "VideoStream"]]:
    """An opened file and its stream of pictures. `unread`: without decoding any: their order is plain."""
    with demuxing(path, UNREAD if unread else None) as container:
        stream = next((candidate for candidate in container.streams.video if candidate.index == index), None)
        if stream is None or stream.codec_context is None:
            raise MediaError("the stream of pictures is not where it was")
        yield container, stream


def shown_packets(container: "InputContainer", stream: "VideoStream") -> Iterator["av.Packet[VideoStream]"]:
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
