"""People approve shots and deliver one master: what the timeline beside the paper decides, through the real command."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from fixtures.command import Outcome, provscan
from fixtures.marks import tagged
from fixtures.media import movie
from fixtures.paper import DELIVERY, PRODUCTION, Entry, Value, approval, book, declaration, write
from fixtures.timelines import Take, edl, length, otio, xmeml

NTSC = Fraction(30000, 1001)
TAKES = [
    Take("TLW_0010_comp_v003", 30),
    Take("TLW_0020_comp_v001", 30, over=10),
    Take("TLW_0030_plate", 14),
    Take("TLW_0010_comp_v003", 16),
]
"""0010 has 0-39 and 74-89, 0020 has 30-59: ten frames belong to both. 0030 has 60-73."""
RATES = {"24": (Fraction(24), "01:00:00:00"), "25": (Fraction(25), "10:00:00:00"), "29.97": (NTSC, "00:59:58;20")}
WHOLE = (0, length(TAKES) - 1)
EVERY = ("TLW_0010", "TLW_0020", "TLW_0030")


Place: TypeAlias = tuple[Path, Fraction, str]
"""A folder with a marked master, and the rate and timecode at which that begins."""


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return made(tmp_path_factory.mktemp("conform"), *RATES[request.param])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The one at 24 frames a second alone: what doesn't turn on labels is tested once."""
    return made(tmp_path_factory.mktemp("film"), *RATES["24"])


def made(folder: Path, rate: Fraction, start: str) -> Place:
    master = movie(folder / "drop" / "masters" / "r3.mov", frames=length(TAKES), rate=str(rate), start=start)
    tagged(master, {"XMP-iptcExt:DigitalSourceType": "trainedAlgorithmicMedia"})
    return folder, rate, start


def scanned(place: Place, name: str, text: str, **sections: Value) -> Outcome:
    """The outcome of a scan with a timeline of this name and content beside the paper."""
    folder, rate, _ = place
    paper = folder / f"paper-{name}"
    (paper / "conform").mkdir(parents=True, exist_ok=True)
    (paper / "conform" / name).write_text(text, encoding="utf-8")
    delivery = DELIVERY | {"conform": {"file": f"conform/{name}", "asset": "masters/r3.mov", "reel": "R3"}}
    data = book(deliveries=[delivery], **sections) | {"production": PRODUCTION | {"fps": str(rate)}}
    file = write(paper, data)
    words = (
        "scan",
        "drop",
        "--declarations",
        file,
        "--as-of",
        "2026-04-02",
        "--out",
        f"out-{name}",
        "--format",
        "json",
    )
    return provscan(folder, *words)


def master_of(place: Place, name: str) -> dict[str, Any]:
    report = Outcome(0, "", "", place[0]).report(f"out-{name}")
    (asset,) = report["assets"]
    return dict(asset)


def ends(asset: dict[str, Any], reason: str) -> list[tuple[int, int]]:
    """The first and last frames of the findings of a reason."""
    spans = [each["span"] for each in asset["findings"] if each["reason"] == reason]
    return sorted((span["first_frame"], span["last_frame"]) if span else WHOLE for span in spans)


def whole(*codes: str) -> Entry:
    scope = {"stages": ["final"], "shots": list(codes)}
    return {
        "declarations": [declaration(path="masters/r3.mov", approvals=["APP-1"])],
        "approvals": [approval(scope=scope)],
    }


@pytest.mark.parametrize(
    ("place", "ending", "writer"),
    [*((rate, "edl", edl) for rate in RATES), ("29.97", "xml", xmeml), ("29.97", "otio", otio)],
    indirect=["place"],
)
def test_an_approval_for_a_shot_clears_exactly_the_frames_that_the_timeline_gives_it(
    place: Place, ending: str, writer: Callable[..., str]
) -> None:
    outcome = scanned(place, f"r3.{ending}", writer(TAKES, *place[1:]), **whole("TLW_0010"))
    assert outcome.code == 1, outcome.err
    asset = master_of(place, f"r3.{ending}")
    assert ends(asset, "approval.out_of_scope") == [(30, 73)]
    assert ends(asset, "ai.disclosed") == [WHOLE]


def test_paper_by_shots_for_every_shot_passes(film: Place) -> None:
    sections = {
        "declarations": [declaration(assets=None, shots=list(EVERY), approvals=["APP-1"])],
        "approvals": [approval(scope={"stages": ["final"], "shots": list(EVERY)})],
    }
    outcome = scanned(film, "all.edl", edl(TAKES, *film[1:]), **sections)
    assert outcome.code == 0, outcome.out
    listed = outcome.report("out-all.edl")["run"]["inputs"]["declarations"]
    assert [each["name"] for each in listed] == ["declarations.yaml", "conform/all.edl"]


def test_what_is_undeclared_is_told_by_its_shot(film: Place) -> None:
    sections = {
        "declarations": [declaration(assets=None, shots=["TLW_0010", "TLW_0020"], approvals=["APP-1"])],
        "approvals": [approval()],
    }
    outcome = scanned(film, "some.edl", edl(TAKES, *film[1:]), **sections)
    assert outcome.code == 1
    (left,) = [each for each in master_of(film, "some.edl")["findings"] if each["reason"] == "ai.undeclared"]
    assert (left["span"]["first_frame"], left["span"]["last_frame"]) == (60, 73)
    assert left["shot"] == "TLW_0030_plate"
    assert "in TLW_0030_plate (by conform/some.edl)" in left["message"]


def test_a_timeline_of_another_cut_selects_nothing(film: Place) -> None:
    longer = [*TAKES[:-1], Take("TLW_0010_comp_v003", 18)]
    outcome = scanned(film, "other.edl", edl(longer, *film[1:]), **whole(*EVERY))
    assert outcome.code == 1
    asset = master_of(film, "other.edl")
    (misfit,) = [each for each in asset["findings"] if each["reason"] == "conform.misfit"]
    assert "ends 2 frames after the master does" in misfit["message"]
    assert ends(asset, "approval.out_of_scope") == [WHOLE]


def test_a_timeline_that_can_t_be_read_is_a_mistake_in_the_paper(film: Place) -> None:
    text = edl(TAKES, *film[1:]).replace(" V     C ", " V     Q ", 1)
    outcome = scanned(film, "bad.edl", text, **whole("TLW_0010"))
    assert outcome.code == 2
    assert "conform/bad.edl:4:1: this begins as an event and can't be read as one" in outcome.err
