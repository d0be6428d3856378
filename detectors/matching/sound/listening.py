"""Recordings of reference works found in what was delivered: the same mix, or music under whatever else is heard.

Two tiers, both from stored prints alone. Chromaprint's words agree where the same mix was used again. Landmarks agree
where a recording is heard among other sounds, and are the judges of both: a stretch in which words agree but landmarks
don't only sounds alike (two drones in one key). Queries are also heard at the speeds of PAL transfers, with the pitch
moved and with the pitch kept; speeds in between are not looked for, nor is a change of pitch alone.

Levels, by the score of a passage (`overlay`). Measured on 10.5 hours of music from nine sources, each source against
the others at all five speeds: 85 hours of music times hours of recordings that have nothing in common.

    score     level       what other music reached
    from 90   certain     nothing; from 60 where the mix agrees too (at most a fifth of Chromaprint's bits differ)
    from 45   match       nothing
    from 30   possible    nothing of 1.5 seconds or longer, 28 was the best; under 3 seconds, any score is possible

20 seconds of music score 1,700 as they are, 150 under speech four times as loud. Each tenfold of recordings beyond ten
hours asks for 10 more: the number of false passages fell to a tenth with each 8. Music from a machine, whose notes are
all alike, comes nearer: pieces made by code reached 40 in two to three seconds, so `possible` is for a person to hear.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import log10
from typing import TypeAlias

import numpy as np

from detectors.fingerprint.prints import SOUND
from detectors.fingerprint.sound import HOP, RATE, WORD_SECONDS, SoundPrints, Track, seconds_of
from detectors.matching.levels import Level
from detectors.matching.sound import landmarks, words
from detectors.matching.sound.landmarks import Landmarks, query_pairs, recorded_pairs
from detectors.matching.sound.offsets import OffsetIndex
from detectors.matching.sound.overlay import Ground, Overlay, lay
from detectors.matching.sound.passages import NAMED, Passage, choose, contend, join
from detectors.matching.sound.words import Aligned, SoundWords, align

FALSE_MATCH_RATE = 0.035
"""False passages of score 30 and more, an hour of asset and hour of recordings: none in 85; an upper bound (95 %)."""

_PAL = 1.0422  # between 25/24 and 25/23.976, whose landmarks lie within a frame and a step of pitch of each other
_PLAYED = ((1.0, 1.0), (_PAL, _PAL), (1 / _PAL, 1 / _PAL), (_PAL, 1.0), (1 / _PAL, 1.0))  # tempo and pitch
_SPEEDS = tuple(map(Fraction, ("1", "25/24", "24/25", "1001/1000", "1000/1001", "1001/960", "960/1001")))
_PASSAGE = 645  # frames that are looked up at a time, 15 seconds
_PASSAGE_WORDS = 121
_LEAST_PAIRS, _LEAST_WORDS = 5, 3  # that must agree on an offset for it to be tried
_TELLS_SPEED, _TELLS_SPEED_MARKS = 8.0, 24  # seconds and landmarks from which on a passage shows its own speed
_LEAST_PITCHES = 6  # beeps of one pitch agree with any others
_KEPT = 12.0  # score of a passage that is worth being joined with others
_WORD_MIDDLE = 1.0  # seconds from the begin of a word to what decides whether it agrees
_SAME_PLACE = 1.0  # seconds that the tiers may be apart

_CERTAIN, _MATCH, _POSSIBLE = 90.0, 45.0, 30.0
_CERTAIN_MIX, _SAME_MIX = 60.0, 0.2
_SHORT = 3.0  # seconds below which a passage is possible at most
_SHORTEST = 1.5
_TENFOLD, _MEASURED_HOURS = 10.0, 10.0
_WORDS_SCORE = 3.0  # the best that words of other music reached, 9, comes to 27
_TELLS_THOUSANDTH = 15.0  # seconds
_ALMOST_ONE = Fraction(1, 500)

_Line: TypeAlias = tuple[int, int, int, int]
"""What of a query was laid over a recording: first and last frame, and the offset at each of the two."""


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """A stretch of an asset in which a recording of a work is heard.

    `target`: which of the works, `target_track` which of its tracks, `track` which of the asset's. `span_seconds` and
    `target_seconds`: from where to where, after the first shown frame (or the file's begin). `speed`: seconds of the
    work that pass in one of the asset's; `pitch_kept`: it was sped up or slowed without its pitch. `score`: see the
    levels above. `share`: of the work's landmarks that are heard. `differs`: of Chromaprint's bits, None where they
    don't agree. `time_ambiguous`: other places of the work fit as well. `ties`: how many more works fit about as
    well, beyond those for which there is a match. `false_match_rate`: see `FALSE_MATCH_RATE`.
    """

    target: int
    level: Level
    track: int
    target_track: int
    span_seconds: tuple[float, float]
    target_seconds: tuple[float, float]
    speed: Fraction
    pitch_kept: bool
    score: float
    tier: str
    share: float
    differs: float | None
    time_ambiguous: bool
    ties: int
    false_match_rate: float = FALSE_MATCH_RATE
    algorithm: str = SOUND.algorithm


@dataclass(frozen=True, slots=True, eq=False)
class _Recording:
    """A sound that works hold: its track, its words, and who holds it: work, track of it, and when that begins."""

    track: Track
    words: SoundWords
    owners: list[tuple[int, int, float]]


@dataclass(frozen=True, slots=True, eq=False)
class SoundStock:
    """The recordings of works, made ready to be found. Sounds that are the same to the bit are kept once."""

    recordings: tuple[_Recording, ...]
    groups: tuple[str, ...]
    hours: float
    landmarks: OffsetIndex
    words: OffsetIndex

    @classmethod
    def of(cls, works: Iterable[SoundPrints], groups: Sequence[str]) -> "SoundStock":
        """The stock of these works. `groups`: for each, whose it is. Arrays of tracks may lie on disk; none is copied.

        Within a group a work hides those that only share a part with what was played.

        Raises:
            ValueError: prints of another algorithm.
        """
        recordings: dict[bytes, _Recording] = {}
        for target, prints in enumerate(works):
            SOUND.require_current(prints)
            for number, track in enumerate(prints.tracks):
                known = recordings.setdefault(_digest(track), _Recording(track, SoundWords.of(track.words), []))
                known.owners.append((target, number, track.begins))
        distinct = tuple(recordings.values())
        return cls(
            distinct,
            tuple(groups),
            sum(recording.track.seconds for recording in distinct) / 3600,
            OffsetIndex.of((recorded_pairs(recording.track) for recording in distinct), landmarks.KEYS),
            OffsetIndex.of((recording.words.heard() for recording in distinct), words.KEYS),
        )


def find_sound(prints: SoundPrints, stock: SoundStock) -> list[SoundMatch]:
    """Where works of the stock are heard in an asset, in the order of its seconds.

    Raises:
        ValueError: prints of another algorithm.
    """
    SOUND.require_current(prints)
    passages = [passage for number, track in enumerate(prints.tracks) for passage in _heard(number, track, stock)]
    asked = _TENFOLD * max(0.0, log10(max(stock.hours, 1e-9) / _MEASURED_HOURS))
    owned = [passage for joined in join(passages) for passage in _owned(joined, prints, stock)]
    chosen = choose(owned, _POSSIBLE + asked)
    matches = [
        _match(passage, level)
        for passage in contend(chosen, stock.groups)
        if (level := _level(passage, passage.score - asked)) is not None
    ]
    return sorted(matches, key=lambda match: (match.span_seconds, match.target, match.target_seconds, match.track))


def _digest(track: Track) -> bytes:
    """A digest of a sound: equal only for sounds that are the same to the bit, whichever works hold them."""
    digest = hashlib.sha256(f"{len(track.words)} {len(track.times)}".encode())
    for numbers in (track.words, track.times, track.keys):
        digest.update(np.ascontiguousarray(numbers).data)
    return digest.digest()


def _heard(number: int, track: Track, stock: SoundStock) -> list[Passage]:
    """The passages of one track, recordings standing for the works that hold them."""
    played = {pace: Ground.of(Landmarks.of(track, tempo=pace[0], pitch=pace[1])) for pace in _PLAYED}
    as_it_is = played[1.0, 1.0]
    passages: list[Passage] = []
    for pace, ground in played.items():
        passages += _by_landmarks(number, track, pace, ground, stock)
    for recording, aligned in _by_words(track, stock):
        passage = _of_words(number, recording, aligned)
        place = next((at for at, earlier in enumerate(passages) if _agree(earlier, passage)), None)
        if place is not None:
            passages[place] = _with_mix(passages[place], aligned)
        elif not len(track.times) or not len(stock.recordings[recording].track.times):
            passages.append(passage)
        elif confirmed := _confirmed(number, track, as_it_is, passage, stock):
            passages.append(_with_mix(confirmed, aligned))
    return [passage for passage in passages if passage.score >= _KEPT]


def _by_landmarks(
    number: int, track: Track, pace: tuple[float, float], ground: Ground, stock: SoundStock
) -> Iterator[Passage]:
    """What lies in recordings at one pace, each stretch at each offset once."""
    if not len(ground.marks):
        return
    keys, frames = query_pairs(ground.marks)
    laid: dict[int, list[_Line]] = {}
    for begin in range(0, int(ground.marks.frames[-1]) + 1, _PASSAGE):
        here = slice(*np.searchsorted(frames, (begin, begin + _PASSAGE)))
        for recording, offset in stock.landmarks.guesses((keys[here], frames[here]), _LEAST_PAIRS):
            if _known(laid.get(recording, ()), begin, begin + _PASSAGE, offset):
                continue
            source = stock.recordings[recording].track
            overlay = lay(ground, source, offset, begin, begin + _PASSAGE)
            if overlay is None or overlay.pitches < _LEAST_PITCHES:
                continue
            first_last = overlay.first - overlay.offset, overlay.last - overlay.end_offset
            laid.setdefault(recording, []).append((*first_last, overlay.offset, overlay.end_offset))
            yield _of_landmarks(number, track, pace, recording, source, overlay)


def _by_words(track: Track, stock: SoundStock) -> Iterator[tuple[int, Aligned]]:
    """Stretches of recordings in which words agree."""
    query = SoundWords.of(track.words)
    keys, places = query.heard()
    laid: dict[int, list[_Line]] = {}
    for begin in range(0, len(track.words), _PASSAGE_WORDS):
        here = slice(*np.searchsorted(places, (begin, begin + _PASSAGE_WORDS)))
        for recording, offset in stock.words.guesses((keys[here], places[here]), _LEAST_WORDS):
            if _known(laid.get(recording, ()), begin, begin + _PASSAGE_WORDS, offset):
                continue
            aligned = align(query, stock.recordings[recording].words, offset, begin, begin + _PASSAGE_WORDS)
            if aligned is not None:
                first_last = aligned.first, aligned.last
                laid.setdefault(recording, []).append((*first_last, aligned.offset, aligned.end_offset))
                yield recording, aligned


def _known(laid: Iterable[_Line], begin: int, end: int, offset: int) -> bool:
    """Whether a stretch was laid already, by following it from another place. It may have drifted on the way."""
    return any(
        first < end and last > begin and min(offsets) - 1 <= offset <= max(offsets) + 1
        for first, last, *offsets in laid
    )


def _of_landmarks(
    number: int, track: Track, pace: tuple[float, float], recording: int, source: Track, overlay: Overlay
) -> Passage:
    """A passage from landmarks that meet. The line through them tells where it lies, and how fast it was played."""
    asset_seconds, source_seconds = seconds_of(track.times[overlay.here]), seconds_of(source.times[overlay.there])
    speed, at = pace[0], float(source_seconds.mean())
    if len(asset_seconds) >= _TELLS_SPEED_MARKS and asset_seconds[-1] - asset_seconds[0] >= _TELLS_SPEED:
        away = asset_seconds - asset_seconds.mean()
        speed = float((away * (source_seconds - at)).sum() / np.square(away).sum())
    zero = at - speed * float(asset_seconds.mean())
    first, last = ((float(seconds_of(np.array(frame))) - zero) / speed for frame in (overlay.first, overlay.last))
    return Passage(
        number,
        recording,
        0,
        first,
        last,
        zero,
        speed,
        pitch_kept=pace[0] != pace[1],
        score=overlay.score,
        share=overlay.share,
        differs=None,
        marks=overlay.here,
        moments=asset_seconds,
    )


def _of_words(number: int, recording: int, aligned: Aligned) -> Passage:
    """A passage from words that agree; its score is on the scale of landmarks."""
    first, last = (WORD_SECONDS * word + _WORD_MIDDLE for word in (aligned.first, aligned.last))
    speed = 1 + (aligned.end_offset - aligned.offset) / max(1, aligned.last - aligned.first)
    return Passage(
        number,
        recording,
        0,
        first,
        last,
        first * (1 - speed) + WORD_SECONDS * aligned.offset,
        speed,
        pitch_kept=False,
        score=_WORDS_SCORE * aligned.score,
        share=0.0,
        differs=aligned.differs,
        marks=np.zeros(0, np.int64),
        moments=np.zeros(0),
    )


def _agree(former: Passage, latter: Passage) -> bool:
    """Whether two passages are the same stretch at the same place of the same recording, as each tier found it."""
    common = former.common(latter)
    if former.target != latter.target or common < min(former.seconds, latter.seconds) / 2:
        return False
    middle = (max(former.first, latter.first) + min(former.last, latter.last)) / 2
    return abs(former.place(middle) - latter.place(middle)) <= _SAME_PLACE


def _with_mix(passage: Passage, aligned: Aligned) -> Passage:
    """The same passage with the note that the mix agrees too."""
    differs = aligned.differs if passage.differs is None else min(aligned.differs, passage.differs)
    return replace(passage, differs=differs)


def _confirmed(number: int, track: Track, ground: Ground, passage: Passage, stock: SoundStock) -> Passage | None:
    """A passage of words as its landmarks show it; None where they don't agree."""
    middle = (passage.first + passage.last) / 2
    frame, offset = (round(seconds * RATE / HOP) for seconds in (middle, passage.place(middle) - middle))
    source = stock.recordings[passage.target].track
    overlay = lay(ground, source, offset, frame - _PASSAGE // 2, frame + _PASSAGE // 2)
    if overlay is None or overlay.pitches < _LEAST_PITCHES:
        return None
    return _of_landmarks(number, track, (1.0, 1.0), passage.target, source, overlay)


def _owned(passage: Passage, prints: SoundPrints, stock: SoundStock) -> Iterator[Passage]:
    """The passage for each work that holds the recording, in seconds after the first shown frame of both."""
    begins = prints.tracks[passage.track].begins
    owners = stock.recordings[passage.target].owners
    for target, number, starts in owners[:NAMED]:
        yield replace(
            passage,
            ties=max(0, len(owners) - NAMED),
            target=target,
            target_track=number,
            first=passage.first + begins,
            last=passage.last + begins,
            there=starts + passage.there - passage.speed * begins,
            moments=passage.moments + begins,
        )


def _level(passage: Passage, score: float) -> Level | None:
    """What a passage is worth, None: nothing."""
    same_mix = passage.differs is not None and passage.differs <= _SAME_MIX
    if score < _POSSIBLE or passage.seconds < _SHORTEST:
        return None
    if score < _MATCH or passage.seconds < _SHORT:
        return Level.POSSIBLE
    return Level.CERTAIN if score >= (_CERTAIN_MIX if same_mix else _CERTAIN) else Level.MATCH


def _match(passage: Passage, level: Level) -> SoundMatch:
    speed = _nearest_speed(passage)
    return SoundMatch(
        passage.target,
        level,
        passage.track,
        passage.target_track,
        (passage.first, passage.last),
        (passage.place(passage.first), passage.place(passage.last)),
        speed,
        passage.pitch_kept and abs(speed - 1) > _ALMOST_ONE,
        passage.score,
        "landmark" if passage.differs is None else "chromaprint",
        passage.share,
        passage.differs,
        passage.ambiguous,
        passage.ties,
    )


def _nearest_speed(passage: Passage) -> Fraction:
    """The speed of a transfer that the passage shows; a short one doesn't tell thousandths apart."""
    known = _SPEEDS if passage.seconds >= _TELLS_THOUSANDTH else _SPEEDS[:3]
    return min(known, key=lambda speed: abs(float(speed) - passage.speed))
