"""Nothing is not green: an empty drop, filters that fit nothing and references without a work, by the real command."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fixtures.command import Outcome, provscan, spying, starts
from fixtures.media import still
from fixtures.names import SYSTEM_FILES, png, system_files

AS_OF = ("--as-of", "2026-04-02")
SHARE = "  is the share mounted? --allow-empty scans it all the same\n"
PATTERNS = "  do the patterns fit? --allow-empty scans it all the same\n"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def scan(folder: Path, *words: str | Path) -> Outcome:
    return provscan(folder, "scan", folder / "drop", *AS_OF, *words)


def refused(outcome: Outcome, sentence: str, hint: str) -> None:
    """Nothing was judged, and standard error says why."""
    told = [line for line in outcome.err.splitlines() if not line[0].isdigit()]  # but for how far it was
    assert (outcome.code, told) == (2, [f"provscan: {sentence}", hint.removesuffix("\n")])
    assert outcome.out == ""
    assert not list(outcome.folder.glob("*.provscan/report.*"))


def sentence(outcome: Outcome, out: str = "drop.provscan") -> str:
    """Why the verdict is what it is, as the console and the page say it."""
    verdict = outcome.out.splitlines()[0].split("  ", 1)[1]
    assert verdict in (outcome.folder / out / "report.html").read_text(encoding="utf-8")
    return verdict


def test_an_empty_drop_is_no_pass(tmp_path: Path, drop: Path) -> None:
    refused(scan(tmp_path), f"there is nothing to examine in {drop} (it holds no file)", SHARE)
    (drop / "a/b").mkdir(parents=True)
    env, notes = spying(tmp_path)
    still_empty = provscan(tmp_path, "scan", "drop", *AS_OF, "--json", env=env)
    refused(still_empty, f"there is nothing to examine in {drop} (it holds no file)", SHARE)
    assert starts(notes, "ffmpeg") == []


def test_a_drop_of_hidden_and_system_files_alone_is_no_pass(tmp_path: Path, drop: Path) -> None:
    for name in (".notes", ".git", ".profile"):
        (drop / name).write_text("only text")
    refused(scan(tmp_path), f"there is nothing to examine in {drop} (3 files left out: hidden)", SHARE)
    system_files(drop)
    many = f"{3 + len(SYSTEM_FILES)} files left out: {len(SYSTEM_FILES)} of a system, 3 hidden"
    refused(scan(tmp_path), f"there is nothing to examine in {drop} ({many})", SHARE)


def test_filters_that_fit_nothing_are_no_pass(tmp_path: Path, drop: Path) -> None:
    for number in range(3):
        (drop / f"{number}.png").write_bytes(png(8, 8, number))
    nothing = f"there is nothing to examine in {drop}"
    refused(scan(tmp_path, "--include", "*.mov"), f"{nothing} (3 files left out: by --include)", PATTERNS)
    refused(scan(tmp_path, "--exclude", "*"), f"{nothing} (3 files left out: by --exclude)", PATTERNS)
    both = scan(tmp_path, "--include", "0*", "--exclude", "0.png")
    refused(both, f"{nothing} (3 files left out: 2 by --include, 1 by --exclude)", PATTERNS)


def test_one_file_that_is_left_out_is_no_pass(tmp_path: Path, drop: Path) -> None:
    (drop / "a.png").write_bytes(png(8, 8))
    outcome = provscan(tmp_path, "scan", "drop/a.png", "--exclude", "*.png")
    refused(outcome, f"there is nothing to examine in {drop / 'a.png'} (1 file left out: by --exclude)", PATTERNS)


def test_where_one_of_several_drops_is_empty_none_is_judged(tmp_path: Path, drop: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a.png").write_bytes(png(8, 8))
    outcome = provscan(tmp_path, "scan", "full", "drop", *AS_OF)
    refused(outcome, f"there is nothing to examine in {drop} (it holds no file)", SHARE)
    allowed = provscan(tmp_path, "scan", "full", "drop", *AS_OF, "--allow-empty")
    assert (allowed.code, allowed.report("drop.provscan")["counts"]["assets"]) == (0, 0)


def test_all_of_several_drops_that_are_empty_are_named(tmp_path: Path, drop: Path) -> None:
    for name in ("full", "share"):
        (tmp_path / name).mkdir()
    (tmp_path / "full/a.png").write_bytes(png(8, 8))
    (tmp_path / "share/.notes").write_text("only text")
    share = f"{tmp_path / 'share'} (1 file left out: hidden)"
    nothing = f"there is nothing to examine in {drop} (it holds no file), nor in {share}"
    refused(provscan(tmp_path, "scan", "drop", "full", "share", *AS_OF), nothing, SHARE)
    assert not [*tmp_path.glob("*.provscan")]


def test_a_dry_run_of_several_drops_shows_every_plan_before_it_says_so(tmp_path: Path, drop: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a.png").write_bytes(png(8, 8))
    outcome = provscan(tmp_path, "scan", "drop", "full", "--dry-run")
    assert "a.png" in outcome.out
    assert outcome.code == 2
    assert f"there is nothing to examine in {drop} (it holds no file)" in outcome.err
    assert provscan(tmp_path, "scan", "drop", "full", "--dry-run", "--allow-empty").code == 0


def test_allow_empty_scans_the_full_drops_beside_an_empty_one(tmp_path: Path, drop: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a.jpg").write_bytes(b"no picture")
    outcome = provscan(tmp_path, "scan", "drop", "full", "--allow-empty", *AS_OF)
    assert outcome.code == 4, outcome.err  # the worst of both
    assert outcome.report("drop.provscan")["counts"]["assets"] == 0
    assert outcome.report("full.provscan")["counts"]["assets"] == 1
    assert drop.is_dir()


def test_allow_empty_scans_it_and_the_report_says_so(tmp_path: Path, drop: Path) -> None:
    (drop / ".notes").write_text("only text")
    (drop / "a.txt").write_text("text")
    outcome = scan(tmp_path, "--allow-empty", "--include", "*.mov")
    assert outcome.code == 0, outcome.err
    assert sentence(outcome) == (
        "Nothing was delivered that could be examined. No reference works were compared. 1 file was left out by "
        "--include. 1 hidden file was left out."
    )
    report = outcome.report("drop.provscan")
    assert (report["outcome"], report["counts"]["skipped"]) == ("pass", 2)
    assert report["skipped"] == [
        {"path": ".notes", "why": "a hidden file", "cause": "hidden"},
        {"path": "a.txt", "why": "not included by *.mov", "cause": "include"},
    ]


def test_a_dry_run_says_it_too_after_its_plan(tmp_path: Path, drop: Path) -> None:
    for number in (1, 2, 3):
        (drop / f"a.{number}.exr").write_bytes(b"")
    outcome = scan(tmp_path, "--dry-run", "--exclude", "*")
    nothing = f"there is nothing to examine in {drop} (3 files left out: by --exclude)"
    assert (outcome.code, outcome.err) == (2, f"provscan: {nothing}\n{PATTERNS}")
    assert outcome.out.splitlines() == [
        "  skip    a.%d.exr  3 files  excluded by *",
        "0 assets to look at, 0 refused, 3 skipped; nothing was examined",
    ]
    assert scan(tmp_path, "--dry-run", "--exclude", "*", "--allow-empty").code == 0
    assert scan(tmp_path, "--dry-run").code == 0


def test_a_drop_of_text_alone_is_not_empty(tmp_path: Path, drop: Path) -> None:
    (drop / "notes.txt").write_text("to be delivered")
    outcome = scan(tmp_path)
    assert outcome.code == 0, outcome.err
    assert sentence(outcome) == "Nothing was found against this drop. No reference works were compared."


def test_marked_pictures_do_not_hide_behind_names(tmp_path: Path, drop: Path) -> None:
    marked = still(tmp_path / "x.png", seed=3, text={"parameters": "a house\nSteps: 20, Sampler: Euler a, Seed: 1"})
    names = [".DS_Store", ".ai.png", ".x/ai.png", "._ai.png", "Thumbs.db", "__MACOSX/ai.png", "desktop.ini"]
    for name in names:
        (drop / name).parent.mkdir(exist_ok=True)
        (drop / name).write_bytes(marked.read_bytes())
    system_files(drop / "ordinary")
    outcome = scan(tmp_path)
    report = outcome.report("drop.provscan")
    found = {asset["path"]: [row["reason"] for row in asset["findings"]] for asset in report["assets"]}
    assert found == {name: ["ai.undeclared"] for name in names}
    assert outcome.code == 1
    assert {row["cause"] for row in report["skipped"]} == {"system"}


def test_what_was_left_out_is_in_the_sentence(tmp_path: Path, drop: Path) -> None:
    for number in range(24):
        (drop / f"{number}.txt").write_text(str(number))
    (drop / ".x").write_text("hidden")
    outcome = scan(tmp_path, "--include", "7.txt")
    assert sentence(outcome) == (
        "Nothing was found against this drop. No reference works were compared. 23 files were left out by --include. "
        "1 hidden file was left out."
    )


# ---- References ------------------------------------------------------------------------------------------------------


def no_work(place: Path, why: str) -> str:
    return f"no reference work in {place} can be matched against ({why})"


@pytest.fixture
def pictured(tmp_path: Path, drop: Path) -> Path:
    """A drop that holds a picture, and a folder of references beside it."""
    (tmp_path / "works").mkdir()
    still(tmp_path / "works/work.png", seed=5)
    still(drop / "a.png", seed=6)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("", b"", "it holds no file"),
        ("README.txt", b"the share is mounted here", "1 file: no picture or sound"),
        (".hidden.png", png(64, 64), "it holds no file"),
        ("black.png", None, "1 file: too flat to be recognised (quality 0 of 100, 50 is needed)"),
    ],
)
def test_references_without_a_work_are_no_pass(pictured: Path, name: str, content: bytes | None, why: str) -> None:
    share = pictured / "share"
    share.mkdir()
    if content is None:
        Image.new("RGB", (320, 180)).save(share / name)
    elif name:
        (share / name).write_bytes(content)
    hint = "  is the share mounted?\n"
    refused(scan(pictured, "--references", "share"), no_work(share, why), hint)
    refused(
        scan(pictured, "--references", "works", "--references", "share", "--allow-empty"), no_work(share, why), hint
    )


def test_a_folder_in_which_every_work_means_nothing_is_no_pass(pictured: Path) -> None:
    (pictured / "works/references.csv").write_text("path,stop\nwork.png,yes\n")
    why = "1 file: means nothing where it is seen"
    refused(scan(pictured, "--references", "works"), no_work(pictured / "works", why), "  is the share mounted?\n")


def test_a_library_without_works_is_no_pass(pictured: Path) -> None:
    added = provscan(pictured, "references", "add", "--library", "library", "works")
    assert added.code == 0, added.err
    assert scan(pictured, "--references", "library").code == 0
    removed = provscan(pictured, "references", "remove", "--library", "library", "work.png")
    assert removed.code == 0, removed.err
    outcome = scan(pictured, "--references", "library", "--out", "again.provscan")
    assert outcome.code == 2
    assert no_work(pictured / "library", "it holds no work") in outcome.err
    assert "provscan references add" in outcome.err


def test_a_rematch_against_nothing_is_no_pass(pictured: Path) -> None:
    assert scan(pictured, "--references", "works").code == 0
    for name in ("share", "texts"):
        (pictured / name).mkdir()
    (pictured / "texts/README.txt").write_text("no work")
    for name, why in (("share", "it holds no file"), ("texts", "1 file: no picture or sound")):
        outcome = provscan(pictured, "rematch", "--references", name)
        assert (outcome.code, outcome.out) == (2, "")
        assert no_work(pictured / name, why) in outcome.err
        assert "is the share mounted?" in outcome.err
    assert provscan(pictured, "rematch", "--references", "works").code == 0


def test_references_that_hold_a_work_beside_other_things_are_compared(pictured: Path) -> None:
    (pictured / "works/README.txt").write_text("no work")
    outcome = scan(pictured, "--references", "works")
    assert outcome.code == 0, outcome.err
    assert sentence(outcome) == "Nothing was found against this drop."


# ---- Any drop --------------------------------------------------------------------------------------------------------

NAMES = [*SYSTEM_FILES, "a.png", ".a.png", "notes.txt", ".notes", ".x/a.png", "x/b.1.exr", "x/b.2.exr", "x/c"]
GLOBS = ["*.png", "x", ".*", "*.txt", "*"]
CONTENTS = {"picture": png(16, 16), "text": b"a note", "nothing": b""}


@settings(max_examples=8)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["system", *CONTENTS]), max_size=6),
    st.lists(st.sampled_from(GLOBS), max_size=1),
    st.lists(st.sampled_from(GLOBS), max_size=1),
)
def test_every_name_is_accounted_for_and_0_never_comes_of_nothing(
    files: dict[str, str], include: Sequence[str], exclude: Sequence[str]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        (folder / "drop").mkdir()
        for name, content in files.items():
            (folder / "drop" / name).parent.mkdir(exist_ok=True)
            (folder / "drop" / name).write_bytes(CONTENTS.get(content, SYSTEM_FILES.get(name, b"")))
        filters = [*(f"--include={glob}" for glob in include), *(f"--exclude={glob}" for glob in exclude)]
        outcome = scan(folder, *filters)
        empty = "there is nothing to examine in" in outcome.err
        assert (outcome.code == 2) == empty
        report = (scan(folder, *filters, "--allow-empty") if empty else outcome).report("drop.provscan")
        assert (report["assets"] == []) == empty
        told = {asset["path"] for asset in report["assets"]} | {row["path"] for row in report["skipped"]}
        told |= {"x/b.1.exr", "x/b.2.exr"} if "x/b.%d.exr" in told else set()
        assert set(files) == told - {"x/b.%d.exr"}
        assert all(row["why"] and row["cause"] for row in report["skipped"])
        assert all(asset["examined"] or asset["problems"] for asset in report["assets"])
