"""report.json as bytes and as a file."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import reports
from scanner.report.jsonfile import dumps, without_run_fields, write
from scanner.report.model import Report


def report() -> Report:
    return reports.scan(reports.Case(reports.still("a.png", reports.marker()))).report()


def test_the_file_is_utf8_with_an_indent_of_two_and_a_newline_at_the_end() -> None:
    written = dumps(reports.scan(reports.Case(reports.still("Événement/映画.png"))).report())
    assert written.startswith(b'{\n  "schema": "provscan/report/1",\n')
    assert written.endswith(b"}\n")
    assert "Événement/映画.png".encode() in written


def test_a_number_that_json_has_no_word_for_is_refused() -> None:
    broken = report()
    broken["assets"][0]["observations"][0]["facts"] = {"distance": float("nan")}
    with pytest.raises(ValueError, match="JSON"):
        dumps(broken)


@given(st.text())
def test_what_a_terminal_would_obey_stands_as_an_escape_and_reads_back_the_same(name: str) -> None:
    document = report()
    document["drop"]["name"] = name + "\x1b\x9b31m\u202e\u2028\ufeff"
    written = dumps(document)
    assert json.loads(written) == document
    text = written.decode()
    assert not any(character in text for character in "\x1b\x9b\u202e\u2028\ufeff")


def test_two_runs_over_the_same_inputs_differ_in_the_fields_that_the_contract_names_only() -> None:
    first, second = report(), report()
    second["run"] |= {"id": "other", "started": "2026-04-03T00:00:00Z", "finished": "2026-04-03T00:00:01Z"}
    second["run"]["machine"]["jobs"] = 8
    assert first != second
    assert without_run_fields(first) == without_run_fields(second)
    second["run"]["as_of"] = "2026-04-03"
    assert without_run_fields(first) != without_run_fields(second)


def test_a_report_is_written_with_its_companions_and_the_one_before_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, {"report.json": b"first", "pictures/0123.jpg": b"jpeg", "report.html": b"page"})
    assert not (out / "report.prev.json").exists()
    write(out, {"report.json": b"second"})
    contents = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert contents == {
        "report.json": b"second",
        "report.prev.json": b"first",
        "report.html": b"page",
        "pictures/0123.jpg": b"jpeg",
    }


def test_report_json_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed: list[str] = []
    rename = Path.replace

    def watched(self: Path, target: Path) -> Path:
        renamed.append(target.name)
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    write(tmp_path, {"report.json": b"{}", "zebra.csv": b"", "pictures/a.jpg": b""})
    assert renamed == ["a.jpg", "zebra.csv", "report.json"]


def test_a_write_that_fails_leaves_the_old_report_whole_and_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"report.json": b"old"})

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path, {"report.json": b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert (tmp_path / "report.json").read_bytes() == b"old"


def test_what_a_killed_run_left_behind_does_not_stop_the_next(tmp_path: Path) -> None:
    (tmp_path / ".report.json.part").write_bytes(b"half of a rep")
    write(tmp_path, {"report.json": b"whole"})
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_link_in_the_place_of_a_report_is_replaced_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"untouched")
    out = tmp_path / "out"
    out.mkdir()
    for name in ("report.html", ".report.html.part"):
        (out / name).symlink_to(outside)
    write(out, {"report.html": b"page"})
    assert outside.read_bytes() == b"untouched"
    assert (out / "report.html").read_bytes() == b"page"


@pytest.mark.parametrize("name", ["../report.json", "/etc/report", "a/../../b", ""])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="folder"):
        write(tmp_path, {name: b""})
