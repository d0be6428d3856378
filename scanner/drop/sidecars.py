"""Which files of a drop are the credentials of others: `name.c2pa` and `name.ext.c2pa`, beside what they are for.

By names alone. Whether a credential fits the file that its name means is for the detector to find out; where several
files could be meant, it gets them all.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from detectors.credentials.store import HOMELESS
from scanner.drop.assets import Drop, Member
from scanner.drop.kinds import expected_formats, promises_media

_SUFFIX = ".c2pa"


@dataclass(frozen=True, slots=True)
class Beside:
    """A sidecar, and the other files that its name could mean."""

    sidecar: Member
    rivals: tuple[Member, ...] = ()


def sidecars(drop: Drop) -> Mapping[str, Beside]:
    """The sidecar of each file that has one, by the file's relative path.

    Both are files of the drop's assets: what the walk refused or skipped is nobody's sidecar. `name.ext.c2pa` means
    one file. `name.c2pa` means those of its folder called `name` with an extension: pictures and sound before
    anything else, and of these the containers that can't hold a credential themselves before those that can.
    """
    members = [member for asset in drop.assets for member in asset.members]
    stores = {member.relative[: -len(_SUFFIX)]: member for member in members if _is_store(member)}
    if not stores:
        return {}
    meant: dict[str, list[Member]] = defaultdict(list)
    beside: dict[str, Beside] = {}
    for member in members:
        if _is_store(member):
            continue
        if member.relative in stores:
            beside[member.relative] = Beside(stores[member.relative])
            continue
        stem, dot, _ = member.name.rpartition(".")
        place = member.relative[: len(member.relative) - len(member.name)] + stem
        if dot and place in stores:
            meant[place].append(member)
    for place, candidates in meant.items():
        nearest = _nearest(candidates)
        for member in nearest:
            rivals = tuple(other for other in nearest if other is not member)
            beside[member.relative] = Beside(stores[place], rivals)
    return beside


def _is_store(member: Member) -> bool:
    return member.name.lower().endswith(_SUFFIX)


def _nearest(candidates: list[Member]) -> list[Member]:
    media = [member for member in candidates if promises_media(member.name)]
    homeless = [member for member in media if expected_formats(member.name) <= HOMELESS]
    return homeless or media or candidates
