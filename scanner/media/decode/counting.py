"""How many pictures a movie shows by its own index, where an edit list leaves some of them out."""

from dataclasses import dataclass
from pathlib import Path

from scanner.media.demuxing import UNREAD, demuxing
from scanner.media.errors import MediaError


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
        stream = next((one for one in container.streams if one.index == track), None)
        if stream is None:
            raise MediaError("the stream of pictures is not where it was")
        places = [entry.pos for entry in stream.index_entries if not entry.is_discard]
        return Indexed(len(places), len(set(places)))
