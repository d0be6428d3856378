"""Which frames a person is shown: the best one where matching names it, and nothing of what can only be heard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from detectors.observation import Json, Kind, Observation, Span, Strength
from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset, Member
from scanner.examination import Extraction, Looked, MediaFacts
from scanner.run.looking.evidence_frames import ExtractedUnits, remembered_evidence
from scanner.run.looking.plan import EVIDENCE_VERSION, Unit
from scanner.seen import SeenAsset
from scanner.terms.verdicts import Stage

MOVIE = Extraction("video", MediaFacts("mov", rate="24"), Looked("every frame", 100, 100))
STILL = Extraction("still", MediaFacts("png"))


def unit(path: str, content: str, numbers: tuple[int, ...] = ()) -> Unit:
    members = tuple(Member(path, 1, 0, 0, 0, number) for number in numbers) or (Member(path, 1, 0, 0, 0),)
    return Unit(Asset(path, members, is_sequence=bool(numbers)), Path("gone"), content)


def shown(
    catalogue: Catalogue,
    facts: dict[str, Json],
    *,
    work: Extraction,
    detector: str = "video",
    asset: Unit | None = None,
) -> list[tuple[int | None, str | None]]:
    """The frames that are shown for one match in frames 10 to 30, each with the reference it is of."""
    seen = Observation(
        detector, "r", Kind.MATCH, Strength.STRONG, "pictures", span=Span(10, 30), facts={"reference": "W", **facts}
    )
    asset = asset or unit("a.mov", "asset")
    result = SeenAsset(asset.asset, "video", Stage.FINAL, "asset", MOVIE, (seen,))
    units: ExtractedUnits = {asset.asset.path: (asset, MOVIE)}
    works: ExtractedUnits = {"W": (unit("w", "work"), work)}
    [pictures] = remembered_evidence([result], units, works, catalogue)
    return [(picture.frame, picture.reference) for picture in pictures]


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    """One that remembers a picture of every frame."""
    with Catalogue(None) as kept:
        for content in ("asset", "work"):
            for frame in range(-1, 100):
                kept.keep_picture(content, frame, EVIDENCE_VERSION, b"jpeg")
        yield kept


def test_the_frame_that_shows_it_best_stands_beside_that_of_the_reference(catalogue: Catalogue) -> None:
    facts: dict[str, Json] = {"best_frame": 17, "target_frame": 5, "reference_span": {"first_frame": 2}}
    assert shown(catalogue, facts, work=MOVIE) == [(17, None), (5, "W")]
    assert shown(catalogue, facts, work=STILL) == [(17, None), (None, "W")]


def test_where_no_best_frame_is_known_the_first_and_the_middle_are_shown(catalogue: Catalogue) -> None:
    assert shown(catalogue, {"reference_span": {"first_frame": 2}}, work=MOVIE) == [(10, None), (20, None), (2, "W")]


def test_of_a_sequence_with_gaps_the_nearest_frame_that_is_there_is_shown(catalogue: Catalogue) -> None:
    gappy = unit("p.%04d.dpx", "asset", (10, 11, 25, 30))
    assert shown(catalogue, {}, work=STILL, asset=gappy) == [(10, None), (25, None), (None, "W")]


def test_a_match_of_sound_shows_nothing(catalogue: Catalogue) -> None:
    assert shown(catalogue, {"best_frame": 17}, work=MOVIE, detector="audio") == []


def test_what_was_never_drawn_is_left_out() -> None:
    with Catalogue(None) as empty:
        assert shown(empty, {"best_frame": 17}, work=MOVIE) == []
