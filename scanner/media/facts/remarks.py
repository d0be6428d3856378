"""Notes on containers: a name that promises another format, and the names inside an archive.

It is a detector like those of the `detectors` package, and lives here because it needs this package's knowledge of
formats. A note never changes a verdict; it is for the person who reads the report.
"""

from collections.abc import Iterator, Mapping

from detectors.material import Material, Piece
from detectors.observation import Json, Kind, Observation, Strength
from scanner.drop.kinds import UNKNOWN, expected_formats
from scanner.media.errors import MediaError
from scanner.media.facts import archives
from scanner.media.hindrances import material_error

MISMATCH = "media.extension_mismatch"
MEMBERS = "media.archive_members"


class MediaDetector:
    """Notes on containers."""

    id = "media"
    version = "1"
    reads_names = True

    def handles(self, material: Material) -> bool:
        """Every asset has a name and bytes."""
        return bool(material.pieces)

    def observe(self, material: Material) -> Iterator[Observation]:
        """A note on the name, and one on an archive's members, where there is reason for them.

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
        yield from _archive_notes(piece, form)


def _archive_notes(piece: Piece, form: str) -> Iterator[Observation]:
    try:
        members = archives.listing(piece.path, form)
    except MediaError as error:
        raise material_error(error) from error
    if members is not None:
        facts: dict[str, Json] = {"members": [*members.names], "whole": members.whole}
        yield _note(MEMBERS, "directory of the archive", archives.summary(members), facts)


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
