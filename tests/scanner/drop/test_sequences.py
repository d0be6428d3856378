import os
import time
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.drop.assets import Asset, Member
from scanner.drop.headers import PixelSize
from scanner.drop.names import presentable
from scanner.drop.sequences import group, names_beside

HD = PixelSize("png", 1920, 1080)


def member(relative: str) -> Member:
    return Member(relative, size=1, mtime_ns=1, ctime_ns=1, inode=1)


def grouped(*names: str, sizes: dict[str, PixelSize | None] | None = None) -> dict[str, list[str]]:
    """The names of each sequence's members, by its path. All pictures are HD but those in `sizes`."""
    sequences, alone = group([member(name) for name in names], lambda one: (sizes or {}).get(one.relative, HD))
    accounted = [one.relative for asset in sequences for one in asset.members] + [one.relative for one in alone]
    assert sorted(accounted) == sorted(names)
    return {asset.path: [one.relative for one in asset.members] for asset in sequences}


def numbered(form: str, numbers: Iterable[int]) -> list[str]:
    return [form % number for number in numbers]


def opens_nothing(one: Member) -> PixelSize:
    raise AssertionError(f"{one.relative} was opened")


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ("name.%04d.exr", "name.%04d.exr"),
        ("name_%04d.dpx", "name_%04d.dpx"),
        ("name-%04d.png", "name-%04d.png"),
        ("name %04d.png", "name %04d.png"),
        ("name%04d.tif", "name%04d.tif"),
        ("%04d.exr", "%04d.exr"),
        ("name.%d.jpg", "name.%d.jpg"),
        ("A001_C001.%07d.dpx", "A001_C001.%07d.dpx"),
        ("sh010_v003.%04d.EXR", "sh010_v003.%04d.EXR"),
        ("deep/er/name.%04d.webp", "deep/er/name.%04d.webp"),
        ("50%%_.%04d.exr", "50%%_.%04d.exr"),
        ("50%%/a.%04d.exr", "50%/a.%04d.exr"),
        ("a%%04d.%04d.exr", "a%%04d.%04d.exr"),
        ("caf\udce9.%04d.exr", r"caf\xe9.%04d.exr"),
        ("two\nlines.%04d.exr", "two\nlines.%04d.exr"),
    ],
)
def test_frames_of_one_pattern_are_a_sequence(form: str, path: str) -> None:
    names = numbered(form, [1, 2, 3])
    assert grouped(*names) == {path: names}


@pytest.mark.parametrize(
    "names",
    [
        ["name.0001.exr"],
        ["name.0001.exr", "other.0002.exr"],
        ["name.0001.exr", "name.0002.dpx"],
        ["name.0001.exr", "name.0002.EXR"],
        ["name.0001.exr", "name_0002.exr"],
        ["a/name.0001.exr", "b/name.0002.exr"],
        ["clip.0001.mov", "clip.0002.mov"],
        ["MVI_1234.mov", "MVI_1235.mov"],
        ["take.0001.wav", "take.0002.wav"],
        ["a.0001.gif", "a.0002.gif"],
        ["a.0001.psd", "a.0002.psd"],
        ["sh010_v001.exr", "sh010_v002.exr"],
        ["sh010_v0001.exr", "sh010_v0002.exr"],
        ["v0001.exr", "v0002.exr"],
        ["plate ver.exr", "plate ver0001.exr", "plate ver0002.exr"],
        ["ep101.png", "ep102.png"],
        ["name.-0001.exr", "name.-0002.exr"],
        ["-0001.exr", "-0002.exr"],
        ["name.0001.exr.bak", "name.0002.exr.bak"],
        ["name.0001a.exr", "name.0002a.exr"],
        ["name.20260102030405.png", "name.20260102030406.png"],
        ["name.\u0661.exr", "name.\u0662.exr"],
    ],
)
def test_these_are_no_sequence(names: list[str]) -> None:
    assert grouped(*names) == {}


def test_members_are_in_the_order_of_their_numbers_and_know_them() -> None:
    sequences, alone = group(map(member, ["a.10.exr", "a.9.exr", "a.11.exr"]), opens_nothing)
    assert alone == []
    assert sequences[0].is_sequence
    assert [(one.relative, one.number) for one in sequences[0].members] == [
        ("a.9.exr", 9),
        ("a.10.exr", 10),
        ("a.11.exr", 11),
    ]
    assert sequences[0].frames == (9, 11)


