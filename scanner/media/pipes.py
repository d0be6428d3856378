"""Pipes that a program writes to beside its standard output, and where their bytes go. Nothing is started here."""

import os
from typing import Protocol, Self

from scanner.media.errors import MediaError

_CHUNK = 64 * 1024


class Sink(Protocol):
    """Where the bytes of one pipe go as they come: the reader puts them into `room` and says how many they were."""

    def room(self) -> memoryview:
        """Where the next bytes go: some room, never none."""

    def took(self, count: int) -> None:
        """So many bytes were put there. May raise a `MediaError`, which ends the program."""


class Pipe:
    """One pipe: `reader` is our end, `writer` the number under which the program knows its own."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        self._open = {self.reader, self.writer}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._open:
            os.close(end)
        self._open = set()

    def close_writer(self) -> None:
        """Leave its end to the program, so that the pipe ends when the program does."""
        self._open.discard(self.writer)
        os.close(self.writer)


class Collected:
    """A sink that keeps all that comes, up to `limit` bytes."""

    def __init__(self, limit: int, program: str) -> None:
        self._limit = limit
        self._program = program
        self._chunk = memoryview(bytearray(_CHUNK))
        self._bytes = bytearray()

    def room(self) -> memoryview:
        """A chunk that is used again and again."""
        return self._chunk

    def took(self, count: int) -> None:
        """Keep them.

        Raises:
            MediaError: they are more than the limit.
        """
        self._bytes += self._chunk[:count]
        if len(self._bytes) > self._limit:
            raise MediaError(f"{self._program} printed more than {self._limit} bytes")

    def all(self) -> bytes:
        """What came."""
        return bytes(self._bytes)
