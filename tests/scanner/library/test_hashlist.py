"""Lists of hashes that partners share: read, and written so that they can be read again."""

from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image

from detectors.fingerprint.picture import as_hex
from fixtures.pictures import picture
from scanner.library.hashlist import bits_of, read_list, write_list
from scanner.library.sheet import SheetError, Stated
from scanner.library.store import open_library
from scanner.library.writer import Writer
from tests.scanner.library.works import film, some

PDQ = "d8f8f0cce0f4a84f06370a32038f67f0b36e2ed596621e1d33e6b39c4e9c9b22"
OTHER = "0" * 63 + "1"


def made(folder: Path, text: str, algorithm: str | None = None) -> dict[str, list[tuple[str, int, bytes]]]:
    """The hashes of each work of a list."""
    file = folder / "hashes.csv"
    file.write_text(text, encoding="utf-8")
    return {
        one.id: [(row.algorithm, row.frame, row.bits) for row in one.contents().listed]
        for one in read_list(file, algorithm)
    }


def mistakes(folder: Path, text: str, algorithm: str | None = None) -> list[str]:
    with pytest.raises(SheetError) as caught:
        made(folder, text, algorithm)
    return [str(each).removeprefix(f"{folder}/") for each in caught.value.mistakes]


def test_one_hash_a_line_is_enough(tmp_path: Path) -> None:
    found = made(tmp_path, f"{PDQ}\n\n# a remark\n{OTHER.upper()}\n{PDQ}\n")
    assert found == {
        f"pdq:{OTHER}": [("pdq", 0, bits_of(OTHER, "pdq"))],
        f"pdq:{PDQ}": [("pdq", 0, bits_of(PDQ, "pdq"))],
    }


def test_a_list_without_a_header_may_say_whose_they_are(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text(f"{PDQ},REF-9,The Poster,Example Pictures\n")
    (one,) = read_list(file, None)
    assert (one.id, one.stated) == ("REF-9", Stated(title="The Poster", owner="Example Pictures"))


def test_hashes_of_one_id_are_one_work(tmp_path: Path) -> None:
    text = f"id,hash,frame,title\nFILM,{PDQ},0,The Film\nFILM,{OTHER},24,\nPOSTER,{PDQ},,\n"
    found = made(tmp_path, text)
    assert found == {
        "FILM": [("pdq", 0, bits_of(PDQ, "pdq")), ("pdq", 24, bits_of(OTHER, "pdq"))],
        "POSTER": [("pdq", 0, bits_of(PDQ, "pdq"))],
    }
    media = {one.id: one.contents().work.medium for one in read_list(tmp_path / "hashes.csv", None)}
    assert media == {"FILM": "video", "POSTER": "image"}


def test_values_of_imagehash_are_read_as_it_prints_them(tmp_path: Path) -> None:
    seen = Image.fromarray(picture(1))
    values = {"phash": imagehash.phash(seen), "dhash": imagehash.dhash(seen), "whash": imagehash.whash(seen)}
    text = "hash,algorithm\n" + "".join(f"{value},{name}\n" for name, value in values.items())
    found = made(tmp_path, text)
    assert len(found) == 3
    for name, value in values.items():
        ((algorithm, _, bits),) = found[f"{name}:{value}"]
        assert algorithm == name
        assert np.array_equal(np.unpackbits(np.frombuffer(bits, np.uint8)), value.hash.ravel())
    large = imagehash.phash(seen, hash_size=16)
    (((_, _, bits),),) = made(tmp_path, f"{large}\n", "phash").values()
    assert np.array_equal(np.unpackbits(np.frombuffer(bits, np.uint8)), large.hash.ravel())


def test_every_mistake_is_told_at_its_place(tmp_path: Path) -> None:
    text = f"""\
hash,id,title,algorithm,frame
{PDQ},A,One,,
{PDQ[:-1]},B,,pdq,
{PDQ},A,Another,,5
ffffffffffffffff,C,,,
ffffffffffffffff,D,,phasch,
fffffffffffffff,E,,phash,
not hex,F,,pdq,
{PDQ},G,,,last
,H,,pdq,
"""
    assert mistakes(tmp_path, text) == [
        "hashes.csv:3:1: a PDQ hash has 64 hex digits, this one has 63",
        "hashes.csv:4:3: 'A' has another title on line 2: 'One'",
        "hashes.csv:5:1: which algorithm made it? give a column algorithm, or --algorithm NAME",
        "hashes.csv:6:4: 'phasch' is none of pdq, phash, dhash, whash, ahash; did you mean phash?",
        "hashes.csv:7:1: a hash of imagehash has as many bits as a square, 16 hex digits as a rule; not 15",
        "hashes.csv:8:1: 'not hex' is not a hash: hex digits are expected",
        "hashes.csv:9:5: 'last' is not a frame number such as 240",
        "hashes.csv:10:1: nothing is written here",
    ]


@pytest.mark.parametrize(
    ("text", "said"), [("", "the file is empty"), ("id,title\n1,2\n", "no column hash"), ("hash\n", "no hashes")]
)
def test_a_list_that_is_none_says_so(tmp_path: Path, text: str, said: str) -> None:
    assert [each for each in mistakes(tmp_path, text) if said in each]


def test_a_wrong_file_is_not_told_a_million_times(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path, "nonsense\n" * 5000)) == 100


