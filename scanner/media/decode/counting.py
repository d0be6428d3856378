"""Whether all pictures of a movie are there, where they are fewer than its container seems to promise.

Containers count other things than pictures: the samples of which an edit list leaves some out, chunks of which some are
empty, seconds in which film has fewer pictures than video has frames (each of them shown for two fields, then three). A
file that is cut off must never pass for one of these, so each is proven by what the container itself states.
"""

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scanner.media.commands import opened
from scanner.media.decode.packets import picture_stream, shown_at, shown_packets
from scanner.media.demuxing import ALL_STORED, UNREAD, demuxing
from scanner.media.errors import MediaError
from scanner.media.facts.avi import Chunked, chunked
from scanner.media.facts.edits import left_out
from scanner.media.facts.endings import Ending
from scanner.media.facts.matroska import stored_pictures
from scanner.media.facts.probe import Probe
from scanner.media.facts.streams import StatedStream

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_LONGEST = Fraction(3, 2)  # frames that a picture of film is shown for: three fields
_ROUNDED = 0.002  # seconds: Matroska counts in thousandths
_MEASURED = frozenset({"mpegts", "mpeg", "mpegvideo", "ogg", "h264", "hevc", "ivf", "dv", "yuv4mpegpipe"})
"""Containers, in ffprobe's words, that state no length: what is measured by the last packet says nothing of a cut."""
_LACKING = 2  # frames by which a length in seconds may be off


@dataclass(frozen=True, slots=True)
class Expected:
    """How many pictures there should be; None where nothing says so. `is_estimate`: by what those there come to."""

    frames: int | None
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Indexed:
    """Pictures of one track, by its index. `shown`: as often as edits show them. `stored`: those of them, each once."""

    shown: int
    stored: int


def indexed(path: Path, track: int) -> Indexed:
    """What the index of an MP4 or MOV says of one track; it stands there whole even where the pictures are cut off.

    Raises:
        MediaError: the file can't be opened, or has no such track.
    """
    with demuxing(path, UNREAD) as container:
        places = [entry.pos for entry in _stream(container, track).index_entries if not entry.is_discard]
        return Indexed(len(places), len(set(places)))


def left_out_frames(path: Path, track: int) -> tuple[int, ...]:
    """The frames of one track of an MP4 or MOV that no edit shows, ascending.

    They are counted from 0 in the order of showing, among all that are stored, as `ALL_STORED` has them decoded.

    Raises:
        MediaError: the file can't be opened, or has no such track.
    """
    import av

    with demuxing(path, UNREAD) as container:
        stream = _stream(container, track)
        shown = {entry.pos for entry in stream.index_entries if not entry.is_discard}
    stored: list[tuple[int, int]] = []
    with demuxing(path, {**UNREAD, **ALL_STORED}) as container, suppress(av.FFmpegError):  # it may be cut off
        packets = container.demux(_stream(container, track))
        stored.extend((packet.pts, packet.pos or 0) for packet in packets if packet.size and packet.pts is not None)
    return tuple(number for number, (_, place) in enumerate(sorted(stored)) if place not in shown)


def _stream(container: "InputContainer", track: int) -> "VideoStream":
    stream = next((each for each in container.streams.video if each.index == track), None)
    if stream is None:
        raise MediaError("the stream of pictures is not where it was")
    return stream


def all_there(path: Path, stated: Probe, present: int, end: Ending, *, is_clean: bool) -> bool:
    """Whether so many pictures are all that a movie has, which doesn't show by its end that it was cut.

    `is_clean`: its decoder had nothing to complain of.

    Raises:
        MediaError: the file can't be opened.
    """
    rate = Fraction(stated.rate) if stated.rate else None
    if present < max((count for pace, count in end.indexed.items() if pace == rate), default=0):
        return False
    if stated.promise is None or stated.promise.kept(present):
        return True
    return present > 0 and _counts_otherwise(path, stated, present, end, is_clean=is_clean)


