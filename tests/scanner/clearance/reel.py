"""One conformed master for tests of the judgement: a reel of four takes with a dissolve, and paper for its shots."""

from detectors.observation import Observation
from fixtures.paper import DELIVERY, Entry, Value, approval, book, declaration
from fixtures.timelines import Take, edl, length
from scanner.clearance.rules.judge import AssetJudgement, Finding
from scanner.clearance.timelines.model import Timeline
from scanner.seen import SeenAsset
from scanner.terms.coverage import Frames
from tests.scanner.clearance.drops import judged, movie
from tests.scanner.clearance.timelines.test_formats import timeline

MASTER = "masters/TLW_103_r3.mov"
CONFORM = {"file": "conform/r3.edl", "asset": MASTER, "reel": "R3"}
TAKES = [
    Take("TLW_0010_comp_v003", 48),
    Take("TLW_0020_comp_v001", 60, over=12),
    Take("TLW_0030_plate", 24),
    Take("TLW_0010_comp_v003", 30),
]
"""0010 has 0-59 and 132-161, 0020 has 48-107: twelve frames belong to both. 0030 has 108-131."""
LENGTH = length(TAKES)
REEL = timeline(edl(TAKES), "conform/r3.edl")


def master(*seen: Observation, frames: int = LENGTH, path: str = MASTER, **changes: Value) -> SeenAsset:
    """The master, with what was seen in it."""
    return movie(path, *seen, frames=frames, **changes)


def shots(*codes: str, key: str = "DEC-1", **changes: Value) -> Entry:
    """A declaration of AI in these shots, resting on APP-1."""
    values: Entry = {"assets": None, "shots": list(codes), "approvals": ["APP-1"]}
    return declaration(key, **(values | changes))


def approved(*codes: str, key: str = "APP-1", **scope: Value) -> Entry:
    """An approval for these shots in a final delivery."""
    return approval(key, scope={"stages": ["final"], "shots": list(codes)} | scope)


def conformed(*conforms: Entry, **sections: Value) -> Entry:
    """A book of paper whose delivery names these conforms; that of the reel unless told otherwise."""
    return book(deliveries=[DELIVERY | {"conform": list(conforms) or CONFORM}], **sections)


def judge_master(
    data: Entry, *seen: Observation, timelines: tuple[Timeline, ...] = (REEL,), **changes: Value
) -> AssetJudgement:
    """The judgement of a drop that is the master alone."""
    return judged([master(*seen, **changes)], data, timelines=timelines).assets[0]


def frames_of(judgement: AssetJudgement, *wanted: str) -> tuple[tuple[int, int], ...]:
    """The frames that findings of these reasons are about."""
    return Frames.of(*(ends(each) for each in judgement.findings if each.reason in wanted)).ranges


def ends(each: Finding) -> tuple[int, int]:
    """The first and last frame that a finding is about."""
    return (each.span.first_frame, each.span.last_frame) if each.span else (0, LENGTH - 1)
