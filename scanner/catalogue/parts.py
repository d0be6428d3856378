"""Fingerprints as rows of a database: each part under its own name and algorithm, so that no version is mixed up."""

from collections.abc import Iterable
from typing import TypeAlias

from detectors.fingerprint.prints import PRINT_KINDS, Prints

Part: TypeAlias = tuple[str, str, bytes]
"""The name of a part, the algorithm that made it, and its bytes."""


def parts_of(prints: Prints) -> list[Part]:
    """The parts that there are, in the order of their names."""
    return sorted((kind.name, part.algorithm, part.to_bytes()) for kind, part in prints.parts())


def prints_of(parts: Iterable[Part]) -> Prints:
    """The fingerprints that were kept as these parts, all of them of today's algorithms.

    Raises:
        ValueError: the bytes of one don't hold together.
    """
    rows = {name: (body, algorithm) for name, algorithm, body in parts}
    return Prints(**{kind.name: kind.form.from_bytes(*rows[kind.name]) for kind in PRINT_KINDS if kind.name in rows})
