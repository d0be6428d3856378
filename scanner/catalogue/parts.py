"""Fingerprints as rows of a database: each part under its own name and algorithm, so that no version is mixed up."""

from collections.abc import Iterable
from typing import TypeAlias

from detectors.fingerprint import local, picture, sound
from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import SoundPrints

Part: TypeAlias = tuple[str, str, bytes]
"""The name of a part, the algorithm that made it, and its bytes."""

ALGORITHMS = {"local": local.ALGORITHM, "pictures": picture.ALGORITHM, "sound": sound.ALGORITHM}
"""The parts, each with the one algorithm whose bytes can be read and compared here."""


def parts_of(prints: Prints) -> list[Part]:
    """The parts that there are, by their names."""
    known = {"local": prints.local, "pictures": prints.pictures, "sound": prints.sound}
    return [(name, part.algorithm, part.to_bytes()) for name, part in known.items() if part is not None]


def prints_of(parts: Iterable[Part]) -> Prints:
    """The fingerprints that were kept as these parts, all of them of today's `ALGORITHMS`.

    Raises:
        ValueError: the bytes of one don't hold together.
    """
    rows = {name: (body, algorithm) for name, algorithm, body in parts}
    return Prints(
        pictures=Fingerprints.from_bytes(*rows["pictures"]) if "pictures" in rows else None,
        local=LocalFeatures.from_bytes(*rows["local"]) if "local" in rows else None,
        sound=SoundPrints.from_bytes(*rows["sound"]) if "sound" in rows else None,
    )
