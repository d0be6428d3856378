import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.corpus import corpus
from fixtures.names import (
    NASTY_NAMES,
    SYSTEM_FILES,
    broken_files,
    nasty_names,
    odd_files,
    png,
    put,
    tree_digest,
)
from scanner.drop.assets import SkipCause
from scanner.drop.names import presentable
from scanner.drop.walk import walk
from scanner.errors import UsageError
from tests.scanner.drop.entries import accounted, causes, fill, listed, paths, refused, skipped


def test_a_folder_becomes_its_files_in_a_stable_order(tmp_path: Path) -> None:
    drop = walk(fill(tmp_path / "EP101", "b.mov", "a/z.wav", "a/b/c.png", "B.mov", "é.mov"))
    assert paths(drop) == ["B.mov", "a/b/c.png", "a/z.wav", "b.mov", "é.mov"]
    assert (drop.name, drop.root) == ("EP101", (tmp_path / "EP101").resolve())
    assert (drop.refused, drop.skipped) == ((), ())


def test_a_member_tells_where_it_lies_and_how_it_was(tmp_path: Path) -> None:
    path = put(tmp_path / "drop/VFX", b"a.mov", b"12345")
    drop = walk(tmp_path / "drop")
    (member,) = drop.assets[0].members
    status = path.stat()
    assert (member.relative, member.name, member.size) == ("VFX/a.mov", "a.mov", 5)
    assert (member.mtime_ns, member.ctime_ns, member.inode) == (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    assert member.path(drop.root).read_bytes() == b"12345"


def test_an_empty_folder_is_a_drop_without_assets(tmp_path: Path) -> None:
    assert walk(tmp_path).assets == ()


def test_a_missing_folder_is_a_mistake_of_the_person(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no .*nowhere") as caught:
        walk(tmp_path / "nowhere")
    assert caught.value.hint


@pytest.mark.parametrize("name", ["file.mov/below", "loop", "n" * 300, "nul\0"])
def test_a_target_that_cannot_be_reached_is_a_mistake_of_the_person(tmp_path: Path, name: str) -> None:
    fill(tmp_path, "file.mov")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="can't be opened") as caught:
        walk(tmp_path / name)
    assert caught.value.hint


def test_a_pipe_as_the_target_is_a_mistake_of_the_person(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="neither a folder nor a file"):
        walk(tmp_path / "pipe")


def test_one_file_is_a_drop_of_one_asset(tmp_path: Path) -> None:
    fill(tmp_path, "VFX/a.0001.exr", "VFX/a.0002.exr")
    drop = walk(tmp_path / "VFX/a.0001.exr")
    assert (drop.name, drop.root) == ("a.0001.exr", (tmp_path / "VFX").resolve())
    assert [(asset.path, asset.is_sequence) for asset in drop.assets] == [("a.0001.exr", False)]


def test_one_file_is_examined_even_where_its_name_is_hidden_but_not_where_it_is_excluded(tmp_path: Path) -> None:
    fill(tmp_path, ".hidden.mov")
    assert paths(walk(tmp_path / ".hidden.mov")) == [".hidden.mov"]
    assert skipped(walk(tmp_path / ".hidden.mov", exclude=["*.mov"])) == {".hidden.mov": "excluded by *.mov"}


def test_a_target_given_through_a_link_or_with_dots_is_its_real_self(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "EP101", "a.mov")
    (tmp_path / "latest").symlink_to("EP101")
    monkeypatch.chdir(tmp_path / "EP101")
    for target in (tmp_path / "latest", tmp_path / "EP101/../EP101", Path(), Path("../latest")):
        assert (walk(target).name, paths(walk(target))) == ("EP101", ["a.mov"])


def test_the_name_of_a_drop_is_presentable(tmp_path: Path) -> None:
    assert walk(put(tmp_path, b"\xff\\.mov")).name == r"\xff\\.mov"


def test_sequences_are_grouped_and_singles_stay(tmp_path: Path) -> None:
    names = [f"VFX/plate.{number}.exr" for number in (1001, 1002, 1004)]
    drop = walk(fill(tmp_path, *names, "VFX/comp_v002.mov", "VFX/comp_v003.mov"))
    assert paths(drop) == ["VFX/comp_v002.mov", "VFX/comp_v003.mov", "VFX/plate.%04d.exr"]
    assert (drop.assets[2].frames, drop.assets[2].missing) == ((1001, 1004), (1003,))


def test_pictures_are_a_sequence_only_where_their_headers_say_one_size(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        put(tmp_path, f"a.{number}.png".encode(), png(8, 8, number))
        put(tmp_path, f"b.{number}.png".encode(), png(8, 7 + number))
        put(tmp_path, f"c.{number}.png".encode(), b"no png at all")
    assert paths(walk(tmp_path)) == ["a.%d.png", *(f"{name}.{number}.png" for name in "bc" for number in (1, 2, 3))]


def test_links_pipes_and_sockets_are_told_and_never_opened(tmp_path: Path) -> None:
    odd = odd_files(tmp_path / "drop")
    before = tree_digest(tmp_path)
    drop = walk(tmp_path / "drop")
    assert paths(drop) == ["film.mov"]
    assert skipped(drop) == {
        "link inside.mov": "a symbolic link to film.mov, which is accounted for itself",
        "absolute link inside.mov": "a symbolic link to film.mov, which is accounted for itself",
        "link to its folder.mov": "a symbolic link to the drop itself, which is accounted for itself",
    }
    told = refused(drop)
    assert told.pop("pipe.mp4") == "a named pipe, which is never opened"
    assert told.pop("socket.mov") == "a socket, which is never opened"
    if "device" in odd:
        assert told.pop("device.mov") == "a device, which is never opened"
    out = "a symbolic link that leads out of the drop; it was not followed"
    assert told == {
        "link out.mov": out,
        "absolute link out.mov": out,
        "link to the folder above.mov": out,
        "broken link.mov": "a symbolic link that leads nowhere",
        "loop.mov": "a symbolic link that leads in a circle",
    }
    assert tree_digest(tmp_path) == before


def test_a_link_to_a_folder_is_not_walked(tmp_path: Path) -> None:
    fill(tmp_path, "drop/a/b.mov", "other/c.mov")
    (tmp_path / "drop/inside").symlink_to("a")
    (tmp_path / "drop/outside").symlink_to("../other")
    (tmp_path / "drop/a/round").symlink_to("..")
    drop = walk(tmp_path / "drop")
    assert (paths(drop), [*skipped(drop)], [*refused(drop)]) == (["a/b.mov"], ["a/round", "inside"], ["outside"])


def test_nasty_names_appear_once_each_and_are_only_names(tmp_path: Path) -> None:
    made = nasty_names(tmp_path / "drop")
    before = tree_digest(tmp_path)
    drop = walk(tmp_path / "drop")
    assert accounted(drop) == len(made) == len(NASTY_NAMES) + 5
    expected = {presentable(os.fsdecode(name)) for name in NASTY_NAMES.values()}  # one of them, shot%04d.png
    assert {*paths(drop)} == expected | {"shot%%04d.png", "x[/].mov", "<script>alert(1)</script>.png"}
    (sequence,) = [asset for asset in drop.assets if asset.is_sequence]
    assert (sequence.path, len(sequence.members)) == ("shot%04d.png", 3)
    assert all(member.path(drop.root).is_file() for asset in drop.assets for member in asset.members)
    assert tree_digest(tmp_path) == before


def test_a_pattern_name_without_such_a_sequence_stays_as_it_is(tmp_path: Path) -> None:
    assert paths(walk(fill(tmp_path, "shot%04d.png", "shot0001.png"))) == ["shot%04d.png", "shot0001.png"]


def test_a_pipe_called_like_the_sequence_beside_it_has_another_path(tmp_path: Path) -> None:
    fill(tmp_path, "a.1.exr", "a.2.exr")
    os.mkfifo(tmp_path / "a.%d.exr")
    drop = walk(tmp_path)
    assert (paths(drop), [*refused(drop)]) == (["a.%d.exr"], ["a.%%d.exr"])


def test_broken_files_are_assets_like_any_other(tmp_path: Path) -> None:
    made = broken_files(tmp_path)
    assert len(walk(tmp_path).assets) == len(made)


def test_exclude_lists_what_it_leaves_out(tmp_path: Path) -> None:
    drop = walk(fill(tmp_path, "a.mov", "VFX/b.mov", "VFX/c.exr", "old/d.exr"), exclude=["*.mov", "old/**"])
    assert paths(drop) == ["VFX/c.exr"]
    assert skipped(drop) == {
        "a.mov": "excluded by *.mov",
        "VFX/b.mov": "excluded by *.mov",
        "old/d.exr": "excluded by old/**",
    }


def test_include_lists_what_it_leaves_out(tmp_path: Path) -> None:
    drop = walk(fill(tmp_path, "a.mov", "VFX/b.mov", "VFX/c.exr", ".x"), include=["VFX/**"], exclude=["*.exr"])
    assert paths(drop) == ["VFX/b.mov"]
    assert skipped(drop) == {
        ".x": "a hidden file; it is empty",
        "a.mov": "not included by VFX/**",
        "VFX/c.exr": "excluded by *.exr",
    }


def test_what_is_excluded_is_not_refused(tmp_path: Path) -> None:
    fill(tmp_path, "tmp/a.mov")
    os.mkfifo(tmp_path / "tmp/pipe")
    (tmp_path / "tmp/out").symlink_to("/")
    drop = walk(tmp_path, exclude=["tmp"])
    assert (drop.assets, drop.refused, [*skipped(drop)]) == ((), (), ["tmp/a.mov", "tmp/out", "tmp/pipe"])


def test_excluding_a_frame_leaves_a_gap(tmp_path: Path) -> None:
    drop = walk(fill(tmp_path, "a.1.exr", "a.2.exr", "a.3.exr"), exclude=["a.2.exr"])
    assert [(asset.path, asset.missing) for asset in drop.assets] == [("a.%d.exr", (2,))]


def test_an_empty_glob_is_a_mistake_of_the_person(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        walk(tmp_path, include=[""])


@contextlib.contextmanager
def nobody() -> Iterator[Path]:
    """A folder of an ordinary person, and to be one: a superuser could list everything."""
    with tempfile.TemporaryDirectory() as folder:
        everyone = Path(folder)
        everyone.chmod(0o755)
        user = os.geteuid()
        if user == 0:
            os.chown(everyone, 65534, -1)
            os.seteuid(65534)
        try:
            yield everyone
        finally:
            os.seteuid(user)
            for place, folders, _ in os.walk(folder):
                for name in folders:
                    Path(place, name).chmod(0o700)


def test_a_folder_that_may_not_be_listed_is_refused_and_the_rest_goes_on() -> None:
    with nobody() as folder:
        fill(folder, "a.mov", "locked/b.mov", ".locked/c.mov", "tmp/d.mov")
        for name in ("locked", ".locked", "tmp"):
            (folder / name).chmod(0)
        drop = walk(folder, exclude=["tmp"])
        assert paths(drop) == ["a.mov"]
        why = "a folder that can't be listed: Permission denied"
        assert refused(drop) == {"locked": why, ".locked": why}
        assert skipped(drop) == {"tmp": f"excluded by tmp; {why}"}


def test_a_folder_whose_names_may_be_read_but_not_asked_about_is_told_name_by_name() -> None:
    with nobody() as folder:
        fill(folder, "closed/b.mov")
        (folder / "closed").chmod(0o444)
        assert refused(walk(folder)) == {"closed/b.mov": "it can't be asked about: Permission denied"}


def test_a_root_that_may_not_be_listed_is_a_mistake_of_the_person() -> None:
    with nobody() as folder:
        (folder / "drop").mkdir(mode=0)
        with pytest.raises(UsageError, match="can't be listed: Permission denied"):
            walk(folder / "drop")


def test_a_file_that_may_not_be_read_is_an_asset_all_the_same() -> None:
    with nobody() as folder:
        fill(folder, "a.1.png", "a.2.png", ".a", "Thumbs.db")
        for name in ("a.1.png", ".a", "Thumbs.db"):
            (folder / name).chmod(0)
        assert paths(walk(folder)) == [".a", "Thumbs.db", "a.1.png", "a.2.png"]


@contextlib.contextmanager
def deep(folder: Path, depth: int) -> Iterator[None]:
    """So many folders in one another; taken away step by step, because pytest's own removal is recursive."""
    here = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(depth):
            os.mkdir("d", dir_fd=here)
            here, above = os.open("d", os.O_RDONLY, dir_fd=here), here
            os.close(above)
        yield
        for _ in range(depth):
            here, below = os.open("..", os.O_RDONLY, dir_fd=here), here
            os.close(below)
            os.rmdir("d", dir_fd=here)
    finally:
        os.close(here)


def test_a_tree_deeper_than_the_stack_and_than_a_path_may_be_long_is_walked(tmp_path: Path) -> None:
    fill(tmp_path, "z.mov")
    with deep(tmp_path, 2100):
        drop = walk(tmp_path)
    assert paths(drop) == ["z.mov"]
    [refused] = drop.refused  # listed or only asked about: which one fails depends on how long the way there is
    assert set(refused.path) == {"d", "/"}
    assert refused.why.endswith(": File name too long")


tree_names = st.sampled_from(
    [
        *(
            "a.mov",
            "b",
            ".hidden",
            "._x",
            "Thumbs.db",
            ".DS_Store",
            "desktop.ini",
            "__MACOSX",
            "p.0001.exr",
            "p.0002.exr",
            "p.%04d.exr",
        ),
        *("q.1.png", "q.2.png", "\udcff", "\\xff", "new\nline", "c.0009.dpx", "c.0010.dpx"),
    ]
)
leaves = st.sampled_from(
    [
        *("file", "text", "picture", "system", "pipe", "socket"),
        *("to:.", "to:..", "to:/", "to:a.mov", "to:b/a.mov", "to:gone"),
    ]
)
CONTENTS = {"file": b"", "text": b"a note", "picture": png(2, 2)}
Tree = dict[str, "Tree | str"]
trees: st.SearchStrategy[Tree] = st.recursive(
    st.dictionaries(tree_names, leaves, max_size=8),
    lambda inner: st.dictionaries(tree_names, leaves | inner, max_size=8),
    max_leaves=12,
)


def is_picture(path: str) -> bool:
    return stat.S_ISREG(os.lstat(path).st_mode) and Path(path).read_bytes() == CONTENTS["picture"]


def plant(folder: str, tree: Tree) -> None:
    for name, content in tree.items():
        path = f"{folder}/{name}"
        if isinstance(content, dict):
            Path(path).mkdir()
            plant(path, content)
        elif content.startswith("to:"):
            Path(path).symlink_to(content[3:])
        elif content in {"pipe", "socket"}:
            os.mknod(path, (stat.S_IFIFO if content == "pipe" else stat.S_IFSOCK) | 0o600)
        else:
            Path(path).write_bytes(CONTENTS.get(content) or SYSTEM_FILES.get(name, b""))


GLOBS = st.lists(st.sampled_from(["*.exr", "b", "b/**", "q*", "**/a.mov", ".*"]), max_size=2)


@given(trees, GLOBS, GLOBS)
def test_every_name_of_any_tree_is_in_exactly_one_place(tree: Tree, include: list[str], exclude: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plant(folder, tree)
        before = tree_digest(Path(folder))
        drop = walk(Path(folder), include=include, exclude=exclude)
        names = listed(Path(folder))
        members = [member.relative for asset in drop.assets for member in asset.members]
        assert len(members) + len(drop.refused) + len(drop.skipped) == len(names)
        told = [*paths(drop), *refused(drop), *skipped(drop)]
        assert len(set(told)) == len(told)
        assert len(set(members)) == len(members)
        assert set(members) <= set(names)
        others = {path.replace("%%", "%") for path in (*refused(drop), *skipped(drop))}
        assert others == {presentable(name) for name in set(names) - set(members)}
        assert all(stat.S_ISREG(os.lstat(f"{folder}/{relative}").st_mode) for relative in members)
        assert [*drop.assets] == sorted(drop.assets, key=lambda asset: asset.path)
        assert all(entry.why and entry.cause for entry in drop.skipped)
        assert all(entry.why for entry in drop.refused)
        filtered = {path for path, cause in causes(drop).items() if cause in {SkipCause.INCLUDE, SkipCause.EXCLUDE}}
        pictures = {presentable(name) for name in names if is_picture(f"{folder}/{name}")}
        assert pictures.isdisjoint({path.replace("%%", "%") for path in set(skipped(drop)) - filtered})
        assert walk(Path(folder), include=include, exclude=exclude) == drop
        assert tree_digest(Path(folder)) == before


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["markers", "c2pa", "matching"])
def test_every_real_file_is_accounted_for(name: str) -> None:
    folder = corpus(name)
    assert accounted(walk(folder)) == len(listed(folder))
