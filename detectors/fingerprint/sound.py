"""What a sound sounds like, kept small enough to be kept for ever: the words of Chromaprint, and landmarks.

Chromaprint's words (from ffmpeg's own muxer, 32 bits every 0.124 s) say which notes are rising and falling in the whole
mix: good for a mix that was used again, lost as soon as somebody talks over it. Landmarks are the points of the
spectrogram that stand out from their surroundings in time and pitch (Wang, "An industrial-strength audio search
algorithm", 2003): enough of them survive under dialogue that is four times as loud. The points themselves are stored,
not the pairs of them that matching looks up: that takes a tenth of the room, a sound played too fast can be matched by
moving its points, and pairs can be formed more or less densely without listening again.

Here sound is only written down; `detectors.matching.sound.listening` compares it. Nothing is decoded here either:
`Listener` is fed with samples.
"""

import math
import struct
import zlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

ALGORITHM = "chromaprint/1+landmark/1"
RATE = 11025
"""Samples a second: what Chromaprint takes too."""
HOP = 256
"""Samples from one frame of the spectrogram to the next: 23 ms."""
WINDOW = 1024
"""Samples that a frame of the spectrogram covers: 93 ms, 10.8 Hz from one frequency to the next."""
WORD_SECONDS = 4096 / 3 / RATE
"""From one word of Chromaprint to the next."""
FINE = 8
"""Parts of one frequency (10.8 Hz) that a landmark's pitch is told in: a change of speed moves it by parts of one."""

DIFFERENCE = 1000
"""Stands for a channel, with a number that no stream has: left without right, where something cancels in their mix.

Of streams with more channels the difference of two has the number that `difference` gives.
"""
_MOST_CHANNELS = 100


def difference(first: int, second: int) -> int:
    """The number that stands for the difference of two channels of a stream that has more than two; the first is lower.

    >>> difference(4, 5), channels_of(difference(4, 5))
    (1405, (4, 5))
    """
    return DIFFERENCE + _MOST_CHANNELS * first + second


def channels_of(number: int | None) -> tuple[int, int] | None:
    """The two channels whose difference a number stands for; None where it stands for none.

    >>> channels_of(DIFFERENCE), channels_of(3), channels_of(None)
    ((0, 1), None, None)
    """
    if number is None or number < DIFFERENCE:
        return None
    return divmod(number - DIFFERENCE, _MOST_CHANNELS) if number > DIFFERENCE else (0, 1)


Numbers: TypeAlias = NDArray[np.uint32]
Samples: TypeAlias = NDArray[np.int16]
_Loudness: TypeAlias = NDArray[np.float32]

