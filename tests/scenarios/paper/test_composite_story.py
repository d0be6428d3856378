"""A composite master, from the file to the exit code: one shot of it was made with AI, declared and approved."""

import pytest

from fixtures.marks import tagged
from fixtures.paper import DELIVERY, Entry, Value, approval, book, declaration, negative
from fixtures.stories import COMPOSITE, Place
from fixtures.timelines import Take, edl

MASTER = "masters/SNW_106.mov"
CUT = [Take("SNW_0010", 24), Take("SNW_0020", 24), Take("SNW_0030", 24)]
CONFORM = {"file": "conform/r1.edl", "asset": MASTER, "reel": "R1"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A master of three shots, whose metadata says that it is a composite with material of a trained model."""
    place = Place(tmp_path_factory.mktemp("composite"))
    tagged(place.movie(f"drop/{MASTER}", seed=31, frames=72), COMPOSITE)
    return place


def paper(place: Place, name: str, *declarations: Entry, approvals: list[Entry]) -> dict[str, Value]:
    """The paper, and its timeline where the scan of this name looks for it."""
    conform = place.folder / f"paper-{name}" / "conform"
    conform.mkdir(parents=True)
    (conform / "r1.edl").write_text(edl(CUT), encoding="utf-8")
    deliveries = [DELIVERY | {"conform": CONFORM}]
    return book(deliveries=deliveries, declarations=list(declarations), approvals=approvals)


def shot(**changes: Value) -> Entry:
    return declaration(assets=None, shots=["SNW_0020"], **changes)


FREE = negative("DEC-N") | {"assets": [], "shots": ["SNW_0010", "SNW_0030"]}
GRANTED = approval(scope={"stages": ["final"], "shots": ["SNW_0020"]})


def test_its_declared_and_approved_shot_explains_the_mark(place: Place) -> None:
    told = place.scan("fine", paper(place, "fine", shot(approvals=["APP-1"]), FREE, approvals=[GRANTED]))
    assert told.verdict == (0, "pass")
    assert told.reasons(MASTER) == {"ai.disclosed": "pass"}


def test_nothing_declared_leaves_the_mark_unexplained(place: Place) -> None:
    told = place.scan("free", paper(place, "free", FREE, approvals=[]))
    assert told.verdict == (1, "fail")
    assert told.reasons(MASTER) == {"ai.undeclared": "fail"}
    assert told.finding(MASTER, "ai.undeclared")["shot"] == "SNW_0020"


def test_without_approval_the_shot_fails_and_no_other(place: Place) -> None:
    told = place.scan("open", paper(place, "open", shot(), FREE, approvals=[]))
    assert told.reasons(MASTER) == {"approval.missing": "fail", "ai.disclosed": "pass"}
    assert told.finding(MASTER, "approval.missing")["shot"] == "SNW_0020"
