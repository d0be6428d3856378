"""The streams of a movie or sound as ffprobe states them, each with what its container says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

ProbeAnswer: TypeAlias = Mapping[str, Any]
"""What ffprobe says in JSON, of a file or of one stream in it."""

MOST_STREAMS = 1000
"""As many streams as ffmpeg opens. Of some containers it goes on without a word: there may be more."""


@dataclass(frozen=True, slots=True)
class StatedStream:
    """One stream as its container states it, whatever is in it. What it doesn't state is empty or None.

    `kind`: video, audio, subtitle, data, attachment, or empty. `number`: what the container calls it (the id of an
    MP4's track). `label`: its codec in the container's own four letters. `default`: a player shows it by itself; in MP4
    and MOV that is the bit by which a track is enabled. `attached`: a still beside the sound or the film. `chapters`:
    pictures of chapters, which ffmpeg counts as attached; there may be any number of them. `purpose`: what a data
    stream is for.
    """

    index: int
    kind: str
    codec: str | None = None
    number: int | None = None
    label: str = ""
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    default: bool = False
    attached: bool = False
    chapters: bool = False
    filename: str = ""
    mimetype: str = ""
    language: str = ""
    title: str = ""
    purpose: str = ""

    @property
    def moves(self) -> bool:
        """Whether it is a track of pictures, rather than a still beside one."""
        return self.kind == "video" and (self.chapters or not self.attached)


def stated_stream(stream: ProbeAnswer) -> StatedStream:
    """One stream of ffprobe's answer."""
    disposition = stream.get("disposition") or {}
    tags = {key.lower(): value for key, value in values_of(stream)}
    label = str(stream.get("codec_tag_string", ""))
    return StatedStream(
        index=int(stream["index"]),
        kind=str(stream.get("codec_type", "")),
        codec=codec_of(stream),
        number=whole_number(stream.get("id"), 16),
        label="" if label.startswith("[") else label,
        width=stream.get("width") or None,
        height=stream.get("height") or None,
        frames=whole_number(stream.get("nb_frames")),
        default=bool(disposition.get("default")),
        attached=bool(disposition.get("attached_pic")),
        chapters=bool(disposition.get("timed_thumbnails")),
        filename=tags.get("filename", ""),
        mimetype=tags.get("mimetype", ""),
        language=tags.get("language", ""),
        title=tags.get("title", ""),
        purpose=tags.get("data_type", ""),
    )


def codec_of(stream: ProbeAnswer) -> str | None:
    """Ffmpeg's name of its codec; None where it has none."""
    name = stream.get("codec_name")
    return str(name) if name and name != "unknown" else None


def values_of(place: ProbeAnswer) -> list[tuple[str, str]]:
    """The tags of a stream or of the file."""
    return [(str(key), str(value)) for key, value in (place.get("tags") or {}).items()]


def whole_number(value: object, base: int = 10) -> int | None:
    """A number that ffprobe wrote; None where it wrote none."""
    try:
        return abs(int(str(value), base))
    except ValueError:
        return None
