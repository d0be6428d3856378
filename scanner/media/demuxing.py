"""Opening a file with PyAV, inside a worker process: to go along its packets and its index without decoding anything.

The file is the descriptor that we opened, behind the same fences as ffmpeg's.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.media.commands import FORMATS, opened
from scanner.media.errors import MediaError

if TYPE_CHECKING:
    from av.container import InputContainer

UNREAD: Mapping[str, str] = {"fpsprobesize": "0", "skip_frame": "all"}
"""Opening would decode up to ten frames of H.264 to learn their order; under these options it decodes none."""

ALL_STORED: Mapping[str, str] = {"ignore_editlist": "1"}
"""Under this option an MP4 or MOV gives all that is stored in it, whatever its edit lists show."""

_FENCES = {"protocol_whitelist": "file", "format_whitelist": FORMATS}


@contextmanager
def demuxing(path: Path, options: Mapping[str, str] | None = None) -> Iterator["InputContainer"]:
    """An opened file.

    Raises:
        MediaError: it can't be opened.
    """
    import av

    with opened(path) as descriptor:
        try:
            container = av.open(
                f"file:/proc/self/fd/{descriptor}", options=_FENCES | dict(options or {}), metadata_errors="replace"
            )
        except (av.FFmpegError, ValueError, UnicodeError) as error:
            raise MediaError(f"its packets can't be read: {type(error).__name__}") from error
        with container:
            yield container
