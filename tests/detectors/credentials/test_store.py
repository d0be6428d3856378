import os
import socket
from pathlib import Path

import pytest
from PIL import Image

from detectors.credentials import store
from detectors.credentials.signing import Authority, ai_manifest
from detectors.credentials.store import ReadOutcome, read
from detectors.credentials.trust import Trust, trust_of
from fixtures.credentials import signed as signed_file
from fixtures.credentials import unsigned
from fixtures.media import movie, still, truncated

NOBODY = trust_of(())


def test_a_file_without_a_credential_has_none(plain: Path) -> None:
    assert read(plain, NOBODY).outcome is ReadOutcome.NONE


def test_an_empty_file_has_none_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert read(empty, NOBODY).outcome is ReadOutcome.NONE
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing.mp4", NOBODY)


def test_a_container_that_holds_none_is_unsupported(tmp_path: Path) -> None:
    picture = tmp_path / "picture.bmp"
    Image.new("RGB", (8, 8)).save(picture)
    assert read(picture, NOBODY).outcome is ReadOutcome.UNSUPPORTED


def test_a_store_has_its_manifests_and_the_dates_of_its_signer(signed: Path) -> None:
    reading = read(signed, NOBODY)
    assert reading.outcome is ReadOutcome.READ
    assert isinstance(reading.store["manifests"], dict)
    assert reading.not_before is not None
    assert reading.not_after is not None
    assert reading.not_before < reading.not_after


def test_bytes_decide_not_names(signed: Path, tmp_path: Path) -> None:
    for name in ("still.mov", "no suffix", "caf\udce9.png", "new\nline.jpg", "-ver.jpg"):
        copy = tmp_path / name
        copy.write_bytes(signed.read_bytes())
        assert read(copy, NOBODY).outcome is ReadOutcome.READ, name


def test_damage_that_makes_the_reader_raise_is_unreadable_never_none(authority: Authority, tmp_path: Path) -> None:
    sources = {still(tmp_path / "a.png", size=(64, 64)): "image/png", movie(tmp_path / "a.mp4", frames=4): "video/mp4"}
    for source, mime in sources.items():
        signed = tmp_path / f"signed{source.suffix}"
        authority.sign(source, signed, ai_manifest("x", mime))
        reading = read(truncated(signed, tmp_path / f"cut{source.suffix}", keep=0.9), NOBODY)
        assert (reading.outcome, bool(reading.message)) == (ReadOutcome.UNREADABLE, True), mime


def test_a_broken_box_is_unreadable(signed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(signed.read_bytes().replace(b"jumd", b"jumX", 1))
    assert read(broken, NOBODY).outcome is ReadOutcome.UNREADABLE


def test_a_remote_manifest_is_told_with_its_url_and_nothing_is_fetched(
    authority: Authority, plain: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003 - the socket's own method
        url = f"http://127.0.0.1:{server.getsockname()[1]}/manifest.c2pa"
        target = tmp_path / "remote.jpg"
        authority.sign(plain, target, ai_manifest("x", "image/jpeg"), remote_url=url)
        reading = read(target, NOBODY)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert (reading.outcome, reading.remote_url) == (ReadOutcome.REMOTE_ONLY, url)


def test_a_context_is_made_once_a_process_and_settings(signed: Path) -> None:
    store._context.cache_clear()
    for _ in range(3):
        read(signed, NOBODY)
    assert store._context.cache_info().misses == 1
    assert store._context(os.getpid(), NOBODY.text) is not store._context(os.getpid() + 1, NOBODY.text)


def test_a_trust_list_that_the_reader_refuses_is_no_fault_of_the_file(signed: Path) -> None:
    import c2pa

    with pytest.raises(c2pa.C2paError):
        read(signed, Trust('{"version": 1, "trust": {"anchors": [{}]}}', {}))


@pytest.mark.parametrize("kind", ["avi", "wav"])
def test_a_riff_that_was_cut_has_none_unless_a_store_begins_in_it(
    authority: Authority, tmp_path: Path, kind: str
) -> None:
    plain = unsigned(tmp_path / f"a.{kind}")
    assert read(truncated(plain, tmp_path / f"cut.{kind}", keep=0.6), NOBODY).outcome is ReadOutcome.NONE
    whole = signed_file(authority, tmp_path / f"signed.{kind}")
    data = whole.read_bytes()
    place = data.index(b"jumdc2pa")
    for end, outcome in ((place - 40, ReadOutcome.NONE), (place + 200, ReadOutcome.UNREADABLE)):
        (tmp_path / f"half.{kind}").write_bytes(data[:end])
        assert read(tmp_path / f"half.{kind}", NOBODY).outcome is outcome
