"""Where parts that have bytes of their own are laid for the length of a run, so that each can be looked at as a file.

Nothing of a part is kept in memory that can be large, names that strangers gave them are never used, and the folder
goes when the run ends.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.drop.kinds import HEAD_BYTES
from scanner.parts.source import Bounds, PartSource

if TYPE_CHECKING:
    from PIL.Image import Image


class TooLargeError(Exception):
    """A part is larger than any that is taken out, or more is packed in it than its size can hold honestly."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A part that was taken out: its file's name in the folder, digest and size of its bytes, and the first of them."""

    file: str
    sha256: str
    size: int
    head: bytes


class Spool:
    """The folder for the parts of one file. `left`: bytes that may still be taken out of it."""

    def __init__(self, folder: Path, bounds: Bounds) -> None:
        self._folder = folder
        self._bounds = bounds
        self._count = 0
        self.left = bounds.file_bytes

    def take(self, source: PartSource, blocks: Iterable[bytes]) -> Taken:
        """Write a part's bytes into a file of their own.

        Raises:
            TooLargeError: there are more of them than may be; what was written is taken away again.
            OSError: they can't be written.
        """
        most = min(self._bounds.part_bytes, self.left)
        honest = max(self._bounds.ratio_from, (source.packed or most) * self._bounds.ratio)
        path = self._next()
        try:
            taken = _written(path, blocks, most, honest)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self.left -= taken.size
        return taken

    def draw(self, picture: "Image") -> str:
        """Write a picture that has no bytes of its own as PNG; the name of its file.

        Raises:
            OSError, ValueError: it can't be written.
        """
        path = self._next()
        plain = picture if picture.mode in {"L", "LA", "RGB", "RGBA", "I;16", "P", "1"} else picture.convert("RGB")
        plain.save(path, "PNG", compress_level=1)
        self.left -= path.stat().st_size
        return path.name

    def _next(self) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._count += 1
        return self._folder / f"{self._count:06}"


def _written(path: Path, blocks: Iterable[bytes], most: int, honest: int) -> Taken:
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("xb") as file:
        for block in blocks:
            size += len(block)
            if size > min(most, honest):
                raise TooLargeError(_why(size, most, honest))
            head = head if len(head) >= HEAD_BYTES else head + block[:HEAD_BYTES]
            digest.update(block)
            file.write(block)
    return Taken(path.name, digest.hexdigest(), size, head)


def _why(size: int, most: int, honest: int) -> str:
    if size > honest:
        return f"it unpacks to more than {honest:,} bytes, many times its packed size"
    return f"it has more than {most:,} bytes, and no more are taken out of one file"
