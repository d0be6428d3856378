"""Masters with random cuts and random paper: coverage is what the plainest reading says, and paper never hurts."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.paper import Entry, approval, declaration, negative
from fixtures.timelines import Take, edl, length, truth
from scanner.clearance.rules.judge import AssetJudgement
from scanner.terms.coverage import Frames
from scanner.timecode import Clock
from tests.scanner.clearance.drops import judged, mark, movie
from tests.scanner.clearance.reel import MASTER, approved, conformed, ends, master
from tests.scanner.clearance.rules.test_properties import FAULTS, ranks, shuffle, with_approval
from tests.scanner.clearance.timelines.test_formats import COUNTS, FORMATS, cuts, timeline, written

Cell = tuple[int, int]
"""A frame, and which of the takes that fill it; -1 where none does."""
CODES = st.lists(st.sampled_from([f"SH{number:03}0" for number in range(1, 10)]), min_size=1, max_size=4, unique=True)
PART = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda ends: (min(ends), max(ends)))
REACH = st.one_of(CODES, PART)


@settings(deadline=None)
@given(cuts(), st.sampled_from(sorted(COUNTS)), st.sampled_from(FORMATS), st.data())
def test_whatever_the_cut_an_approval_for_one_shot_clears_its_own_frames_alone(
    takes: list[Take], count: str, ending: str, data: st.DataObject
) -> None:
    rate, start = COUNTS[count]
    takes = [*takes, Take("END0001", 1)]
    code = data.draw(st.sampled_from([name for name, *_ in truth(takes)]))
    mine = Frames.of(*((first, last) for name, first, last in truth(takes) if name == code))
    others = Frames.of(*((first, last) for name, first, last in truth(takes) if name != code))
    paper = conformed(declarations=[declaration(path=MASTER, approvals=["APP-1"])], approvals=[approved(code)])
    paper["production"] = paper["production"] | {"fps": f"{rate}"}
    cut = timeline(written(takes, ending, rate, start), f"a.{ending}", rate)
    subject = master(mark(), frames=length(takes), clock=Clock.of(rate, start))
    found = judged([subject], paper, timelines=(cut,)).assets[0]
    left = Frames.of((0, length(takes) - 1)) - (mine - others)
    told = Frames.of(*(ends(each) if each.span else (0, length(takes) - 1) for each in found.findings if each.approval))
    assert told == left


def cells_of(takes: list[Take]) -> set[Cell]:
    placed = truth(takes)
    filled = {(frame, number) for number, (_, *ends) in enumerate(placed) for frame in range(ends[0], ends[1] + 1)}
    bare = set(range(length(takes))) - {frame for frame, _ in filled}
    return filled | {(frame, -1) for frame in bare}


def reached(reach: list[str] | tuple[int, int], cells: set[Cell], takes: list[Take]) -> set[Cell]:
    """What a list of shots, or a range of the master's frames, selects: the plainest reading there is."""
    if isinstance(reach, tuple):
        return {cell for cell in cells if reach[0] <= cell[0] <= reach[1]}
    names = [name for name, *_ in truth(takes)]
    return {cell for cell in cells if cell[1] >= 0 and names[cell[1]].split("_")[0] in reach}


def selecting(reach: list[str] | tuple[int, int]) -> Entry:
    return {"path": MASTER, "frames": f"{reach[0]}-{reach[1]}"} if isinstance(reach, tuple) else {"shots": reach}


def declared(key: str, reach: list[str] | tuple[int, int], cites: list[str], *, positive: bool) -> Entry:
    entry = declaration(key, approvals=cites) if positive else negative(key)
    chosen = selecting(reach)
    return entry | ({"assets": [], **chosen} if "shots" in chosen else {"assets": [chosen]})


