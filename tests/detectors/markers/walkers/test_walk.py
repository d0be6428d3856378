"""What the small readers find, what they leave alone, and that no bytes make them raise or run on."""

import json
import os
import struct
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.markers.match import marks
from detectors.markers.walkers import stealth
from detectors.markers.walkers.walk import MOST_TAGS, walked
from detectors.material import Tag
from fixtures import marks as put
from fixtures import media

SIZED = [Tag("exiftool", "Composite:ImageSize", "160x120")]
"""What says that the readers of metadata understood the picture."""
STARTS = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\xa0\x08\x06\0\0\0\0\0\0\0",
    b"\xff\xd8\xff\xe0",
    b"RIFF\xff\xff\xff\xffWAVE",
    b"RIFF\0\0\0\0AVI LIST\xff\xff\0\0INFO",
    b"RF64\xff\xff\xff\xffWAVEds64",
    b"\0\0\0\x18ftypisom",
    b"\0\0\0\x01\x06\x05",
    b"\x1aE\xdf\xa3",
    b"G" + bytes(187) + b"G" + bytes(187) + b"G",
    b"---\nAIGC:\n",
    b"\x89PNG\r\n\x1a\n\0\0\0\x20comfprompt\0",
    b"\0\0\0\x08ftypsefd",
    b"FORM\0\0\0\0AIFF",
    b"RIFX\0\0\0\0Egg!",
    b"#! nuke\nversion 15.1 v1\n",
    b"\x06\x0e\x2b\x34",
    b"",
)
PIECES = (
    b"AIGC",
    b"LIST",
    b"INFO",
    b"\0\0\x01\x06\x05",
    b"\0\0\0\x20\x06\x05",
    b"\xff\xef",
    b"{",
    b"<x:xmpmeta ",
    b"SEFH\0\0\0\0\1\0\0\0\0\0\xa1\x0b\x10\0\0\0\x10\0\0\0",
    b"\x18\0\0\0SEFT",
    b"\0\0\0\x10uuid",
    b"\0" * 9,
)


def found(path: Path, tags: list[Tag] | None = None) -> dict[str, str]:
    return {tag.key: tag.value for tag in walked(path, SIZED if tags is None else tags)}


def found_in(folder: Path, data: bytes) -> list[str]:
    """The values that are found in a file of these bytes."""
    path = folder / "bytes.bin"
    path.write_bytes(data)
    return list(found(path).values())


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES) | st.binary(max_size=40), max_size=12))
def test_no_bytes_make_a_walker_raise(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes(start + b"".join(rest))
    assert len(walked(path, [])) <= MOST_TAGS


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert walked(tmp_path / "pipe", []) == ()
    with pytest.raises(OSError, match="No such file"):
        walked(tmp_path / "absent", [])


# ---- RIFF


@pytest.mark.parametrize("info", [True, False])
def test_a_label_in_a_wave_file_is_found_as_a_chunk_and_among_the_info(tmp_path: Path, info: bool) -> None:
    path = put.riff_chunk(media.sound(tmp_path / "a.wav", seconds=0.1), b"AIGC", put.AIGC.encode() + b"\0", info=info)
    assert found(path) == {"RIFF:AIGC": put.AIGC}


def test_registered_entries_of_a_wave_file_are_left_to_exiftool(tmp_path: Path) -> None:
    path = put.riff_chunk(media.sound(tmp_path / "a.wav", seconds=0.1), b"ICMT", b"made with suno; id=x", info=True)
    assert found(path) == {}


def test_a_label_behind_the_sound_of_a_large_wave_file_is_found(tmp_path: Path) -> None:
    sizes = struct.pack("<QQQI", 0, 10, 0, 0)
    data = b"RF64\xff\xff\xff\xffWAVEds64" + struct.pack("<I", len(sizes)) + sizes
    data += b"data\xff\xff\xff\xff" + bytes(10) + b"AIGC" + struct.pack("<I", len(put.AIGC)) + put.AIGC.encode()
    assert found_in(tmp_path, data) == [put.AIGC]


def test_a_wave_file_of_nothing_but_empty_chunks_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 200_000)
    started = time.process_time()
    assert found(path) == {}
    assert time.process_time() - started < 1


# ---- JPEG segments


@pytest.mark.parametrize("content", [b"AIGC", b"AIGC\0", b"Maker\0AIGC: "])
def test_a_label_in_a_segment_of_a_jpeg_is_found(tmp_path: Path, content: bytes) -> None:
    path = put.application_segment(media.still(tmp_path / "a.jpg", size=(32, 32)), content + put.AIGC.encode(), 11)
    assert found(path) == {"APP11:AIGC": put.AIGC}


