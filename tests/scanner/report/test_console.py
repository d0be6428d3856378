"""What the terminal shows: text, and nothing that a name could make of it."""

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest

from fixtures import report_delivery, reports
from scanner.drop.assets import Asset, Drop, Member, Refused, SkipCause, Skipped
from scanner.report import console
from scanner.terms.verdicts import Verdict

FILES = [Path("out/report.html"), Path("out/report.json")]
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def printed(**options: bool) -> str:
    stream = io.StringIO()
    console.summary(report_delivery.delivery().report(), FILES, stream=stream, **options)
    return stream.getvalue()


def on_a_terminal(told: Callable[[TextIO], None]) -> str:
    reader, writer = os.openpty()
    with open(writer, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a file handle has no path
        told(stream)
        stream.flush()
        seen = b""
        os.set_blocking(reader, False)
        while True:
            try:
                seen += os.read(reader, 65536)
            except BlockingIOError:
                break
    os.close(reader)
    return seen.decode()


def test_the_summary_gives_the_verdict_first_then_counts_findings_and_files() -> None:
    lines = printed().splitlines()
    assert (
        lines[0]
        == "FAIL  6 findings fail and 5 need review. 1 finding is waived. 2 of 15 assets could not be examined."
    )
    assert lines[1].startswith("15 assets, 13 examined, 2 skipped, 6 fail, 5 review, 2 info")
    assert lines[2] == "policy netflix-genai 2025-11-11, stage final (from the declarations), as of 2026-04-02"
    assert lines[3].startswith("  fail  ")
    assert lines[-2:] == ["html  out/report.html", "json  out/report.json"]


def test_a_finding_is_one_line_with_its_timecodes_and_reason() -> None:
    line = next(line for line in printed().splitlines() if "masters/TLW_103_r3.mov  01:00:10:00" in line)
    assert line.split("  ")[1:6] == [
        "fail",
        "",
        "masters/TLW_103_r3.mov",
        "01:00:10:00 to 01:00:11:23",
        "ip.unlicensed_match",
    ]


def test_the_worst_findings_are_listed_and_the_rest_is_counted() -> None:
    assert "  and 1 more in the report" in printed().splitlines()
    everything = printed(everything=True)
    assert "more in the report" not in everything
    counts = [everything.count(f"\n  {verdict:<6}  ") for verdict in ("fail", "review", "info", "pass")]
    assert counts == [6, 5, 2, 5]


def test_a_drop_without_a_finding_is_never_called_clean() -> None:
    stream = io.StringIO()
    case = reports.Case(reports.still(), (reports.finding("ai.no_evidence", Verdict.PASS, "m"),))
    console.summary(reports.scan(case).report(), FILES, stream=stream)
    assert stream.getvalue().startswith("NO FINDING  Nothing was found against this drop.")
    assert "nothing here shows that no AI was used" in stream.getvalue()


@pytest.mark.parametrize("everything", [False, True])
def test_names_cannot_colour_move_or_format_anything(everything: bool) -> None:
    shown = printed(everything=everything)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\x85" not in shown
    assert r"stills/\x1b[31mred\u202egnp.exe\n[/bold]\x85.png" in shown


def test_force_color_colours_a_pipe_but_no_name_adds_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = printed(everything=True)
    assert STYLE.search(shown)
    assert "\x1b" not in STYLE.sub("", shown)
    assert r"\x1b[31mred" in shown


def test_no_color_leaves_no_escape_at_all_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(stream: TextIO) -> None:
        console.summary(report_delivery.delivery().report(), FILES, stream=stream)

    assert STYLE.search(on_a_terminal(told))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in on_a_terminal(told)


def test_a_terminal_that_knows_ascii_only_gets_ascii() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    console.summary(reports.scan(_failing("Événement.png")).report(), FILES, stream=stream)
    stream.flush()
    assert rb"\xc9v\xe9nement.png" in raw.getvalue()


def test_a_reader_who_has_gone_is_left_to_the_command_line() -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        console.summary(report_delivery.delivery().report(), FILES, stream=Gone())
    with console.progress(stream=Gone()) as watcher:
        watcher.planned(1, 0)
        watcher.examined("a.mov", 0)


def test_a_plan_names_everything_once_with_the_reason_it_is_left_out() -> None:
    members = tuple(Member(f"a.{number}.exr", 500, 0, 0, 0, number) for number in (1001, 1003))
    assets = (Asset("a.%04d.exr", members, is_sequence=True, missing=(1002,)), Asset("b\x1b.mov", members[:1]))
    left = (Skipped(f"b.{number}.exr", "excluded by b*", SkipCause.EXCLUDE, "b.%d.exr") for number in (1, 2, 3))
    skipped = (Skipped(".x", "hidden"), *left)
    drop = Drop("d", Path("d"), assets, (Refused("pipe", "a named pipe"),), skipped)
    stream = io.StringIO()
    console.plan(drop, stream=stream)
    assert stream.getvalue().splitlines() == [
        "  look    a.%04d.exr  2 files, 1.0 kB, 1 missing",
        r"  look    b\x1b.mov  500 bytes",
        "  refuse  pipe  a named pipe",
        "  skip    .x  hidden",
        "  skip    b.%d.exr  3 files  excluded by b*",
        "2 assets to look at, 1 refused, 4 skipped; nothing was examined",
    ]


def test_progress_into_a_log_is_a_line_at_each_tenth() -> None:
    stream = io.StringIO()
    with console.progress(stream=stream) as watcher:
        watcher.planned(100, 20)
        for number in range(80):
            watcher.examined(f"{number}\x1b.mov", number == 3)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 8
    assert lines[0] == r"30/100 assets, 20 from memory, 1 sign of AI (last: 9\x1b.mov)"
    assert lines[-1].startswith("100/100 assets")


def test_progress_is_silent_when_asked_and_needs_no_plan() -> None:
    stream = io.StringIO()
    with console.progress(quiet=True, stream=stream) as watcher:
        watcher.planned(1, 0)
        watcher.examined("a.mov", 1)
    with console.progress(stream=stream) as watcher:
        watcher.planned(0, 0)
    assert stream.getvalue() == ""


def test_progress_on_a_terminal_is_live_and_shows_how_far_it_is() -> None:
    def told(stream: TextIO) -> None:
        with console.progress(stream=stream) as watcher:
            watcher.planned(3, 1)
            watcher.examined("[bold]\x1b]0;title\x07.mov", 2)

    shown = STYLE.sub("", on_a_terminal(told))
    assert "2/3 assets, 1 from memory, 2 signs of AI" in shown
    assert "left" in shown
    assert "title" not in shown


def _failing(path: str) -> reports.Case:
    return reports.Case(reports.still(path), (reports.finding("ai.undeclared", Verdict.FAIL, "m"),))
