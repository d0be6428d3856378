"""The stretches of a file for which its format accounts, and so what stands in none of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import BinaryIO

from detectors.tails import tail_tags
from scanner.media.reading import size_of
from scanner.parts.ends import containers, documents, sound, stills
from scanner.parts.ends.stills import ByteRange


def unaccounted(file: BinaryIO, form: str) -> list[ByteRange]:
    """The stretches of a file that its format doesn't account for, in their order; none where it states no end."""
    walk = _WALKS.get(form)
    if walk is None:
        return []
    size, here, gaps = size_of(file), 0, []
    ranges = list(walk(file, size))
    if form in TAGGED and ranges != [(0, size)]:
        ranges += [(tag.start, tag.end) for tag in tail_tags(file)]  # they are read for what they hold
    for start, end in sorted(ranges):
        if start > here:
            gaps.append((here, start))
        here = max(here, min(end, size))
    return [*gaps, (here, size)] if 0 < here < size else gaps


TAGGED = frozenset({"mp3", "mp2", "aac", "ac3", "flac", "ogg", "wav", "rf64", "aiff"})
"""Formats behind whose sound tags of players are met."""
ENDLESS = ("mpeg", "dv", "h264", "hevc", "y4m", "ac3", "dts")
"""Formats that state no end: what begins for sure in their last megabytes is sought."""
_WALKS: Mapping[str, Callable[[BinaryIO, int], Sequence[ByteRange]]] = {
    "jpeg": stills.jpeg,
    "png": stills.png,
    "gif": stills.gif,
    "bmp": stills.bmp,
    "pnm": stills.pnm,
    "tiff": stills.tiff,
    "exr": stills.exr,
    "dpx": stills.dpx,
    "psd": stills.psd,
    "psb": stills.psd,
    "tga": stills.tga,
    "dds": stills.dds,
    "ico": stills.icon,
    "sgi": stills.sgi,
    "mkv": containers.matroska,
    "webm": containers.matroska,
    "ogg": containers.ogg,
    "ogv": containers.ogg,
    "mxf": containers.mxf,
    "mpegts": containers.transport,
    "flv": containers.flv,
    "asf": containers.asf,
    "ivf": containers.ivf,
    "mp3": sound.mpeg,
    "mp2": sound.mpeg,
    "aac": sound.adts,
    "flac": sound.flac,
    "w64": sound.wave64,
    "au": sound.sun,
    "caf": sound.core_audio,
    **dict.fromkeys(ENDLESS, documents.tail),
    "rtf": documents.rtf,
    "7z": documents.seven_zip,
    **dict.fromkeys(("xml", "xmp", "ttml"), documents.xml),
    **{form: partial(documents.marked, form) for form in documents.ENDS},
    **dict.fromkeys(("webp", "avi"), containers.riff),
    **dict.fromkeys(("wav", "rf64", "aiff"), containers.riff_of_sound),
    **dict.fromkeys(("mp4", "mov", "m4a", "heic", "avif", "cr3", "jp2"), containers.boxes),
}
FORMATS = frozenset(_WALKS)
"""Formats that state their end."""
LOOSE = frozenset(
    {
        *documents.ENDS,
        "xml",
        "xmp",
        "ttml",
        "rtf",
        "tiff",
        "dpx",
        "tga",
        "dds",
        "sgi",
        "mp3",
        "mp2",
        "aac",
        "flac",
        *ENDLESS,
    }
)
"""Of these, those behind whose end something harmless may stand: text, padding of some sort, tags of players, or data
to which those of a TIFF point; of a FLAC the end isn't known to the byte."""
UNSURE = frozenset({"mp3", "mp2", "aac", "flac", *ENDLESS})
"""Of these, those whose sound may go on behind what is taken for the end: a signature alone proves nothing there."""