@pytest.mark.parametrize("content", [b"AIGC conference 2026", b"x" * 80 + b'AIGC{"Label": "1"}'])
def test_a_word_in_a_segment_is_no_label(tmp_path: Path, content: bytes) -> None:
    texts = found(put.application_segment(media.still(tmp_path / "a.jpg", size=(32, 32)), content))
    assert texts == {"Chunk-APP15:Text": content.decode()}
    assert marks([Tag("example", key, value) for key, value in texts.items()], "a.jpg") == []


def test_nothing_behind_the_start_of_a_jpeg_s_data_is_read(tmp_path: Path) -> None:
    content = b"AIGC" + put.AIGC.encode()
    segment = b"\xff\xef" + struct.pack(">H", len(content) + 2) + content
    assert found_in(tmp_path, b"\xff\xd8\xff\xda\0\x02" + segment) == []
    assert found_in(tmp_path, b"\xff\xd8\xff\xff" + segment) == [put.AIGC]  # fill bytes in front of it


# ---- SEI


def test_text_in_a_stream_is_found_in_every_container_that_carries_it(tmp_path: Path) -> None:
    plain = media.movie(tmp_path / "plain.mp4", frames=2, size=(64, 36), audio=True, start=None)
    put.user_data(plain, "AIGC{}")
    for suffix in (".mov", ".mkv", ".ts", ".flv", ".avi", ".h264"):
        options = ("-an",) if suffix == ".h264" else ()
        path = media.rewrapped(plain, tmp_path / f"a{suffix}", *options)
        assert "AIGC{}" in [tag.value for tag in walked(path, SIZED)], suffix
    hevc = media.movie(tmp_path / "hevc.ts", frames=2, size=(64, 64), audio=False, start=None, codec="libx265")
    assert any(tag.value.startswith("x265") for tag in walked(hevc, SIZED))


def test_a_unit_whose_length_does_not_fit_is_no_unit(tmp_path: Path) -> None:
    content = b"\x05" + bytes([16 + 6]) + bytes(range(1, 17)) + b"AIGC{}" + b"\x80"
    unit = b"\x06" + content
    right, wrong = struct.pack(">I", len(unit)) + unit, struct.pack(">I", len(unit) + 3) + unit
    junk = b"FLV" + b"\xaa" * 20
    assert found_in(tmp_path, junk + right + junk) == ["AIGC{}"]
    assert found_in(tmp_path, junk + wrong + junk) == []


def test_user_data_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    unit = b"\x06\x05" + bytes([16 + 6]) + bytes(range(1, 17)) + b"\x9f\xff\x03\x04\x07\x11\x80"
    assert found_in(tmp_path, b"\0\0\0\x01" + unit + b"\0\0\0\x01") == []


def test_a_stream_of_nothing_but_units_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.h264"
    path.write_bytes(b"\0\0\x01\x06\x05\x18" * 400_000)
    started = time.process_time()
    walked(path, [])
    assert time.process_time() - started < 2


# ---- front matter


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("---\nAIGC:\n  Label: '1'\n  ProduceID: \"x: y\"\n---\n", {"Label": "1", "ProduceID": "x: y"}),
        ("\ufeff---\r\ntitle: a\r\nAIGC:\r\n    Label: AIGC\r\nother: b\r\n---\r\n", {"Label": "AIGC"}),
        ('---\nAIGC: {"Label": "1"}\n...\n', {"Label": "1"}),
        ('---\naigc: \'{"Label": "1"}\'\n---\n', {"Label": "1"}),
    ],
)
def test_a_label_in_front_matter_is_found(tmp_path: Path, text: str, label: dict[str, str]) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(text.encode())
    assert json.loads(found(path)["FrontMatter:AIGC"]) == label


@pytest.mark.parametrize(
    "text",
    [
        "---\nAIGC:\n  Label: '1'\n",  # never closed
        "# AIGC\n---\nAIGC:\n  Label: '1'\n---\n",  # not at the start
        "----\nAIGC:\n  Label: '1'\n----\n",
        "---\ntitle: AIGC: what the law says\n---\n",
        "---\n" + "a: b\n" * 20_000 + "AIGC:\n  Label: '1'\n---\n",
    ],
)
def test_what_is_no_front_matter_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found_in(tmp_path, text.encode()) == []


# ---- stealth


