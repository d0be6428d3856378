"""Recordings found in what was delivered, against Chromaprint alone: `python -m benchmarks.matching_sound`.

50 recordings are the library. A programme is other music with 24 excerpts of 20 seconds in it, changed in one way or
laid under speech. An excerpt counts as found where a passage of its recording overlaps it by a second or more and tells
the place in the recording to the second. Everything else that is told is false, and named.

Music comes from Debian's packages of two games and speech from espeak-ng, unpacked into a temporary folder where apt
may fetch them; else both are made by `fixtures.music`, which the output says. The peer is the matcher of the research:
Chromaprint's words, at most a third of whose bits differ over 4 seconds or more.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.sound import RATE, WORD_SECONDS, SoundPrints
from detectors.matching.sound.listening import SoundStock, find_sound
from detectors.matching.sound.words import SoundWords, align
from fixtures.music import Samples, babble, heard, music, under

RECORDINGS, EXCERPTS, SECONDS = 50, 24, 20.0
PACKAGES = ("wesnoth-1.16-music", "supertux-data")
SPEAKERS = ("espeak-ng", "espeak-ng-data", "libespeak-ng1", "libpcaudio0", "libsonic0")
_VOICES = ("en+m1", "en+f2", "de+m3", "fr+f4", "en-us+m7", "en+f5", "es+m4", "it+f1")
_SAID = (
    "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which "
    "one you were all her she there would their we him been has when who will more no if out so what up said about"
)
_PASSAGE_WORDS, _PEER_LEAST, _PEER_DIFFERS, _PEER_SECONDS = 121, 3, 0.33, 4.0

Change = Callable[[Samples], Samples]


@dataclass(frozen=True)
class Material:
    """Recordings by name, music that no recording is part of, and speech. `source`: where it all comes from."""

    recordings: dict[str, Samples]
    others: dict[str, Samples]
    speech: Samples
    source: str


@dataclass(frozen=True)
class Condition:
    """One way in which excerpts are changed. `speed`: how much faster they play; `talk`: decibels of speech over it."""

    name: str
    change: str = ""
    speed: float = 1.0
    talk: float | None = None
    encode: bool = False


CONDITIONS = (
    Condition("as it is"),
    Condition("20 dB quieter", "volume=-20dB"),
    Condition("MP3, 22 kHz, 64 kbit/s", encode=True),
    Condition("low-pass at 3 kHz", "lowpass=f=3000,lowpass=f=3000"),
    *(Condition(f"speech at {level:+d} dB over it", talk=level) for level in (-12, -6, 0, 6, 12, 18)),
    Condition("tempo +4 %, pitch kept", "atempo=1.04", 1.04),
    Condition("tempo -4 %, pitch kept", "atempo=0.96", 0.96),
    Condition("varispeed +4.27 %", "asetrate=11496,aresample=11025", 11496 / 11025),
    Condition("varispeed -4.1 %", "asetrate=10573,aresample=11025", 10573 / 11025),
    Condition("varispeed +4.27 %, speech at +12 dB", "asetrate=11496,aresample=11025", 11496 / 11025, 12),
    Condition("pitch +1 semitone (not looked for)", "asetrate=11681,aresample=11025,atempo=0.94387", 1.0),
)


@dataclass(frozen=True)
class Outcome:
    """Excerpts found of how many, the share of their seconds, the median error of ends, and what was told falsely."""

    found: int
    of: int
    covered: float
    edges: float
    false: tuple[str, ...]
    seconds: float


def main() -> None:
    """Fetch or make the material, measure, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--folder", type=Path, help="where packages are unpacked and kept (default: a temporary folder)")
    asked.add_argument("--made", action="store_true", help="make the material, whatever could be fetched")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="provscan-bench-") as temporary:
        table(made() if given.made else fetched(given.folder or Path(temporary)) or made())


def rows(folder: Path) -> list[tuple[str, str, str, str]]:
    """What the issue's table asks of sound: what, goal, measured, best peer measured."""
    material = fetched(folder) or made()
    works, stock = library(material)
    told = []
    for name, goal in (("speech at +12 dB over it", ">= 20 of 24"), ("varispeed +4.27 %", "24 of 24")):
        condition = next(one for one in CONDITIONS if one.name == name)
        ours, peer = measured(material, works, stock, condition)
        told.append((f"music, {name}", goal, _short(ours), f"{peer.found} of {peer.of} (Chromaprint)"))
    return told


