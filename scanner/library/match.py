"""An asset against the reference libraries: what was recognised, as observations.

What is alike is found by `detectors.matching`; here it gets the name of the work, its owner and the timecodes of its
side. Whether a match needs a licence is judged elsewhere.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil, floor

from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import DIFFERENCE, Track
from detectors.matching.film.segments import find_segments
from detectors.matching.film.stills import find_still_in_reels
from detectors.matching.levels import Level
from detectors.matching.match import PictureMatch
from detectors.matching.picture.listed import PHASH_ALGORITHM, PHASH_BYTES, find_phash
from detectors.matching.picture.pictures import find_pictures, find_pictures_in_still
from detectors.matching.sound.listening import SoundMatch, find_sound
from detectors.matching.strip import Strip
from detectors.observation import Kind, Observation, Span, Strength, shorten
from scanner.library.references import ReferenceLibrary
from scanner.library.stocks import Stocks
from scanner.library.works import Reference
from scanner.seen import HeardFacts, MatchFacts
from scanner.spans import HEARD, heard_facts, span_facts
from scanner.timecode import Clock

_PICTURES = "PDQ (ThreatExchange, pdq/README.md), ORB and RANSAC (OpenCV); limits and rates as measured"
_LISTED = "pHash (imagehash, JohannesBuchner/imagehash); limit and rate as measured"
_SOUNDS = "Chromaprint (AcoustID, through ffmpeg's muxer) and landmarks; limits and rates as measured"

_STRENGTHS = {Level.CERTAIN: Strength.DEFINITIVE, Level.MATCH: Strength.STRONG, Level.POSSIBLE: Strength.WEAK}
_NAMED = 100
"""Works that are the very same picture and are told one by one; a library may hold one still 20,000 times."""
_SOUND_ENDS = 0.5
"""Seconds that the ends of a stretch of sound may be off."""
_NEARLY = 1e-6  # of a frame, so that a time computed as 1.9999999 is frame 2


def match_asset(
    kind: str,
    clock: Clock | None,
    prints: Prints,
    libraries: Sequence[ReferenceLibrary],
    *,
    origin: int = 0,
    phash: str = "",
    threads: int = 1,
) -> tuple[Observation, ...]:
    """Every place of an asset that shows, or lets hear, a reference work, in the order of its frames.

    Args:
        kind: the asset's kind (`still`, `video`, `sequence`, `audio`).
        clock: how it counts; None where its rate isn't known.
        prints: how it looks and sounds.
        libraries: where to look; the order is without effect.
        origin: the frame that carries the clock's start: 0, or the first file of a sequence.
        phash: a still's pHash as imagehash prints it; empty where it has none.
        threads: that search the hashes of films at once; the answer never depends on it.

    Raises:
        ValueError: prints of another algorithm, which are never compared.
        LibraryError: what a library holds of a work is damaged.
    """
    prints.require_current()
    found: list[Observation] = []
    for library in libraries:
        found += _in_library(kind, clock, prints, library.stocks, origin, threads)
    if phash and kind == "still":
        quality = int(prints.pictures.quality.max(initial=0)) if prints.pictures is not None else 0
        for library in libraries:
            works, listed = library.stocks.values
            found += _told("images", find_phash(phash, listed, quality), works, "phash.listed")
    return tuple(sorted(found, key=_order))


def _in_library(
    kind: str, clock: Clock | None, prints: Prints, stocks: Stocks, origin: int, threads: int
) -> Iterator[Observation]:
    if prints.pictures is not None and len(prints.pictures):
        strip = Strip.of(prints.pictures, *((clock.rate, clock.times) if clock else (None, ())))
        yield from _seen(kind, strip, prints, stocks, threads)
    if prints.sound is not None and prints.sound.tracks:
        works, stock = stocks.sounds
        for heard in find_sound(prints.sound, stock) if works else ():
            own = HEARD if kind == "audio" else clock or HEARD
            yield _heard(heard, works[heard.target], prints.sound.tracks[heard.track], own, origin)


def _seen(kind: str, strip: Strip, prints: Prints, stocks: Stocks, threads: int) -> Iterator[Observation]:
    """What is recognised in an asset's pictures: pictures and films in a movie, and of which films a still is."""
    still = kind == "still"
    pictures, stock = stocks.pictures
    if pictures:
        shown = find_pictures_in_still if still else find_pictures
        yield from _told("images", shown(strip, prints.local, stock), pictures)
    listed, hashes = stocks.listed
    if listed:
        shown = find_pictures_in_still if still else find_pictures
        yield from _told("images", shown(strip, None, hashes), listed, "pdq.listed")
    films, reels = stocks.films
    if films:
        if still:
            yield from _told("video", find_still_in_reels(strip, prints.local, reels), films)
        else:
            yield from _told("video", find_segments(strip, reels, prints.local, threads=threads), films)