def test_what_a_library_exports_can_be_added_to_another(tmp_path: Path) -> None:
    with Writer(tmp_path / "ours") as writer:
        writer.add(some())
    opened = open_library(tmp_path / "ours")
    written = write_list(opened)
    rows = [line.split(",") for line in written.splitlines()]
    assert rows[0] == ["id", "title", "owner", "algorithm", "frame", "hash"]
    prints = film(1, 60).pictures
    assert prints is not None
    shown = [row for row in rows if row[0] == "film.mov"]
    assert [int(row[4]) // 24 for row in shown] == [0, 1, 2]  # one a second
    for row in shown:
        assert row == ["film.mov", "The Film", "Studio", "pdq", row[4], as_hex(prints.hashes[int(row[4]), 0, 0])]
    assert [(row[3], row[4]) for row in rows if row[0] == "posters/50.png"] == [("pdq", "0"), ("phash", "0")]
    assert [row[4] for row in rows if row[0] == "plate.%04d.exr"] == ["1001"]
    assert not [row for row in rows if row[0] == "song.wav"]
    (tmp_path / "partner.csv").write_text(written)
    with Writer(tmp_path / "theirs") as writer:
        writer.add(read_list(tmp_path / "partner.csv", None))
    assert write_list(open_library(tmp_path / "theirs")) == written


def test_hashes_of_odd_sizes_are_written_as_they_were_read(tmp_path: Path) -> None:
    values = [str(imagehash.phash(Image.fromarray(picture(2)), hash_size=size)) for size in (4, 5, 6, 7, 8, 9, 11, 16)]
    text = "".join(f"{value}\n" for value in values)
    (tmp_path / "list.txt").write_text(text)
    with Writer(tmp_path / "library") as writer:
        writer.add(read_list(tmp_path / "list.txt", "phash"))
    written = write_list(open_library(tmp_path / "library"))
    assert sorted(line.rpartition(",")[2] for line in written.splitlines()[1:]) == sorted(values)


def test_a_work_whose_id_looks_like_a_comment_is_exported_as_one_that_does_not(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(f'# ours\nid,title,hash\n"#1.png",One,{PDQ}\n"# 2",,{OTHER}\n')
    with Writer(tmp_path / "library") as writer:
        writer.add(read_list(tmp_path / "list.csv", None))
    (tmp_path / "again.csv").write_text(write_list(open_library(tmp_path / "library")))
    assert [work.id for work in read_list(tmp_path / "again.csv", None)] == ["# 2", "#1.png"]


def test_mistakes_of_form_and_of_hashes_are_told_together(tmp_path: Path) -> None:
    text = f'hash,id,note\n{PDQ},A,"x\n{OTHER},B,12" reel\nnot hex,C,\n{PDQ},D,,\n'
    assert [mistake.split(": ")[0] for mistake in mistakes(tmp_path, text)] == [
        "hashes.csv:2:3",
        "hashes.csv:3:3",
        "hashes.csv:4:1",
        "hashes.csv:5:4",
    ]
