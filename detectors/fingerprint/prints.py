"""All that is known of how one content looks and sounds, in the form in which it is kept and compared.

Nothing is computed here: `picture`, `local` and `sound` do that, each of its own algorithm and version. `PRINT_KINDS`
lists them once, for everybody who keeps prints, reads them back or asks what made them; a further kind is a row there
and a field of `Prints`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeAlias, TypeVar

from detectors.fingerprint import local, picture, sound
from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.sound import SoundPrints


class Storable(Protocol):
    """What the prints of any kind can do: name their algorithm, and become bytes and themselves again."""

    @property
    def algorithm(self) -> str:
        """What made them, and its version."""

    def to_bytes(self) -> bytes:
        """One block of bytes, the same for the same prints."""

    @classmethod
    def from_bytes(cls, data: bytes, algorithm: str) -> Self:
        """The prints that `to_bytes` wrote.

        Raises:
            ValueError: the bytes don't hold together.
        """


_Form = TypeVar("_Form", bound=Storable)


@dataclass(frozen=True, slots=True)
class PrintKind(Generic[_Form]):
    """One kind of fingerprints.

    `name`: of the field of `Prints`, and of the part under which they are kept. `algorithm`: what makes them today, and
    the only one whose prints are read and compared. `form`: the class that holds those of one content.
    """

    name: str
    algorithm: str
    form: type[_Form]

    def require_current(self, prints: _Form) -> None:
        """Refuse prints that nothing of today is compared with.

        Raises:
            ValueError: they are of another algorithm, or another version of it.
        """
        if prints.algorithm != self.algorithm:
            raise ValueError(f"{prints.algorithm} and {self.algorithm} prints are never compared")


PICTURES = PrintKind("pictures", picture.ALGORITHM, Fingerprints)
LOCAL = PrintKind("local", local.ALGORITHM, LocalFeatures)
SOUND = PrintKind("sound", sound.ALGORITHM, SoundPrints)

PRINT_KINDS: tuple[PrintKind[Any], ...] = (PICTURES, LOCAL, SOUND)
"""Every kind there is. Their order is part of what is stored: the versions of extractions and of libraries name it."""
ALGORITHMS: Mapping[str, str] = {kind.name: kind.algorithm for kind in PRINT_KINDS}
"""The algorithm of each kind by its name, in the same order."""


PrintRow: TypeAlias = tuple[str, str, bytes]
"""Prints of one kind as a database keeps them: the name of the kind, the algorithm that made them, and their bytes."""


@dataclass(frozen=True, slots=True)
class Prints:
    """The fingerprints of one content, a field for each of `PRINT_KINDS`.

    None: it has no such thing, or nobody looked or listened.
    """

    pictures: Fingerprints | None = None
    local: LocalFeatures | None = None
    sound: SoundPrints | None = None

    @property
    def nothing(self) -> bool:
        """Whether there are none of any sort."""
        return next(self.parts(), None) is None

    def parts(self) -> Iterator[tuple[PrintKind[Any], Storable]]:
        """The kinds that there are prints of, and these, in the order of `PRINT_KINDS`."""
        for kind in PRINT_KINDS:
            part = getattr(self, kind.name)
            if part is not None:
                yield kind, part

    def require_current(self) -> None:
        """Refuse prints that nothing of today is compared with.

        Raises:
            ValueError: some are of another algorithm, or another version of it.
        """
        for kind, part in self.parts():
            kind.require_current(part)

    def to_rows(self) -> list[PrintRow]:
        """The prints as they are kept, in the order of their names."""
        return sorted((kind.name, part.algorithm, part.to_bytes()) for kind, part in self.parts())

    @classmethod
    def from_rows(cls, rows: Iterable[PrintRow]) -> Self:
        """The prints that `to_rows` wrote, all of them of today's algorithms.

        Raises:
            ValueError: the bytes of one don't hold together.
        """
        held = {name: (body, algorithm) for name, algorithm, body in rows}
        return cls(**{kind.name: kind.form.from_bytes(*held[kind.name]) for kind in PRINT_KINDS if kind.name in held})