def _told(
    detector: str, every: Sequence[PictureMatch], works: Sequence[Reference], rule: str = ""
) -> Iterator[Observation]:
    """The matches as observations. Of very many works that are the same picture, some of each owner's stand for all."""
    alike: dict[tuple[object, ...], list[PictureMatch]] = defaultdict(list)
    for found in every:
        alike[found.span, found.level, found.distance, found.inliers].append(found)
    for ties in alike.values():
        for found in _chosen(ties, works):
            by = rule or _rule(detector, found)
            yield _observation(detector, by, found, works[found.target], max(0, len(ties) - _NAMED))


def _chosen(ties: Sequence[PictureMatch], works: Sequence[Reference]) -> Sequence[PictureMatch]:
    """As many as are named one by one: of each owner the first, then of each the second, and so on."""
    if len(ties) <= _NAMED:
        return ties
    before: Counter[tuple[object, ...]] = Counter()
    queue = []
    for found in ties:
        work = works[found.target]
        whose = (work.own, work.owner, work.licences)
        queue.append((before[whose], found.target, found))
        before[whose] += 1
    return [found for _, _, found in sorted(queue, key=lambda one: one[:2])[:_NAMED]]


def _observation(detector: str, rule: str, found: PictureMatch, work: Reference, ties: int) -> Observation:
    return Observation(
        detector=detector,
        rule=rule,
        kind=Kind.MATCH,
        strength=_STRENGTHS[found.level],
        where="picture" if found.span is None or found.pictures == 1 else "pictures",
        value=shorten(_said(found, work, ties)),
        source=_LISTED if found.algorithm == PHASH_ALGORITHM else _PICTURES,
        span=found.span,
        facts=_facts(found, work, ties).to_json(),
    )


def _rule(detector: str, found: PictureMatch) -> str:
    """By what it was recognised, such as `pdq.picture` and `orb.segment`."""
    by = "orb" if found.distance is None else "pdq"
    if detector == "images":
        return f"{by}.picture"
    return f"{by}.segment" if found.span else f"{by}.frame"


def _said(found: PictureMatch, work: Reference, ties: int) -> str:
    """The match in a few words, with what makes it doubtful."""
    bits = 8 * PHASH_BYTES if found.algorithm == PHASH_ALGORITHM else 256
    alike = [] if found.distance is None else [f"{found.distance} of {bits} bits differ"]
    alike += [f"{found.inliers} local features agree"] * bool(found.inliers)
    alike += ["mirrored"] * found.mirrored
    alike += ["in a single frame"] * (found.span is not None and found.pictures == 1)
    alike += [f"{ties} more works look the same"] * bool(ties)
    return f"{', '.join(alike)}: {work.id}"


