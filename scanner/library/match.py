"""An asset against the reference libraries: what was recognised, as observations.

What is alike is found by `detectors.matching`; here it gets the name of the work, its owner and the timecodes of its
side. Whether a match needs a licence is judged elsewhere.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil, floor

from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import DIFFERENCE, Track, channels_of
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
    frames: int | None = None,
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
        frames: how many a movie has, beyond which its sound may go on; None where nobody knows.
        phash: a still's pHash as imagehash prints it; empty where it has none.
        threads: that search the hashes of films at once; the answer never depends on it.

    Raises:
        ValueError: prints of another algorithm, which are never compared.
        LibraryError: what a library holds of a work is damaged.
    """
    prints.require_current()
    observations: list[Observation] = []
    for library in libraries:
        observations += _match_library(kind, clock, prints, library.stocks, origin, frames, threads)
    if phash and kind == "still":
        quality = int(prints.pictures.quality.max(initial=0)) if prints.pictures is not None else 0
        for library in libraries:
            works, phashes = library.stocks.phashes
            observations += _observations("images", find_phash(phash, phashes, quality), works, "phash.listed")
    return tuple(sorted(observations, key=_order))


def _match_library(
    kind: str,
    clock: Clock | None,
    prints: Prints,
    stocks: Stocks,
    origin: int,
    frames: int | None,
    threads: int,
) -> Iterator[Observation]:
    if prints.pictures is not None and len(prints.pictures):
        strip = Strip.of(prints.pictures, *((clock.rate, clock.times) if clock else (None, ())))
        yield from _match_pictures(kind, strip, prints, stocks, threads)
    if prints.sound is not None and prints.sound.tracks:
        works, stock = stocks.sounds
        for match in find_sound(prints.sound, stock) if works else ():
            track, shown_by = prints.sound.tracks[match.track], HEARD if kind == "audio" else clock or HEARD
            yield _sound_observation(match, works[match.target], track, shown_by, origin, frames)


def _match_pictures(kind: str, strip: Strip, prints: Prints, stocks: Stocks, threads: int) -> Iterator[Observation]:
    """What is recognised in an asset's pictures: pictures and films in a movie, and of which films a still is."""
    is_still = kind == "still"
    pictures, stock = stocks.pictures
    find = find_pictures_in_still if is_still else find_pictures
    if pictures:
        yield from _observations("images", find(strip, prints.local, stock), pictures)
    listed_works, listed_hashes = stocks.pdq_hashes
    if listed_works:
        yield from _observations("images", find(strip, None, listed_hashes), listed_works, "pdq.listed")
    films, reels = stocks.films
    if films:
        if is_still:
            yield from _observations("video", find_still_in_reels(strip, prints.local, reels), films)
        else:
            yield from _observations("video", find_segments(strip, reels, prints.local, threads=threads), films)


def _observations(
    detector: str, matches: Sequence[PictureMatch], works: Sequence[Reference], rule: str = ""
) -> Iterator[Observation]:
    """The matches as observations. Of very many works that are the same picture, some of each owner's stand for all."""
    ties_of: dict[tuple[object, ...], list[PictureMatch]] = defaultdict(list)
    for match in matches:
        ties_of[match.span, match.level, match.distance, match.inliers].append(match)
    for ties in ties_of.values():
        for match in _named_ties(ties, works):
            rule_id = rule or _rule(detector, match)
            yield _picture_observation(detector, rule_id, match, works[match.target], max(0, len(ties) - _NAMED))


def _named_ties(ties: Sequence[PictureMatch], works: Sequence[Reference]) -> Sequence[PictureMatch]:
    """At most `_NAMED` ties, which are told one by one: of each owner the first, then of each the second, and so on."""
    if len(ties) <= _NAMED:
        return ties
    before: Counter[tuple[object, ...]] = Counter()
    queue = []
    for match in ties:
        work = works[match.target]
        ownership = (work.own, work.owner, work.licences)
        queue.append((before[ownership], match.target, match))
        before[ownership] += 1
    return [match for _, _, match in sorted(queue, key=lambda entry: entry[:2])[:_NAMED]]


def _picture_observation(detector: str, rule: str, match: PictureMatch, work: Reference, ties: int) -> Observation:
    return Observation(
        detector=detector,
        rule=rule,
        kind=Kind.MATCH,
        strength=_STRENGTHS[match.level],
        where="picture" if match.span is None or match.pictures == 1 else "pictures",
        value=shorten(_in_words(match, work, ties)),
        source=_LISTED if match.algorithm == PHASH_ALGORITHM else _PICTURES,
        span=match.span,
        facts=_picture_facts(match, work, ties).to_json(),
    )


def _rule(detector: str, match: PictureMatch) -> str:
    """The id of the rule by which it was recognised, such as `pdq.picture` and `orb.segment`."""
    by = "orb" if match.distance is None else "pdq"
    if detector == "images":
        return f"{by}.picture"
    return f"{by}.segment" if match.span else f"{by}.frame"


def _in_words(match: PictureMatch, work: Reference, ties: int) -> str:
    """The match in a few words, with what makes it doubtful."""
    bits = 8 * PHASH_BYTES if match.algorithm == PHASH_ALGORITHM else 256
    words = [] if match.distance is None else [f"{match.distance} of {bits} bits differ"]
    words += [f"{match.inliers} local features agree"] * bool(match.inliers)
    words += ["mirrored"] * match.mirrored
    words += ["in a single frame"] * (match.span is not None and match.pictures == 1)
    words += [f"{ties} more works look the same"] * bool(ties)
    return f"{', '.join(words)}: {work.id}"