def test_the_missing_frames_of_exr_and_dpx_are_listed() -> None:
    sequences, _ = group(map(member, numbered("a.%04d.dpx", [1001, 1002, 1005, 1007])), opens_nothing)
    assert sequences[0].missing == (1003, 1004, 1006)
    assert sequences[0].frames == (1001, 1007)


def test_two_frames_far_apart_are_two_files_and_no_list_of_millions() -> None:
    assert grouped("a.0000001.exr", "a.5000000.exr") == {}


def test_frames_are_one_sequence_up_to_ten_gaps_a_member() -> None:
    assert list(grouped("a.0001.exr", "a.0022.exr")) == ["a.%04d.exr"]
    assert grouped("a.0001.exr", "a.0023.exr") == {}


def test_a_stray_frame_far_off_stands_alone() -> None:
    frames = numbered("a.%07d.exr", range(1001, 1011))
    assert grouped(*frames, "a.5000000.exr") == {"a.%07d.exr": frames}
    assert grouped("a.0000001.exr", *frames) == {"a.%07d.exr": frames}


def test_stretches_far_apart_are_sequences_that_say_their_numbers() -> None:
    first, second = numbered("a.%07d.exr", range(10)), numbered("a.%07d.exr", range(5_000_000, 5_000_003))
    assert grouped(*first, *second) == {"a.0-9%07d.exr": first, "a.5000000-5000002%07d.exr": second}


def test_numbers_grow_out_of_their_padding() -> None:
    names = [*numbered("a.%04d.png", range(9998, 10002))]
    assert grouped(*names) == {"a.%04d.png": names}


def test_unpadded_numbers_are_one_sequence() -> None:
    names = numbered("a.%d.exr", [*range(8, 13), *range(98, 103)])
    assert list(grouped(*names)) == ["a.%d.exr"]
    assert [len(found) for found in grouped(*names).values()] == [10]


def test_a_missing_frame_where_the_width_changes_is_only_missing() -> None:
    sequences, _ = group(map(member, numbered("a.%04d.exr", [9998, 9999, 10001, 10002])), opens_nothing)
    assert [(asset.path, asset.missing) for asset in sequences] == [("a.%04d.exr", (10000,))]


def test_mixed_padding_makes_two_sequences() -> None:
    narrow, wide = numbered("a.%04d.exr", [1, 2]), numbered("a.%05d.exr", [1, 2])
    assert grouped(*narrow, *wide) == {"a.%04d.exr": narrow, "a.%05d.exr": wide}


def test_wider_numbers_that_continue_nothing_are_their_own_sequence() -> None:
    narrow, wide = numbered("a.%04d.exr", [1001, 1002]), numbered("a.%05d.exr", [50001, 50002])
    assert grouped(*narrow, *wide) == {"a.%04d.exr": narrow, "a.%05d.exr": wide}


def test_stills_with_a_gap_are_not_one_sequence() -> None:
    assert grouped("a.0001.jpg", "a.0003.jpg") == {}
    first, second = numbered("a.%04d.jpg", [1, 2]), numbered("a.%04d.jpg", [4, 5, 6])
    assert grouped(*first, *second, "a.0008.jpg") == {"a.1-2%04d.jpg": first, "a.4-6%04d.jpg": second}


def test_stills_of_another_size_or_format_or_of_none_break_a_sequence() -> None:
    names = numbered("a.%04d.png", range(1, 8))
    for other in (PixelSize("png", 1920, 1081), PixelSize("jpeg", 1920, 1080), None):
        expected = {"a.1-3%04d.png": names[:3], "a.5-7%04d.png": names[4:]}
        assert grouped(*names, sizes={"a.0004.png": other}) == expected
    assert grouped(*names, sizes=dict.fromkeys(names)) == {}


def test_only_stills_with_a_neighbour_are_opened() -> None:
    opened = []

    def note(one: Member) -> PixelSize:
        opened.append(one.relative)
        return HD

    names = ["a.0001.exr", "a.0002.exr", "b.0001.png", "b.0002.png", "b.0004.png", "c.0001.jpg", "d.mov", "logo.png"]
    group(map(member, names), note)
    assert opened == ["b.0001.png", "b.0002.png"]


def called(*names: str) -> dict[str, str]:
    """What each file that is in no sequence is called."""
    sequences, alone = group(map(member, names), lambda _: HD)
    return names_beside(sequences, [presentable(one.relative) for one in alone])


