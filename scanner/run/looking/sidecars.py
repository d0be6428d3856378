"""Which sidecars lie beside the units of a drop, and what their bytes are: a credential is read with both.

What a detector says of a file then rests on other files as well, so it is remembered under the bytes of all of them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from scanner.drop.assets import Drop, Member
from scanner.drop.sidecars import Beside, sidecars
from scanner.run.looking.plan import Sidecars, Unit

_UNREAD = "-"
"""Stands for the bytes of a file that couldn't be read."""


def with_sidecars(drop: Drop, units: Sequence[Unit], digests: Mapping[str, Mapping[str, str]]) -> Iterator[Unit]:
    """The units that have sidecars, with them. `digests`: of the files of the drop, by relative path and algorithm."""
    by_member = sidecars(drop)
    for unit in units if by_member else ():
        paths = (member.relative for member in unit.asset.members)
        of_unit = {path: by_member[path] for path in paths if path in by_member}
        if of_unit:
            yield replace(unit, sidecars=Sidecars(of_unit, _digest(unit.asset.members, of_unit, digests)))


def _digest(members: Iterable[Member], of_unit: Mapping[str, Beside], digests: Mapping[str, Mapping[str, str]]) -> str:
    """A digest over the bytes of the sidecars in the order of their members: names don't change it."""

    def bytes_of(member: Member) -> str:
        return digests.get(member.relative, {}).get("sha256", _UNREAD)

    lines = []
    for number, member in enumerate(members):
        if member.relative in of_unit:
            beside = of_unit[member.relative]
            lines.append(f"{number} {bytes_of(beside.sidecar)} {sorted(map(bytes_of, beside.rivals))}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