def _counts_otherwise(path: Path, stated: Probe, present: int, end: Ending, *, is_clean: bool) -> bool:
    """Whether a container counts other things than pictures, and so many pictures are all the same."""
    stream = next((one for one in stated.streams if one.index == stated.video), None)
    if stream is None:
        return False
    if stated.container.startswith("mov,"):
        return _edited(path, stream) and present >= indexed(path, stream.index).shown > 0
    if stated.container == "avi":
        stored, promised = _chunked(path, stream), stated.promise.frames if stated.promise else 0
        return stored.chunks >= promised and present >= stored.pictures
    if stream.frames is not None or stated.container == "mxf":
        return False
    if stated.container.startswith("matroska") and end.is_proven:
        with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            pictures = stored_pictures(file, stream.index)
        return pictures is not None and present >= pictures > 0
    return _lasts(path, stated, present, is_proven=end.is_proven and is_clean)


def expect(path: Path, stated: Probe, present: int, end: Ending) -> Expected:
    """How many pictures there should be in a movie that lacks some, of which so many are there.

    What a container counts may be other things than pictures: then it is what the pictures that are there come to over
    its whole length.

    Raises:
        MediaError: the file can't be opened.
    """
    if end.is_unclosed or (end.lacks and stated.container in _MEASURED):
        return Expected(None)
    rate = Fraction(stated.rate) if stated.rate else None
    listed = max((count for pace, count in end.indexed.items() if pace == rate), default=0)
    promised = max(stated.promise.frames if stated.promise else 0, listed)
    share = _share(path, stated) if present else Fraction(1)
    frames = max(ceil(promised * share), present)
    return Expected(frames, is_estimate=share != 1 and frames > present)


def _share(path: Path, stated: Probe) -> Fraction:
    """How many pictures there are for each thing that a container counts, by those that are there; 1 for most."""
    stream = next((one for one in stated.streams if one.index == stated.video), None)
    if stream is None or stated.container.startswith("mov,") or stated.container == "mxf":
        return Fraction(1)
    if stated.container == "avi":
        stored = _chunked(path, stream)
        return Fraction(stored.pictures, stored.chunks) if stored.chunks else Fraction(1)
    if stream.frames is not None or not stated.rate:
        return Fraction(1)
    held = _held(path, stated)
    if held is None or held.max() > float(_LONGEST / Fraction(stated.rate)) + _ROUNDED:
        return Fraction(1)
    slots = round(float(held.sum()) * Fraction(stated.rate))
    return Fraction(len(held), slots) if slots > len(held) else Fraction(1)


def _chunked(path: Path, stream: StatedStream) -> Chunked:
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        return chunked(file, stream.index)


def _edited(path: Path, stream: StatedStream) -> bool:
    """Whether an edit list leaves out some of a track whose samples are counted."""
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        return bool(stream.frames and stream.number in left_out(file))


def _lasts(path: Path, stated: Probe, present: int, *, is_proven: bool) -> bool:
    """Whether the pictures last as long as the container states, none of them longer than film does in video.

    `is_proven`: the file ends where it says it does, and nothing in it is damaged. Then a picture may be held as long
    as it likes; and so it may in a transport stream that lacks no packet, since it counts them.
    """
    if not stated.rate or not (stated.video_duration or is_proven):
        return False
    frame = float(1 / Fraction(stated.rate))
    with picture_stream(path, stated.video) as (container, stream):
        packets = list(shown_packets(container, stream))
        unit = float(stream.time_base or 0)
    if is_proven or (stated.container == "mpegts" and not any(packet.is_corrupt for packet in packets)):
        return len(packets) <= present
    if len(packets) > present + _LACKING:
        return False
    least, longest = (stated.video_duration or 0.0) - _LACKING * frame, float(_LONGEST) * frame + _ROUNDED
    held = np.array([(packet.duration or 0) * unit for packet in packets])
    if held.all() and held.max() <= longest and held.sum() >= least:
        return True
    if any(packet.pts is None for packet in packets):
        return False
    times = np.sort(np.array([packet.pts for packet in packets], np.float64)) * unit
    return bool(times[-1] - times[0] + frame >= least and np.diff(times).max(initial=0.0) <= longest)


def _held(path: Path, stated: Probe) -> NDArray[np.float64] | None:
    """For how many seconds each picture is shown, by the times of all; None where their packets have none."""
    times = shown_at(path, stated.video) if stated.video is not None else np.zeros(0)
    frame = float(1 / Fraction(stated.rate or 1))
    return np.append(np.diff(times), frame) if len(times) else None
