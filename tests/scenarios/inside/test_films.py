"""What a film or a sound holds besides what a player shows is found there, by the real command; what is whole is whole.

One drop is made of all of it and scanned once. Each file has a twin of the same make in which there is nothing.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures import inside_films as films
from fixtures import media, paces
from tests.scenarios.inside.deliveries import MARK, MATCH, Delivery, Pictures, hidden, scanned

TRACKS = ("second.mp4", "second.mov", "second.mkv", "default.mp4", "default.mov", "default.mkv")
COVERS = tuple(f"{what}{suffix}" for what in ("match", "mark") for suffix in (".mp4", ".m4a", ".mp3", ".flac"))
WHOLE: dict[str, tuple[Callable[[Path], Path], int]] = {
    "telecine.mkv": (paces.soft_telecine, 240),
    "telecine.vob": (paces.soft_telecine, 240),
    "telecine.ts": (paces.soft_telecine, 240),
    "dropped.avi": (paces.dropped, 94),
    "out of order.avi": (paces.out_of_order, 48),
    "held.mov": (paces.held, 268),
}
LEFT_OUT = ("before.mp4", "before.mov", "reordered.mov", "behind.mp4")
EXPECTED = (
    dict.fromkeys(TRACKS, ("track:1", MATCH))
    | dict.fromkeys(LEFT_OUT, ("hidden:0", MATCH))
    | {name: ("cover:0", MATCH if name.startswith("match") else MARK) for name in COVERS}
    | {"jpeg.mkv": ("attachment:0", MATCH), "binary.mkv": ("attachment:0", MARK), "film.mkv": ("attachment:0", MATCH)}
)


def covered(path: Path, film: Path, sound: Path, cover: Path) -> None:
    if path.suffix == ".mp4":
        films.covered_film(path, film, cover)
    else:
        films.covered(path, sound, cover)


def fill(folder: Path, film: Path, second: Path, sound: Path, still: Path, other: Path) -> None:
    """The same files each time, with another film and two other stills in them."""
    for name in TRACKS:
        films.tracks(folder / name, [film, second], "-dn", shown=[1] if name.startswith("default") else [0])
    for name in COVERS:
        covered(folder / name, film, sound, still if name.startswith("match") else other)
    films.attached(folder / "jpeg.mkv", film, {"still.jpg": still})
    films.attached(folder / "binary.mkv", film, {"notes.bin": other})
    films.attached(folder / "film.mkv", film, {"film.mp4": second})


def fill_left_out(folder: Path, showing: Path | None) -> None:
    """Films of which an edit list leaves out the first second, or the last; they show a still there, if any."""
    parts = {
        "plain": ((showing, 4, 18), ("-g", "48", "-bf", "0")),
        "reordered": ((showing, 4, 18), ("-g", "48", "-sc_threshold", "0", "-bf", "3", "-preset", "veryfast")),
        "behind": ((showing, 28, 42), ("-bf", "0")),
    }
    films_of = {
        name: media.movie(
            folder / f"{name} whole.mp4",
            seed=5,
            frames=48,
            start=None,
            audio=False,
            insert=(insert[0], insert[1], insert[2]) if insert[0] else None,
            options=options,
        )
        for name, (insert, options) in parts.items()
    }
    films.cut(folder / "before.mp4", films_of["plain"], 1)
    films.cut(folder / "before.mov", films_of["plain"], 1)
    films.cut(folder / "reordered.mov", films_of["reordered"], 1)
    films.shortened(folder / "behind.mp4", films_of["behind"], 1000)
    for film in films_of.values():
        film.unlink()


def make(work: Path) -> Pictures:
    """Fill the drop of a working folder."""
    pictures = hidden(work)
    own = work / "own"
    film = media.movie(own / "film.mp4", frames=48)
    showing = media.movie(own / "showing.mp4", seed=2, frames=48, insert=(pictures.poster, 10, 40), audio=False)
    innocent = media.movie(own / "innocent.mp4", seed=3, frames=48, audio=False)
    sound = media.sound(own / "sound.wav", seconds=2)
    fill(work / "drop/found", film, showing, sound, pictures.poster, pictures.marked)
    fill(work / "drop/harmless", film, innocent, sound, pictures.own, pictures.own_png)
    fill_left_out(work / "drop/found", pictures.poster)
    fill_left_out(work / "drop/harmless", None)
    films.captioned(work / "drop/harmless/captions.mkv", film)
    films.captioned(work / "drop/harmless/captions.mp4", film)
    (own / "a.ttf").write_bytes(b"\0\1\0\0" + bytes(200))
    films.attached(work / "drop/harmless/font.mkv", film, {"a.ttf": own / "a.ttf"})
    whole = own / "whole"
    whole.mkdir()
    for name, (build, _) in WHOLE.items():
        build(whole / name)
        shutil.copy(whole / name, work / "drop/harmless")
        media.truncated(whole / name, work / "drop/found" / f"cut {name}", 0.7)
    return pictures


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    work = tmp_path_factory.mktemp("films")
    make(work)
    return scanned(work)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_lies_inside_is_found_there(delivery: Delivery, name: str) -> None:
    assert delivery.spoken_of(f"found/{name}") == {EXPECTED[name]}


@pytest.mark.parametrize("name", [*EXPECTED, "captions.mkv", "captions.mp4", "font.mkv"])
def test_its_harmless_twin_is_quiet(delivery: Delivery, name: str) -> None:
    assert delivery.quiet(f"harmless/{name}"), delivery.assets[f"harmless/{name}"]
    assert delivery.assets[f"harmless/{name}"]["parts"]


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_whole_is_called_whole(delivery: Delivery, name: str) -> None:
    asset, count = delivery.assets[f"harmless/{name}"], WHOLE[name][1]
    looked = {"plan": "every frame", "frames": count, "of": count, "largest_gap": 0.0}
    assert (asset["looked"], asset["media"]["frame_count"]) == (looked, count)
    assert not delivery.spoken_of(f"harmless/{name}")


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_an_edit_list_leaves_out_is_looked_at_in_its_own_frames(delivery: Delivery, name: str) -> None:
    asset = delivery.assets[f"found/{name}"]
    (part,) = asset["parts"]
    looked = {"plan": "every frame", "frames": 24, "of": 24, "largest_gap": 0.0}
    assert (part["frames"], part["looked"], part["shown"]) == (24, looked, False)
    assert part["where"] == "24 frames of the first video track that its edit list leaves out"
    assert asset["looked"]["frames"] == 24
    (finding,) = (each for each in asset["findings"] if each["part"])
    assert (finding["span"]["first_frame"], finding["span"]["last_frame"]) == (4, 18)
    assert [picture["part"] for picture in asset["pictures"]] == ["hidden:0"] * len(asset["pictures"]) != []


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_cut_off_is_told(delivery: Delivery, name: str) -> None:
    path = f"found/cut {name}"
    assert (None, "scan.partial") in delivery.spoken_of(path)
    assert delivery.assets[path]["looked"]["frames"] < WHOLE[name][1]
    assert delivery.assets[path]["verdict"] == "review"


def test_a_second_scan_says_the_same(delivery: Delivery) -> None:
    assert scanned(delivery.folder, out="again").plain() == delivery.plain()


def test_a_thorough_scan_looks_at_all_tracks_too(delivery: Delivery, tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    shutil.copy(delivery.folder / "drop/found/default.mp4", tmp_path / "drop")
    shutil.copytree(delivery.folder / "references", tmp_path / "references")
    assert scanned(tmp_path, "--thorough").spoken_of("default.mp4") == {EXPECTED["default.mp4"]}
