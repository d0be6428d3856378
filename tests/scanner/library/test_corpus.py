"""Matching on real pictures and real film that nobody here made."""

import subprocess
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detectors.fingerprint.picture import QUALITY_GATE, fingerprint
from detectors.fingerprint.prints import Prints
from fixtures.corpus import corpus
from fixtures.pictures import Greys, Picture, graded, greys, jpeg, mirrored, resized
from scanner.drop.assets import Drop
from scanner.examination import Extraction, MediaFacts
from scanner.library.match import match_asset
from scanner.library.references import Item, ReferenceLibrary, library_of
from scanner.timecode import Clock
from tests.scanner.library.works import item

pytestmark = pytest.mark.corpus

SAMPLE = 60


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    """Every second picture for the library; the sample of queries is taken from them."""
    files = sorted((corpus("matching") / "images").iterdir())[::2]
    return {file.name: np.asarray(Image.open(file).convert("RGB")) for file in files}


@pytest.fixture(scope="module")
def library(pictures: dict[str, Picture]) -> ReferenceLibrary:
    still = Extraction("still", MediaFacts("jpeg"))
    return _library(item(name, still, _print(seen)) for name, seen in pictures.items())


def _library(items: Iterable[Item]) -> ReferenceLibrary:
    return library_of(Drop("real", Path("/nowhere"), (), (), ()), items)


def _print(seen: Picture) -> Prints:
    return Prints(fingerprint(greys(seen), np.zeros(1, np.int64)))


@pytest.mark.parametrize(
    "change",
    [lambda seen: resized(seen, 0.3), lambda seen: jpeg(seen, 30), graded, mirrored],
    ids=["resized", "jpeg", "graded", "mirrored"],
)
def test_a_changed_picture_finds_its_original_and_no_other(
    pictures: dict[str, Picture], library: ReferenceLibrary, change: Callable[[Picture], Picture]
) -> None:
    right, wrong = 0, []
    for name in sorted(pictures)[:SAMPLE]:
        names = [
            found.facts["reference"] for found in match_asset("still", None, _print(change(pictures[name])), [library])
        ]
        right += name in names
        wrong += [(name, other) for other in names if other != name]
    assert wrong == []
    assert right >= 0.95 * SAMPLE


def test_unrelated_pictures_never_match(pictures: dict[str, Picture], library: ReferenceLibrary) -> None:
    others = sorted((corpus("matching") / "images").iterdir())[1::2]
    strangers = [np.asarray(Image.open(file).convert("RGB")) for file in others if file.name not in pictures]
    assert len(strangers) * library.entries > 20_000
    found = [match_asset("still", None, _print(seen), [library]) for seen in strangers]
    assert [names for names in found if names] == []


def _film(pictures: Greys) -> Prints:
    return Prints(fingerprint(pictures, np.arange(len(pictures))))


def _telling(pictures: Greys) -> int:
    """How many of the first five seconds' pictures are not too flat."""
    return int((fingerprint(pictures, np.arange(len(pictures))).quality[:125, 0] >= QUALITY_GATE).sum())


def _decode(file: Path) -> Greys:
    """Six seconds at 25 frames, as a decoder hands them over."""
    shrink = ["-vf", "fps=25,scale=128:128:flags=area,format=gray", "-f", "rawvideo", "-"]
    argv = ["ffmpeg", "-v", "error", "-nostdin", "-t", "6", "-i", str(file), "-an", *shrink]
    read = subprocess.run(argv, check=True, capture_output=True)
    return np.frombuffer(read.stdout, np.uint8).reshape(-1, 128, 128)


def test_stretches_of_real_film_are_found_to_the_frame() -> None:
    """Of clips that are not too flat to be compared at all."""
    files = sorted((corpus("matching") / "videos").glob("*.mp4"))[::5]
    decoded = [(file.name, _decode(file)) for file in files]
    *films, stranger = [each for each in decoded if _telling(each[1]) >= 120]
    kind = Extraction("video", MediaFacts("mp4", rate="25"))
    library = _library(item(name, kind, _film(seen)) for name, seen in films)
    off = []
    for name, seen in films:
        cut = np.concatenate([stranger[1][:50], mirrored(seen[20:120]), stranger[1][50:100]])
        (found,) = match_asset("video", Clock(Fraction(25)), _film(cut), [library])
        assert found.facts["reference"] == name
        assert found.facts["mirrored"] is True
        assert found.span is not None
        off += [abs(found.span.first_frame - 50), abs(found.span.last_frame - 149)]
    assert len(films) >= 3
    assert np.median(off) == 0
    assert max(off) <= 25
