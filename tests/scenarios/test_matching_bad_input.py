"""Matching on material as it comes: broken, doubled and black references, and deliveries in every odd form.

One library and one drop are made for all of it. What is asked: the right frames, no false match, or an honest entry.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from PIL import Image

from detectors.fingerprint import picture
from fixtures import media
from fixtures.command import Outcome, arguments, provscan, surroundings
from fixtures.programmes import RATE, Laid, Piece, film, programme
from scanner.catalogue import shelf

SIZE, TALL = (320, 180), (180, 320)
PIECE, BEGINS = 4.0, 5.0
AS_OF = ("--as-of", "2026-04-02")
Match: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Scanned:
    """What was said when the library was made; the assets of the report; where pieces were laid."""

    work: Path
    added: Outcome
    assets: dict[str, dict[str, Any]]
    laid: dict[str, list[Laid]]

    def matches(self, name: str) -> list[Match]:
        """What an asset was recognised as."""
        return [seen for seen in self.assets[name]["observations"] if seen["kind"] == "match"]

    def codes(self, name: str) -> list[str]:
        """The problems of an asset."""
        return [problem["code"] for problem in self.assets[name]["problems"]]


def again(source: Path, path: Path, *options: str) -> Path:
    """A movie encoded once more."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(source), *options, "-c:v", "libx264"]
    subprocess.run([*command, "-crf", "20", "-preset", "veryfast", str(path)], check=True)
    return path


def sideways(source: Path, path: Path) -> Path:
    """The same to anybody who watches it, but turned on the disk, as a telephone writes it."""
    lying = again(source, path.with_suffix(".lying.mp4"), "-vf", "transpose=1")
    media.rewrapped(lying, path, "-metadata:s:v:0", "rotate=90")
    lying.unlink()
    return path


def unusable(folder: Path, whole: Path) -> None:
    """References by which nothing can be recognised."""
    for name in ("empty.mov", "empty.png"):
        (folder / name).touch()
    (folder / "noise.mp4").write_bytes(bytes(range(256)) * 200)
    media.truncated(whole, folder / "broken.mp4", keep=0.4)
    programme(folder / "black.mp4", [Piece(None, 2.0, change="black")], size=SIZE)
    Image.new("RGB", SIZE).save(folder / "black.png")


def odd_movies(drop: Path, base: Path, laid: dict[str, list[Laid]]) -> None:
    """A programme of pieces in the forms in which deliveries come."""
    sideways(base, drop / "turned_on_disk.mp4")
    again(base, drop / "ten_bit.mov", "-pix_fmt", "yuv422p10le")
    again(base, drop / "uneven.mp4", "-vf", f"select=lt(n\\,{UNEVEN_FROM})+not(mod(n\\,3))", "-vsync", "vfr")
    faststart = media.rewrapped(base, drop.parent / "faststart.mp4", "-movflags", "+faststart")
    media.truncated(faststart, drop / "cut_off.mp4", keep=0.55)
    for name in ("turned_on_disk.mp4", "ten_bit.mov", "uneven.mp4", "cut_off.mp4"):
        laid[name] = laid["base"]


UNEVEN_FROM = 120
"""From here on only every third frame is left, and shown three times as long."""


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    work = tmp_path_factory.mktemp("odd")
    material, drop = work / "material", work / "drop"
    material.mkdir()
    drop.mkdir()
    harbour = film(work / "harbour.mp4", seed=11, seconds=12, size=SIZE, shots=3)
    own = film(work / "own.mp4", seed=41, seconds=12, size=SIZE, shots=3)
    shutil.copy(sideways(harbour, material / "harbour.mp4"), material / "same again.mp4")
    poster = media.still(material / "poster.png", seed=70)
    media.movie(material / "one_frame.mp4", seed=71, frames=1, size=SIZE, audio=False)
    unusable(material, harbour)

    before, piece, after = Piece(own, 3.0), Piece(harbour, PIECE, BEGINS), Piece(own, 3.0, 6.0)
    laid = {"base": programme(work / "base.mp4", [before, piece, after], size=SIZE)}
    laid["tall.mp4"] = programme(drop / "tall.mp4", [before, piece, after], size=TALL)
    laid["again_and_again.mp4"] = programme(drop / "again_and_again.mp4", [before, *[piece] * 3, after], size=SIZE)
    odd_movies(drop, work / "base.mp4", laid)
    media.movie(drop / "one_frame.mp4", seed=1, frames=1, size=SIZE, insert=(poster, 0, 0), audio=False)
    see_through(poster, drop / "see_through.png")
    shutil.copy(material / "black.mp4", drop)

    added = provscan(work, "references", "add", "--library", "library", material)
    scan = subprocess.Popen(
        arguments(("scan", drop, "--references", "library", *AS_OF)), cwd=work, env=surroundings(work)
    )
    late = provscan(work, "references", "add", "--library", "library", media.still(work / "late.png", seed=99))
    assert late.code == 0, late.err
    assert scan.wait(300) == 1
    report = json.loads((work / "drop.provscan" / "report.json").read_text(encoding="utf-8"))
    return Scanned(work, added, {asset["path"]: asset for asset in report["assets"]}, laid)


def see_through(poster: Path, path: Path) -> None:
    """The poster, smaller, on a ground of nothing at all."""
    with Image.open(poster) as opened:
        small = opened.convert("RGBA").resize((480, 270))
    ground = Image.new("RGBA", (640, 360), (255, 0, 255, 0))
    ground.paste(small, (80, 45))
    ground.save(path)


