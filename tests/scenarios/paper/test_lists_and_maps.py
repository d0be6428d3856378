"""Packages and lists of hashes: what they say is checked, and what nobody says is told."""

import hashlib
import re
from pathlib import Path

import pytest

from fixtures.names import noise
from fixtures.packages import history, package
from tests.scanner.drop.packages.drops import held, only, told


def filled(folder: Path, *names: str) -> list[Path]:
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(noise(400 + seed, seed))
    return [folder / name for name in names]


def changed(path: Path) -> None:
    path.write_bytes(noise(path.stat().st_size, 99))


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def rewritten(path: Path, old: str, new: str, *, every: bool = False) -> None:
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new) if every else written.replace(old, new, 1), encoding="utf-8")


def cut_out(path: Path, key: str) -> None:
    """Take the asset with this id out of a map or a packing list."""
    within = r"(?:(?!</Asset>).)*"
    element = re.compile(rf"<Asset>{within}{re.escape(key)}{within}</Asset>", re.DOTALL)
    written, count = element.subn("", path.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(written, encoding="utf-8")


@pytest.mark.parametrize("root", ["file:///", "file://localhost/", "FILE:///", "file:/"])
def test_files_by_a_uri_from_the_root_of_their_package_are_found_and_hashed(tmp_path: Path, root: str) -> None:
    files = filled(tmp_path / "P", "pic.mxf", "snd.mxf")
    made = package(tmp_path / "P", files)
    rewritten(made["map"], "<Path>", f"<Path>{root}", every=True)
    assert (told(held(tmp_path)), only(held(tmp_path)).members) == ({}, 4)
    changed(files[0])
    assert told(held(tmp_path)) == {"P/pic.mxf": ["scan.mhl_mismatch"]}
    files[1].unlink()
    assert told(held(tmp_path))[""] == ["scan.mhl_missing"]


def test_a_uri_with_escaped_blanks_is_found_too(tmp_path: Path) -> None:
    files = filled(tmp_path, "pic 1.mxf")
    made = package(tmp_path, files)
    rewritten(made["map"], "<Path>pic 1.mxf", "<Path>file:///pic%201.mxf")
    changed(files[0])
    assert told(held(tmp_path)) == {"pic 1.mxf": ["scan.mhl_mismatch"]}


@pytest.mark.parametrize("kind", ["smpte", "imf-2016"])
def test_what_no_packing_list_vouches_for_is_told(tmp_path: Path, kind: str) -> None:
    files = filled(tmp_path, "pic.mxf", "snd.mxf")
    made = package(tmp_path, files, kind=kind)  # type: ignore[arg-type] # a kind
    cut_out(made["list"], _id_in(made["map"], "pic.mxf"))
    found = held(tmp_path)
    assert told(found) == {"pic.mxf": ["scan.not_in_mhl"]}
    assert "no packing list of the package states its size or hash" in found.differences["pic.mxf"][0].message
    assert [problem.message for problem in only(found).problems] == ["1 file is in no packing list: pic.mxf"]


def test_a_packing_list_that_isn_t_there_vouches_for_nothing(tmp_path: Path) -> None:
    made = package(tmp_path, filled(tmp_path, "pic.mxf"))
    made["list"].unlink()
    assert told(held(tmp_path)) == {
        "": ["scan.mhl_missing"],
        "pic.mxf": ["scan.not_in_mhl"],
        made["composition"].name: ["scan.not_in_mhl"],
    }


def _id_in(asset_map: Path, name: str) -> str:
    written = asset_map.read_text(encoding="utf-8")
    element = next(part for part in written.split("<Asset>") if f"<Path>{name}</Path>" in part)
    return element.split("<Id>")[1].split("</Id>")[0]


@pytest.mark.parametrize("kind", ["interop", "smpte", "imf-2013"])
def test_a_composition_that_plays_what_no_package_holds_is_told(tmp_path: Path, kind: str) -> None:
    files = filled(tmp_path / "VF", "pic.mxf", "snd.mxf")
    made = package(tmp_path / "VF", files, kind=kind)  # type: ignore[arg-type] # a kind
    key = _id_in(made["map"], "pic.mxf")
    for name in ("map", "list"):
        cut_out(made[name], key)
    files[0].unlink()
    found = held(tmp_path)
    assert told(found) == {"": ["scan.mhl_missing"]}
    assert "picture of " in found.absences[0].problem.message
    assert "is in no package of this drop" in found.absences[0].problem.message


def test_a_version_file_beside_its_original_lacks_nothing(tmp_path: Path) -> None:
    original = filled(tmp_path / "OV", "pic.mxf", "snd.mxf")
    package(tmp_path / "OV", original)
    files = filled(tmp_path / "VF", "pic.mxf", "new.mxf")
    made = package(tmp_path / "VF", files)
    for name in ("map", "list"):
        cut_out(made[name], _id_in(tmp_path / "OV" / made["map"].name, "pic.mxf"))
    files[0].unlink()
    assert told(held(tmp_path)) == {}


def old_list(folder: Path, *written: str, name: str = "list.mhl") -> None:
    hashes = "".join(
        f"<hash><file>{path}</file><size>{len(data)}</size>"
        f"<sha1>{hashlib.sha1(data, usedforsecurity=False).hexdigest()}</sha1></hash>"
        for path in written
        for data in [(folder / path.replace("\\", "/")).read_bytes()]
    )
    (folder / name).write_text(f'<?xml version="1.0"?><hashlist version="1.1">{hashes}</hashlist>', encoding="utf-8")


def test_an_old_list_with_backslashes_is_about_the_folders_that_it_lists(tmp_path: Path) -> None:
    files = filled(tmp_path, "CARD/A001/clip.mov", "CARD/A001/extra.mov", "elsewhere/x.mov")
    old_list(tmp_path, "CARD\\A001\\clip.mov")
    assert told(held(tmp_path)) == {"CARD/A001/extra.mov": ["scan.not_in_mhl"]}
    changed(files[0])
    assert told(held(tmp_path))["CARD/A001/clip.mov"] == ["scan.mhl_mismatch"]
    files[0].unlink()
    assert told(held(tmp_path))[""] == ["scan.mhl_missing"]


def test_backslashes_that_lead_up_are_never_followed(tmp_path: Path) -> None:
    filled(tmp_path, "P/a.mov", "secret.mov")
    (tmp_path / "P" / "list.mhl").write_text(
        '<?xml version="1.0"?><hashlist version="1.1"><hash><file>..\\secret.mov</file><size>1</size></hash></hashlist>'
    )
    assert told(held(tmp_path)) == {"P/list.mhl": ["scan.partial"]}


def test_a_pattern_with_an_exclamation_mark_takes_others_back(tmp_path: Path) -> None:
    files = filled(tmp_path, "keep.mov", "proxy_01.mov", "a/proxy_02.mov", "proxy_keep.mov", "cache/x/y.mov")
    history(tmp_path, files=files[:1], ignored=("**/cache/**", "proxy_*", "!proxy_keep.mov", "# a comment"))
    assert told(held(tmp_path)) == {"proxy_keep.mov": ["scan.not_in_mhl"]}


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (("!a.mov", "*.mov"), []),
        (("*.mov", "!a.mov", "a.mov"), []),
        (("*.mov", "!*.mov", "b.mov"), ["a.mov"]),
        (("\\!a.mov",), ["a.mov", "b.mov"]),
        (("!",), ["a.mov", "b.mov"]),
    ],
)
def test_the_last_pattern_that_fits_decides(patterns: tuple[str, ...], left: list[str], tmp_path: Path) -> None:
    files = filled(tmp_path, "listed.wav", "a.mov", "b.mov")
    history(tmp_path, files=files[:1], ignored=patterns)
    assert sorted(told(held(tmp_path))) == left


