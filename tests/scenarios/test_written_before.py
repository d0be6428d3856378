"""A library, a cache and an archive that an earlier version wrote are read by this one, to the last row.

The files lie in `tests/written_before`, whose README says how they were made. Keys are asked for as they are stored:
some name the programs of the machine that wrote them.
"""

import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import provscan
from scanner.catalogue import Catalogue
from scanner.catalogue.archive import Archive
from scanner.drop.assets import Member
from scanner.report.jsonfile import without_run_fields
from scanner.run.dossier import dossier_from_json, dossier_to_json
from scanner.run.grounds import grounds_from_json, grounds_to_json
from scanner.terms.findings import ABOUT

WRITTEN = Path(__file__).parent.parent / "written_before"
CACHE, ARCHIVE = "cache.sqlite", "archive.sqlite"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A working folder with a copy of all of it, where the command looks for its cache and its archive."""
    return Path(shutil.copytree(WRITTEN, tmp_path / "place"))


def rows(file: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(query).fetchall()


def report() -> dict[str, Any]:
    content = json.loads((WRITTEN / "report.json").read_bytes())
    assert isinstance(content, dict)
    return content


def judged(content: dict[str, Any]) -> dict[str, Any]:
    """A report without what differs from run to run, the version of who judged, and what reports lacked then."""
    plain = without_run_fields(content)  # type: ignore[arg-type]  # JSON as read
    del plain["run"]["version"]
    plain["counts"] = {key: count for key, count in plain["counts"].items() if not key.startswith("parts")}
    without: dict[str, Any] = as_then(plain)
    return without


def as_then(document: Any) -> Any:  # noqa: ANN401 - any JSON
    """A document as it was: without the parts of files and where timecodes are from, which nobody looked at then.

    And without rates of false matches, which are measured anew. A finding's remedy didn't say then what to write into
    which entry, and its id counted nothing that its declaration states: what it is about is the same.
    """
    if isinstance(document, dict):
        kept = {key: value for key, value in document.items() if key != "false_match_rate"}
        later = {"part", "parts", *(["timecode"] if "start_timecode" in document else [])}
        plain = {key: as_then(value) for key, value in kept.items() if key not in later or value}
        if "remedy" in plain and "reason" in plain:
            plain["remedy"] = plain["remedy"].partition(" In ")[0]
            plain["id"] = plain["id"][:ABOUT]
        return plain
    return [as_then(each) for each in document] if isinstance(document, list) else document


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (("list", "--json"), "list.json"),
        (("export",), "works.csv"),
        (("export", "--hashes"), "hashes.csv"),
    ],
)
def test_the_library_tells_the_works_it_told_then(place: Path, words: Sequence[str], file: str) -> None:
    outcome = provscan(place, "references", *words, "--library", "library")
    assert outcome.code == 0, outcome.err
    assert outcome.out == (WRITTEN / file).read_text(encoding="utf-8")


def test_the_library_is_whole(place: Path) -> None:
    outcome = provscan(place, "references", "check", "--library", "library")
    assert (outcome.code, outcome.out) == (0, "whole\n"), outcome.err


def test_a_still_is_recognised_by_the_library(place: Path) -> None:
    (place / "drop").mkdir()
    (place / "wall.jpg").rename(place / "drop" / "wall.jpg")
    outcome = provscan(place, "scan", "drop", "--references", "library", "--no-cache", "--as-of", "2026-04-02")
    assert outcome.code == 1, outcome.err
    [asset] = outcome.report("drop.provscan")["assets"]
    [match] = [seen for seen in asset["observations"] if seen["kind"] == "match"]
    of_the_work = {"reference": "REF-017", "title": "Snow at Dawn", "owner": "Example Pictures", "own": False}
    of_the_match = {"licences": ["LIC-1", "LIC-2"], "medium": "image", "level": "certain", "algorithm": "pdq/2"}
    assert {**match["facts"], **of_the_work, **of_the_match} == match["facts"]
    assert match["facts"]["inliers"] > 0  # the local features were read too


def test_the_archived_drop_is_judged_as_it_was(place: Path) -> None:
    outcome = provscan(place, "rematch", "--references", "library", "--format", "json")
    assert outcome.code == 0, outcome.out + outcome.err
    assert outcome.out.splitlines()[0] == "EP103 (DEL-1): still fail"
    assert judged(outcome.report("EP103.rematch")) == judged(report())


def copy_of_every_row(was: Path, catalogue: Catalogue, again: Catalogue) -> None:
    """Ask a catalogue for what is stored under each key of a cache, and keep the answers in another one."""
    for name, *facts in rows(was, "SELECT path, size, mtime_ns, ctime_ns, inode FROM files"):
        path = Path(os.fsdecode(name))
        member = Member(path.name, *facts)
        again.keep_digests(path, member, catalogue.digests(path, member))
    for content, suffix, version in rows(was, "SELECT DISTINCT content, suffix, version FROM prints"):
        again.keep_prints(content, suffix, version, catalogue.prints(content, suffix, version))
    for content, suffix, version in rows(was, "SELECT content, suffix, version FROM extractions"):
        assert catalogue.has_extraction(content, suffix, version)
        extraction = catalogue.extraction(content, suffix, version)
        assert extraction is not None
        again.keep_extraction(content, suffix, version, extraction, catalogue.prints(content, suffix, version))
    for content, name, detector, version in rows(was, "SELECT content, name, detector, version FROM sightings"):
        assert catalogue.has_detection(content, name, detector, version)
        detection = catalogue.detection(content, name, detector, version)
        assert detection is not None
        again.keep_detection(content, name, detector, version, detection)
    for content, frame, version in rows(was, "SELECT content, frame, version FROM pictures"):
        jpeg = catalogue.picture(content, frame, version)
        assert jpeg is not None
        again.keep_picture(content, frame, version, jpeg)


def test_every_row_of_the_cache_is_read_and_written_the_same(place: Path, tmp_path: Path) -> None:
    was = Path(shutil.copy(place / "cache" / CACHE, tmp_path / "was.sqlite"))
    with Catalogue(place / "cache") as catalogue, Catalogue(tmp_path / "again") as copy:
        copy_of_every_row(was, catalogue, copy)
    tables = [name for (name,) in rows(was, "SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
    assert tables == ["extractions", "files", "pictures", "prints", "sightings"]
    for table in tables:
        everything = f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4"  # noqa: S608 - one of the five names above
        written = rows(was, everything)
        assert written, table
        assert rows(place / "cache" / CACHE, everything) == written, table
        again = rows(tmp_path / "again" / CACHE, everything)
        if table == "extractions":
            again, written = ([(*key, as_then(json.loads(body))) for *key, body in each] for each in (again, written))
        assert again == written, table


def kept_prints(file: Path) -> list[tuple[Any, ...]]:
    """Every part of every asset's prints in an archive, unpacked: zlib packs differently from version to version."""
    columns = "asset, place, part, algorithm, sha256, packed, body"
    query = f"SELECT {columns} FROM parts JOIN prints ON id = print ORDER BY 1, 2, 3"  # noqa: S608 - our own columns
    return [(*key, zlib.decompress(body) if packed else body) for *key, packed, body in rows(file, query)]


def test_everything_in_the_archive_is_read_and_written_the_same(place: Path, tmp_path: Path) -> None:
    with Archive(place / "data") as archive, Archive(tmp_path / "again") as again:
        [kept] = archive.latest()
        documents = archive.documents(kept)
        prints = [archive.prints(kept, number) for number in range(len(report()["assets"]))]
        again.keep(kept.key, documents, [asset.prints for asset in prints], completed=kept.completed)
        assert {asset.outdated for asset in prints} == {()}
    assert (kept.key.name, kept.key.production, kept.key.delivery) == ("EP103", "TLW-81234567", "DEL-1")
    assert kept.key.digest == report()["drop"]["digest"]
    assert documents.report == (WRITTEN / "report.json").read_bytes()
    assert as_then(json.loads(dossier_to_json(dossier_from_json(documents.dossier)))) == json.loads(documents.dossier)
    assert grounds_to_json(grounds_from_json(documents.grounds)) == documents.grounds
    written = kept_prints(place / "data" / ARCHIVE)
    assert {part for _, _, part, *_ in written} == {"local", "pictures", "sound"}
    assert max(number for _, number, *_ in written) == 1  # the frames that were looked at for exact ends
    assert kept_prints(tmp_path / "again" / ARCHIVE) == written
