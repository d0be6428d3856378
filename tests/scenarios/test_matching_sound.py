"""What matching promises of sound, through the real command: a recording is found under talk, with its times.

One folder of recordings and one drop are made for all of it, and scanned once.
"""

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest

from detectors.fingerprint.sound import DIFFERENCE, RATE
from fixtures import media, music, sounds
from fixtures.command import provscan

FPS = 25
BEFORE, PART, AFTER = 8.0, 16.0, 6.0
BEGINS = 10.0
Match: TypeAlias = dict[str, Any]


def recording(path: Path, *parts: music.Samples, options: tuple[str, ...] = ()) -> Path:
    return sounds.sound(path, [np.concatenate(parts) / 32768], *options, rate=RATE)


def part(song: music.Samples, begins: float, seconds: float) -> music.Samples:
    return song[round(begins * RATE) : round((begins + seconds) * RATE)]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Match]]:
    """The matches of each asset."""
    work = tmp_path_factory.mktemp("sound")
    references, drop = work / "references", work / "drop"
    references.mkdir()
    drop.mkdir()
    songs = {name: music.music(seed, 40) for seed, name in enumerate(("ballad", "march", "waltz"), 1)}
    songs["loop"] = music.repeating(4, 4.0, 40)
    for name, song in songs.items():
        recording(references / f"{name}.wav", song)
    tone = sounds.tone(440, 300, rate=8000)
    for folder in (references, drop):
        sounds.sound(folder / "tone.wav", [tone], rate=8000)
        sounds.sound(folder / "silent.wav", [sounds.silence(20, rate=8000)] * 2, rate=8000)
    before, after = music.music(90, BEFORE), music.music(91, AFTER)
    excerpt = part(songs["ballad"], BEGINS, PART)
    recording(drop / "mix.wav", before, excerpt, after)
    recording(drop / "small.wav", before, excerpt, after, options=("-ar", "8000"))
    recording(drop / "talk.wav", music.babble(7, 20))
    behind, talk = excerpt / 32768 / 4, music.babble(6, PART) / 32768
    sounds.sound(drop / "turned.wav", [excerpt / 32768, -excerpt / 32768], rate=RATE)
    sounds.sound(drop / "behind.wav", [talk + behind, talk - behind], rate=RATE)
    sounds.sound(drop / "wide.wav", [talk, music.music(92, PART) / 32768], rate=RATE)
    recording(drop / "medley.wav", before, part(songs["loop"], 3, 12), part(songs["march"], 5, 15), after)
    quiet = music.under(np.concatenate([np.zeros_like(before), excerpt, np.zeros_like(after)]), music.babble(5, 30), 12)
    picture = media.movie(work / "picture.mov", frames=30 * FPS, rate=str(FPS), size=(64, 36), audio=False)
    sounds.together(drop / "scene.mov", picture, [recording(work / "scene.wav", quiet)])
    outcome = provscan(work, "scan", drop, "--references", references, "--as-of", "2026-04-02")
    assert outcome.code == 1, outcome.err
    report = outcome.report("drop.provscan")
    assert not any(asset["problems"] for asset in report["assets"])
    (inputs,) = report["run"]["inputs"]["references"]
    assert [one["id"] for one in inputs["unusable"]] == ["silent.wav"]
    return {
        asset["path"]: [seen for seen in asset["observations"] if seen["kind"] == "match"] for asset in report["assets"]
    }


def seconds(match: Match) -> tuple[float, float]:
    return match["span"]["start"], match["span"]["end"]


def there(match: Match) -> tuple[float, float]:
    return match["facts"]["reference_span"]["start"], match["facts"]["reference_span"]["end"]


def test_music_12_db_under_talk_is_found_in_the_frames_of_the_movie(found: dict[str, list[Match]]) -> None:
    (match,) = found["scene.mov"]
    assert (match["facts"]["reference"], match["detector"], match["where"]) == ("ballad.wav", "audio", "stream 1")
    assert match["facts"]["level"] in {"certain", "match"}
    assert seconds(match) == pytest.approx((BEFORE, BEFORE + PART), abs=1)
    assert there(match) == pytest.approx((BEGINS, BEGINS + PART), abs=1)
    assert there(match)[0] - seconds(match)[0] == pytest.approx(BEGINS - BEFORE, abs=0.1)
    assert match["span"]["first_frame"] == pytest.approx(BEFORE * FPS, abs=FPS)
    assert match["span"]["in"]


@pytest.mark.parametrize("name", ["mix.wav", "small.wav"])
def test_a_mix_that_is_used_again_is_found_with_its_times_on_both_sides(
    found: dict[str, list[Match]], name: str
) -> None:
    (match,) = found[name]
    assert (match["facts"]["reference"], match["facts"]["level"]) == ("ballad.wav", "certain")
    assert seconds(match) == pytest.approx((BEFORE, BEFORE + PART), abs=0.6)
    assert there(match) == pytest.approx((BEGINS, BEGINS + PART), abs=0.6)
    assert match["span"]["in"] is None


def test_a_song_that_repeats_itself_says_so_and_hides_no_other(found: dict[str, list[Match]]) -> None:
    loop, march = found["medley.wav"]
    assert (loop["facts"]["reference"], march["facts"]["reference"]) == ("loop.wav", "march.wav")
    assert seconds(loop) == pytest.approx((BEFORE, BEFORE + 12), abs=1)
    assert loop["facts"]["time_ambiguous"] is True
    assert seconds(march) == pytest.approx((BEFORE + 12, BEFORE + 27), abs=1)
    assert there(march) == pytest.approx((5, 20), abs=1)
    assert march["facts"]["time_ambiguous"] is False


@pytest.mark.parametrize("name", ["turned.wav", "behind.wav"])
def test_a_song_that_cancels_in_the_mix_is_found_and_said_where(found: dict[str, list[Match]], name: str) -> None:
    (match,) = found[name]
    assert (match["facts"]["reference"], match["where"]) == ("ballad.wav", "stream 0, difference of left and right")
    assert match["facts"]["channel"] == DIFFERENCE
    assert match["facts"]["level"] == "certain"
    assert seconds(match) == pytest.approx((0, PART), abs=1)
    assert there(match) == pytest.approx((BEGINS, BEGINS + PART), abs=1)


@pytest.mark.parametrize("name", ["tone.wav", "silent.wav", "talk.wav", "wide.wav"])
def test_a_tone_silence_and_talk_match_nothing_not_even_themselves(found: dict[str, list[Match]], name: str) -> None:
    assert found[name] == []