def _facts(found: PictureMatch, work: Reference, ties: int) -> MatchFacts:
    return MatchFacts(
        reference=work.id,
        title=work.title,
        owner=work.owner,
        own=work.own,
        medium=work.medium,
        level=found.level.value,
        distance=found.distance,
        inliers=found.inliers,
        false_match_rate=found.false_match_rate,
        algorithm=found.algorithm,
        reference_span=span_facts(found.target_span, work.clock, origin=work.origin) if found.target_span else None,
        speed=round(float(found.speed), 4),
        mirrored=found.mirrored,
        turned=found.turned,
        transforms=found.transforms,
        quad=tuple((round(across, 4), round(down, 4)) for across, down in found.quad) if found.quad else None,
        time_ambiguous=found.time_ambiguous,
        best_frame=found.best_frame,
        target_frame=found.target_frame,
        licences=work.licences,
        ties=ties,
    )


def _heard(found: SoundMatch, work: Reference, track: Track, clock: Clock, origin: int) -> Observation:
    """A stretch of sound. Its ends are seconds; frames are those that are shown meanwhile."""
    over = clock is HEARD
    return Observation(
        detector="audio",
        rule=f"{found.tier}.segment",
        kind=Kind.MATCH,
        strength=_STRENGTHS[found.level],
        where=f"stream {track.stream}{_channel(track)}",
        value=shorten(_said_of_sound(found, work)),
        source=_SOUNDS,
        span=_between(found.span_seconds, clock, 0 if over else origin),
        facts=_facts_of_sound(found, work, track).to_json(),
    )


def _channel(track: Track) -> str:
    if track.channel == DIFFERENCE:
        return ", difference of left and right"
    return "" if track.channel is None else f", channel {track.channel}"


def _said_of_sound(found: SoundMatch, work: Reference) -> str:
    said = [f"score {found.score:.0f}"]
    said += [f"{100 * found.differs:.0f} % of the mix's bits differ"] if found.differs is not None else []
    said += [f"at {float(found.speed):.3g} of its speed"] if found.speed != 1 else []
    said += [f"{found.ties} more works hold the same sound"] if found.ties else []
    return f"{', '.join(said)}: {work.id}"


def _facts_of_sound(found: SoundMatch, work: Reference, track: Track) -> MatchFacts:
    if work.medium == "audio" or work.clock is None:
        there = heard_facts(_between(found.target_seconds, HEARD, 0))
    else:
        there = span_facts(_between(found.target_seconds, work.clock, work.origin), work.clock, origin=work.origin)
    return MatchFacts(
        reference=work.id,
        title=work.title,
        owner=work.owner,
        own=work.own,
        medium="audio",
        level=found.level.value,
        false_match_rate=found.false_match_rate,
        algorithm=found.algorithm,
        reference_span=there,
        speed=round(float(found.speed), 4),
        transforms=("pitch kept",) * found.pitch_kept,
        time_ambiguous=found.time_ambiguous,
        licences=work.licences,
        ties=found.ties,
        heard=HeardFacts(track.stream, track.channel, found.tier, round(found.score, 1)),
    )


def _between(seconds: tuple[float, float], clock: Clock, origin: int) -> Span:
    """The frames that are shown from one time to another; none before the first."""
    start, end = (max(0.0, second) for second in seconds)
    first = _frame(start, clock)
    last = max(first, _frame(end, clock) - (not clock.times and _whole(end, clock)))
    return Span(first + origin, last + origin, ceil(_SOUND_ENDS * clock.rate))


def _frame(second: float, clock: Clock) -> int:
    """Which frame is shown at a time."""
    if clock.times:
        return max(0, bisect_right(clock.times, second + _NEARLY) - 1)
    return floor(second * clock.rate + _NEARLY)


def _whole(second: float, clock: Clock) -> bool:
    """Whether a time is where a frame begins: what ends there doesn't reach into it."""
    frames = second * float(clock.rate)
    return frames >= 1 and abs(frames - round(frames)) <= _NEARLY


def _order(match: Observation) -> tuple[int, int, str, str, str]:
    """By the asset's frames, then detector and reference."""
    first, last = (match.span.first_frame, match.span.last_frame) if match.span else (-1, -1)
    reference = MatchFacts.from_json(match.facts).reference
    return first, last, match.detector, reference, str(sorted(match.facts.items(), key=str))
