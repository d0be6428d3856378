"""The sound of one file, every stream of it: mono samples as they come, and what was heard in them when all have come.

Streams of one or two channels are mixed to mono. Of streams with more, each channel is heard by itself: a post house
delivers discrete mono tracks, and surround sound with music at the sides and speech in the middle, where either would
drown the other in a mix. A channel on which nothing is, or the same as on an earlier one, is heard and not kept. Where
something in two channels cancels when they are mixed, their difference is heard too, in a run of its own; of more
channels, where two have something in common that would drown it in either.
ffmpeg writes each track to a pipe, and Chromaprint's words of it to another: in the run that gives the pictures of a
movie, or in one of its own.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from detectors.fingerprint.sound import DIFFERENCE, RATE, Listener, Numbers, SoundPrints, Track, channels_of, difference
from scanner.examination import Heard, Problem
from scanner.media.commands import (
    IDLE,
    UpTo,
    command,
    decoding_allowance,
    header_options,
    opened,
    source,
    stderr_summary,
)
from scanner.media.decode.balance import WINDOW, Balance
from scanner.media.errors import MediaTimeoutError
from scanner.media.facts.probe import Probe, Sound
from scanner.media.pipes import Collected, Sink
from scanner.media.program import pour
from scanner.media.tools import writes_words
from scanner.terms.reasons import Reason

MOST_TRACKS = 32
"""Tracks of one file that are heard; the others are counted."""

_MIXED = 2  # channels that are mixed to one
_FAINTEST = 4  # steps of 16 bits: dither, and what is left of silence after a lossy codec
_AT_ONCE = 64 * 1024  # bytes that are heard at once: three seconds
_MOST_WORDS = 16 * 1024 * 1024  # bytes: as many hours of Chromaprint as nobody delivers
_LACKING = 0.5  # seconds, or one in a hundred, by which a stream may be shorter than its container says
_BEYOND = 60.0  # seconds that a sound may go on behind the stated end of the file
_DAY = 86_400.0
_UNSEEN = {"skip_frame:v": "all"}
"""An option under which opening a movie decodes none of its pictures, which is what would cost most here."""
_LAYOUT = re.compile(r"[A-Z0-9.+]+(\([a-z-]+\))?|mono|stereo|quad(\(side\))?|(hexa|octa)gonal|downmix|hexadecagonal")
_CONTEXT = re.compile(r"^\[([^\s\]]+)")
_STREAM = re.compile(r"(?:stream #|ist#)0:(\d+)")
_FILTERS = ("aresample", "aformat", "asetnsamples", "aselect", "abuffer", "Parsed_pan", "SWR", "af#")
_OURS = (*_FILTERS, "chromaprint", "s16le", "tee")
_DECODERS = {"dts": "dca"}  # codecs whose decoder has another name


@dataclass(frozen=True, slots=True)
class Ear:
    """One thing to hear: a stream mixed to mono, one channel of it, or the `DIFFERENCE` of two."""

    sound: Sound
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard of a file. `prints` is None where nothing is kept. `seconds`: of the longest track, even a silent.

    `faults`: what lacks, and what the decoder said went wrong; empty where nothing did. `cancelling`: streams of two
    channels in which something cancels in the mix, and pairs of channels of streams with more.
    """

    prints: SoundPrints | None
    heard: Heard
    seconds: float = 0.0
    faults: tuple[str, ...] = ()
    timed_out: bool = False
    cancelling: tuple[Ear, ...] = ()

    def problem(self) -> Problem | None:
        """What is wrong with the sound."""
        if self.timed_out:
            return Problem(MediaTimeoutError.reason, f"sound: heard {self.seconds:.1f} seconds before its time was up")
        return Problem(Reason.SCAN_PARTIAL, f"sound: {'; '.join(self.faults)}") if self.faults else None


