"""The parts of movies and sounds: their tracks, what is attached to them, and what edit lists leave out.

Everything is listed from what ffprobe said of the file anyway. A track of pictures is looked at where it lies, covers
and attachments are taken out as files. All sound belongs to what the file is known by, and is heard with it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO

from scanner.drop.kinds import Format
from scanner.media.decode.counting import indexed
from scanner.media.decode.hearing import unheard
from scanner.media.facts.attached import Attached
from scanner.media.facts.edits import left_out
from scanner.media.facts.probe import Probe, probe
from scanner.media.facts.streams import MOST_STREAMS, StatedStream
from scanner.media.reading import blocks, size_of
from scanner.parts.ends.accounts import unaccounted
from scanner.parts.source import Bounds, ListingCutError, PartReader, PartSource
from scanner.terms.wording import plain

_TRACKS = "every video track, also disabled ones and alternates"
_SOUND = "sound"
_COVERS = "covers"
_TOLD = "; told: captions as pictures, data tracks unknown here, codecs without a decoder, sound beyond what is heard"
_UNHEARD = "; told: sound beyond what is heard"
COVERS: Mapping[str, str] = {
    **dict.fromkeys(
        ("mp4", "mov"),
        f"{_TRACKS}; frames that edit lists leave out; {_COVERS}; {_SOUND}{_TOLD}, sound that edit lists leave out",
    ),
    **dict.fromkeys(("mkv", "webm"), f"{_TRACKS}; {_COVERS} and attachments; {_SOUND}{_TOLD}"),
    "mxf": f"{_TRACKS}; {_SOUND}; pictures of captions in timed text{_TOLD}",
    **dict.fromkeys(("mpegts", "mpeg", "avi", "flv", "dv"), f"{_TRACKS}; {_SOUND}{_TOLD}"),
    **dict.fromkeys(("asf", "ogv"), f"{_TRACKS}; {_COVERS}; {_SOUND}{_TOLD}"),
    **dict.fromkeys(("ivf", "y4m", "h264", "hevc"), "its one video track"),
    **dict.fromkeys(
        ("m4a", "mp3", "mp2", "flac", "ogg", "aac", "wav", "rf64", "aiff"), f"{_SOUND}; {_COVERS}{_UNHEARD}"
    ),
    **dict.fromkeys(("w64", "ac3", "dts", "caf", "au"), f"{_SOUND}{_UNHEARD}"),
}
"""Which parts of each format are examined, and, behind `; told: `, which can't be and are told."""

_MOVS = "mov,"  # begins ffprobe's name for MP4 and MOV
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_LEAST_SOUND = 0.5
"""Seconds that an edit list may leave out of a sound: a codec's run-up is a tenth of it, and no song is known by it."""
_AS_TEXT = frozenset(
    "mov_text subrip srt ass ssa webvtt ttml text eia_608 eia_708 dvb_teletext hdmv_text_subtitle stl microdvd "  # noqa: SIM905 - a list of words
    "jacosub sami realtext subviewer subviewer1 mpl2 vplayer pjs arib_caption".split()
)
_AS_PICTURES = frozenset({"dvd_subtitle", "dvb_subtitle", "hdmv_pgs_subtitle", "xsub"})
_PNG, _END_OF_PNG = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_DATA = {
    "tmcd": "a timecode track",
    "text": "titles of chapters",
    "rtp ": "hints for streaming",
    "mebx": "metadata of a camera",
    "gpmd": "metadata of a camera",
    "camm": "metadata of a camera",
    "fdsc": "metadata of a camera",
    "klv": "metadata of a sensor",
    "scte_35": "cues of a broadcast",
    "timed_id3": "titles of a broadcast",
    "epg": "a programme guide",
    "vbi_vanc_smpte_436M": "ancillary data: captions and timecode",
}
"""Data that holds no picture, by the label, the codec or the purpose that its container states."""


