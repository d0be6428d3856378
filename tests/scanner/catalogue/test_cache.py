"""The cache: what goes in comes out equal, and only for the bytes and versions it was made from."""

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detectors.fingerprint.prints import Prints
from detectors.observation import Claim, Kind, Observation, Span, Strength
from scanner.catalogue import Catalogue, CatalogueError
from scanner.drop.assets import Member
from scanner.examination import Detection, Extraction, Looked, MediaFacts, PictureValues, Problem
from scanner.terms.reasons import Reason
from tests.scanner.catalogue.some import PRINTS, same

EXTRACTION = Extraction(
    "video",
    MediaFacts("mov", "prores", 1920, 1080, "24000/1001", 48, 2.002, "01:00:00:00"),
    Looked("every frame", 48, 48, 0.0),
    PictureValues("0" * 64, 93, "f" * 16),
    (Problem(Reason.SCAN_PARTIAL, "decoded 47 of 48 frames"),),
)
DETECTION = Detection(
    (
        Observation(
            "markers", "iptc", Kind.AI, Strength.DEFINITIVE, "XMP", "v\n\x1b", "src", Claim.EDITED, None, Span(1, 9, 2),
            facts={"depth": 1, "list": ["a", {"b": None, "c": 1.5, "d": True}]},
        ),
    ),
    (Problem(Reason.SCAN_UNREADABLE, "…"),),
)  # fmt: skip


def member(path: Path) -> Member:
    facts = path.stat()
    return Member(path.name, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)


def test_what_is_kept_comes_back_equal_after_reopening(tmp_path: Path) -> None:
    with Catalogue(tmp_path) as catalogue:
        catalogue.keep_extraction("c1", ".mov", "v1", EXTRACTION, PRINTS)
        catalogue.keep_detection("c1", "", "markers", "7", DETECTION)
        catalogue.keep_picture("c1", 24, "v1", b"jpeg")
    with Catalogue(tmp_path) as catalogue:
        assert catalogue.extraction("c1", ".mov", "v1") == EXTRACTION
        assert catalogue.detection("c1", "", "markers", "7") == DETECTION
        assert catalogue.picture("c1", 24, "v1") == b"jpeg"
        assert same(catalogue.prints("c1", ".mov", "v1"), PRINTS)


def test_prints_made_anew_take_the_place_of_all_parts_of_the_old(tmp_path: Path) -> None:
    with Catalogue(tmp_path) as catalogue:
        catalogue.keep_prints("c1", "", "v1", PRINTS)
        catalogue.keep_prints("c1", "", "v1", Prints(sound=PRINTS.sound))
        assert same(catalogue.prints("c1", "", "v1"), Prints(sound=PRINTS.sound))


def test_another_version_content_or_name_is_not_found(tmp_path: Path) -> None:
    with Catalogue(tmp_path) as catalogue:
        catalogue.keep_extraction("c1", ".mov", "v1", EXTRACTION, Prints())
        catalogue.keep_detection("c1", "a.mov", "markers", "7", DETECTION)
        assert catalogue.extraction("c1", ".mov", "v2") is None
        assert catalogue.extraction("c1", ".mp4", "v1") is None
        assert catalogue.prints("c1", ".mov", "v1").nothing
        assert catalogue.detection("c1", "b.mov", "markers", "7") is None
        assert catalogue.detection("c1", "a.mov", "markers", "8") is None
        assert catalogue.picture("c1", 0, "v1") is None


def test_a_digest_is_forgotten_when_the_file_is_touched(tmp_path: Path) -> None:
    file = tmp_path / "caf\udce9.mov"
    file.write_bytes(b"one")
    with Catalogue(tmp_path / "cache") as catalogue:
        catalogue.keep_digests(file, member(file), {"sha256": "abc"})
        assert catalogue.digests(file, member(file)) == {"sha256": "abc"}
        file.write_bytes(b"two")
        os.utime(file, ns=(1, 1))
        assert catalogue.digests(file, member(file)) == {}


