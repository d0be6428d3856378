"""A recess: a stretch of a file in which anything may stand, and that no viewer shows."""

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Recess:
    """Where something may stand, in words such as `in chunk prVt`, and in which stretch of a file.

    `file`: that it is in, or the bytes of it as they belong together. `why_not`: why nothing can be sought there.
    `is_credential`: it is a manifest store, in whose boxes is sought.
    """

    where: str
    file: BinaryIO
    start: int
    end: int
    why_not: str = ""
    is_credential: bool = False
