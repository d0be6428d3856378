"""Reference works without media: prints painted from a seed, as extraction would have made them."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from detectors.fingerprint.local import COARSE, MOST, describe
from detectors.fingerprint.picture import Fingerprints, fingerprint
from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import SoundPrints, Track
from fixtures.pictures import Greys, greys, picture, shot
from scanner.examination import Extraction, MediaFacts, PictureValues
from scanner.library.contents import contents_of
from scanner.library.references import Item
from scanner.library.sheet import UNSTATED, Stated
from scanner.library.writer import Addition

POSTER = Extraction("still", MediaFacts("png", width=480, height=270), values=PictureValues("0" * 64, 90, "f" * 16))
FILM = Extraction("video", MediaFacts("mov", rate="24", start_timecode="10:00:00:00"))
PLATE = Extraction("sequence", MediaFacts("exr"))
SONG = Extraction("audio", MediaFacts("wav"))


def prints_of(pictures: Greys, first: int = 0) -> Prints:
    """The fingerprints of pictures, numbered from `first`."""
    return Prints(fingerprint(pictures, first + np.arange(len(pictures))))


def poster(seed: int) -> Prints:
    """A picture with its local features."""
    seen = picture(seed, 512, 288)
    grey = np.asarray(seen @ np.array([0.299, 0.587, 0.114]), np.uint8)
    return Prints(fingerprint(greys(seen), np.zeros(1, np.int64)), describe([grey], [0], most=MOST[COARSE]))


def film(seed: int, frames: int = 48) -> Prints:
    """A pan over a painted scene."""
    return prints_of(shot(seed, frames))


def song(seed: int, seconds: float = 30.0) -> Prints:
    """Landmarks as music has them, drawn from a seed."""
    random = np.random.default_rng(seed)
    count = int(30 * seconds)
    times = np.sort(random.integers(0, int(seconds * 43), count)).astype(np.uint32)
    keys = (random.integers(80, 2900, count) | random.integers(20, 200, count) << 16).astype(np.uint32)
    words = random.integers(0, 2**32, int(seconds / 0.1238), dtype=np.uint32)
    return Prints(sound=SoundPrints((Track(0, None, 0.0, seconds, words, times, keys),)))


def item(path: str, extraction: Extraction, prints: Prints, content: str = "", stated: Stated = UNSTATED) -> Item:
    """One thing that was looked through."""
    return Item(path, content or f"sha of {path}", extraction, lambda: prints, stated)


def addition(
    name: str,
    extraction: Extraction,
    prints: Prints,
    content: str = "",
    stated: Stated = UNSTATED,
    *,
    stop: bool = False,
) -> Addition:
    """The same, to be added to a library under an id."""
    key = content or f"sha of {name}"
    return Addition(name, key, name, stated, partial(contents_of, key, extraction, prints), stop)


def some() -> Sequence[Addition]:
    """Works of every kind."""
    return [
        *(addition(f"posters/{seed}.png", POSTER, poster(seed)) for seed in (50, 51, 52)),
        addition("film.mov", FILM, film(1, 60), stated=Stated(title="The Film", owner="Studio", licences=("LIC-1",))),
        addition("plate.%04d.exr", PLATE, prints_of(shot(3, 24), 1001)),
        addition("song.wav", SONG, song(4)),
        addition("empty.mov", FILM, Prints(Fingerprints.join([]))),
    ]
