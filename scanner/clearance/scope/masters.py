"""The timelines of a delivery, each on the master that it is of; and those that fit none, with why.

A timeline that doesn't fit selects nothing in that master. Which is the safe side: what was declared or approved for
its shots then covers none of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scanner.clearance.paper.model import Conform, Delivery, Paper, Selector
from scanner.clearance.scope import cut
from scanner.clearance.scope.cut import Cut
from scanner.clearance.timelines.model import Timeline
from scanner.globs import nfc, wild
from scanner.seen import SeenAsset
from scanner.terms.patterns import counted
from scanner.terms.wording import listed, plain


@dataclass(frozen=True, slots=True)
class Misfit:
    """Timelines that fit no master: their files, in what they differ, and the reels that they are said to be."""

    files: tuple[str, ...]
    why: str
    reels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Masters:
    """By the index of an asset its cut, or why it has none though a timeline names it; `astray` name no asset."""

    cuts: Mapping[int, Cut] = field(default_factory=dict)
    misfits: Mapping[int, Misfit] = field(default_factory=dict)
    astray: tuple[Misfit, ...] = ()

    def __contains__(self, index: int) -> bool:
        return index in self.cuts or index in self.misfits

    def keys(self) -> frozenset[int]:
        """The assets that a timeline names."""
        return frozenset((*self.cuts, *self.misfits))


def find_masters(
    paper: Paper | None,
    delivery: Delivery | None,
    subjects: Mapping[int, SeenAsset],
    names: Mapping[str, tuple[int, ...]],
) -> Masters:
    """Lay the timelines of a delivery on the assets that they name.

    Args:
        paper: holds the timelines, as they were read.
        delivery: the one that is judged.
        subjects: its assets, by their index.
        names: the indices of assets by their path from the delivery's root, in NFC and with counters as `%04d`.
    """
    astray: list[Misfit] = []
    by_master: dict[int, list[tuple[Conform, Timeline | None]]] = {}
    for place, conform in enumerate(delivery.conform if delivery else ()):
        timeline = paper.timelines.get((delivery.id, place)) if paper and delivery else None
        master = _master(conform, subjects, names)
        if isinstance(master, str):
            astray.append(Misfit((conform.file,), master, _reels([conform])))
        else:
            by_master.setdefault(master, []).append((conform, timeline))
    codes = frozenset(_codes(paper)) if paper and by_master else frozenset()
    laid = {index: _laid(conforms, subjects[index], codes) for index, conforms in by_master.items()}
    return Masters(
        {index: outcome for index, outcome in laid.items() if isinstance(outcome, Cut)},
        {index: outcome for index, outcome in laid.items() if isinstance(outcome, Misfit)},
        tuple(astray),
    )


def _laid(
    conforms: Sequence[tuple[Conform, Timeline | None]], master: SeenAsset, codes: frozenset[str]
) -> Cut | Misfit:
    files = tuple(dict.fromkeys(conform.file for conform, _ in conforms))
    reels = _reels(conform for conform, _ in conforms)
    timelines = [cut.ReelTimeline(timeline, conform.reel) for conform, timeline in conforms if timeline]
    if len(timelines) < len(conforms):
        return Misfit(files, "there is no such file beside the declarations", reels)
    laid = cut.lay(timelines, master, codes)
    return laid if isinstance(laid, Cut) else Misfit(files, laid, reels)


def _reels(conforms: Iterable[Conform]) -> frozenset[str]:
    return frozenset(nfc(conform.reel) for conform in conforms if conform.reel)


def _master(conform: Conform, subjects: Mapping[int, SeenAsset], names: Mapping[str, tuple[int, ...]]) -> int | str:
    """The asset that a timeline is of, or why it can't be told."""
    if conform.asset is None:
        videos = [index for index, subject in subjects.items() if subject.kind == "video"]
        if len(videos) == 1:
            return videos[0]
        return f"it names no asset, and this delivery has {len(videos) or 'no'} video{'s' * (len(videos) != 1)}"
    wanted = nfc(counted(conform.asset)).removeprefix("./")
    indices = names.get(wanted) or names.get(nfc(conform.asset).removeprefix("./"), ())
    if len(indices) == 1:
        return indices[0]
    near = next((name for name in sorted(names) if name.casefold() == wanted.casefold()), None)
    hint = f"; {plain(near)} differs from it only in capital letters" if near else ""
    return f"its asset, {plain(conform.asset)}, is not in this drop, counted from the delivery's root{hint}"


def _codes(paper: Paper) -> Iterator[str]:
    """Every shot code that is written out in the paper."""
    selectors: list[Selector] = []
    shots: list[str] = []
    for declaration in paper.declarations:
        selectors += [*declaration.assets, *declaration.exclude]
        shots += declaration.shots
    for approval in paper.approvals:
        selectors += approval.scope.assets
        shots += approval.scope.shots
    for licence in paper.licences:
        selectors += licence.scope.assets
    for consent in paper.consents:
        shots += consent.scope.shots
    yield from (code for code in (*shots, *(each.shot for each in selectors)) if code and not wild(code))


def misfit_sentence(misfit: Misfit) -> str:
    """The misfit as a sentence of a finding, without its full stop."""
    files = listed(plain(name) for name in misfit.files)
    return f"The timeline {files} doesn't fit and selects nothing: {misfit.why}"
