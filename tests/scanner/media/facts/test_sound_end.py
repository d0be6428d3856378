"""Tags behind a sound are none of it: it is read whole, and one that was cut is told with tags behind it as without."""

import struct
from pathlib import Path

import pytest

from detectors.markers.walkers.walk import walked
from detectors.material import Piece
from fixtures import media, sounds, tags
from scanner.media.asset.extract import extract
from scanner.media.facts.recognise import recognise
from scanner.parts.listing import list_parts
from scanner.parts.source import Bounds

SECONDS = 2
FORMS = {
    "a.mp3": (),
    "old.mp3": ("-write_xing", "0", "-id3v2_version", "0"),
    "a.mp2": (),
    "a.aac": (),
    "a.ac3": (),
    "a.flac": (),
    "a.ogg": ("-c:a", "libvorbis"),
    "a.opus": (),
}
LARGE = tags.frame(b"PRIV", b"somebody\0" + bytes(range(256)) * 400)
TITLE = tags.frame(b"TIT2", b"\3A title")
TAILS = {
    "ID3v2.4": tags.id3(TITLE, footer=True),
    "a large ID3v2.4": tags.id3(TITLE + LARGE, footer=True),
    "ID3v1": tags.ID3V1,
    "enhanced ID3v1": tags.ENHANCED + tags.ID3V1,
    "APE": tags.ape({b"Comment": b"x" * 3000}),
    "APE without a header, ID3v1": tags.ape({b"Title": b"y"}, header=False) + tags.ID3V1,
    "APE, Lyrics3, ID3v1": tags.ape({b"Title": b"y"}) + tags.LYRICS + tags.ID3V1,
    "ID3v2.4, ID3v1": tags.id3(TITLE + LARGE, footer=True) + tags.ID3V1,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A sound in each form."""
    folder = tmp_path_factory.mktemp("whole")
    return {
        name: sounds.sound(folder / name, [sounds.tune(1, SECONDS)] * 2, *options).read_bytes()
        for name, options in FORMS.items()
    }


def told(path: Path) -> tuple[float, list[str], float]:
    """How many seconds were heard, what was said of it, and how long it says it is."""
    extraction, prints = extract([Piece(path, path.name)])
    assert prints.sound is not None
    assert extraction.media
    assert extraction.media.duration is not None
    return (
        prints.sound.tracks[0].seconds,
        [problem.message for problem in extraction.problems],
        extraction.media.duration,
    )


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize(
    "name", ["old.mp3", *(pytest.param(name, marks=pytest.mark.long) for name in ("a.mp3", "a.mp2", "a.ac3"))]
)
def test_a_tag_behind_the_sound_is_none_of_it(tmp_path: Path, whole: dict[str, bytes], name: str, tail: str) -> None:
    path = tmp_path / name
    path.write_bytes(whole[name] + TAILS[tail])
    seconds, messages, duration = told(path)
    assert not messages
    assert seconds == pytest.approx(SECONDS, abs=0.15)
    assert duration == pytest.approx(SECONDS, abs=0.15)


@pytest.mark.parametrize("name", ["a.aac", "a.flac", "a.ogg", "a.opus"])
def test_other_streams_may_have_one_too(tmp_path: Path, whole: dict[str, bytes], name: str) -> None:
    path = tmp_path / name
    path.write_bytes(whole[name] + TAILS["ID3v2.4, ID3v1"])
    seconds, messages, duration = told(path)
    assert not messages
    assert seconds == pytest.approx(SECONDS, abs=0.15)
    assert duration == pytest.approx(SECONDS, abs=0.15)


@pytest.mark.parametrize("tail", ["", "ID3v2.4, ID3v1"])
@pytest.mark.parametrize("name", FORMS)
def test_a_sound_that_was_cut_is_told_with_tags_behind_it_as_without(
    tmp_path: Path, whole: dict[str, bytes], name: str, tail: str
) -> None:
    path = tmp_path / name
    cut = len(whole[name]) * 6 // 10
    path.write_bytes(whole[name][: cut + 41] + TAILS.get(tail, b""))
    _, (message,), _ = told(path)
    assert message.startswith("sound: ")


def test_bytes_that_only_look_like_a_tag_are_sound_or_damage(tmp_path: Path, whole: dict[str, bytes]) -> None:
    path = tmp_path / "a.mp3"
    lying = bytearray(TAILS["ID3v2.4"])
    lying[-1] ^= 1  # the two lengths differ
    path.write_bytes(whole["a.mp3"] + lying)
    assert told(path)[1]


@pytest.mark.parametrize("name", ["a.flac", "a.aac", "a.ogg", "a.ac3", "a.mp3"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_large_tag_in_front_hides_no_format(tmp_path: Path, whole: dict[str, bytes], name: str, times: int) -> None:
    path = tmp_path / name
    path.write_bytes(tags.id3(TITLE + LARGE, footer=False) * times + whole[name])
    assert recognise(Piece(path, name)).name == name.rpartition(".")[2]


def test_what_a_tag_behind_the_sound_says_is_read(tmp_path: Path, whole: dict[str, bytes]) -> None:
    path = tmp_path / "a.mp3"
    texts = tags.frame(b"TXXX", b"\3AIGC\0{}") + tags.frame(b"COMM", b"\1eng\xff\xfe\0\0" + "made".encode("utf-16"))
    path.write_bytes(whole["a.mp3"] + tags.id3(TITLE + texts, footer=True) + tags.ID3V1)
    assert [(tag.key, tag.value) for tag in walked(path, ())] == [
        ("ID3v2_4:Title", "A title"),
        ("ID3v2_4:UserDefinedText", "(AIGC) {}"),
        ("ID3v2_4:Comment", "made"),
    ]
    path.write_bytes(whole["a.mp3"])
    assert not walked(path, ())


def test_pictures_in_the_tags_behind_a_sound_are_parts_of_it(tmp_path: Path, whole: dict[str, bytes]) -> None:
    cover = media.still(tmp_path / "cover.png").read_bytes()
    path = tmp_path / "a.mp3"
    held = tags.frame(b"APIC", b"\1image/png\0\3\xff\xfec\0\0\0" + cover)
    held += tags.frame(b"GEOB", b"\3image/png\0a.png\0\0" + cover) + TITLE
    path.write_bytes(
        whole["a.mp3"] + tags.id3(held, footer=True) + tags.ape({b"Cover Art (Front)": b"a.png\0" + cover}, binary=True)
    )
    parts = list_parts(Piece(path, path.name), tmp_path, Bounds()).listing.parts
    assert [(part.format, part.why_not) for part in parts] == [("png", "")] * 3
    path.write_bytes(whole["a.mp3"] + tags.id3(TITLE, footer=True) + tags.ape({b"Title": b"y"}) + tags.ID3V1)
    assert not list_parts(Piece(path, path.name), tmp_path, Bounds()).listing.parts


def test_a_tag_behind_a_wav_is_no_part_of_unknown_bytes(tmp_path: Path) -> None:
    path = sounds.sound(tmp_path / "a.wav", [sounds.tune(1, 1)])
    plain = path.read_bytes()
    path.write_bytes(plain + tags.ID3V1)
    assert not list_parts(Piece(path, path.name), tmp_path, Bounds()).listing.parts
    path.write_bytes(plain + b"what nobody knows " * 20)
    assert len(list_parts(Piece(path, path.name), tmp_path, Bounds()).listing.parts) == 1
    data = bytearray(plain)
    struct.pack_into("<I", data, 4, 1000)
    path.write_bytes(data)
    assert not list_parts(Piece(path, path.name), tmp_path, Bounds()).listing.parts
