"""A part as a reader finds it, before anybody has taken it out; and within what all of them stay."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from detectors.material import AssetKind
from scanner.drop.kinds import Format

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far the parts of one file are followed; whatever is cut is told.

    `depth`: parts of parts of parts. `within`: parts that are looked at of a file and of its parts, all together.
    `listed`: parts of a file. `opened`: parts of it that are taken out. `part_bytes`: bytes of one of them, and
    `file_bytes` of all of a file. `ratio`: how many times its packed size a part may have, once it is larger than
    `ratio_from` bytes. `seconds`: for listing and taking out, and one more for every `pace` bytes of the file. One of
    many gigabytes may give `growth` times its own size, where that is more than `file_bytes`.
    """

    depth: int = 4
    within: int = 5000
    listed: int = 5000
    opened: int = 5000
    part_bytes: int = 1 << 30
    file_bytes: int = 4 << 30
    ratio: int = 200
    ratio_from: int = 1 << 20
    seconds: float = 10.0
    pace: int = 20 << 20
    growth: int = 3

    def of(self, size: int) -> "Bounds":
        """Those of a file of so many bytes: what is small can't ask for much, and what is large was paid for."""
        return replace(
            self, seconds=self.seconds + size / self.pace, file_bytes=max(self.file_bytes, size * self.growth)
        )


@dataclass(frozen=True, slots=True)
class PartSource:
    """One part as a reader finds it; see `examination.Part` for `id`, `where`, `name`, `shown` and `frames`.

    One of these says how it is looked at: `read` gives its own bytes, block by block; `draw` the picture of a part that
    has none of its own, such as a page, with `kind` and `format` as they are told of it; `in_place`: it is decoded out
    of the file itself, as a track is, or drawn out of it where there is `draw` too. `harmless` and `why_not` stand
    where it isn't taken out at all.

    `size`: of its bytes, as the file states it; `packed`: what they take up in the file. Neither is believed.

    `read` and `draw` raise MediaError, OSError, ValueError or what their library raises where it can't be done: that is
    told of the part, and the others go on.
    """

    id: str
    where: str
    name: str = ""
    shown: bool = True
    frames: int | None = None
    size: int | None = None
    packed: int | None = None
    read: Callable[[], Iterable[bytes]] | None = None
    draw: Callable[[], "Image"] | None = None
    in_place: bool = False
    kind: AssetKind = "other"
    format: str = ""
    harmless: str = ""
    why_not: str = ""


PartReader: TypeAlias = Callable[[BinaryIO, Format, Bounds], Iterator[PartSource]]
"""Lists the parts of a family of formats in an open file, in its order. It stays open until all were taken out."""


class ListingCutError(Exception):
    """There is more than a reader lists; the message says of what, and how much is left out where that is known.

    What was yielded before it counts.
    """
