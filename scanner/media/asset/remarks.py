"""Notes on containers: a name that promises another format, timecodes that disagree or break off.

It is a detector like those of the `detectors` package, and lives here because it needs this package's knowledge of
formats. A note never changes a verdict; it is for the person who reads the report.
"""

from collections.abc import Iterator, Mapping

from detectors.material import Material
from detectors.observation import Json, Kind, Observation, Strength, shorten
from scanner.drop.kinds import UNKNOWN, expected_formats
from scanner.examination import MediaFacts
from scanner.media.errors import MediaError
from scanner.media.facts.probe import probe
from scanner.media.timecodes import taken

MISMATCH = "media.extension_mismatch"
TIMECODE = "media.timecode"


class MediaDetector:
    """Notes on containers."""

    id = "media"
    version = "3"
    reads_names = True

    def handles(self, material: Material) -> bool:
        """Every asset has a name and bytes."""
        return bool(material.pieces)

    def observe(self, material: Material) -> Iterator[Observation]:
        """A note on the name and one on the timecode, where there is reason for them.

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
        try:
            facts = _facts(material)
        except MediaError:  # the extraction tells of it
            return
        if facts.timecode and (facts.timecode.also or facts.timecode.breaks):
            yield _timecode_note(facts)


def _facts(material: Material) -> MediaFacts:
    """What its files say of its timecode."""
    piece, form = material.pieces[0], material.format
    facts = MediaFacts(form)
    match material.kind:
        case "sequence":
            return taken.of_sequence(material.pieces, form, facts)
        case "still":
            return taken.of_still(piece.path, form, facts)
        case "audio":
            return taken.of_recording(piece.path, form, facts)
        case "video":
            probed = probe(piece.path)
            return taken.of_movie(piece.path, form, probed, probed.facts(form))
    return facts


def _timecode_note(facts: MediaFacts) -> Observation:
    """Which timecode was taken, what other sources state, and that it doesn't count on, where it doesn't."""
    stated = facts.timecode
    if stated is None:
        raise ValueError("there is nothing to note")
    words = [f"{facts.start_timecode} by {stated.source} is taken" if facts.start_timecode else "no timecode is taken"]
    words += [f"also stated: {', '.join(stated.also)}"] if stated.also else []
    if stated.breaks:
        places = "place" if len(stated.breaks) == 1 else "places"
        words.append(f"it breaks off at {len(stated.breaks)} {places}, first to {stated.breaks[0][1]}")
    known: Mapping[str, Json] = {
        "taken": facts.start_timecode, "by": stated.source, "also": [*stated.also], "breaks": len(stated.breaks)
    }  # fmt: skip
    return _note(TIMECODE, "timecode", shorten("; ".join(words)), known)


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