def table(material: Material) -> None:
    """Print everything that is measured about sound."""
    print(f"material: {material.source}")
    begin = time.process_time()
    works, stock = library(material)
    hours = stock.hours
    stored = sum(len(work.to_bytes()) for work in works)
    print(f"library: {len(works)} recordings, {hours:.2f} h; {stored / hours / 1e6:.2f} MB an hour stored", end="; ")
    print(f"listened and indexed in {(time.process_time() - begin) / hours:.1f} s CPU an hour, without Chromaprint")
    print("\n| excerpts | found | their seconds | ends, median | false | Chromaprint alone | its false | CPU s/h |")
    print("|---|---|---|---|---|---|---|---|")
    for condition in CONDITIONS:
        ours, peer = measured(material, works, stock, condition)
        false = f"{len(ours.false)}" + (f" ({', '.join(sorted(set(ours.false)))})" if ours.false else "")
        print(
            f"| {condition.name} | {ours.found} of {ours.of} | {ours.covered:.2f} | {ours.edges:.2f} s | {false} ",
            end="",
        )
        print(f"| {peer.found} of {peer.of} | {len(peer.false)} | {ours.seconds:.0f} |", flush=True)
    heard_hours, told = 0.0, []
    for name, samples in material.others.items():
        heard_hours += len(samples) / RATE / 3600
        told += [
            f"{list(material.recordings)[one.target]} in {name} ({one.level}, {one.score:.0f})"
            for one in find_sound(heard(samples), stock)
        ]
    print(
        f"\nother music: {len(told)} passages told in {heard_hours:.2f} h against {hours:.2f} h of recordings: {told}"
    )


def library(material: Material) -> tuple[list[SoundPrints], SoundStock]:
    """The prints of the recordings, and the stock of them, each of another owner."""
    works = [heard(samples) for samples in material.recordings.values()]
    return works, SoundStock.of(works, list(material.recordings))


def measured(
    material: Material, works: list[SoundPrints], stock: SoundStock, condition: Condition
) -> tuple[Outcome, Outcome]:
    """What we and the peer find of one programme."""
    samples, truth = programme(material, condition)
    prints = heard(samples)
    begin = time.process_time()
    found = find_sound(prints, stock)
    cost = (time.process_time() - begin) / (len(samples) / RATE / 3600)
    ours = [(one.target, *one.span_seconds, one.target_seconds[0]) for one in found]
    names = list(material.recordings)
    return judged(ours, truth, condition, names, cost), judged(
        list(peers(prints, works, stock)), truth, condition, names
    )


Told = tuple[int, float, float, float]
"""A recording, from where to where of the programme, and where in the recording that begins."""


def judged(told: list[Told], truth: list[Told], condition: Condition, names: list[str], cost: float = 0) -> Outcome:
    """What was told, held against what is there."""
    found, edges, covered = set(), [], 0.0
    false = []
    for target, first, last, there in told:
        for number, (right, begin, end, place) in enumerate(truth):
            at = place + (first - begin) * condition.speed
            if target == right and min(last, end) - max(first, begin) > 1 and abs(there - at) < 1:
                found.add(number)
                covered += min(last, end) - max(first, begin)
                edges += [abs(first - begin), abs(last - end)]
                break
        else:
            false.append(names[target])
    whole = sum(end - begin for _, begin, end, _ in truth)
    return Outcome(len(found), len(truth), covered / whole, float(np.median(edges or [0])), tuple(false), cost)


def peers(prints: SoundPrints, works: list[SoundPrints], stock: SoundStock) -> Iterator[Told]:
    """Chromaprint alone, by the rule of the research; of stretches that overlap the better one."""
    query = SoundWords.of(prints.tracks[0].words)
    keys, places = query.heard()
    runs = {}
    for begin in range(0, len(query.words), _PASSAGE_WORDS):
        here = slice(*np.searchsorted(places, (begin, begin + _PASSAGE_WORDS)))
        for work, offset in stock.words.guesses((keys[here], places[here]), _PEER_LEAST):
            run = align(query, SoundWords.of(works[work].tracks[0].words), offset, begin, begin + _PASSAGE_WORDS)
            if run and run.differs <= _PEER_DIFFERS and (run.last - run.first) * WORD_SECONDS >= _PEER_SECONDS:
                runs[run.score, work, run.first] = run
    kept: list[tuple[int, int]] = []
    for (_, work, first), run in sorted(runs.items(), reverse=True):
        if all(min(run.last, last) - max(first, other) < 0.3 * (run.last - first) for other, last in kept):
            kept.append((first, run.last))
            yield work, first * WORD_SECONDS + 1, run.last * WORD_SECONDS + 1, (first + run.offset) * WORD_SECONDS + 1


