"""What a movie's or sound's container says of itself, read with ffprobe: streams, rate, length, timecode, tags.

Nothing is decoded here, and nothing is believed further than it goes: the number of frames is what the container
promises, to be held against what the decoder gives.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from detectors.material import Tag
from scanner.examination import MediaFacts
from scanner.media.commands import UpTo, allowance, opened, probing, stderr_summary
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.facts.sound_end import SOUND_END, sound_end, without_tail
from scanner.media.facts.streams import ProbeAnswer, StatedStream, codec_of, stated_stream, values_of, whole_number
from scanner.media.program import run
from scanner.timecode import TimecodeError, parse

READER = "ffprobe"
TAG_LIMIT = 64 * 1024
"""Characters of one metadata value that are kept."""

_PART_15 = 0x4000  # the bit of capabilities by which a codestream says so (ITU-T T.800, A.5.1)
_QUARTER_TURNS = (90, 270)
_LEAST_SIDE = 8  # pixels of a small picture, however narrow
_OBLONG = 8  # more than any pixel that is meant
_PEEKED = 48
"""Packets that are asked whether they are key frames; to read on means to read the file."""
_PACKETS = ("-show_entries", "packet=stream_index,flags", "-read_intervals", f"%+#{_PEEKED}")
_HONEST_OF_ORDER = ("h264", "hevc")  # for others ffprobe says so whether it is or not
_DAY = Fraction(1000)  # any rate this high has every label


@dataclass(frozen=True, slots=True)
class Promise:
    """How many frames the container says there are, and how many fewer the decoder may give without anything amiss."""

    frames: int
    tolerance: int

    def kept(self, decoded: int) -> bool:
        """Whether this many decoded frames are what was promised (more are no fault)."""
        return decoded >= self.frames - self.tolerance


@dataclass(frozen=True, slots=True)
class Sound:
    """One stream of sound. `index`: among all streams. `layout`: the places of its channels in ffmpeg's word, or None.

    `begins`: the time at which it starts to count, in seconds of the file's clock. `seconds`: its own length, None
    where only the whole file has one. `rate`: samples a second.
    """

    index: int
    codec: str | None
    channels: int
    layout: str | None = None
    begins: float = 0.0
    seconds: float | None = None
    rate: int | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """A container's own word. `video` is the index of its pictures, None where there are none.

    Those are of the first stream of moving pictures, even where players show another one by themselves: what is
    remembered of a content was seen in it. Every other one is a part of the file, and can be asked for by its index;
    the answer is then without any sound, which belongs to the file. `streams`: all there are, of whatever kind.

    `width` and `height` are as shown, after rotation by `turned` degrees. `begins` and `video_begins` are the times,
    in seconds, at which the file and its video start to count. `rate_is_base`: all times are multiples of the rate's,
    as far as ffprobe looked; otherwise it is an average. `aspect` is the width of a pixel as stored, to its height.
    `reorders`: frames are stored in another order than they are shown in, so that they build on each other.
    `high_throughput`: its JPEG 2000 is that of part 15, which decoders have to know besides. `stands_alone`: each
    packet at its beginning is a whole frame; None where too few came to say. `transfer` is how the picture's numbers
    relate to light, in ffprobe's word. `stated_timecodes`: those in tags, of the pictures first and of the file last;
    `file_timecodes` are the file's alone. `sound_end`: the byte of the file at which its sound ends and tags begin;
    None where there are none behind it.
    """

    container: str
    codec: str | None = None
    video: int | None = None
    width: int | None = None
    height: int | None = None
    turned: int = 0
    aspect: Fraction = Fraction(1)
    rate: str | None = None
    rate_is_base: bool = False
    reorders: bool = False
    stands_alone: bool | None = None
    promise: Promise | None = None
    duration: float | None = None
    begins: float = 0.0
    video_begins: float = 0.0
    video_duration: float | None = None
    stated_timecodes: tuple[str, ...] = ()
    file_timecodes: tuple[str, ...] = ()
    sounds: tuple[Sound, ...] = ()
    transfer: str | None = None
    high_throughput: bool = False
    tags: tuple[Tag, ...] = ()
    sound_end: int | None = None
    streams: tuple[StatedStream, ...] = ()

    @property
    def channels(self) -> tuple[int, ...]:
        """How many channels each stream of sound has."""
        return tuple(sound.channels for sound in self.sounds)

    @property
    def stored_size(self) -> tuple[int | None, int | None]:
        """Width and height as they are stored, before the picture is turned."""
        return (self.height, self.width) if self.turned in _QUARTER_TURNS else (self.width, self.height)

    def shape(self, side: int) -> tuple[int, int]:
        """Width and height of the picture as shown, upright and with square pixels, its long side being `side`."""
        width, height = Fraction(self.width or 1), Fraction(self.height or 1)
        if self.turned in _QUARTER_TURNS:
            height *= self.aspect
        else:
            width *= self.aspect
        longest = max(width, height)
        return max(_LEAST_SIDE, round(width * side / longest)), max(_LEAST_SIDE, round(height * side / longest))

    def facts(self, form: str) -> MediaFacts:
        """The facts for the report, under the format word that the bytes gave."""
        return MediaFacts(
            format=form,
            codec=self.codec,
            width=self.width,
            height=self.height,
            rate=self.rate,
            frame_count=self.promise.frames if self.promise else None,
            duration=self.duration,
            start_timecode=next(iter(self.stated_timecodes), None),
            channels=self.channels,
        )


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is asked about, under any name: its `path` doesn't count when it is compared with another."""

    size: int
    modified: int
    device: int
    inode: int
    path: Path = field(compare=False)


