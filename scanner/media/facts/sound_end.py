"""Where the sound of a file ends that has tags behind it: what a decoder is shown of it, and what ffprobe says then.

ffmpeg reads an ID3v2 tag behind the sound as damaged sound, and counts any tag there as sound where it estimates a
length from the size of the file.
"""

from detectors.tails import tail_tags
from scanner.media.facts.streams import ProbeAnswer

SOUND_END = "sound_end"
"""The word under which an answer has the byte at which the sound ends."""

_WITH_TAILS = frozenset({"mp3", "aac", "ac3", "eac3", "ogg", "flac"})
"""ffprobe's words for streams of sound behind which tags may stand."""


def sound_end(descriptor: int, container: str) -> int | None:
    """The byte at which the sound of an opened file ends and tags begin; None where there are none behind it.

    `container`: in ffprobe's word.
    """
    if container not in _WITH_TAILS:
        return None
    with open(descriptor, "rb", closefd=False) as file:
        tags = tail_tags(file)
    return tags[0].start if tags else None


def without_tail(answer: ProbeAnswer, of_sound: ProbeAnswer, end: int) -> ProbeAnswer:
    """What is said of a whole file, tags and covers, with the lengths that it has up to `end` without the tags."""
    lengths = {stream["index"]: stream.get("duration") for stream in of_sound.get("streams") or []}
    streams = [
        {**stream, "duration": length} if (length := lengths.get(stream["index"])) else stream
        for stream in answer.get("streams") or []
    ]
    length = of_sound["format"].get("duration")
    whole = {**answer["format"], **({"duration": length} if length else {})}
    return {**answer, "streams": streams, "format": whole, SOUND_END: end}