# ---- .md5, .sha1 and the like ----------------------------------------------------------------------------------------

FORMS = {
    "md5sum": "{hash}  {name}\n",
    "binary": "{hash} *{name}\n",
    "tab": "{hash}\t{name}\r\n",
    "bsd": "{tag} ({name}) = {hash}\n",
    "openssl": "{tag}({name})= {hash}\n",
    "upper": "{HASH}  {name}\n",
    "bom": "\ufeff; made by a tool\r\n{hash} *{name}\r\n",
    "dot": "{hash}  ./{name}\n",
    "bare": "{hash}\n",
}


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize("form", FORMS)
def test_a_checksum_beside_a_file_is_checked(tmp_path: Path, kind: str, form: str) -> None:
    (file,) = filled(tmp_path, "VFX/clip 1.mov")
    digits = hashlib.new(kind, file.read_bytes(), usedforsecurity=False).hexdigest()
    words = {"hash": digits, "HASH": digits.upper(), "name": file.name, "tag": kind.upper()}
    (tmp_path / f"VFX/clip 1.mov.{kind}").write_text(FORMS[form].format(**words), encoding="utf-8")
    found = held(tmp_path)
    assert (told(found), only(found).kind, only(found).members) == ({}, "mhl", 1)
    changed(file)
    assert told(held(tmp_path)) == {"VFX/clip 1.mov": ["scan.mhl_mismatch"]}
    file.unlink()
    assert told(held(tmp_path)) == {"": ["scan.mhl_missing"]}


