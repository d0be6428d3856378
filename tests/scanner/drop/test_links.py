from pathlib import Path

import pytest

from scanner.drop.links import Fate, destination

OUT, NOWHERE, CIRCLE = (Fate.OUTSIDE, ""), (Fate.BROKEN, ""), (Fate.LOOPS, "")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """`drop/a/b/file`, a neighbour whose name starts the same, and a link out at `drop/out`."""
    root = tmp_path.resolve() / "drop"
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/file").touch()
    (root.parent / "drop2").mkdir()
    (root.parent / "drop2/file").touch()
    (root / "out").symlink_to("../drop2")
    (root / "b").symlink_to("a/b")
    return root


@pytest.mark.parametrize(
    ("target", "end"),
    [
        ("a/b/file", (Fate.INSIDE, "a/b/file")),
        ("./a//b/./file", (Fate.INSIDE, "a/b/file")),
        ("a/b/../b/file", (Fate.INSIDE, "a/b/file")),
        ("b/file", (Fate.INSIDE, "a/b/file")),
        ("b/../b/file", (Fate.INSIDE, "a/b/file")),
        ("../drop/a", (Fate.INSIDE, "a")),
        (".", (Fate.INSIDE, ".")),
        ("../drop", (Fate.INSIDE, ".")),
        ("{root}/a/b/file", (Fate.INSIDE, "a/b/file")),
        ("{root}", (Fate.INSIDE, ".")),
        ("..", OUT),
        ("/", OUT),
        ("../drop2/file", OUT),
        ("{root}2/file", OUT),
        ("out/file", OUT),
        ("out/../drop/a", OUT),
        ("../../../../../../../../../../../../../../etc/passwd", OUT),
        ("/proc/self/environ", OUT),
        ("nothing", NOWHERE),
        ("a/b/file/below", NOWHERE),
        ("n" * 300, NOWHERE),
        ("link", CIRCLE),
        ("a/../link", CIRCLE),
    ],
)
def test_a_link_is_followed_on_paper(drop: Path, target: str, end: tuple[Fate, str]) -> None:
    (drop / "link").symlink_to(target.format(root=drop))
    assert destination(str(drop), "link") == end


def test_two_links_that_lead_to_each_other_loop(drop: Path) -> None:
    (drop / "one").symlink_to("a/two")
    (drop / "a/two").symlink_to("../one")
    assert destination(str(drop), "one") == CIRCLE
    assert destination(str(drop), "a/two") == CIRCLE


def test_a_link_in_a_folder_starts_from_there(drop: Path) -> None:
    (drop / "a/b/up").symlink_to("../../a/b/file")
    assert destination(str(drop), "a/b/up") == (Fate.INSIDE, "a/b/file")


def test_a_long_chain_of_links_is_followed_and_a_longer_one_is_a_loop(drop: Path) -> None:
    (drop / "hop0").symlink_to("a/b/file")
    for hop in range(1, 45):
        (drop / f"hop{hop}").symlink_to(f"hop{hop - 1}")
    assert destination(str(drop), "hop39") == (Fate.INSIDE, "a/b/file")
    assert destination(str(drop), "hop40") == CIRCLE


def test_a_drop_at_the_root_of_the_system_holds_everything(drop: Path) -> None:
    (drop / "link").symlink_to("a/b/file")
    inside = str(drop).lstrip("/")
    assert destination("/", f"{inside}/link") == (Fate.INSIDE, f"{inside}/a/b/file")
