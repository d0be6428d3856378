"""An asset opened for detectors."""

from pathlib import Path

import pytest

from detectors.material import Hindrance, Material, MaterialError, Piece
from fixtures import media
from scanner.media.asset.extract import extract
from scanner.media.asset.material import AssetMaterial
from scanner.media.facts import tags
from scanner.media.facts.tags import ExifTool, Reading


class CountingExifTool(ExifTool):
    """One that counts how often it is asked."""

    asked = 0

    def read(self, path: Path) -> Reading:
        self.asked += 1
        return super().read(path)


def opened(path: Path, exiftool: ExifTool) -> AssetMaterial:
    return AssetMaterial([Piece(path, path.name)], exiftool)


def test_it_is_what_detectors_look_at_and_nothing_is_read_before_they_ask(tmp_path: Path) -> None:
    exiftool = CountingExifTool()
    material: Material = opened(tmp_path / "absent.png", exiftool)
    assert material.pieces[0].name == "absent.png"
    assert exiftool.asked == 0


def test_a_movie_has_tags_of_both_readers_each_read_once(tmp_path: Path) -> None:
    with CountingExifTool() as exiftool:
        material = opened(media.movie(tmp_path / "a.mov", frames=4, tags={"comment": "seen"}), exiftool)
        found = {(tag.reader, tag.value) for tag in material.tags(material.pieces[0])}
        material.tags(material.pieces[0])
    assert {("exiftool", "seen"), ("ffprobe", "seen")} <= found
    assert (material.kind, material.format) == ("video", "mov")
    assert exiftool.asked == 1


def test_kind_and_format_are_those_that_the_bytes_tell(tmp_path: Path, shelf: Path) -> None:
    misnamed = tmp_path / "picture.mov"
    misnamed.write_bytes((shelf / "still.png").read_bytes())
    sound = media.rewrapped(media.sound(tmp_path / "a.m4a"), tmp_path / "sound.mp4")
    (tmp_path / "a.txt").write_text("notes")
    with ExifTool() as exiftool:
        for path, kind, form in (
            (misnamed, "still", "png"),
            (sound, "audio", "mp4"),
            (shelf / "sound.wav", "audio", "wav"),
            (tmp_path / "a.txt", "document", "text"),
        ):
            material = opened(path, exiftool)
            assert (material.kind, material.format) == (kind, form)
            assert extract(material.pieces)[0].kind == kind


def test_each_member_of_a_sequence_has_its_own_tags(tmp_path: Path) -> None:
    pieces = []
    for number in (1, 2):
        path = media.still(tmp_path / f"a_{number}.png", seed=number, text={"Comment": f"member {number}"})
        pieces.append(Piece(path, path.name, number))
    with ExifTool() as exiftool:
        material = AssetMaterial(pieces, exiftool, sequence=True)
        assert material.kind == "sequence"
        for number, piece in enumerate(pieces, 1):
            assert f"member {number}" in [tag.value for tag in material.tags(piece)]


@pytest.mark.parametrize(
    ("name", "content"), [("a.mov", bytes(range(256)) * 8), ("b.mkv", b"\x1aE\xdf\xa3" + b"q" * 99), ("c.wav", b"")]
)
def test_a_file_that_no_reader_can_open_is_a_fault(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with ExifTool() as exiftool:
        material = opened(tmp_path / name, exiftool)
        with pytest.raises(MaterialError) as caught:
            material.tags(material.pieces[0])
    assert caught.value.hindrance is Hindrance.UNREADABLE


def test_a_file_without_metadata_that_anybody_reads_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 20)
    with ExifTool() as exiftool:
        material = opened(tmp_path / "a.bin", exiftool)
        assert material.tags(material.pieces[0]) == ()


def test_a_reader_that_gave_up_is_a_fault_though_the_other_one_did_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "_LEAST", 0.0)
    with ExifTool() as exiftool:
        material = opened(media.movie(tmp_path / "a.mp4", frames=2), exiftool)
        with pytest.raises(MaterialError) as caught:
            material.tags(material.pieces[0])
    assert caught.value.hindrance is Hindrance.TIMEOUT


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with ExifTool() as exiftool, pytest.raises(MaterialError, match="No such file"):
        opened(tmp_path / "absent.png", exiftool).kind  # noqa: B018 - a property that reads