@pytest.mark.parametrize("name", ["checksums.md5", "MD5SUMS", "md5sum.txt", "card.MD5"])
def test_a_list_of_many_files_is_about_the_folders_that_it_lists(tmp_path: Path, name: str) -> None:
    files = filled(tmp_path, "A/1.mov", "A/2.mov", "A/new.mov", "B/x.mov")
    lines = [
        f"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}  A\\{file.name}" for file in files[:2]
    ]
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    assert told(held(tmp_path)) == {"A/new.mov": ["scan.not_in_mhl"]}
    changed(files[1])
    assert told(held(tmp_path))["A/2.mov"] == ["scan.mhl_mismatch"]


def test_a_checksum_called_after_a_file_without_its_ending(tmp_path: Path) -> None:
    file, _ = filled(tmp_path, "clip.mov", "other.mov")
    (tmp_path / "clip.md5").write_text(hashlib.md5(b"else", usedforsecurity=False).hexdigest())
    assert told(held(tmp_path)) == {"clip.mov": ["scan.mhl_mismatch"]}
    assert file.exists()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "no hash here\n",
        "d41d8cd98f00b204e9800998ecf8427e  /etc/passwd\n",
        "d41d8cd98f00b204e9800998ecf8427e  ../../x\n",
        "d41d8cd98f00b204e9800998ecf8427e  ..\\..\\x\n",
        "d41d8cd98f00b204  a.mov\n",
        "WHIRLPOOL (a.mov) = d41d8cd98f00b204e9800998ecf8427e\n",
        "\x00\x01\x02",
    ],
)
def test_what_can_t_be_understood_of_a_list_is_told_and_never_followed(tmp_path: Path, written: str) -> None:
    filled(tmp_path / "drop", "a.mov")
    (tmp_path / "x").write_text("outside")
    (tmp_path / "drop" / "sums.md5").write_text(written, encoding="utf-8")
    assert told(held(tmp_path / "drop")) == {"sums.md5": ["scan.partial"]}


def test_names_as_md5sum_escapes_them(tmp_path: Path) -> None:
    (file,) = filled(tmp_path, "two\nlines\\.mov")
    digits = md5(file)
    (tmp_path / "sums.md5").write_text(f"\\{digits}  two\\nlines\\\\.mov\n")
    assert told(held(tmp_path)) == {}
    changed(file)
    assert len(told(held(tmp_path))) == 1
