"""An asset against the reference libraries: places that were recognised, as observations.

What is alike is found by `detectors.matching`; here it gets the name of the work, its owner and the timecodes of its
side. Whether a match needs a licence is judged elsewhere.
"""

from collections.abc import Iterator, Sequence

from detectors.fingerprint.picture import ALGORITHM, Fingerprints
from detectors.matching.found import Found
from detectors.matching.levels import Level, false_match_rate
from detectors.matching.pictures import find_pictures, find_pictures_in_still, find_still_in_reels
from detectors.matching.segments import find_segments
from detectors.matching.strip import Strip
from detectors.observation import Json, Kind, Observation, Strength, shorten
from scanner.library.references import Reference, ReferenceLibrary
from scanner.spans import span_facts
from scanner.timecode import Clock

SOURCE = "PDQ (ThreatExchange, pdq/README.md); distances and their false-match rates as measured"

_STRENGTHS = {Level.CERTAIN: Strength.DEFINITIVE, Level.MATCH: Strength.STRONG, Level.POSSIBLE: Strength.WEAK}


def match_asset(
    kind: str, clock: Clock | None, fingerprints: Fingerprints, libraries: Sequence[ReferenceLibrary]
) -> tuple[Observation, ...]:
    """Every place of an asset that shows a reference work, in the order of its frames.

    Args:
        kind: the asset's kind (`still`, `video`, `sequence`).
        clock: how it counts; None where its rate isn't known.
        fingerprints: of its pictures.
        libraries: where to look; the order is without effect.

    Raises:
        ValueError: fingerprints of another algorithm, which are never compared.
    """
    if fingerprints.algorithm != ALGORITHM:
        raise ValueError(f"{fingerprints.algorithm} and {ALGORITHM} fingerprints are never compared")
    if not len(fingerprints):
        return ()
    strip = Strip.of(fingerprints, clock.rate if clock else None)
    found = [match for library in libraries for match in _in_library(kind == "still", strip, library)]
    return tuple(sorted(found, key=_order))


def _in_library(is_still: bool, strip: Strip, library: ReferenceLibrary) -> Iterator[Observation]:
    pictures, targets = library.stills
    films, reels = library.films
    if is_still:
        shown, rule, taken = (
            find_pictures_in_still(strip, targets),
            "pdq.frame",
            find_still_in_reels(strip, reels.strips),
        )
    else:
        shown, rule, taken = find_pictures(strip, targets), "pdq.segment", find_segments(strip, reels)
    for found in shown:
        yield _observation("images", "pdq.picture", found, pictures[found.target])
    for found in taken:
        yield _observation("video", rule, found, films[found.target])


def _observation(detector: str, rule: str, found: Found, work: Reference) -> Observation:
    return Observation(
        detector=detector,
        rule=rule,
        kind=Kind.MATCH,
        strength=_STRENGTHS[found.level],
        where="picture" if found.span is None or found.pictures == 1 else "pictures",
        value=shorten(_said(found, work)),
        source=SOURCE,
        span=found.span,
        facts=_facts(found, work),
    )


def _said(found: Found, work: Reference) -> str:
    """The match in a few words, with what makes it doubtful."""
    mirrored = ", mirrored" if found.mirrored else ""
    alone = ", in a single frame" if found.span and found.pictures == 1 else ""
    return f"{found.distance} of 256 bits differ{mirrored}{alone}: {work.id}"


def _facts(found: Found, work: Reference) -> dict[str, Json]:
    span = span_facts(found.target_span, work.clock, origin=work.origin) if found.target_span else None
    return {
        "reference": work.id,
        "title": work.title,
        "owner": work.owner,
        "own": work.own,
        "medium": work.medium,
        "level": found.level.value,
        "distance": found.distance,
        "inliers": 0,
        "false_match_rate": false_match_rate(found.distance),
        "algorithm": ALGORITHM,
        "reference_span": dict(span) if span else None,
        "speed": round(float(found.speed), 4),
        "mirrored": found.mirrored,
        "turned": 0,
        "transforms": [],
        "quad": None,
        "time_ambiguous": found.time_ambiguous,
    }


def _order(match: Observation) -> tuple[int, int, str, str, str]:
    """By the asset's frames, then detector and reference."""
    first, last = (match.span.first_frame, match.span.last_frame) if match.span else (-1, -1)
    return first, last, match.detector, str(match.facts["reference"]), str(sorted(match.facts.items(), key=str))