def test_a_file_called_like_the_sequence_beside_it_has_its_percent_sign_doubled() -> None:
    assert called("shot.%04d.png", "shot.0001.png", "shot.0002.png") == {"shot.%04d.png": "shot.%%04d.png"}
    assert called("x/100%.%04d.exr", "x/100%%.%04d.exr", "x/100%.0001.exr", "x/100%.0002.exr") == {
        "x/100%.%04d.exr": "x/100%.%04d.exr",
        "x/100%%.%04d.exr": "x/100%%%%.%%04d.exr",
    }


def test_a_doubled_name_that_is_taken_is_doubled_again() -> None:
    names = ["s.%04d.png", "s.%%04d.png", "s.0001.png", "s.0002.png"]
    assert called(*names) == {"s.%04d.png": "s.%%%%04d.png", "s.%%04d.png": "s.%%04d.png"}


def test_a_percent_sign_beside_no_such_sequence_stays() -> None:
    assert called("shot.%04d.png", "other.0001.png", "50%.mov") == {
        name: name for name in ("shot.%04d.png", "other.0001.png", "50%.mov")
    }


name_parts = st.sampled_from(
    [
        "a",
        ".",
        "_",
        "-",
        "%",
        "%%",
        "%04d",
        "%d",
        "0",
        "1",
        "2",
        "01",
        "0001",
        "9",
        "10",
        "\n",
        "\udc80",
        "\\",
        "1-2",
        "é",
        "v",
    ]
)
folders = st.sampled_from(["", "%/", "a.%04d.exr/", "\udc80/"])
suffixes = st.sampled_from([".exr", ".png", ".EXR", ".mov", ""])
file_names = st.tuples(folders, st.lists(name_parts, min_size=1, max_size=4).map("".join), suffixes).map("".join)


@given(st.sets(file_names, max_size=25), st.sets(file_names, max_size=6), st.randoms(use_true_random=False))
@example({"a.0001.exr", "a.0002.exr", "a.%04d.exr", "a.%%04d.exr"}, set(), Random(0))  # noqa: S311 - an order, not a secret
def test_every_file_is_in_one_place_and_no_two_have_the_same_path(
    names: set[str], sizeless: set[str], random: Random
) -> None:
    files = [member(name) for name in sorted(names)]
    random.shuffle(files)
    sequences, alone = group(files, lambda one: None if one.relative in sizeless else HD)
    others = names_beside(sequences, [presentable(one.relative) for one in alone])
    paths = [asset.path for asset in sequences] + list(others.values())
    accounted = [one.relative for asset in sequences for one in asset.members] + [one.relative for one in alone]
    assert sorted(accounted) == sorted(names)
    assert len(set(paths)) == len(paths)
    again, rest = group([member(name) for name in sorted(names)], lambda one: None if one.relative in sizeless else HD)
    assert again == sequences
    assert names_beside(again, [presentable(one.relative) for one in rest]) == others
    for asset in sequences:
        check_sequence(asset)


def check_sequence(asset: Asset) -> None:
    """Its numbers ascend, its missing ones fill the gaps, not more than allowed, and its pattern renders its names."""
    numbers = [one.number for one in asset.members if one.number is not None]
    assert len(numbers) == len(asset.members) >= 2
    assert sorted({*numbers, *asset.missing}) == list(range(numbers[0], numbers[-1] + 1))
    assert len(asset.missing) <= 10 * len(numbers)
    folder, _, pattern = asset.path.rpartition("/")
    span = f"{numbers[0]}-{numbers[-1]}%"
    rendered = [presentable(one.name) for one in asset.members]
    candidates = [[form % number for number in numbers] for form in (pattern, pattern.replace(span, "%", 1))]
    assert rendered in candidates
    assert folder == presentable(os.path.dirname(asset.members[0].relative))  # noqa: PTH120 - as the system gives it


def test_twenty_thousand_files_take_well_under_a_second() -> None:
    files = [member(f"plates/sh010.{number:05}.exr") for number in range(20_000)]
    started = time.process_time()
    sequences, alone = group(files, opens_nothing)
    assert time.process_time() - started < 1
    assert (len(sequences), alone) == (1, [])


def test_twenty_thousand_files_ever_further_apart_are_no_slower() -> None:
    files = [member(f"a.{number * number:010}.dpx") for number in range(20_000)]
    started = time.process_time()
    sequences, _ = group(files, opens_nothing)
    assert time.process_time() - started < 2
    assert sum(len(asset.missing) for asset in sequences) <= 10 * len(files)