def right(match: Match, laid: Laid, *, frames: float = 2) -> None:
    """Fail unless the match has the ends of the piece, on both sides."""
    first, last = match["span"]["first_frame"], match["span"]["last_frame"]
    assert abs(first - laid.first_frame) <= frames, (first, laid)
    assert abs(last - laid.last_frame) <= frames, (last, laid)
    there = match["facts"]["reference_span"]
    assert abs(there["start"] - laid.begins) <= (frames + 0.5) / RATE, (there, laid)
    assert abs(there["end"] - laid.ends) <= (frames + 0.5) / RATE, (there, laid)


def test_what_cannot_be_matched_is_said_and_a_doubled_work_is_one(scanned: Scanned) -> None:
    listed = json.loads(provscan(scanned.work, "references", "list", "--library", "library", "--json").out)
    works = {work["id"]: work["aliases"] for work in listed["works"]}
    assert works == {"harbour.mp4": ["same again.mp4"], "late.png": [], "poster.png": [], "one_frame.mp4": []}
    assert scanned.added.code == 0
    said = [line for line in scanned.added.out.splitlines() if "can't be matched" in line]
    names = ("black.mp4", "black.png", "broken.mp4", "empty.mov", "empty.png", "noise.mp4")
    for name in names:
        assert sum(f" {name}: " in line for line in said) == 1, said
    assert len(said) == len(names)


@pytest.mark.parametrize("name", ["turned_on_disk.mp4", "ten_bit.mov", "tall.mp4"])
def test_odd_forms_of_a_movie_do_not_move_the_ends(scanned: Scanned, name: str) -> None:
    (match,) = scanned.matches(name)
    assert match["facts"]["reference"] == "harbour.mp4"
    right(match, scanned.laid[name][1])
    assert match["facts"]["turned"] == 0
    assert scanned.codes(name) == []


def test_frames_that_come_unevenly_are_counted_as_they_are_stored(scanned: Scanned) -> None:
    (match,) = scanned.matches("uneven.mp4")
    laid = scanned.laid["uneven.mp4"][1]
    left = [number for number in range(10 * RATE) if number < UNEVEN_FROM or number % 3 == 0]
    inside = [place for place, number in enumerate(left) if laid.first_frame <= number <= laid.last_frame]
    assert abs(match["span"]["first_frame"] - inside[0]) <= 1
    assert abs(match["span"]["last_frame"] - inside[-1]) <= 1
    assert match["facts"]["reference_span"]["start"] == pytest.approx(laid.begins, abs=0.1)
    assert match["facts"]["reference_span"]["end"] == pytest.approx(laid.ends, abs=0.15)
    assert match["facts"]["speed"] == 1


def test_a_movie_that_breaks_off_is_matched_as_far_as_it_goes_and_says_so(scanned: Scanned) -> None:
    assert scanned.codes("cut_off.mp4") == ["scan.partial"]
    (match,) = scanned.matches("cut_off.mp4")
    laid = scanned.laid["cut_off.mp4"][1]
    assert abs(match["span"]["first_frame"] - laid.first_frame) <= 2
    assert laid.first_frame + RATE < match["span"]["last_frame"] <= laid.last_frame + 2
    assert match["facts"]["reference_span"]["start"] == pytest.approx(laid.begins, abs=0.1)


def test_a_piece_that_is_shown_three_times_is_told_three_times(scanned: Scanned) -> None:
    matches = scanned.matches("again_and_again.mp4")
    assert {match["facts"]["reference"] for match in matches} == {"harbour.mp4"}
    pieces = scanned.laid["again_and_again.mp4"][1:4]
    assert len(matches) == len(pieces)
    for match, laid in zip(matches, pieces, strict=True):
        right(match, laid)


@pytest.mark.parametrize("name", ["one_frame.mp4", "see_through.png"])
def test_a_poster_is_known_in_a_movie_of_one_frame_and_on_nothing(scanned: Scanned, name: str) -> None:
    (match,) = scanned.matches(name)
    assert match["facts"]["reference"] == "poster.png"
    assert match["facts"]["level"] == ("possible" if name == "one_frame.mp4" else "certain")


def test_black_matches_nothing(scanned: Scanned) -> None:
    assert scanned.matches("black.mp4") == []


def test_a_library_that_is_added_to_while_it_is_searched_stays_whole(scanned: Scanned) -> None:
    assert provscan(scanned.work, "references", "check", "--library", "library").out == "whole\n"


def test_a_library_of_another_version_is_never_searched(scanned: Scanned, tmp_path: Path) -> None:
    shutil.copytree(scanned.work / "library", tmp_path / "library")
    held = shelf.read(tmp_path / "library")
    terms = {**held.terms, "pictures": f"{picture.ALGORITHM} of old"}
    shelf.build(tmp_path / "library" / shelf.FILE, type(held)(terms, held.files, held.works, held.names, held.blocks))
    outcome = provscan(tmp_path, "scan", scanned.work / "drop", "--references", "library", *AS_OF, "--out", "out")
    assert outcome.code == 2, outcome.err
    assert "made by another version" in outcome.err
    assert "references add" in outcome.err
    assert not (tmp_path / "out" / "report.json").exists()
