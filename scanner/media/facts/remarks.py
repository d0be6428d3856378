"""Notes on containers: a name that promises another format.

It is a detector like those of the `detectors` package, and lives here because it needs this package's knowledge of
formats. A note never changes a verdict; it is for the person who reads the report.
"""

from collections.abc import Iterator, Mapping

from detectors.material import Material
from detectors.observation import Json, Kind, Observation, Strength
from scanner.drop.kinds import UNKNOWN, expected_formats

MISMATCH = "media.extension_mismatch"


class MediaDetector:
    """Notes on containers."""

    id = "media"
    version = "2"
    reads_names = True

    def handles(self, material: Material) -> bool:
        """Every asset has a name and bytes."""
        return bool(material.pieces)

    def observe(self, material: Material) -> Iterator[Observation]:
        """A note on the name, where there is reason for one.

        Raises:
            MaterialError: the file can't be opened.
        """
        piece, form = material.pieces[0], material.format
        promised = expected_formats(piece.name)
        if form != UNKNOWN and promised and form not in promised:
            yield _note(
                MISMATCH,
                "file name",
                f"its bytes are {form}, its name promises {' or '.join(sorted(promised))}",
                {"format": form, "promised": [*sorted(promised)]},
            )


def _note(rule: str, where: str, value: str, facts: Mapping[str, Json]) -> Observation:
    return Observation(
        detector=MediaDetector.id,
        rule=rule,
        kind=Kind.NOTE,
        strength=Strength.DEFINITIVE,
        where=where,
        value=value,
        source="docs/formats.md",
        facts=facts,
    )