@pytest.mark.parametrize("size", [(160, 120), (40, 200), (200, 40), (33, 127)])
@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_hidden_text_is_found_whatever_the_picture_s_shape(
    tmp_path: Path, size: tuple[int, int], colours: bool, packed: bool
) -> None:
    path = put.stealth(media.still(tmp_path / "a.png", size=size), put.INFOTEXT, colours=colours, packed=packed)
    assert found(path) == {"Stealth:Parameters": put.INFOTEXT}


def test_hidden_json_gives_its_fields(tmp_path: Path) -> None:
    path = put.stealth(media.still(tmp_path / "a.png"), '{"Software": "NovelAI", "Comment": {"steps": 28}}')
    assert found(path) == {"Stealth:Software": "NovelAI", "Stealth:Comment": '{"steps": 28}'}


def test_the_picture_is_not_decoded_where_nothing_is_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_file: object) -> None:
        raise AssertionError

    monkeypatch.setattr(stealth, "_pixels", never)
    for suffix, mode in ((".png", "RGB"), (".png", "RGBA")):
        path = tmp_path / f"{mode}{suffix}"
        media.picture(3, (160, 160)).convert(mode).save(path)
        assert found(path) == {}


@pytest.mark.parametrize("stated", [0, 7, 2**32 - 1, 160 * 120])
def test_a_length_that_lies_hides_nothing_else(tmp_path: Path, stated: int) -> None:
    path = put.stealth(media.still(tmp_path / "a.png", size=(160, 120)), put.INFOTEXT, stated=stated)
    assert put.INFOTEXT not in found(path).values()


def test_what_is_hidden_and_was_damaged_is_left_alone(tmp_path: Path) -> None:
    path = put.stealth_bytes(media.still(tmp_path / "a.png"), b"no gzip at all")
    assert found(path) == {}


def test_a_bomb_that_is_hidden_in_a_picture_is_unpacked_no_further_than_its_limit(tmp_path: Path) -> None:
    path = put.stealth_bytes(media.still(tmp_path / "a.png", size=(1000, 1000)), put.zeros_packed(100))
    tracemalloc.start()
    try:
        assert all(len(tag.value) <= stealth.TEXT_LIMIT for tag in walked(path, SIZED))
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()


def test_a_picture_of_more_pixels_than_are_decoded_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put.stealth(media.still(tmp_path / "a.png", size=(160, 120)), put.INFOTEXT)
    monkeypatch.setattr(stealth, "PIXEL_LIMIT", 160 * 120 - 1)
    assert found(path) == {}


# ---- packets in damaged files


def test_a_packet_in_a_file_that_no_reader_understands_is_found(tmp_path: Path) -> None:
    whole = put.xmp_packet(
        media.still(tmp_path / "a.jpg", size=(32, 32)),
        f"<Iptc4xmpExt:DigitalSourceType>{put.SOURCE_TYPE}trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>",
    )
    damaged = tmp_path / "b.jpg"
    damaged.write_bytes(b"\0\1\2" + whole.read_bytes())
    assert found(damaged, []) == {"XMP-iptcExt:DigitalSourceType": f"{put.SOURCE_TYPE}trainedAlgorithmicMedia"}
    assert found(whole) == {}  # a healthy file's packets are the readers' own


def test_a_packet_may_be_attributes_a_resource_or_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(
        bytes(99)
        + b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description photoshop:Credit='Made with Google AI' "
        + b"TC260:AIGC=\"{&quot;Label&quot;:&quot;1&quot;}\"><Iptc4xmpExt:DigitalSourceType rdf:resource='x:y'/>"
    )
    assert found(path, []) == {
        "XMP-photoshop:Credit": "Made with Google AI",
        "XMP-TC260:AIGC": '{"Label":"1"}',
        "XMP-iptcExt:DigitalSourceType": "x:y",
    }


@pytest.mark.parametrize(
    "start", [b"# How to write XMP\n\n", b"<html>", b"<?xml version='1.0'?>", b"PK\x03\x04", b"%PDF-1.4\n", b"notes: "]
)
def test_a_document_that_quotes_a_packet_is_not_marked_by_it(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(start + b"<x:xmpmeta><a photoshop:Credit='Made with Google AI'/></x:xmpmeta>")
    assert found(path, []) == {}


def test_a_packet_with_a_document_type_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(
        bytes(99) + b"<x:xmpmeta><!DOCTYPE a><photoshop:Credit>Made with Google AI</photoshop:Credit></x:xmpmeta>"
    )
    assert found(path, []) == {}
