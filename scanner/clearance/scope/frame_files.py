"""The files of an image sequence by their names: paper may name one of two numbered stills, and means that frame.

Names follow from the sequence's own path and its frame numbers, as the walk made the one out of the other, so that
they are known of a drop that is judged again without its files.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from scanner.drop.assets import Asset
from scanner.globs import Glob, nfc, wild
from scanner.seen import SeenAsset
from scanner.terms.coverage import Frames
from scanner.terms.patterns import shot_pattern

_COUNTED = re.compile(r"(?s)(?P<prefix>.*?)%(?:0(?P<width>[0-9]{1,2}))?d(?P<suffix>\.[A-Za-z]+)")
_DIGITS = re.compile(r"[0-9]+")
_TELLS_FRAMES = re.compile(r"[0-9?\[]")
"""What a pattern needs to fit some numbers and not others, so that not every frame of a drop is gone through."""


@dataclass(frozen=True, slots=True)
class FrameFiles:
    """How the files of a sequence are called: what stands in front of the number (with the folder) and behind it.

    Names are in NFC and count from the delivery's root. `width`: the fewest digits of a number.
    """

    prefix: str
    width: int
    suffix: str
    first: int
    last: int
    missing: frozenset[int]

    @classmethod
    def of(cls, subject: SeenAsset, name: str) -> Self | None:
        """Those of a sequence that is called `name`; None of anything else."""
        folder, slash, base = name.rpartition("/")
        parts = _COUNTED.fullmatch(base)
        if not parts or not subject.is_sequence or subject.frames is None:
            return None
        first, last = subject.frames
        prefix = parts["prefix"].removesuffix(f"{first}-{last}").replace("%%", "%")
        missing = frozenset(subject.asset.missing) if isinstance(subject.asset, Asset) else frozenset()
        return cls(f"{folder}{slash}{prefix}", int(parts["width"] or 1), parts["suffix"], first, last, missing)

    def name(self, number: int) -> str:
        """What the file of a frame is called."""
        return f"{self.prefix}{number:0{self.width}d}{self.suffix}"

    def numbers(self) -> Iterator[int]:
        """The frames that there is a file of."""
        return (number for number in range(self.first, self.last + 1) if number not in self.missing)

    def called(self, name: str) -> Frames:
        """The frame whose file is called so."""
        digits = name.removeprefix(self.prefix).removesuffix(self.suffix)
        if not _DIGITS.fullmatch(digits) or len(digits) > self._longest:
            return Frames()
        return Frames.of(*((number, number) for number in [int(digits)] if self._has(number, name)))

    def fitting(self, glob: Glob) -> Frames:
        """The frames whose files a pattern fits, though the sequence's own name may not."""
        meets = glob.prefix.startswith(self.prefix) or self.prefix.startswith(glob.prefix)
        if not meets or not _TELLS_FRAMES.search(glob.parts[-1]):
            return Frames()
        return Frames.of(*((number, number) for number in self.numbers() if glob.matches(self.name(number))))

    def of_shot(self, code: str) -> Frames:
        """The frames whose files a shot code names: a whole token of the name, or several."""
        pattern = shot_pattern(nfc(code))
        if wild(code) and not _TELLS_FRAMES.search(code):
            return Frames()
        if wild(code):
            numbers: Iterator[int] = self.numbers()
        else:  # the number has to be in it, else it names the whole sequence or nothing
            numbers = (
                int(digits) for digits in _DIGITS.findall(code) if len(digits) <= self.width + len(str(self.last))
            )
        return Frames.of(
            *((number, number) for number in numbers if self._has(number) and pattern.search(self.name(number)))
        )

    @property
    def _longest(self) -> int:
        """The most digits that a number has."""
        return max(self.width, len(str(self.last)))

    def _has(self, number: int, name: str | None = None) -> bool:
        there = self.first <= number <= self.last and number not in self.missing
        return there and (name is None or name == self.name(number))
