"""Files in files in files: every picture that was put in is looked at, or lies in something that is told."""

import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from fixtures import inside_recesses as recesses
from fixtures import nestings
from fixtures.gathered import Gathered, gathered
from fixtures.inside_documents import listed
from fixtures.nestings import Maker, Nested
from scanner.examination import Problem
from scanner.run.looking.insides import BOUNDS
from scanner.terms.reasons import Reason


@some.composite
def trees(draw: some.DrawFn) -> Nested:
    """A nesting, up to two rounds deeper than anybody looks."""
    made = Maker()

    def file(depth: int) -> Nested:
        if depth == 0:
            return made.covered() if draw(some.integers(0, 9)) == 0 else made.picture(draw(_PICTURES))
        suffix = draw(_HOLDERS)
        if suffix in nestings.BEHIND:
            return made.behind(suffix, file(depth - 1))
        if suffix in nestings.SINGLE:
            return made.holding(suffix, file(depth - 1))
        if suffix.startswith(_IN):
            inside = file(depth - 1)
            text = inside.name.rpartition(".")[2] in nestings.BEGINS_AS_TEXT
            return made.behind("jpg", inside) if text else made.recessed(suffix.removeprefix(_IN), inside)
        others = [made.picture(draw(_PICTURES)) for _ in range(draw(some.integers(0, 2)))]
        files = draw(some.permutations([file(depth - 1), *others]))
        odd = {"gapped": made.gapped, "commented": made.commented}.get(suffix)
        return odd(*files) if odd else made.holding(suffix, *files)

    return file(draw(some.integers(1, BOUNDS.depth + 2)))


_IN = "in "
_PICTURES = some.sampled_from(sorted(nestings.PICTURES))
_ODD = ("gapped", "commented", *(f"{_IN}{suffix}" for suffix in recesses.IN_PICTURES))
_HOLDERS = some.sampled_from([*sorted(nestings.MANY), *nestings.SINGLE, *nestings.BEHIND, *_ODD])


def account(nesting: Nested) -> None:
    """Look at a nesting, and strike the balance."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "drop")
        folder.mkdir()
        (folder / nesting.name).write_bytes(nesting.content)
        with gathered(folder, Path(place, "cache")) as found:
            seen = looked_at(found)
            put_in: set[int] = set()
            for file, above in nesting.below():
                way = " > ".join(holder.name for holder in (*above, file))
                put_in |= {*file.numbers, *file.unread}
                for number in {*file.numbers} - seen:
                    told = any(
                        # that a holder hides another picture says nothing of this one
                        is_told(found, [holder], "parts deep" if holder.unread else "")
                        for holder in (*above, file)
                    )
                    assert told, f"picture {number} in {way} passes unseen"
                    assert len(above) >= BOUNDS.depth, f"picture {number} in {way} is told, and could have been seen"
                for number in {*file.unread} - seen:
                    assert is_told(found, (*above, file)), f"picture {number}, hidden in {way}, passes unseen"
            if not any(_is_pdf(file) and any(map(_is_pdf, above)) for file, above in nesting.below()):
                assert seen <= put_in, "a picture was seen that nobody put in"


def _is_pdf(file: Nested) -> bool:
    """The end of a PDF in a PDF is taken for that of a revision too, through whatever lies between the two."""
    return file.name.endswith(".pdf")


_TOLD = {Reason.SCAN_PARTIAL, Reason.SCAN_PART_UNEXAMINED}


def _holds(problems: Collection[Problem], words: str) -> bool:
    return any(problem.code in _TOLD and words in problem.message for problem in problems)


def looked_at(found: Gathered) -> set[int]:
    """The numbers of the pictures that were examined and that the dossier calls examined."""
    examined = {asset.sha256 for asset in found.dossier.assets if asset.examined}
    examined |= {seen.content for asset in found.dossier.assets for seen in asset.parts if seen.examined}
    return set(_numbers_looked_at(found, examined))


def _numbers_looked_at(found: Gathered, examined: set[str | None]) -> Iterator[int]:
    for unit in found.gathering.looked_at(found.drop):
        extraction = found.gathering.extraction(unit)
        if unit.content in examined and extraction and extraction.looked and extraction.kind == "still":
            with Image.open(unit.asset.members[0].path(unit.root)) as image:
                number = nestings.number_of(image)
            if number is not None:
                yield number


def is_told(found: Gathered, files: Collection[Nested], words: str = "") -> bool:
    """Whether what kept one of these files from being looked at, or looked into, is told of it, in these words."""
    digests = {file.sha256 for file in files}
    names = {file.name for file in files}
    for asset in found.dossier.assets:
        if asset.sha256 in digests and _holds(asset.problems, words):
            return True
        for seen in asset.parts:
            if (seen.content in digests or seen.part.name in names) and _holds(seen.problems, words):
                return True
    return False


@settings(max_examples=30)
@given(trees())
def test_every_picture_in_a_nesting_is_looked_at_or_told(nesting: Nested) -> None:
    account(nesting)


@pytest.mark.long
@settings(max_examples=1500)
@given(trees())
def test_every_picture_in_very_many_nestings_is_looked_at_or_told(nesting: Nested) -> None:
    account(nesting)


@pytest.mark.parametrize("suffix", [*nestings.MANY, *nestings.SINGLE, *nestings.PICTURES])
def test_a_picture_behind_the_end_of_anything_is_looked_at_or_told(suffix: str) -> None:
    made = Maker()
    file = made.picture(suffix) if suffix in nestings.PICTURES else made.holding(suffix, made.picture("png"))
    account(replace(file, content=file.content + nestings.saved([999], "PNG"), unread=(999,)))


@pytest.mark.parametrize("depth", [0, BOUNDS.depth - 1])
def test_the_cover_of_a_sound_in_a_recess_is_looked_at_or_told(depth: int) -> None:
    made = Maker()
    file = made.recessed("png", made.covered())
    for _ in range(depth):
        file = made.holding("zip", file)
    account(file)


@pytest.mark.parametrize("suffix", ["zip", "stored.zip", "docx", "odt", "pdf"])
def test_a_picture_before_a_file_that_is_read_from_its_end_is_looked_at_or_told(suffix: str) -> None:
    made = Maker()
    file = made.holding(suffix, made.picture("png"))
    account(replace(file, content=nestings.saved([999], "PNG") + file.content, unread=(999,)))


@pytest.mark.parametrize(("first", "second"), [*permutations(nestings.PICTURES, 2)])
def test_members_of_a_tar_behind_a_picture_are_all_looked_at(first: str, second: str) -> None:
    made = Maker()
    account(made.behind("jpg", made.holding("tar", made.picture(first), made.picture(second))))


@pytest.mark.parametrize("suffix", ["zip", "stored.zip", "tar", "tar.gz", "gz", "bz2", "xz"])
def test_members_are_as_large_as_what_was_put_in_and_nothing_is_told(suffix: str, tmp_path: Path) -> None:
    made = Maker()
    file = made.holding(suffix, made.picture("png"), made.picture("jpg"), made.picture("tif"))
    (tmp_path / file.name).write_bytes(file.content)
    found = listed(tmp_path / file.name, tmp_path / "spool")
    parts = found.listing.parts
    assert [(part.size, part.sha256) for part in parts] == [(len(put.content), put.sha256) for put in file.inside]
    assert not found.listing.problems