def programme(material: Material, condition: Condition) -> tuple[Samples, list[Told]]:
    """24 excerpts between other music; all conditions draw the same ones."""
    random = Random(9)  # noqa: S311 - excerpts, not secrets
    recordings, others = list(material.recordings.values()), list(material.others.values())
    parts: list[Samples] = []
    truth: list[Told] = []
    for _ in range(EXCERPTS):
        other = random.choice(others)
        length, at = round(random.uniform(6, 12) * RATE), random.uniform(0, 0.5)
        begin = round(at * max(0, len(other) - length))
        which = random.randrange(len(recordings))
        place = random.uniform(0, len(recordings[which]) / RATE - SECONDS - 1)
        excerpt = recordings[which][round(place * RATE) : round((place + SECONDS) * RATE)]
        talk = random.randrange(len(material.speech) // 2)
        between = _talked(other[begin : begin + length], material.speech[talk:], condition)
        parts += [between, _talked(filtered(excerpt, condition.change), material.speech[talk:], condition)]
        now = sum(map(len, parts)) / RATE
        truth.append((which, now - len(parts[-1]) / RATE, now, place))
    samples = np.concatenate(parts)
    return (_encoded(samples) if condition.encode else samples), truth


def filtered(samples: Samples, change: str) -> Samples:
    """Through a filter of ffmpeg."""
    return samples if not change else _ffmpeg(samples, "-af", change)


def _talked(samples: Samples, speech: Samples, condition: Condition) -> Samples:
    return samples if condition.talk is None else under(samples, speech, condition.talk)


def _ffmpeg(samples: Samples, *options: str) -> Samples:
    raw = ("-f", "s16le", "-ar", str(RATE), "-ac", "1")
    command = ["ffmpeg", "-v", "error", *raw, "-i", "-", *options, *raw, "-"]
    return np.frombuffer(
        subprocess.run(command, input=samples.tobytes(), capture_output=True, check=True).stdout, "<i2"
    )


def _encoded(samples: Samples) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mp3"
        command = ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
        command += ["-ar", "22050", "-b:a", "64k", str(path)]
        subprocess.run(command, input=samples.tobytes(), check=True)
        return decoded(path)


def decoded(path: Path) -> Samples:
    """A file's sound as the product hears it: mono, 11,025 samples a second."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-map", "0:a:0", "-ac", "1", "-ar", str(RATE)]
    done = subprocess.run([*command, "-f", "s16le", "-"], capture_output=True, check=True)
    return np.frombuffer(done.stdout, "<i2")


def fetched(folder: Path) -> Material | None:
    """Music and speech of Debian's packages, or None where they can't be had."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for package in (*PACKAGES, *SPEAKERS):
            if not (folder / package).is_dir():
                subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True, capture_output=True)
                archive = next(folder.glob(f"{package}_*.deb"))
                subprocess.run(["dpkg", "-x", archive, folder / package], check=True, capture_output=True)
                archive.unlink()
        speech = _spoken(folder)
    except (OSError, subprocess.CalledProcessError, StopIteration) as fault:
        print(f"packages can't be fetched here: {fault}", file=sys.stderr)
        return None
    files = sorted(path for package in PACKAGES for path in (folder / package).rglob("*.ogg") if "music" in str(path))
    Random(5).shuffle(files)  # noqa: S311 - recordings, not secrets
    songs = {path.stem: samples for path in files if _is_music(samples := decoded(path))}
    names = list(songs)
    recordings = {name: songs[name] for name in names[:RECORDINGS]}
    others = {name: songs[name] for name in names[RECORDINGS:]}
    return Material(recordings, others, speech, f"{', '.join(PACKAGES)}; speech from espeak-ng")


def made() -> Material:
    """Music and speech made by code."""
    recordings = {f"song {seed}": music(seed, 120) for seed in range(RECORDINGS)}
    others = {f"other {seed}": music(1000 + seed, 60) for seed in range(24)}
    speech = np.concatenate([babble(seed, 60) for seed in range(6)])
    return Material(recordings, others, speech, "made by fixtures.music: the packages were not to be had")


def _is_music(samples: Samples) -> bool:
    """Whether it is long enough to take an excerpt from, and not silent (one of the games has a file of silence)."""
    return len(samples) > (SECONDS + 2) * RATE and bool(np.abs(samples).max() > 1000)  # noqa: PLR2004 - of 32,768


def _spoken(folder: Path) -> Samples:
    """Six to eight minutes of nonsense in eight voices."""
    random = Random(1)  # noqa: S311 - words, not secrets
    home = next((folder / "libespeak-ng1").rglob("libespeak-ng.so.1")).parent
    rooms = [str(next((folder / package).rglob("*.so.*")).parent) for package in SPEAKERS[3:]]
    data = next((folder / "espeak-ng-data").rglob("phontab")).parent
    environment = {**os.environ, "LD_LIBRARY_PATH": ":".join([str(home), *rooms]), "ESPEAK_DATA_PATH": str(data)}
    parts: list[NDArray[np.int16]] = []
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a.wav"
        for number in range(40):
            text = " ".join(random.choice(_SAID.split()) + random.choice(["", "", "", "", ".", ","]) for _ in range(40))
            voice = ["-v", _VOICES[number % len(_VOICES)], "-s", str(random.randint(130, 190))]
            program = folder / "espeak-ng" / "usr/bin/espeak-ng"
            subprocess.run([program, *voice, "-w", path, text], env=environment, check=True, capture_output=True)
            parts.append(decoded(path))
    return np.concatenate(parts)


def _short(outcome: Outcome) -> str:
    return f"{outcome.found} of {outcome.of}, {len(outcome.false)} false"


if __name__ == "__main__":
    main()
