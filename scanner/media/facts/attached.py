"""What lies in a movie or sound besides its streams of time: covers of whatever container, attachments of Matroska.

Their bytes are handed out as they are. Nothing is decoded here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.media.demuxing import UNREAD, demuxing
from scanner.media.errors import MediaError

if TYPE_CHECKING:
    from av.container import InputContainer


class Attached:
    """What is attached to one file; it is opened once, when the first of it is asked for.

    `covers`: the indices of streams that hold a single still.
    """

    def __init__(self, path: Path, covers: frozenset[int]) -> None:
        self._path = path
        self._covers = covers
        self._held: Mapping[int, bytes] | None = None

    def read(self, index: int) -> bytes:
        """The bytes of one attachment, by the index of its stream.

        Raises:
            MediaError: the file can't be opened, or they aren't in it.
        """
        if self._held is None:
            with demuxing(self._path, UNREAD) as container:
                self._held = _attachments(container) | _first_packets(container, self._covers)
        if not self._held.get(index):
            raise MediaError("its bytes are not in the file")
        return self._held[index]


def _attachments(container: "InputContainer") -> dict[int, bytes]:
    return {stream.index: bytes(stream.data or b"") for stream in container.streams.attachments}


def _first_packets(container: "InputContainer", wanted: frozenset[int]) -> dict[int, bytes]:
    """The stills of covers: they come before anything of the film or sound, which is left unread."""
    import av

    came: dict[int, bytes] = {}
    try:
        for packet in container.demux() if wanted else ():
            if packet.stream.index not in wanted or not packet.size:
                break
            came.setdefault(packet.stream.index, bytes(packet))
            if len(came) == len(wanted):
                break
    except av.FFmpegError:  # what came until then is there
        pass
    return came
