"""Metadata of any file, read by one exiftool process that stays open: starting Perl for each file costs far more.

What comes back depends on the bytes alone: exiftool gets an opened descriptor instead of the file's name, what it says
of the file system is left out, and so is what depends on the files that it read before (a text's language in a key, the
order of derived values). It runs without a configuration (which could hold Perl), without following
embedded streams, and is started anew after a request that took too long or killed it. It judges nothing.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from detectors.material import Tag
from scanner.media.commands import opened
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.facts.mp4_tracks import MOST_TRACKS, too_many_tracks
from scanner.media.program import Child
from scanner.media.tools import exiftool

READER = "exiftool"
VALUE_LIMIT = 64 * 1024
"""Characters of one value that are kept."""
ANSWER_LIMIT = 64 * 1024 * 1024
"""Bytes of all values of one file; one that says more is broken or hostile."""

_REQUEST = (
    "-json",
    "-a",  # of tags that are there twice, both …
    "-G1:4",  # … under names of their own, because JSON can't hold a name twice
    "-charset",
    "utf8",
    "-charset",
    "filename=utf8",
    "-api",
    "largefilesupport=1",
)
_COPY = re.compile(r":Copy\d+(?=:)")
_LANGUAGE = re.compile(r"-(?:x-[a-z]+|[a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?)\Z")
"""How the key of a text in a stated language ends: exiftool adds it only where it has met the key before."""
_DERIVED = "Composite:"
_FILE_SYSTEM = "System:"
_OF_EXIFTOOL = "ExifTool:"
_LEAST, _SLOWEST = 30.0, 20_000_000  # seconds; bytes a second: it skips over pictures and sound
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What exiftool said of one file: its tags in the order of the file, and its own complaints."""

    tags: tuple[Tag, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class ExifTool:
    """One exiftool, started at the first request. For one thread at a time.

    `absent`: this machine has none and the run goes on without: every file then has no metadata that it would read.
    """

    def __init__(self, *, absent: bool = False) -> None:
        self._absent = absent
        self._child: Child | None = None
        self._number = 0
        self._chunk = memoryview(bytearray(_CHUNK))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if one runs; the next request starts another."""
        if self._child:
            self._child.kill()
            self._child = None

    def read(self, path: Path) -> Reading:
        """All metadata of one file.

        Raises:
            MissingToolError: there is no exiftool on this machine.
            UnsupportedMediaError: it is a movie of more tracks than anybody delivers.
            MediaTimeoutError: it took too long.
            MediaError: the file can't be opened, or exiftool died over it or said more than anybody may.
        """
        with opened(path) as descriptor:
            if self._absent:
                return Reading()
            with open(descriptor, "rb", closefd=False) as file:
                if too_many_tracks(file):
                    raise UnsupportedMediaError(f"it says it has more than {MOST_TRACKS:,} tracks")
            limit = _LEAST + os.fstat(descriptor).st_size / _SLOWEST
            try:
                answer = self._ask(f"/proc/{os.getpid()}/fd/{descriptor}", limit)
            except (
                BaseException
            ):  # whatever ended the request, an interruption too: its answer must not be the next one's
                self.close()
                raise
        return _understand(answer)

    def _ask(self, name: str, limit: float) -> bytes:
        """What exiftool prints for one file, up to the number of this very request."""
        child = self._running_child()
        self._number += 1
        ready = f"{{ready{self._number}}}\n".encode()
        child.wall = child.idle = limit
        child.restart_clock()
        child.write("\n".join((*_REQUEST, name, f"-execute{self._number}", "")).encode())
        answer = bytearray()
        while answer != ready and not answer.endswith(b"\n" + ready):
            count = child.read_into(self._chunk)
            if not count:
                raise MediaError("exiftool ended while it read the file")
            answer += self._chunk[:count]
            if len(answer) > ANSWER_LIMIT:
                raise MediaError("its metadata is larger than anybody may ask exiftool to print")
        return bytes(answer[: -len(ready)])

    def _running_child(self) -> Child:
        if self._child and not self._child.running:  # killed from outside, or the thread that started it ended
            self.close()
        if not self._child:
            path = exiftool().path
            # no box: it runs before a file is opened, so it can't be handed the descriptor, and reaches it through this
            # process's /proc, which a box shuts out
            self._child = Child([path, "-config", "", "-stay_open", "True", "-@", "-"], talks=True, boxed=False)
        return self._child


def _understand(answer: bytes) -> Reading:
    try:
        answers = json.loads(answer.decode("utf-8", "replace") or "[{}]", parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise MediaError("exiftool's answer can't be understood") from error
    tags: list[Tag] = []
    derived: list[Tag] = []
    complaints: dict[str, list[str]] = {"ExifTool:Error": [], "ExifTool:Warning": []}
    for raw_key, value in answers[0].items():
        key = _LANGUAGE.sub("", _COPY.sub("", raw_key))
        if key in complaints:
            complaints[key] += _texts(value)
        elif key != "SourceFile" and not key.startswith((_FILE_SYSTEM, _OF_EXIFTOOL)):
            place = derived if key.startswith(_DERIVED) else tags
            place += [Tag(READER, key, text[:VALUE_LIMIT]) for text in _texts(value)]
    derived.sort(key=lambda tag: (tag.key, tag.value))
    return Reading((*tags, *derived), *(tuple(texts) for texts in complaints.values()))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """A value as text; each of a list's by itself."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
    else:
        yield json.dumps(value, ensure_ascii=False)