def _picture_facts(match: PictureMatch, work: Reference, ties: int) -> MatchFacts:
    return MatchFacts(
        reference=work.id,
        title=work.title,
        owner=work.owner,
        own=work.own,
        medium=work.medium,
        level=match.level.value,
        distance=match.distance,
        inliers=match.inliers,
        false_match_rate=match.false_match_rate,
        algorithm=match.algorithm,
        reference_span=span_facts(match.target_span, work.clock, origin=work.origin) if match.target_span else None,
        speed=round(float(match.speed), 4),
        mirrored=match.mirrored,
        turned=match.turned,
        transforms=match.transforms,
        quad=tuple((round(across, 4), round(down, 4)) for across, down in match.quad) if match.quad else None,
        time_ambiguous=match.time_ambiguous,
        best_frame=match.best_frame,
        target_frame=match.target_frame,
        licences=work.licences,
        ties=ties,
    )


def _sound_observation(
    match: SoundMatch, work: Reference, track: Track, clock: Clock, origin: int, frames: int | None
) -> Observation:
    """A match of sound as an observation. It is found in seconds; its frames are those that are shown meanwhile.

    Where sound goes on after the last picture, it is that picture's, and the words say until when.
    """
    is_sound_alone = clock is HEARD
    heard_span = _span_of(match.span_seconds, clock, 0 if is_sound_alone else origin)
    span = _within(heard_span, origin + frames - 1) if frames and not is_sound_alone else heard_span
    beyond = f"heard until {match.span_seconds[1]:.1f} s, after the last picture; " if span != heard_span else ""
    return Observation(
        detector="audio",
        rule=f"{match.tier}.segment",
        kind=Kind.MATCH,
        strength=_STRENGTHS[match.level],
        where=f"stream {track.stream}{_channel(track)}",
        value=shorten(f"{beyond}{_sound_in_words(match, work)}"),
        source=_SOUNDS,
        span=span,
        facts=_sound_facts(match, work, track).to_json(),
    )


def _channel(track: Track) -> str:
    if track.channel == DIFFERENCE:
        return ", difference of left and right"
    if pair := channels_of(track.channel):
        return f", difference of channels {pair[0]} and {pair[1]}"
    return "" if track.channel is None else f", channel {track.channel}"


def _sound_in_words(match: SoundMatch, work: Reference) -> str:
    words = [f"score {match.score:.0f}"]
    words += [f"{100 * match.differs:.0f} % of the mix's bits differ"] if match.differs is not None else []
    words += [f"at {float(match.speed):.3g} of its speed"] if match.speed != 1 else []
    words += [f"{match.ties} more works hold the same sound"] if match.ties else []
    return f"{', '.join(words)}: {work.id}"


def _sound_facts(match: SoundMatch, work: Reference, track: Track) -> MatchFacts:
    if work.medium == "audio" or work.clock is None:
        reference_span = heard_facts(_span_of(match.target_seconds, HEARD, 0))
    else:
        frames = _span_of(match.target_seconds, work.clock, work.origin)
        reference_span = span_facts(frames, work.clock, origin=work.origin)
    return MatchFacts(
        reference=work.id,
        title=work.title,
        owner=work.owner,
        own=work.own,
        medium="audio",
        level=match.level.value,
        false_match_rate=match.false_match_rate,
        algorithm=match.algorithm,
        reference_span=reference_span,
        speed=round(float(match.speed), 4),
        transforms=("pitch kept",) * match.pitch_kept,
        time_ambiguous=match.time_ambiguous,
        licences=work.licences,
        ties=match.ties,
        heard=HeardFacts(track.stream, track.channel, match.tier, round(match.score, 1)),
    )


def _span_of(seconds: tuple[float, float], clock: Clock, origin: int) -> Span:
    """The frames that are shown from one time to another; none before the first."""
    start, end = (max(0.0, second) for second in seconds)
    first = _frame(start, clock)
    last = max(first, _frame(end, clock) - (not clock.times and _begins_frame(end, clock)))
    return Span(first + origin, last + origin, ceil(_SOUND_ENDS * clock.rate))


def _within(span: Span, last: int) -> Span:
    """The part of a span up to a frame; that frame, where all of the span lies behind it."""
    return Span(min(span.first_frame, last), min(span.last_frame, last), span.edge_frames)


def _frame(second: float, clock: Clock) -> int:
    """Which frame is shown at a time."""
    if clock.times:
        return max(0, bisect_right(clock.times, second + _NEARLY) - 1)
    return floor(second * clock.rate + _NEARLY)


def _begins_frame(second: float, clock: Clock) -> bool:
    """Whether a time is where a frame begins: what ends there doesn't reach into it."""
    frames = second * float(clock.rate)
    return frames >= 1 and abs(frames - round(frames)) <= _NEARLY


def _order(match: Observation) -> tuple[int, int, str, str, str]:
    """The sorting key of observations: the asset's frames, then detector and reference."""
    first, last = (match.span.first_frame, match.span.last_frame) if match.span else (-1, -1)
    reference = MatchFacts.from_json(match.facts).reference
    return first, last, match.detector, reference, str(sorted(match.facts.items(), key=str))