def test_digests_of_the_same_bytes_add_up_and_those_of_others_do_not(tmp_path: Path) -> None:
    file = tmp_path / "a.mov"
    file.write_bytes(b"one")
    with Catalogue(tmp_path / "cache") as catalogue:
        catalogue.keep_digests(file, member(file), {"sha256": "abc", "md5": "1"})
        catalogue.keep_digests(file, member(file), {"sha256": "abc", "xxh64": "2"})
        assert catalogue.digests(file, member(file)) == {"sha256": "abc", "md5": "1", "xxh64": "2"}
        catalogue.keep_digests(file, member(file), {"sha256": "def"})  # changed behind its times, and read again
        assert catalogue.digests(file, member(file)) == {"sha256": "def"}


def test_a_problem_that_another_version_kept_is_read_as_one_to_look_at(tmp_path: Path) -> None:
    with Catalogue(tmp_path) as catalogue:
        catalogue.keep_extraction("c1", ".mov", "v1", EXTRACTION, PRINTS)
        catalogue.keep_detection("c1", "", "markers", "7", DETECTION)
    db = sqlite3.connect(tmp_path / "cache.sqlite")
    for table in ("extractions", "sightings"):
        (body,) = db.execute(f"SELECT body FROM {table}").fetchone()  # noqa: S608 - our own names
        later = body.replace(b"scan.partial", b"scan.of_later").replace(b"scan.unreadable", b"scan.of_later")
        db.execute(f"UPDATE {table} SET body=?", (later,))  # noqa: S608 - the same
    db.commit()
    db.close()
    with Catalogue(tmp_path) as catalogue:
        assert catalogue.extraction("c1", ".mov", "v1") == EXTRACTION
        sighting = catalogue.detection("c1", "", "markers", "7")
    assert sighting
    assert sighting.problems == (Problem(Reason.SCAN_PARTIAL, "…"),)


def test_a_damaged_or_foreign_cache_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "cache.sqlite").write_bytes(b"not a database at all" * 100)
    with Catalogue(tmp_path) as catalogue:
        catalogue.keep_picture("c", 0, "v", b"x")
    db = sqlite3.connect(tmp_path / "cache.sqlite")
    db.execute("PRAGMA user_version=99")
    db.close()
    with Catalogue(tmp_path) as catalogue:
        assert catalogue.picture("c", 0, "v") is None


def test_the_folder_is_private(tmp_path: Path) -> None:
    with Catalogue(tmp_path / "deep" / "cache"):
        assert stat.S_IMODE((tmp_path / "deep" / "cache").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogueError) as caught:
        Catalogue(tmp_path / "file" / "cache")
    assert "--cache" in caught.value.hint


def test_two_runs_write_to_one_cache(tmp_path: Path) -> None:
    def write(run: int) -> None:
        with Catalogue(tmp_path) as catalogue:
            for number in range(50):
                catalogue.keep_detection(f"{run}-{number}", "", "d", "1", DETECTION)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with Catalogue(tmp_path) as catalogue:
        assert all(catalogue.detection(f"{run}-{n}", "", "d", "1") == DETECTION for run in range(4) for n in range(50))


def test_nothing_is_kept_without_a_folder() -> None:
    with Catalogue(None) as catalogue:
        catalogue.keep_picture("c", 0, "v", b"x")
        assert catalogue.picture("c", 0, "v") == b"x"
    with Catalogue(None) as catalogue:
        assert catalogue.picture("c", 0, "v") is None


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    with Catalogue(tmp_path) as catalogue:
        catalogue._db.execute("PRAGMA max_page_count=12")
        with pytest.raises(CatalogueError) as caught:
            catalogue.keep_picture("c", 0, "v", bytes(1_000_000))
        assert "full" in str(caught.value)
        assert caught.value.exit_code == 5
        assert catalogue.picture("c", 0, "v") is None