class Ears:
    """Hears some streams of a file. Its `sinks` take what ffmpeg writes by `outputs`, and `finish` tells.

    `differences`: nothing but these is to be heard.
    """

    def __init__(
        self, probed: Probe, sounds: Sequence[Sound], most: int = MOST_TRACKS, *, differences: Sequence[Ear] = ()
    ) -> None:
        ears = list(differences) or _ears(sounds)
        self._ears = ears[:most]
        self._unheard = len(ears) - len(self._ears)
        self._unknown = [sound for sound in sounds if not sound.codec]
        self._origin = probed.begins if probed.video is None else probed.video_begins
        self._longest = min(_DAY, (probed.duration or _DAY) * 1.1 + _BEYOND)
        self._writes_words = writes_words() if self._ears else False
        self._hearers = [_Hearer() for _ in self._ears]
        self._word_sinks = [Collected(_MOST_WORDS, "chromaprint") for _ in self._ears if self._writes_words]
        heard = () if differences else dict.fromkeys(ear.sound for ear in self._ears)
        self._balances = [(sound, Balance(sound.rate, sound.channels)) for sound in heard if sound.channels >= _MIXED]

    @property
    def sinks(self) -> list[Sink]:
        """Where the pipes lead: the samples of every track, the words of every track, then glances at those of two."""
        return [*self._hearers, *self._word_sinks, *(balance for _, balance in self._balances)]

    def outputs(self, file_input: Any, numbers: Sequence[int]) -> list[Any]:  # noqa: ANN401 - ffmpeg-python ships no types
        """Outputs of ffmpeg, one a track, from an input to the pipes of these numbers, one for each of `sinks`.

        A track is decoded and resampled once: what goes to two pipes is written by two muxers behind one encoder.
        """
        import ffmpeg

        count = len(self._ears)
        outputs = []
        for place, ear in enumerate(self._ears):
            options = {"af": _filters(ear), "acodec": "pcm_s16le", "t": round(self._longest, 3)}
            target, form = f"pipe:{numbers[place]}", "s16le"
            if self._writes_words:
                words = f"[f=chromaprint:fp_format=raw:onfail=ignore]pipe:{numbers[count + place]}"
                target, form = f"[f=s16le]{target}|{words}", "tee"
            outputs.append(ffmpeg.output(file_input[str(ear.sound.index)], target, format=form, **options))
        for number, (sound, balance) in zip(
            numbers[len(outputs) + len(self._word_sinks) :], self._balances, strict=True
        ):
            options = {"af": _glances(sound, balance), "acodec": "pcm_s16le", "t": round(self._longest, 3)}
            outputs.append(ffmpeg.output(file_input[str(sound.index)], f"pipe:{number}", format="s16le", **options))
        return outputs

    def finish(self, stderr: str, *, timed_out: bool = False) -> Hearing:
        """What was heard, once everything has come. `stderr`: what ffmpeg said."""
        tracks: list[Track] = []
        kept_digests: set[tuple[bytes, float]] = set()
        silent = repeated = 0
        for place, (ear, hearer) in enumerate(zip(self._ears, self._hearers, strict=True)):
            landmarks = hearer.finish()
            begins = round(ear.sound.begins - self._origin, 6)
            digest = (hearer.digest(), begins)
            if hearer.loudest <= _FAINTEST:
                silent += 1
            elif digest in kept_digests:
                repeated += 1
            else:
                kept_digests.add(digest)
                words = np.frombuffer(self._word_sinks[place].all() if self._writes_words else b"", np.uint32)
                tracks.append(Track(ear.sound.index, ear.channel, begins, hearer.seconds, words, *landmarks))
        _, complaint = split_complaints(stderr, [ear.sound for ear in self._ears])
        return Hearing(
            SoundPrints(tuple(tracks)) if tracks else None,
            Heard(len(tracks), silent, repeated, self._unheard),
            max((hearer.seconds for hearer in self._hearers), default=0.0),
            (*self._lacking(), *([complaint] if complaint else [])),
            timed_out,
            tuple(
                Ear(sound, DIFFERENCE if sound.channels == _MIXED else difference(*pair))
                for sound, balance in self._balances
                for pair in balance.cancelling
            ),
        )

    def _lacking(self) -> Iterable[str]:
        yield from (f"no decoder for stream {sound.index}" for sound in self._unknown)
        for sound in dict.fromkeys(ear.sound for ear in self._ears):
            came = max(h.seconds for ear, h in zip(self._ears, self._hearers, strict=True) if ear.sound == sound)
            promised = sound.seconds or 0.0
            if came < promised - max(_LACKING, promised / 100):
                yield f"heard {came:.1f} of {promised:.1f} seconds of stream {sound.index}"


