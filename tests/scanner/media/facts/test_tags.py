"""One exiftool that stays open: right answers to the right questions, whatever the files are called or hold."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from detectors.material import Tag
from fixtures import media
from scanner.media.errors import MediaError, MediaTimeoutError
from scanner.media.facts import tags
from scanner.media.facts.tags import ExifTool
from tests.scanner.media.test_program import gone


def commented(path: Path, *comments: str) -> Path:
    info = PngInfo()
    for comment in comments:
        info.add_text("Comment", comment)
    Image.new("RGB", (4, 4)).save(path, "PNG", pnginfo=info)
    return path


def comments(exiftool: ExifTool, path: Path) -> list[str]:
    return [tag.value for tag in exiftool.read(path).tags if tag.key == "PNG:Comment"]


def test_each_file_gets_its_own_answer_from_one_process(tmp_path: Path) -> None:
    files = {commented(tmp_path / f"{number}.png", f"number {number}"): number for number in range(30)}
    with ExifTool() as exiftool:
        processes = set()
        for path, number in files.items():
            assert comments(exiftool, path) == [f"number {number}"]
            assert exiftool._child
            processes.add(exiftool._child._process.pid)
    assert len(processes) == 1


@pytest.mark.parametrize(
    "name",
    [
        b"-ver.png",
        b"#comment.png",
        b"new\nline\n-execute.png",
        b"\xff\xfe.png",
        b"a b'\"`$(id)`.png",
        "\u202egnp.exe".encode(),
        b"n" * 251 + b".png",
    ],
)
def test_names_are_only_names(tmp_path: Path, name: bytes) -> None:
    plain = commented(tmp_path / "plain.png", "right")
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    shutil.copyfile(plain, odd)
    with ExifTool() as exiftool:
        assert comments(exiftool, odd) == ["right"]
        assert comments(exiftool, plain) == ["right"]


def test_what_is_said_depends_on_the_bytes_alone(tmp_path: Path) -> None:
    one = commented(tmp_path / "one.png", "x")
    (tmp_path / "folder").mkdir()
    other = Path(shutil.copyfile(one, tmp_path / "folder" / "other.mov"))
    other.chmod(0o600)
    os.utime(other, (1, 1))
    with ExifTool() as exiftool:
        assert exiftool.read(one) == exiftool.read(other)
        assert not any(tag.key.startswith(("System:", "ExifTool:")) for tag in exiftool.read(one).tags)


def test_a_tag_that_is_there_twice_is_given_twice_under_its_own_key(tmp_path: Path) -> None:
    with ExifTool() as exiftool:
        assert sorted(comments(exiftool, commented(tmp_path / "a.png", "first", "second"))) == ["first", "second"]


def test_values_keep_their_spelling_and_lists_come_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    bag = "".join(f"<rdf:li>{subject}</rdf:li>" for subject in ("1.10", "ünï", "true"))
    xmp = (
        f"<rdf:RDF {rdf}><rdf:Description><dc:subject><rdf:Bag>{bag}</rdf:Bag></dc:subject></rdf:Description></rdf:RDF>"
    )
    Image.new("RGB", (4, 4)).save(path, xmp=f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{xmp}</x:xmpmeta>'.encode())
    with ExifTool() as exiftool:
        subjects = [tag.value for tag in exiftool.read(path).tags if tag.key == "XMP-dc:Subject"]
    assert subjects == ["1.10", "ünï", "true"]


def test_what_is_said_does_not_depend_on_the_files_before(tmp_path: Path) -> None:
    paths = []
    for number, language in enumerate(("", "en", "de-CH", "en")):
        info = PngInfo()
        info.add_itxt("parameters", f"text {number}", lang=language)
        info.add_text("hf-job-id", "1")
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", (4, 4)).save(paths[-1], "PNG", pnginfo=info)
    with ExifTool() as forwards, ExifTool() as backwards:
        there = [forwards.read(path) for path in paths]
        back = [backwards.read(path) for path in reversed(paths)]
    assert there == back[::-1]
    assert all("PNG:Parameters" in {tag.key for tag in reading.tags} for reading in there)


def test_long_values_are_cut(tmp_path: Path) -> None:
    with ExifTool() as exiftool:
        (value,) = comments(exiftool, commented(tmp_path / "a.png", "y" * 100_000))
    assert value == "y" * tags.VALUE_LIMIT


def test_complaints_are_kept_apart_from_tags(tmp_path: Path) -> None:
    broken = media.truncated(media.still(tmp_path / "a.jpg"), tmp_path / "b.jpg", 0.02)
    empty = tmp_path / "empty.png"
    empty.touch()
    with ExifTool() as exiftool:
        assert exiftool.read(empty) == tags.Reading(errors=("File is empty",))
        read = exiftool.read(broken)
    assert read.warnings or read.errors
    assert Tag("exiftool", "File:FileType", "JPEG") in read.tags


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with ExifTool() as exiftool:
        for name, why in (("pipe.png", "not a regular file"), (".", "not a regular file"), ("absent", "No such file")):
            with pytest.raises(MediaError, match=why):
                exiftool.read(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "value", "error", "why"),
    [("_LEAST", 0.0, MediaTimeoutError, "stopped"), ("_REQUEST", ("-stay_open", "False"), MediaError, "ended")],
)
def test_a_request_that_takes_too_long_or_ends_it_costs_that_request_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, error: type[MediaError], why: str
) -> None:
    path = commented(tmp_path / "a.png", "right")
    with ExifTool() as exiftool:
        with monkeypatch.context() as patched:
            patched.setattr(tags, name, value)
            with pytest.raises(error, match=why):
                exiftool.read(path)
        assert comments(exiftool, path) == ["right"]


def test_a_process_that_was_killed_between_two_requests_is_started_again(tmp_path: Path) -> None:
    path = commented(tmp_path / "a.png", "right")
    with ExifTool() as exiftool:
        exiftool.read(path)
        assert exiftool._child
        exiftool._child._process.kill()
        exiftool._child._process.wait()
        assert comments(exiftool, path) == ["right"]


def test_it_does_not_outlive_a_worker_that_is_killed(tmp_path: Path) -> None:
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv here, which is what ties it to a process that is killed")
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom scanner.media.facts.tags import ExifTool\n"
        "exiftool = ExifTool(); exiftool.read(Path(sys.argv[1]))\n"
        "print(exiftool._child._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    path = commented(tmp_path / "a.png", "x")
    ended = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=False, timeout=30)
    assert gone(int(ended.stdout))


def test_more_than_anybody_may_say_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = commented(tmp_path / "a.png", "z" * 5000)
    monkeypatch.setattr(tags, "ANSWER_LIMIT", 4000)
    with ExifTool() as exiftool, pytest.raises(MediaError, match="larger than anybody"):
        exiftool.read(path)


def test_a_configuration_that_holds_a_program_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = tmp_path / "canary"
    (tmp_path / ".ExifTool_config").write_text(f"open(my $f, '>', '{canary}'); 1;")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EXIFTOOL_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with ExifTool() as exiftool:
        exiftool.read(commented(tmp_path / "a.png", "x"))
    assert not canary.exists()


def test_the_process_ends_when_it_is_closed(tmp_path: Path) -> None:
    exiftool = ExifTool()
    exiftool.read(commented(tmp_path / "a.png", "x"))
    assert exiftool._child
    process = exiftool._child._process
    exiftool.close()
    assert process.poll() is not None
