"""Nothing is not green: a drop without a file to examine, and references without a work, end a command.

An unmounted share looks like an empty folder. Nobody must take for a pass what was never there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from scanner.drop.assets import Asset, Drop, SkipCause
from scanner.drop.headers import read_head
from scanner.drop.kinds import HEAD_BYTES, may_show, sniff
from scanner.drop.names import presentable
from scanner.drop.walk import walk
from scanner.errors import UsageError
from scanner.library.references import ReferenceLibrary
from scanner.run.order import Order
from scanner.run.references import ReferenceSource

_CAUSES: Mapping[SkipCause | None, str] = {
    SkipCause.HIDDEN: "hidden",
    SkipCause.SYSTEM: "of a system",
    SkipCause.LINK: "links",
    SkipCause.INCLUDE: "by --include",
    SkipCause.EXCLUDE: "by --exclude",
}
_FILTERS = frozenset({SkipCause.INCLUDE, SkipCause.EXCLUDE})
_NEITHER = "no picture or sound"
_STOP = "means nothing where it is seen"
_MOST_REASONS = 3


def surveyed(order: Order) -> Drop:
    """The drop of an order, walked.

    Raises:
        UsageError: it can't be walked, or there is nothing in it to examine and the order doesn't allow that.
    """
    drop = walked(order)
    if not order.allow_empty:
        require_files([(drop, order.drop)])
    return drop


def walked(order: Order) -> Drop:
    """The drop of an order, walked, whatever is in it.

    Raises:
        UsageError: it can't be walked.
    """
    return walk(order.drop, include=order.include, exclude=order.exclude)


def require_files(drops: Sequence[tuple[Drop, Path]]) -> None:
    """See that there is something to examine in each of some drops; what can't be opened counts, since it is told.

    Args:
        drops: drops as they were walked, and where each lies.

    Raises:
        UsageError: in some there is not; every one of them is named.
    """
    empty = [(drop, place) for drop, place in drops if not (drop.assets or drop.refused)]
    if not empty:
        return
    filtered = any(name.cause in _FILTERS for drop, _ in empty for name in drop.skipped)
    ask = "do the patterns fit?" if filtered else "is the share mounted?"
    named = (f"{presentable(str(place))} ({_left_out(drop)})" for drop, place in empty)
    raise UsageError(
        f"there is nothing to examine in {', nor in '.join(named)}",
        hint=f"{ask} --allow-empty scans it all the same",
    )


def require_candidates(places: Sequence[Path], sources: Sequence[ReferenceSource]) -> None:
    """See that each place of references may hold a work, before hours are spent on the drop.

    Raises:
        UsageError: one is a library without works, or a folder in which no file may hold a picture or sound.
    """
    for place, source in zip(places, sources, strict=True):
        if source.opened:
            _require_work(place, source.opened, "work")
        elif source.folder and not any(_promising(source.folder, asset) for asset in source.folder.assets):
            whys = [_NEITHER for _ in source.folder.assets] + [refused.why for refused in source.folder.refused]
            raise _no_work(place, "file", whys)


def require_works(
    places: Sequence[Path], sources: Sequence[ReferenceSource], libraries: Sequence[ReferenceLibrary]
) -> None:
    """See that each place of references that was looked through holds a work that something can be matched against.

    Raises:
        UsageError: one doesn't.
    """
    for place, source, library in zip(places, sources, libraries, strict=True):
        _require_work(place, library, "work" if source.opened else "file")


def _require_work(place: Path, library: ReferenceLibrary, noun: str) -> None:
    if not library.entries:
        whys = [*(why for _, why in library.unusable), *(_STOP for _ in library.stops)]
        raise _no_work(place, noun, whys)


def _no_work(place: Path, noun: str, whys: Iterable[str]) -> UsageError:
    counts = Counter(_NEITHER if why.startswith("there is neither picture nor sound") else why for why in whys)
    return UsageError(
        f"no reference work in {presentable(str(place))} can be matched against ({_reasons(noun, counts)})",
        hint="is the share mounted?" if noun == "file" else "add works to it with `provscan references add`",
    )


def _left_out(drop: Drop) -> str:
    counts = Counter(_CAUSES.get(name.cause, name.why) for name in drop.skipped)
    if not counts:
        return "it holds no file"
    return _many(counts, "file left out", "files left out")


def _reasons(noun: str, counts: Counter[str]) -> str:
    return _many(counts, noun, f"{noun}s") if counts else f"it holds no {noun}"


def _many(counts: Counter[str], one: str, many: str) -> str:
    """`3 files left out: hidden`, or where there are several reasons `3 files left out: 2 hidden, 1 by --include`."""
    total = counts.total()
    named = counts.most_common(_MOST_REASONS)
    said = [why if len(counts) == 1 else f"{count} {why}" for why, count in named]
    more = total - sum(count for _, count in named)
    return f"{total} {one if total == 1 else many}: {', '.join(said)}{f', {more} for other reasons' if more else ''}"


def _promising(folder: Drop, asset: Asset) -> bool:
    """Whether there may be a picture or sound in it; what can't be read is for the examination to tell."""
    if asset.is_sequence:
        return True
    (member,) = asset.members
    try:
        return may_show(sniff(read_head(member.path(folder.root), HEAD_BYTES), member.name))
    except OSError:
        return True
