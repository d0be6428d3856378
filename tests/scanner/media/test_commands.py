"""Command lines that are safe to point at a stranger's file."""

import doctest
import os
import shutil
from pathlib import Path

import pytest

from fixtures import media
from scanner.media import commands
from scanner.media.commands import (
    FORMATS,
    allowance,
    command,
    decoding_allowance,
    failure,
    opened,
    picture_output,
    probing,
    small_grey,
    source,
    stderr_summary,
)
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.facts.probe import probe
from scanner.media.program import run


def decoded(path: Path, **options: str) -> bytes:
    with opened(path) as descriptor:
        line = command(picture_output(small_grey(source(descriptor, **options), 8, 8)))
        return run(line, timeout=30, pass_fds=[descriptor]).stdout


def test_every_line_has_its_fences_and_never_the_files_name(tmp_path: Path) -> None:
    path = media.still(tmp_path / "-y.png")
    with opened(path) as descriptor:
        for line in (command(picture_output(source(descriptor))), probing(descriptor, "-show_format")):
            assert line[line.index("-protocol_whitelist") + 1] == "file,pipe"
            assert line[line.index("-format_whitelist") + 1] == FORMATS
            assert "-max_pixels" in line
            assert f"file:/proc/self/fd/{descriptor}" in line
            assert not any("-y.png" in argument for argument in line)


@pytest.mark.parametrize(
    "playlist",
    [
        "ffconcat version 1.0\nfile canary.mp4\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\ncanary.ts\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{folder}/canary.ts\n#EXT-X-ENDLIST\n",
    ],
)
def test_a_playlist_that_is_called_a_movie_does_not_open_its_neighbours(tmp_path: Path, playlist: str) -> None:
    media.movie(tmp_path / "canary.mp4", frames=2)
    media.movie(tmp_path / "canary.ts", frames=2, start=None)
    path = tmp_path / "master.mp4"
    path.write_text(playlist.format(folder=tmp_path))
    assert decoded(path) == b""
    with pytest.raises(UnsupportedMediaError, match="may name other files"):
        probe(path)


@pytest.mark.parametrize(
    "name",
    [
        b"-i.mp4",
        b"-y",
        b"http:x.mp4",
        b"concat:a|b",
        b"subfile,,start,0,end,9,,:x",
        b"new\nline.mp4",
        b"\xff\xfe.mp4",
        b"a%04d.mp4",
    ],
)
def test_names_are_only_names(shelf: Path, tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    shutil.copyfile(shelf / "numbered.mp4", path)
    assert len(decoded(path)) == 120 * 64


def test_a_name_that_looks_like_a_pattern_is_not_one(tmp_path: Path) -> None:
    media.sequence(tmp_path, "shot%04d.png", first=1, count=3)
    path = media.still(tmp_path / "shot%04d.png", seed=5)
    assert len(decoded(path)) == 64


def test_only_regular_files_are_opened_and_nothing_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mov")
    for path in (tmp_path / "pipe.mov", tmp_path, Path("/dev/zero")):
        with pytest.raises(MediaError, match="not a regular file"), opened(path):
            pass
    (tmp_path / "loop.mov").symlink_to(tmp_path / "loop.mov")
    with pytest.raises(MediaError, match="can't be opened"), opened(tmp_path / "loop.mov"):
        pass


def test_descriptors_are_closed_again(tmp_path: Path) -> None:
    path = media.still(tmp_path / "a.png")
    with opened(path) as descriptor:
        os.fstat(descriptor)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_larger_files_may_take_longer() -> None:
    assert allowance(0) >= 60
    assert allowance(2_000_000_000) == allowance(0) + 1000
    assert decoding_allowance(900_000_000) > 2 * 3600


def test_what_a_tool_said_has_no_addresses_and_no_descriptors() -> None:
    said = "[mov,mp4 @ 0x5581] moov atom not found\nfile:/proc/self/fd/7: Invalid data found\nmore\n"
    assert stderr_summary(said) == "moov atom not found; Invalid data found"
    assert stderr_summary("[exr @ 0x1] a\n[exr @ 0x2] a\n") == "a"
    assert stderr_summary("") == ""
    assert len(stderr_summary("x" * 1000)) < 200


def test_what_ffmpeg_does_not_know_is_told_from_what_is_broken() -> None:
    assert failure("[exr @ 0x1] Unsupported compression 9").reason == "scan.unsupported_media"
    assert failure("Decoder (codec vvc) not found for input stream #0:0").reason == "scan.unsupported_media"
    assert failure("Invalid data found").reason == "scan.unreadable"


@pytest.mark.parametrize(
    "complaint",
    [
        "[dpx @ 0x1] Packing to 16bit is Not yet implemented in FFmpeg, patches welcome.",
        "[dpx @ 0x1] Encoding 1 is not implemented. Update your FFmpeg version to the newest one from Git.",
        "[exr @ 0x1] Subsampling is not supported. If you want to help, upload a sample of this file",
        "[tiff @ 0x1] This format is not supported (bpp=48, bppcount=3)",
        "[jpeg2000 @ 0x1] unsupported marker 0xFF50 at pos 0x33",
        "[mjpeg @ 0x1] Unimplemented pixel format",
        "Not yet implemented in FFmpeg, patches welcome",
        "Error while decoding stream #0:0: AVERROR_PATCHWELCOME",
        "Unknown decoder 'libjxl'; No decoder: codec none not found",
    ],
)
def test_in_whatever_words_ffmpeg_says_that_it_does_not_know_a_form(complaint: str) -> None:
    assert failure(complaint).reason == "scan.unsupported_media"


@pytest.mark.parametrize(
    "complaint", ["moov atom not found", "Invalid data found when processing input", "missing picture in access unit"]
)
def test_what_is_broken_is_called_so(complaint: str) -> None:
    assert failure(complaint).reason == "scan.unreadable"


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(commands)
    assert result.attempted
    assert not result.failed
