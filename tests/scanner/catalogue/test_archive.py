"""The archive: a scan goes in whole or not at all, prints are kept once, and nothing is ever set aside."""

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.fingerprint.prints import Prints
from scanner.catalogue.archive import FILE, Archive, ArchivedScan, ArchiveError, Documents, Key
from tests.scanner.catalogue.some import PRINTS, features, pictures, same, sound

KEY = Key("EP103", "sha256:1", "TLW-1", "DEL-1")


def documents(number: int = 0) -> Documents:
    return Documents(b"report %d" % number, b"dossier %d" % number, b"grounds %d" % number)


def keep(archive: Archive, key: Key = KEY, *prints: list[Prints], number: int = 0, completed: bool = True) -> None:
    archive.keep(key, documents(number), prints, completed=completed)


def stored(folder: Path) -> int:
    """How many prints are kept."""
    db = sqlite3.connect(folder / FILE)
    (count,) = db.execute("SELECT count(*) FROM prints").fetchone()
    db.close()
    return int(count)


def test_what_is_kept_comes_back_equal_after_reopening(tmp_path: Path) -> None:
    more = Prints(pictures(2, seed=9))
    with Archive(tmp_path) as archive:
        keep(archive, KEY, [PRINTS, more], [], [Prints(sound=sound(4, seed=3))], number=7)
    with Archive(tmp_path) as archive:
        [kept] = archive.latest()
        assert (kept.key, kept.completed) == (KEY, True)
        assert archive.documents(kept) == documents(7)
        found = [archive.prints(kept, asset) for asset in range(4)]
    assert [len(each.prints) for each in found] == [2, 0, 1, 0]
    assert same(found[0].prints[0], PRINTS)
    assert same(found[0].prints[1], more)
    assert same(found[2].prints[0], Prints(sound=sound(4, seed=3)))
    assert {each.outdated for each in found} == {()}


def test_a_content_is_kept_once_and_goes_with_the_last_scan_that_has_it(tmp_path: Path) -> None:
    other = Key("EP104", "sha256:2", "TLW-1", "DEL-2")
    with Archive(tmp_path) as archive:
        keep(archive, KEY, [PRINTS], [PRINTS])
        keep(archive, other, [PRINTS])
        assert stored(tmp_path) == 3  # pictures, features and sound
        keep(archive, KEY, [Prints(pictures(1, seed=5))])
        assert stored(tmp_path) == 4
        keep(archive, other)
        assert stored(tmp_path) == 1