def read(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The tracks and attachments of a movie or sound besides the one it is known by.

    Raises:
        ListingCutError: there may be more streams than ffmpeg opens.
        MediaError: the container can't be read.
    """
    path = Path(f"/proc/self/fd/{file.fileno()}")
    stated = probe(path)
    listed = _Listed(path, form, stated)
    hidden = left_out(file) if stated.container.startswith(_MOVS) else {}
    for stream in stated.streams:
        yield from listed.of(stream)
        if seconds := hidden.get(stream.number or 0):
            yield from listed.hidden(stream, seconds)
    yield from _unheard(stated)
    if form.name == "mxf" and stated.video is None and not stated.sounds:
        yield from _drawn_captions(file, bounds)
    if len(stated.streams) >= MOST_STREAMS:
        raise ListingCutError(f"its first {MOST_STREAMS:,} streams are listed; there may be more")


READERS: Mapping[str, tuple[PartReader, ...]] = dict.fromkeys(COVERS, (read,))
"""Who lists the parts of each format."""


class _Listed:
    """What was listed of one file so far: parts are counted as people count them."""

    def __init__(self, path: Path, form: Format, stated: Probe) -> None:
        self._path = path
        self._form = form
        self._stated = stated
        self._films = stated.container.startswith(_MOVS)
        covers = frozenset(s.index for s in stated.streams if s.attached and not s.chapters)
        self._attached = Attached(path, covers)
        self._count = dict.fromkeys(("track", "sound", "cover", "attachment"), 0)

    def of(self, stream: StatedStream) -> Iterable[PartSource]:
        """The part that a stream is; none for sound, and for the track by which the file is known."""
        if stream.moves:
            self._count["track"] += 1
            return [self._track(stream)] if stream.index != self._stated.video else []
        if stream.kind == "audio":
            self._count["sound"] += 1
            return []
        if stream.attached or stream.kind == "attachment":
            return [self._still(stream)]
        return [_captions(stream) if stream.kind == "subtitle" else _data(stream)]

    def hidden(self, stream: StatedStream, seconds: float) -> Iterable[PartSource]:
        """What an edit list leaves out of a stream of pictures or sound, if it is more than a run-up."""
        if stream.moves:
            count = (stream.frames or 0) - indexed(self._path, stream.index).stored
            if count > 0:
                track = _numbered("video track", self._count["track"])
                where = f"{_counted(count, 'frame')} of the {track} that its edit list leaves out"
                yield PartSource(
                    f"hidden:{stream.index}",
                    where,
                    shown=False,
                    frames=count,
                    in_place=stream.codec is not None,
                    kind="video",
                    format=self._form.name,
                    why_not="" if stream.codec else "no decoder for its codec",
                )
        elif stream.kind == "audio" and seconds > _LEAST_SOUND:
            where = f"{_numbered('stream of sound', self._count['sound'])}, outside its edit list"
            why = f"{seconds:.1f} seconds that the edit list leaves out"
            yield PartSource(
                f"hidden:{stream.index}", where, shown=False, kind="audio", why_not=why, format=self._form.name
            )

    def _track(self, stream: StatedStream) -> PartSource:
        words = [stream.codec or "unknown codec", self._standing(stream), "pictures of chapters" * stream.chapters]
        return PartSource(
            f"track:{stream.index}",
            f"{_numbered('video track', self._count['track'])} ({', '.join(word for word in words if word)})",
            name=stream.title,
            shown=stream.default,
            frames=stream.frames,
            in_place=stream.codec is not None,
            kind="video",
            format=self._form.name,
            why_not="" if stream.codec else "no decoder for its codec",
        )

    def _standing(self, stream: StatedStream) -> str:
        """What a player makes of a track, where its container says so."""
        if not any(other.default for other in self._stated.streams if other.moves):
            return ""
        main = next((other for other in self._stated.streams if other.index == self._stated.video), None)
        if not stream.default:
            return "disabled" if self._films else "not default"
        return "default" if main and not main.default else ""

    def _still(self, stream: StatedStream) -> PartSource:
        """A cover, or an attachment of Matroska: ffmpeg takes those that are JPEG or PNG for covers."""
        inside = bool(stream.filename) or stream.kind == "attachment"
        kind, what = ("attachment", "attachment") if inside else ("cover", "attached picture")
        number = self._count[kind]
        self._count[kind] += 1
        named = f" ({plain(stream.filename)})" if stream.filename else ""
        return PartSource(
            f"{kind}:{number}",
            f"{what} {number + 1}{named}",
            name=stream.filename or stream.title,
            shown=not inside,
            read=partial(self._bytes, stream.index),
        )

    def _bytes(self, index: int) -> Iterable[bytes]:
        yield self._attached.read(index)


def _captions(stream: StatedStream) -> PartSource:
    id_, codec = f"captions:{stream.index}", stream.codec or ""
    language = f", {plain(stream.language)}" if stream.language not in {"", "und"} else ""
    where = f"captions ({codec or 'unknown codec'}{language})"
    if codec in _AS_TEXT:
        return PartSource(
            id_, where, name=stream.title, shown=stream.default, kind="document", harmless="captions as text"
        )
    why = "captions as pictures, which nobody looks at" if codec in _AS_PICTURES else "captions of a kind unknown here"
    return PartSource(id_, where, name=stream.title, shown=stream.default, why_not=why)


def _drawn_captions(file: BinaryIO, bounds: Bounds) -> Iterator[PartSource]:
    """The pictures that timed text in a file of its own may refer to: PNG beside the text (SMPTE ST 429-5)."""
    end_of_file = next((start for start, _ in unaccounted(file, "mxf")), size_of(file))  # behind it others look
    begins, ends = (list(_places(file, mark, end_of_file)) for mark in (_PNG, _END_OF_PNG))
    for number, begin in enumerate(begins[: bounds.listed]):
        behind = bisect_left(ends, begin)
        end = ends[behind] + len(_END_OF_PNG) if behind < len(ends) else end_of_file
        where = f"picture {number + 1} of the captions"
        read = partial(blocks, file, begin, end)
        yield PartSource(
            f"picture:{number}", where, shown=False, size=end - begin, read=read, kind="still", format="png"
        )
    if len(begins) > bounds.listed:
        raise ListingCutError(
            f"{len(begins):,} pictures of captions; {len(begins) - bounds.listed:,} were not looked at"
        )


def _places(file: BinaryIO, mark: bytes, end: int) -> Iterator[int]:
    """Where a mark stands in a file before a place."""
    tail, place = b"", 0
    for block in blocks(file, 0, end):
        data = tail + block
        yield from (place - len(tail) + found.start() for found in re.finditer(re.escape(mark), data))
        place += len(block)
        tail = data[1 - len(mark) :]


def _data(stream: StatedStream) -> PartSource:
    words = [word for word in (stream.codec, stream.label, stream.purpose) if word]
    harmless = next((_DATA[word] for word in words if word in _DATA), "")
    where = harmless.removeprefix("a ") or f"data track ({plain(', '.join(words)) or 'of no stated kind'})"
    why = "" if harmless else "a data track that nobody here reads"
    return PartSource(f"data:{stream.index}", where, name=stream.title, shown=False, harmless=harmless, why_not=why)


def _unheard(stated: Probe) -> Iterator[PartSource]:
    """What is beyond the tracks of sound that are heard."""
    for index, channels in unheard(stated.sounds).items():
        where = f"{_counted(channels, 'track')} of sound in stream {index}"
        yield PartSource(f"sound:{index}", where, kind="audio", why_not="more tracks of sound than are listened to")


def _numbered(what: str, number: int) -> str:
    return f"{_ORDINALS[number - 1]} {what}" if number <= len(_ORDINALS) else f"{what} {number}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + "s" * (number != 1)
