"""What the built-in detectors can be told: small, frozen, and safe to hand to another process."""

import hashlib
from dataclasses import dataclass

from detectors.trust_list import TrustList


@dataclass(frozen=True, slots=True)
class RuleTable:
    """A house's own table of rules for marks: the name of its file, and its text in TOML."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """The sha256 of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """`trust`: whose signatures count, in the user's order; none is fine, signers are then not verified.

    `rules`: tables that are laid over metadata after the built-in one. `without_exiftool`: the run goes on without the
    reader of most metadata, which is another way of looking.
    """

    trust: tuple[TrustList, ...] = ()
    rules: tuple[RuleTable, ...] = ()
    without_exiftool: bool = False