def probe(path: Path, track: int | None = None) -> Probe:
    """Ask ffprobe. The last few answers are kept: a file's facts, its tags and its pictures ask one after the other.

    `track`: the index of the stream whose pictures are meant, where it isn't that by which the file is known.

    Raises:
        UnsupportedMediaError: a container that isn't allowed.
        MediaTimeoutError: it took too long.
        MediaError: the file can't be read, holds nothing to be looked at or heard, or has no such track.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise MediaError(f"the file can't be opened: {error.strerror}") from error
    return _probe(_File(status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino, path), track)


@lru_cache(maxsize=8)
def _probe(file: _File, track: int | None) -> Probe:
    answer = _answer(file)
    whole = _understand(answer, None)
    if track is None or track == whole.video:
        return whole
    if not any(stream.index == track and stream.moves for stream in whole.streams):
        raise MediaError(f"it has no track of pictures at {track}")
    return _understand(answer, track)


@lru_cache(maxsize=4)
def _answer(file: _File) -> ProbeAnswer:
    with opened(file.path) as descriptor:
        answer = _asked(descriptor, descriptor, file.size)
        end = sound_end(descriptor, str(answer["format"].get("format_name", "")))
        return (
            answer if end is None else without_tail(answer, _asked(UpTo(descriptor, end), descriptor, file.size), end)
        )


def _asked(opened_file: int | UpTo, descriptor: int, size: int) -> ProbeAnswer:
    line = probing(opened_file, "-show_format", "-show_streams", *_PACKETS)
    completed = run(line, timeout=allowance(size), pass_fds=[descriptor])
    if "not on whitelist" in completed.stderr:
        raise UnsupportedMediaError("a container that may name other files is not opened")
    try:
        answer = json.loads(completed.stdout.decode("utf-8", "replace"))
    except ValueError:
        answer = {}
    if (
        completed.returncode or not isinstance(answer, dict) or not answer.get("format")
    ):  # the exit code alone proves nothing
        raise MediaError(stderr_summary(completed.stderr) or "the container can't be read")
    return answer


def _understand(answer: ProbeAnswer, track: int | None) -> Probe:
    streams: Sequence[ProbeAnswer] = answer.get("streams") or []
    container: ProbeAnswer = answer["format"]
    stated = tuple(stated_stream(stream) for stream in streams)
    pictured = track
    if pictured is None:
        pictured = next((stream.index for stream in stated if stream.kind == "video" and not stream.attached), None)
    video = next((stream for stream in streams if int(stream["index"]) == pictured), None)
    audio = [stream for stream in streams if stream.get("codec_type") == "audio"]
    if video is None and not audio and not _text_alone(stated):
        raise (UnsupportedMediaError if stated else MediaError)("there is no stream of pictures or sound in it")
    sections = [("format", container), *((f"stream{stream['index']}", stream) for stream in streams)]
    without_pictures = Probe(
        container=str(container.get("format_name", "")),
        codec=codec_of(audio[0]) if audio else None,
        duration=_seconds(container.get("duration")),
        begins=_seconds(container.get("start_time")) or 0.0,
        stated_timecodes=_timecodes([*([video] if video else []), *streams, container]),
        file_timecodes=_timecodes([container]),
        sounds=() if track is not None else tuple(_sound(stream) for stream in audio),
        tags=tuple(tag for prefix, section in sections for tag in _tags(prefix, section)),
        sound_end=answer.get(SOUND_END),
        streams=stated,
    )
    if video is None:
        return without_pictures
    return _with_pictures(without_pictures, answer, video, alone=not audio and track is None)


def _text_alone(streams: Sequence[StatedStream]) -> bool:
    """Whether captions are all there is: timed text in its own MXF file, as packages deliver it (SMPTE ST 429-5)."""
    kinds = {stream.kind for stream in streams}
    return "subtitle" in kinds and kinds <= {"subtitle", "data"}


def _with_pictures(without: Probe, answer: ProbeAnswer, video: ProbeAnswer, *, alone: bool) -> Probe:
    """What is known of the whole file, and what the stream of its pictures states. `alone`: nothing else is as long."""
    turned = _rotation(video)
    width, height = video.get("width") or None, video.get("height") or None
    rate = _rate(video)
    return replace(
        without,
        codec=codec_of(video),
        video=int(video["index"]),
        width=height if turned in _QUARTER_TURNS else width,
        height=width if turned in _QUARTER_TURNS else height,
        turned=turned,
        aspect=_aspect(video),
        rate=rate,
        transfer=video.get("color_transfer"),
        high_throughput=codec_of(video) == "jpeg2000" and bool((whole_number(video.get("profile")) or 0) & _PART_15),
        reorders=codec_of(video) in _HONEST_OF_ORDER and (video.get("has_b_frames") or 0) > 0,
        stands_alone=_stands_alone(answer.get("packets") or [], int(video["index"])),
        rate_is_base=rate is not None and rate == video.get("r_frame_rate"),
        promise=_promise(video, answer["format"], rate, alone=alone),
        video_duration=_own_length(video) or without.duration,
        video_begins=_seconds(video.get("start_time")) or 0.0,
    )


def _sound(stream: ProbeAnswer) -> Sound:
    return Sound(
        index=int(stream["index"]),
        codec=codec_of(stream),
        channels=int(stream.get("channels") or 0),
        layout=stream.get("channel_layout") or None,
        begins=_seconds(stream.get("start_time")) or 0.0,
        seconds=_own_length(stream),
        rate=whole_number(stream.get("sample_rate")),
    )


def _stands_alone(packets: Sequence[ProbeAnswer], index: int) -> bool | None:
    flags = [str(packet.get("flags", "")) for packet in packets if packet.get("stream_index") == index]
    if any("K" not in flag for flag in flags):
        return False
    return True if len(flags) > 1 else None


def _aspect(stream: ProbeAnswer) -> Fraction:
    ratio = _fraction(str(stream.get("sample_aspect_ratio", "")).replace(":", "/"))
    return ratio if ratio and 1 / Fraction(_OBLONG) <= ratio <= _OBLONG else Fraction(1)


def _rotation(stream: ProbeAnswer) -> int:
    """Degrees clockwise, 0 to 359, by which players turn the picture."""
    for data in stream.get("side_data_list") or []:
        if "rotation" in data:
            return round(-float(data["rotation"])) % 360
    return 0


def _rate(stream: ProbeAnswer) -> str | None:
    """The rate as ffprobe writes it: that of the time base, or the average where frames come at another pace.

    A time base of fields (50) or of milliseconds (1000) is not a rate of frames.
    """
    base, average = _fraction(stream.get("r_frame_rate")), _fraction(stream.get("avg_frame_rate"))
    if base and (not average or abs(base - average) <= average / 100):
        return str(stream["r_frame_rate"])
    return str(stream["avg_frame_rate"]) if average else None


def _promise(stream: ProbeAnswer, container: ProbeAnswer, rate: str | None, *, alone: bool) -> Promise | None:
    """How many frames to expect.

    A count in the container (MP4, MOV, AVI) is exact unless an edit list shows less; MXF counts its length in frames.
    Elsewhere the length is in seconds, rounded: two frames or one in a hundred may lack. Where only the whole file has
    a length, its sound may be what is long.
    """
    own_length = _own_length(stream)
    length = own_length or _seconds(container.get("duration"))
    counted = whole_number(stream.get("nb_frames"))
    lasting = round(length * Fraction(rate)) if length and rate else None
    if counted:
        edited = own_length and str(container.get("format_name")).startswith("mov")
        return Promise(min(counted, lasting or counted) if edited else counted, 0)
    if not lasting:
        return None
    if own_length and container.get("format_name") == "mxf":
        return Promise(lasting, 0)
    if own_length or alone:
        return Promise(lasting, max(2, lasting // 100))
    return Promise(lasting, max(math.ceil(Fraction(rate or 1)), lasting // 10))


def _own_length(stream: ProbeAnswer) -> float | None:
    """A stream's length in seconds. Matroska has the time of its end as a tag, `00:00:02.007000000`."""
    if length := _seconds(stream.get("duration")):
        return length
    ending = next((value for key, value in values_of(stream) if key.upper() == "DURATION"), "")
    try:
        hours, minutes, seconds = ending.split(":")
        length = int(hours) * 3600 + int(minutes) * 60 + float(seconds) - (_seconds(stream.get("start_time")) or 0.0)
    except ValueError:
        return None
    return length if math.isfinite(length) and length > 0 else None


def _timecodes(sections: Sequence[ProbeAnswer]) -> tuple[str, ...]:
    """The timecodes that are stated in tags: of the picture, of a timecode track, of the file (Matroska)."""
    tags = (value.strip() for section in sections for key, value in values_of(section) if key.lower() == "timecode")
    return tuple(tag for tag in tags if _is_timecode(tag))


def _is_timecode(text: str) -> bool:
    try:
        parse(text, _DAY)
    except TimecodeError:
        return False
    return True


def _tags(prefix: str, section: ProbeAnswer) -> list[Tag]:
    return [Tag(READER, f"{prefix}:{key}", value[:TAG_LIMIT]) for key, value in values_of(section)]


def _seconds(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _fraction(value: object) -> Fraction | None:
    try:
        number = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None
    return number if number > 0 else None
