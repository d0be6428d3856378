"""What lies inside files is matched again when a reference comes later, though the files are gone."""

import shutil
from pathlib import Path

from fixtures import inside_documents as documents
from fixtures import inside_films as films
from fixtures import inside_stills as stills
from fixtures import media
from fixtures.command import provscan
from tests.scenarios.inside.deliveries import AS_OF, MATCH, OTHER, OWN, POSTER, Delivery, hidden

EXPECTED = {
    "found/a.docx": {("member:word/media/image1.jpg", MATCH)},
    "found/a.zip": set(),
    "found/a.zip!/one.jpg": {(None, MATCH)},
    "found/cover.mp3": {("cover:0", MATCH)},
    "found/second.mp4": {("track:1", MATCH)},
    "found/behind.jpg": {("trailing:0", MATCH)},
    "found/layer.%04d.exr": {("layer:beauty", MATCH)},
    "harmless/a.docx": set(),
}


def test_a_new_reference_is_found_in_the_parts_of_an_archived_scan(tmp_path: Path) -> None:
    pictures = hidden(tmp_path)
    found, poster = tmp_path / "drop/found", pictures.poster.read_bytes()
    documents.docx(found / "a.docx", {"word/media/image1.jpg": poster})
    documents.docx(tmp_path / "drop/harmless/a.docx", {"word/media/image1.jpg": pictures.own.read_bytes()})
    documents.zipped(found / "a.zip", {"one.jpg": poster})
    (found / "behind.jpg").write_bytes(pictures.own.read_bytes() + poster)
    films.covered(found / "cover.mp3", media.sound(tmp_path / "own/sound.wav"), pictures.poster)
    film = media.movie(tmp_path / "own/film.mp4", frames=24)
    showing = media.movie(tmp_path / "own/other.mp4", seed=2, frames=24, insert=(pictures.poster, 4, 20), audio=False)
    films.tracks(found / "second.mp4", [film, showing], "-dn")
    for number in range(1, 13):
        layers = {"": stills.picture(OWN), "beauty": stills.picture(POSTER)}
        stills.exr(found / f"layer.{number:04d}.exr", [("", layers)])
    (tmp_path / "before").mkdir()
    media.still(tmp_path / "before/other.png", seed=OTHER + OWN, size=stills.SIZE)

    first = provscan(tmp_path, "scan", "drop", "--references", "before", *AS_OF)
    assert first.code == 0, first.out + first.err
    full = provscan(tmp_path, "scan", "drop", "--references", "references", *AS_OF, "--out", "full", env={
        "PROVSCAN_DATA": str(tmp_path / "elsewhere")
    })  # fmt: skip
    assert full.code == 1, full.err
    shutil.rmtree(tmp_path / "drop")
    outcome = provscan(tmp_path, "rematch", "--references", "references")
    assert outcome.code == 1, outcome.out + outcome.err
    again = Delivery(tmp_path, outcome.report("drop.rematch"))
    assert {path: again.spoken_of(path) for path in EXPECTED} == EXPECTED
    assert again.assets.keys() == EXPECTED.keys()
    scan = Delivery(tmp_path, full.report("full"))
    assert {path: asset["parts"] for path, asset in again.assets.items()} == {
        path: asset["parts"] for path, asset in scan.assets.items()
    }