def test_what_shrinks_is_kept_small_and_what_does_not_as_it_is(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        keep(archive, KEY, [Prints(local=features(400))], [Prints(pictures(3, seed=1)[np.zeros(900, np.int64)])])
    db = sqlite3.connect(tmp_path / FILE)
    rows = dict(db.execute("SELECT algorithm, packed FROM prints").fetchall())
    db.close()
    assert {algorithm.partition("/")[0]: packed for algorithm, packed in rows.items()} == {"orb": 0, "pdq": 1}


def test_prints_of_an_older_algorithm_are_named_and_never_read(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        keep(archive, KEY, [PRINTS])
        archive._db.execute("UPDATE prints SET algorithm='pdq/0', body=x'00' WHERE algorithm LIKE 'pdq/%'")
        [kept] = archive.latest()
        found = archive.prints(kept, 0)
        assert found.outdated == ("pdq/0",)
        assert same(found.prints[0], Prints(None, PRINTS.local, PRINTS.sound))


def test_an_interrupted_scan_never_takes_the_place_of_a_finished_one(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        keep(archive, number=1, completed=False)
        keep(archive, number=2, completed=False)
        [kept] = archive.latest()
        assert (kept.completed, archive.documents(kept)) == (False, documents(2))
        keep(archive, number=3)
        keep(archive, number=4, completed=False)
        [kept] = archive.latest()
        assert (kept.completed, archive.documents(kept)) == (True, documents(3))


def names(archive: Archive) -> list[tuple[str, str]]:
    return [(kept.key.name, kept.key.digest) for kept in archive.latest()]


def test_a_scan_is_followed_by_one_of_the_same_name_or_of_the_same_bytes(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for name, digest in (("A", "1"), ("A", "2"), ("B", "2"), ("C", "3")):
            keep(archive, Key(name, digest, "P", "D"))
        assert names(archive) == [("B", "2"), ("C", "3")]
        keep(archive, Key("A", "1", "P", "D"))  # the first again: it is the latest now
        assert names(archive) == [("A", "1"), ("B", "2"), ("C", "3")]


def test_other_paper_is_another_drop_and_any_paper_follows_none(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for production, delivery in (("", ""), ("P", "D1"), ("P", "D2"), ("Q", "D1")):
            keep(archive, Key("A", "1", production, delivery))
        found = [(kept.key.production, kept.key.delivery) for kept in archive.latest()]
        assert found == [("P", "D1"), ("P", "D2"), ("Q", "D1")]
        keep(archive, Key("A", "1", "", ""))  # whoever scans without paper last is answered without paper too
        assert len(archive.latest()) == 4


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("12"), st.booleans()), max_size=8))
def test_the_latest_finished_scan_is_always_among_the_latest(
    tmp_path_factory: pytest.TempPathFactory, scans: list[tuple[str, str, bool]]
) -> None:
    with Archive(tmp_path_factory.mktemp("archive")) as archive:
        for name, digest, completed in scans:
            keep(archive, Key(name, digest, "P", "D"), completed=completed)
        finished = [(name, digest) for name, digest, completed in scans if completed]
        assert set(finished[-1:]) <= set(names(archive))
        assert bool(archive.latest()) == bool(scans)


def test_a_scan_that_cannot_be_archived_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    def broken() -> Iterator[list[Prints]]:
        yield [Prints(pictures(1, seed=77))]
        raise KeyboardInterrupt

    with Archive(tmp_path) as archive:
        keep(archive, KEY, [PRINTS], number=1)
        with pytest.raises(KeyboardInterrupt):
            archive.keep(KEY, documents(2), broken(), completed=True)
        archive._db.execute("PRAGMA max_page_count=12")
        with pytest.raises(ArchiveError) as caught:
            keep(archive, KEY, [Prints(local=features(20_000))], number=3)
        assert "full" in str(caught.value)
        assert caught.value.exit_code == 5
        [kept] = archive.latest()
        assert archive.documents(kept) == documents(1)
        assert same(archive.prints(kept, 0).prints[0], PRINTS)
    assert stored(tmp_path) == 3


def test_damage_is_told_and_nothing_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(ArchiveError):
        Archive(tmp_path)
    assert (tmp_path / FILE).read_bytes().startswith(b"not a database")


def test_a_damaged_document_or_print_is_told(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        keep(archive, KEY, [PRINTS])
        [kept] = archive.latest()
        archive._db.execute("UPDATE prints SET packed=0, body=x'0102030405060708' WHERE algorithm LIKE 'pdq/%'")
        archive._db.execute("UPDATE scans SET report=x'00'")
        with pytest.raises(ArchiveError):
            archive.prints(kept, 0)
        with pytest.raises(ArchiveError):
            archive.documents(kept)
        with pytest.raises(ArchiveError):
            archive.documents(ArchivedScan(99, KEY, completed=True))


def test_another_version_of_the_archive_is_not_written_to(tmp_path: Path) -> None:
    with Archive(tmp_path):
        pass
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(ArchiveError) as caught:
        Archive(tmp_path)
    assert "layout 99" in str(caught.value)


def test_the_folder_and_the_file_are_private(tmp_path: Path) -> None:
    with Archive(tmp_path / "deep" / "data"):
        assert stat.S_IMODE((tmp_path / "deep" / "data").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "deep" / "data" / FILE).stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError) as caught:
        Archive(tmp_path / "file" / "data")
    assert "PROVSCAN_DATA" in caught.value.hint


def test_scans_are_archived_one_after_the_other(tmp_path: Path) -> None:
    def write(run: int) -> None:
        with Archive(tmp_path) as archive:
            for number in range(10):
                keep(archive, Key(f"{run}-{number}", f"{run}-{number}", "P", "D"), [PRINTS], number=run)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with Archive(tmp_path) as archive:
        assert len(archive.latest()) == 40
    assert stored(tmp_path) == 3