class _Hearer:
    """A sink of mono samples, 16 bits: finds landmarks, and knows whether there was anything, and whether it is new."""

    def __init__(self) -> None:
        self.loudest = 0
        self._count = 0
        self._listener = Listener()
        self._digest = hashlib.blake2b(digest_size=16)
        self._view = memoryview(bytearray(_AT_ONCE))
        self._filled = 0

    @property
    def seconds(self) -> float:
        """How many seconds of samples came."""
        return (self._count + self._filled // 2) / RATE

    def room(self) -> memoryview:
        """The rest of the buffer: pipes bring little at a time, and what is done with it costs more by the piece."""
        return self._view[self._filled :]

    def took(self, count: int) -> None:
        """Hear what came, once it is enough."""
        self._filled += count
        if self._filled == _AT_ONCE:
            self._hear()

    def finish(self) -> tuple[Numbers, Numbers]:
        """Hear the rest, and tell the times and keys of all landmarks."""
        self._hear()
        return self._listener.finish()

    def digest(self) -> bytes:
        """What tells this sound from any other, once it is finished."""
        return self._digest.digest()

    def _hear(self) -> None:
        samples = np.frombuffer(self._view, "<i2", self._filled // 2)
        self._filled = 0
        if len(samples):
            self.loudest = max(self.loudest, int(samples.max()), -int(samples.min()))
            self._count += len(samples)
            self._digest.update(samples.tobytes())
            self._listener.feed(samples)


def hear(path: Path, probed: Probe) -> Hearing:
    """Hear all sound of a file, and nothing else of it. A stream that makes the decoder give up costs itself alone.

    Raises:
        MediaError: the file can't be opened.
    """
    hearing, gave_up = _hear(path, probed, probed.sounds)
    if not gave_up or len(probed.sounds) == 1:
        return with_differences(path, probed, hearing)
    hearings: list[Hearing] = []
    for sound in probed.sounds:
        heard = [earlier.heard for earlier in hearings]
        remaining = MOST_TRACKS - sum(counts.tracks + counts.silent + counts.repeated for counts in heard)
        hearings.append(_hear(path, probed, [sound], most=remaining)[0])
    return with_differences(path, probed, _joined(hearings))


def with_differences(path: Path, probed: Probe, hearing: Hearing) -> Hearing:
    """What was heard, and what cancels in a mix to mono: of few files there is any, and those are decoded once more.

    Raises:
        MediaError: the file can't be opened.
    """
    if not hearing.cancelling or hearing.timed_out:
        return hearing
    few = hearing.cancelling[:MOST_TRACKS]
    differences, _ = _hear(path, probed, [ear.sound for ear in few], len(few), differences=few)
    tracks = [track for heard in (hearing, differences) if heard.prints for track in heard.prints.tracks]
    tracks.sort(key=lambda track: (track.stream, -1 if track.channel is None else track.channel))
    return replace(
        hearing,
        prints=SoundPrints(tuple(tracks)) if tracks else None,
        heard=replace(hearing.heard, tracks=len(tracks)),
        faults=tuple(dict.fromkeys((*hearing.faults, *differences.faults))),
        timed_out=differences.timed_out,
    )


def _hear(
    path: Path, probed: Probe, sounds: Sequence[Sound], most: int = MOST_TRACKS, *, differences: Sequence[Ear] = ()
) -> tuple[Hearing, bool]:
    """What was heard of some streams, and whether the decoder gave up over one of them."""
    ears = Ears(probed, sounds, most, differences=differences)
    if not ears.sinks:
        return ears.finish(""), False
    with opened(path) as descriptor:
        stretch = descriptor if probed.sound_end is None else UpTo(descriptor, probed.sound_end)
        file_input = source(stretch, **header_options(descriptor), **_UNSEEN)
        wall = decoding_allowance(os.fstat(descriptor).st_size)
        try:
            completed = pour(
                lambda numbers: command(*ears.outputs(file_input, numbers)),
                ears.sinks,
                wall=wall,
                idle=IDLE,
                pass_fds=[descriptor],
            )
        except MediaTimeoutError:
            return ears.finish("", timed_out=True), False
    return ears.finish(completed.stderr), completed.returncode != 0


def _joined(hearings: Sequence[Hearing]) -> Hearing:
    tracks = [track for hearing in hearings if hearing.prints for track in hearing.prints.tracks]
    heard = [hearing.heard for hearing in hearings]
    return Hearing(
        SoundPrints(tuple(tracks)) if tracks else None,
        Heard(
            tracks=sum(counts.tracks for counts in heard),
            silent=sum(counts.silent for counts in heard),
            repeated=sum(counts.repeated for counts in heard),
            unheard=sum(counts.unheard for counts in heard),
        ),
        max(hearing.seconds for hearing in hearings),
        tuple(fault for hearing in hearings for fault in hearing.faults),
        any(hearing.timed_out for hearing in hearings),
        tuple(ear for hearing in hearings for ear in hearing.cancelling),
    )


def split_complaints(stderr: str, sounds: Sequence[Sound]) -> tuple[list[str], str]:
    """What ffmpeg said, in two parts: the lines that aren't about the sound, and in one line what is."""
    names = [name for sound in sounds if sound.codec for name in (sound.codec, _DECODERS.get(sound.codec, sound.codec))]
    indices = {sound.index for sound in sounds}
    other: list[str] = []
    of_sound: list[str] = []
    for line in stderr.splitlines():
        (of_sound if _is_of_sound(line, (*_OURS, *names), indices) else other).append(line)
    return other, stderr_summary("\n".join(of_sound))


def _is_of_sound(line: str, names: Iterable[str], indices: set[int]) -> bool:
    if stream := _STREAM.search(line):
        return int(stream[1]) in indices
    context = _CONTEXT.match(line)
    return context is not None and any(name in context[1] for name in names)


def unheard(sounds: Sequence[Sound]) -> Mapping[int, int]:
    """How many tracks of each stream nobody listens to, because there are too many; no entry where all are heard."""
    return Counter(ear.sound.index for ear in _ears(sounds)[MOST_TRACKS:])


def _ears(sounds: Iterable[Sound]) -> list[Ear]:
    return [ear for sound in sounds if sound.codec for ear in _ears_of(sound)]


def _ears_of(sound: Sound) -> list[Ear]:
    if sound.channels <= _MIXED:
        return [Ear(sound)]
    return [Ear(sound, channel) for channel in range(sound.channels)]


def _filters(ear: Ear) -> str:
    """Ffmpeg's filters from a stream to one track. Gaps between time stamps become silence, so that times stay true."""
    chosen = ""
    if ear.channel == DIFFERENCE:
        chosen = "aformat=channel_layouts=stereo,pan=mono|c0=0.5*c0-0.5*c1,"
    elif pair := channels_of(ear.channel):
        chosen = f"{_kept_layout(ear.sound)}pan=mono|c0=0.5*c{pair[0]}-0.5*c{pair[1]},"
    elif ear.channel is not None:
        chosen = f"{_kept_layout(ear.sound)}pan=mono|c0=c{ear.channel},"
    return f"{chosen}aresample={RATE}:async=1,aformat=sample_fmts=s16:channel_layouts=mono"


def _kept_layout(sound: Sound) -> str:
    """A filter under which a stream that changes its channels on the way keeps those it had, where it says which."""
    return f"aformat=channel_layouts={sound.layout}," if sound.layout and _LAYOUT.fullmatch(sound.layout) else ""


def _glances(sound: Sound, balance: Balance) -> str:
    """Ffmpeg's filters from a stream of some channels to the windows that its balance is judged by, as they are."""
    some = f"asetnsamples=n={WINDOW}:p=0,aselect='not(mod(n,{balance.spacing}))'"
    if sound.channels == _MIXED:
        return f"{some},aformat=sample_fmts=s16:channel_layouts=stereo"
    return f"{_kept_layout(sound)}{some},aformat=sample_fmts=s16"