_LOWEST, _HIGHEST = 0, 370  # 108 to 3,876 Hz: below lies rumble, above little that survives a lossy codec
_REACH_TIME, _REACH_PITCH = 4, 10  # a landmark is the loudest within 93 ms and 108 Hz either way
_AROUND = 20  # frequencies either way whose mean a landmark's strength is measured against
GROUP = 22  # frames, half a second
_KEPT_A_GROUP = 20  # gives 34 a second of music; with 15, a third of what tells a sound from another is lost
_FRAMES_AT_ONCE = 12 * GROUP
_FAINTEST = np.float32(2 * math.log(128))  # the power of a tone of half a step of 16 bits: below it lies silence
_STRENGTH_STEPS = 4  # a quarter of a decibel, up to 63 dB
_NEPER_DB = 10 / math.log(10)
_TAPER: NDArray[np.float32] = np.hanning(WINDOW).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One thing that was heard.

    `stream`: absolute stream index of the file. `channel`: its number where channels are heard one by one, None where
    they are mixed to mono, `DIFFERENCE` where the difference of two is heard. `begins`: seconds after the first shown
    frame (or the file's begin) at which it starts.
    `words` uint32 (w,): raw Chromaprint, one each `WORD_SECONDS`; empty where this ffmpeg has none.
    `times` uint32 (k,) ascending: the frame of the spectrogram of each landmark; frame n covers the samples from n
    `HOP` to n `HOP` + `WINDOW`. `keys` uint32 (k,): what was heard there, as `pitch_of` and `strength_of` tell it.
    """

    stream: int
    channel: int | None
    begins: float
    seconds: float
    words: Numbers
    times: Numbers
    keys: Numbers


_TRACK_HEAD = struct.Struct("<iiddII")
_COUNT = struct.Struct("<I")


@dataclass(frozen=True, slots=True, eq=False)
class SoundPrints:
    """The sound of one content, a track for each thing that was heard."""

    tracks: tuple[Track, ...]
    algorithm: str = ALGORITHM

    def to_bytes(self) -> bytes:
        """One block of bytes, the same for the same sound. Ends with a checksum."""
        parts = [_COUNT.pack(len(self.tracks))]
        for track in self.tracks:
            channel = -1 if track.channel is None else track.channel
            counts = len(track.words), len(track.times)
            parts.append(_TRACK_HEAD.pack(track.stream, channel, track.begins, track.seconds, *counts))
            parts.extend(numbers.astype("<u4").tobytes() for numbers in (track.words, track.times, track.keys))
        data = b"".join(parts)
        return data + _COUNT.pack(zlib.crc32(data))

    @classmethod
    def from_bytes(cls, data: bytes, algorithm: str) -> "SoundPrints":
        """The sound that `to_bytes` wrote.

        Raises:
            ValueError: the bytes don't hold together.
        """
        body, check = data[: -_COUNT.size], data[-_COUNT.size :]
        if len(data) < 2 * _COUNT.size or _COUNT.unpack(check)[0] != zlib.crc32(body):
            raise ValueError("a stored sound is damaged")
        tracks, place = [], _COUNT.size
        try:
            for _ in range(*_COUNT.unpack_from(body)):
                track, place = _read_track(body, place)
                tracks.append(track)
        except struct.error as fault:
            raise ValueError("a stored sound is damaged") from fault
        if place != len(body):
            raise ValueError("a stored sound is damaged")
        return cls(tuple(tracks), algorithm)


def _read_track(body: bytes, place: int) -> tuple[Track, int]:
    """The track that is stored at `place`, and the place behind it."""
    stream, channel, begins, seconds, words, landmarks = _TRACK_HEAD.unpack_from(body, place)
    place += _TRACK_HEAD.size
    arrays = []
    for count in (words, landmarks, landmarks):
        arrays.append(np.frombuffer(body, "<u4", count, place).astype(np.uint32, copy=False))
        place += 4 * count
    track = Track(stream, None if channel < 0 else channel, begins, seconds, *arrays)
    if not (math.isfinite(begins) and math.isfinite(seconds)) or np.any(track.times[1:] < track.times[:-1]):
        raise ValueError("a stored sound is damaged")
    return track, place


def pitch_of(keys: Numbers) -> NDArray[np.int64]:
    """The frequency of each landmark, in steps of `RATE` / `WINDOW` / `FINE` (1.35 Hz)."""
    return (keys & 0xFFFF).astype(np.int64)


def strength_of(keys: Numbers) -> NDArray[np.float64]:
    """By how many decibels each landmark stands above the mean of the pitches around it at its moment."""
    return (keys >> 16).astype(np.float64) / _STRENGTH_STEPS


def seconds_of(times: NDArray[np.integer]) -> NDArray[np.float64]:
    """The middle of frames of the spectrogram, in seconds after the begin of the track."""
    return (times.astype(np.float64) * HOP + WINDOW / 2) / RATE


class Listener:
    """Finds the landmarks of a sound while it is read: mono, `RATE` samples a second, 16 bit.

    However the samples are cut into blocks, the result is the same. Memory holds ten seconds of sound, and what was
    found.
    """

    def __init__(self) -> None:
        self._waiting: list[Samples] = []
        self._waits = 0
        self._rows = _silence(_REACH_TIME)  # the loudness of frames, the first few of which are decided already
        self._decided = 0
        self._times: list[Numbers] = []
        self._keys: list[Numbers] = []

    def feed(self, samples: Samples) -> None:
        """Hear the next samples: int16 (n,), any number of them."""
        self._waiting.append(samples.copy())
        self._waits += len(samples)
        enough = (_FRAMES_AT_ONCE - 1) * HOP + WINDOW
        if self._waits < enough:
            return
        heard = np.concatenate(self._waiting)
        begin = 0
        while begin + enough <= len(heard):
            self._hear(heard[begin : begin + enough])
            begin += _FRAMES_AT_ONCE * HOP
        self._waiting, self._waits = [heard[begin:].copy()], len(heard) - begin

    def finish(self) -> tuple[Numbers, Numbers]:
        """The `times` and `keys` of a `Track`, once everything was fed."""
        rest = np.concatenate([np.zeros(0, np.int16), *self._waiting])
        self._waiting, self._waits = [], 0
        if len(rest) >= WINDOW:
            self._hear(rest)
        self._rows = np.concatenate([self._rows, _silence(_REACH_TIME)])
        self._decide(len(self._rows) - 2 * _REACH_TIME)
        nothing = np.zeros(0, np.uint32)
        return np.concatenate([nothing, *self._times]), np.concatenate([nothing, *self._keys])

    def _hear(self, samples: Samples) -> None:
        self._rows = np.concatenate([self._rows, _loudness(samples)])
        while len(self._rows) >= _FRAMES_AT_ONCE + 2 * _REACH_TIME:
            self._decide(_FRAMES_AT_ONCE)

    def _decide(self, count: int) -> None:
        """Find the landmarks of the next frames; as many again lie around them as a landmark reaches."""
        times, keys = _landmarks(self._rows[: count + 2 * _REACH_TIME])
        self._times.append((times + self._decided).astype(np.uint32))
        self._keys.append(keys)
        self._decided += count
        self._rows = self._rows[count:].copy()


def _silence(frames: int) -> _Loudness:
    return np.full((frames, _HIGHEST - _LOWEST), _FAINTEST, np.float32)


def _loudness(samples: Samples) -> _Loudness:
    """The spectrogram of some samples: the logarithm of the power, (frames, frequencies)."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    waves = np.fft.rfft(windows * _TAPER, axis=1)[:, _LOWEST:_HIGHEST]
    power = np.square(waves.real) + np.square(waves.imag)
    loudness: _Loudness = np.log(np.maximum(power, np.exp(_FAINTEST), out=power), out=power)
    return loudness


def _landmarks(rows: _Loudness) -> tuple[NDArray[np.int64], Numbers]:
    """The landmarks of all rows but the first and last `_REACH_TIME`: frames from 0, and keys."""
    middle = rows[_REACH_TIME : len(rows) - _REACH_TIME]
    if not len(middle):
        return np.zeros(0, np.int64), np.zeros(0, np.uint32)
    highest = _highest(_highest(rows, 2 * _REACH_TIME + 1).T, 2 * _REACH_PITCH + 1).T
    inner = middle[:, _REACH_PITCH:-_REACH_PITCH]
    frame, place = np.nonzero((inner == highest) & (inner > _FAINTEST))
    place += _REACH_PITCH
    left, peak, right = (middle[frame, place + step] for step in (-1, 0, 1))
    bend = np.maximum(2 * peak - left - right, np.float32(1e-6))
    pitch = np.rint((place + _LOWEST + (right - left) / (2 * bend)) * FINE).astype(np.int64)
    above = (peak - _mean_around(middle, frame, place)) * (_NEPER_DB * _STRENGTH_STEPS)
    strength = np.clip(np.rint(above), 0, 255).astype(np.int64)
    kept = _strongest(frame // GROUP, strength)
    return frame[kept], (pitch[kept] | strength[kept] << 16).astype(np.uint32)


def _mean_around(rows: _Loudness, frame: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean loudness of the frequencies around each place: speech that is loud elsewhere doesn't count."""
    sums = np.zeros((len(rows), rows.shape[1] + 1))
    np.cumsum(rows, axis=1, out=sums[:, 1:])
    low, high = np.maximum(place - _AROUND, 0), np.minimum(place + _AROUND + 1, rows.shape[1])
    mean: NDArray[np.float64] = (sums[frame, high] - sums[frame, low]) / (high - low)
    return mean


def _strongest(group: NDArray[np.int64], strength: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of the few strongest of each group, in order. `group` ascends."""
    order = np.lexsort((-strength, group))
    rank = np.arange(len(order)) - np.searchsorted(group, group[order])
    return np.sort(order[rank < _KEPT_A_GROUP])


def _highest(rows: _Loudness, width: int) -> _Loudness:
    """The maximum of each `width` rows that follow one another. Doubling takes five passes where `width` is 21."""
    reach = 1
    while 2 * reach <= width:
        rows, reach = np.maximum(rows[:-reach], rows[reach:]), 2 * reach
    rest = width - reach
    return np.maximum(rows[: len(rows) - rest], rows[rest:]) if rest else rows
