"""One reference work: a content under an id, with what people state of it."""

from dataclasses import dataclass

from scanner.timecode import Clock


@dataclass(frozen=True, slots=True)
class Reference:
    """One work. `own`: it belongs to the production itself. `aliases`: other ids of the same content, equally stated.

    `clock` counts from the frame `origin`: 0 in a movie, the first file's number in a sequence. `medium`: of the whole
    file; `only`: which part of it is the work, empty: all of it.
    """

    id: str
    title: str
    owner: str
    own: bool
    licences: tuple[str, ...]
    medium: str
    only: str
    sha256: str
    clock: Clock | None
    origin: int = 0
    aliases: tuple[str, ...] = ()
    stop: bool = False