@settings(deadline=None, max_examples=150)
@given(
    cuts(),
    st.lists(st.tuples(REACH, st.booleans(), st.sets(st.integers(0, 2))), max_size=4),
    st.lists(REACH, min_size=3, max_size=3),
    st.lists(PART, min_size=1, max_size=3),
    st.sampled_from(FORMATS),
)
def test_what_is_undeclared_and_unapproved_is_what_the_plainest_reading_says(
    takes: list[Take],
    paper: list[tuple[list[str] | tuple[int, int], bool, set[int]]],
    approvals: list[list[str] | tuple[int, int]],
    marks: list[tuple[int, int]],
    ending: str,
) -> None:
    takes = [*takes, Take("END0001", 1)]
    cells, last = cells_of(takes), length(takes) - 1
    marks = [(first, min(final, last)) for first, final in marks if first <= last]
    entries = [
        declared(f"DEC-{number}", reach, sorted(f"APP-{cited}" for cited in cites), positive=positive)
        for number, (reach, positive, cites) in enumerate(paper)
    ]
    given_approvals = []
    for number, reach in enumerate(approvals):
        chosen = selecting(reach)
        scope = chosen if "shots" in chosen else {"assets": [chosen]}
        given_approvals.append(approval(f"APP-{number}", scope={"stages": ["final"], **scope}))
    data = conformed(declarations=entries, approvals=given_approvals)
    cut = timeline(written(takes, ending), f"a.{ending}")
    subject = master(*(mark(ends) for ends in marks), frames=last + 1)
    found = judged([subject], data, timelines=(cut,)).assets[0]

    told = set().union(*(reached(reach, cells, takes) for reach, _, _ in paper))
    positive = set().union(*(reached(reach, cells, takes) for reach, yes, _ in paper if yes))
    marked = {frame for first, final in marks for frame in range(first, final + 1)}
    open_frames = {frame for frame, _ in cells - told} | (marked - {frame for frame, _ in positive})
    assert _frame_set(found, last, "ai.undeclared", "ai.partially_declared") == marked & open_frames
    disclosed = _frame_set(found, last, "ai.disclosed")
    assert not disclosed & open_frames
    for number, (reach, yes, cites) in enumerate(paper):
        allowed = set().union(*(reached(approvals[cited], cells, takes) for cited in cites))
        left = {frame for frame, _ in reached(reach, cells, takes) - allowed} if yes else set()
        mine = [each for each in found.findings if each.declaration == f"DEC-{number}"]
        unapproved = AssetJudgement(found.verdict, tuple(mine))
        assert _frame_set(unapproved, last, "approval.missing", "approval.out_of_scope") == left


def _frame_set(judgement: AssetJudgement, last: int, *wanted: str) -> set[int]:
    spans = [each.span for each in judgement.findings if each.reason in wanted]
    ranges = [(span.first_frame, span.last_frame) if span else (0, last) for span in spans]
    return {frame for first, final in ranges for frame in range(first, final + 1)}


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(REACH, st.booleans(), st.sets(st.integers(0, 2))), max_size=4),
    st.lists(st.tuples(REACH, st.sampled_from(FAULTS)), min_size=3, max_size=3),
    st.sampled_from(FAULTS),
    st.randoms(use_true_random=False),
)
def test_with_a_timeline_too_order_never_matters_and_approvals_never_hurt(
    paper: list[tuple[list[str] | tuple[int, int], bool, set[int]]],
    approvals: list[tuple[list[str] | tuple[int, int], Entry]],
    extra: Entry,
    chance: random.Random,
) -> None:
    takes = [Take(f"SH{number:03}0_comp", 30, over=6 * (number % 2)) for number in range(1, 9)]
    cut = timeline(edl(takes), "conform/r3.edl")
    drop = [master(mark((20, 200)), frames=length(takes)), movie("VFX/SH0010.mov", mark()), movie("VFX/SH0020.mov")]
    written_out = []
    for number, (reach, faults) in enumerate(approvals):
        chosen = selecting(reach)
        scope = chosen if "shots" in chosen else {"assets": [chosen]}
        written_out.append(approval(f"APP-{number}", **({"scope": {"stages": ["final"], **scope}} | faults)))
    entries = [
        declared(f"DEC-{number}", reach, sorted(f"APP-{cited}" for cited in cites), positive=positive)
        for number, (reach, positive, cites) in enumerate(paper)
    ]
    data = conformed(declarations=entries, approvals=written_out)
    before = judged(drop, data, timelines=(cut,))
    mixed = judged(drop, shuffle(data, chance), timelines=(cut,))
    assert before == mixed
    better = judged(drop, with_approval(data, approval("APP-9")), timelines=(cut,))
    assert all(new <= old for new, old in zip(ranks(better), ranks(before), strict=True))
    no_worse = judged(drop, with_approval(data, approval("APP-9", **extra)), timelines=(cut,))
    assert all(new <= old for new, old in zip(ranks(no_worse), ranks(before), strict=True))
