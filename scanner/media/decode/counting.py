"""Whether all pictures of a movie are there, where they are fewer than its container seems to promise.

Containers count other things than pictures: the samples of which an edit list leaves some out, chunks of which some are
empty, seconds in which film has fewer pictures than video has frames (each of them shown for two fields, then three). A
file that is cut off must never pass for one of these, so each is proven by what the container itself states.
"""

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scanner.media.commands import opened
from scanner.media.decode.packets import picture_stream, shown_packets
from scanner.media.demuxing import ALL_STORED, UNREAD, demuxing
from scanner.media.errors import MediaError
from scanner.media.facts.avi import chunked
from scanner.media.facts.edits import left_out
from scanner.media.facts.probe import Probe
from scanner.media.facts.streams import StatedStream

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_LONGEST = Fraction(3, 2)  # frames that a picture of film is shown for: three fields
_ROUNDED = 0.002  # seconds: Matroska counts in thousandths
_LACKING = 2  # frames by which a length in seconds may be off


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


def all_there(path: Path, stated: Probe, present: int) -> bool:
    """Whether so many pictures, fewer than were promised, are all that a movie has.

    Raises:
        MediaError: the file can't be opened.
    """
    stream = next((one for one in stated.streams if one.index == stated.video), None)
    if stream is None or stated.promise is None or not present:
        return False
    if stated.container.startswith("mov,"):
        return _edited(path, stream) and present >= indexed(path, stream.index).shown > 0
    if stated.container == "avi":
        with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            stored = chunked(file, stream.index)
        return stored.chunks >= stated.promise.frames and present >= stored.pictures
    return stream.frames is None and _lasts(path, stated, present)


def _edited(path: Path, stream: StatedStream) -> bool:
    """Whether an edit list leaves out some of a track whose samples are counted."""
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        return bool(stream.frames and stream.number in left_out(file))


def _lasts(path: Path, stated: Probe, present: int) -> bool:
    """Whether the pictures last as long as the container states, none of them longer than film does in video."""
    if not stated.rate or not stated.video_duration:
        return False
    frame = float(1 / Fraction(stated.rate))
    with picture_stream(path, stated.video) as (container, stream):
        packets = list(shown_packets(container, stream))
        unit = float(stream.time_base or 0)
    if len(packets) > present + _LACKING:
        return False
    least, longest = stated.video_duration - _LACKING * frame, float(_LONGEST) * frame + _ROUNDED
    held = np.array([(packet.duration or 0) * unit for packet in packets])
    if held.all() and held.max() <= longest and held.sum() >= least:
        return True
    if any(packet.pts is None for packet in packets):
        return False
    times = np.sort(np.array([packet.pts for packet in packets], np.float64)) * unit
    return bool(times[-1] - times[0] + frame >= least and np.diff(times).max(initial=0.0) <= longest)
