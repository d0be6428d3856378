"""The two ladders of a judgement: how bad it is (verdict), and how far the production has come (stage)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Verdict(StrEnum):
    """What is said of a finding, an asset or a drop. `pass` means "nothing found against it", never "clean"."""

    PASS = "pass"  # noqa: S105 - a verdict, no secret
    INFO = "info"
    REVIEW = "review"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """0 for pass to 3 for fail."""
        return _ORDER.index(self)


class Stage(StrEnum):
    """What a delivery is for, from the least to the most strictly judged."""

    PRE_PRODUCTION = "pre-production"
    TEMP = "temp"
    FINAL = "final"


SUBMITTED_FOR: Mapping[str, Stage] = MappingProxyType(
    {
        "ref": Stage.PRE_PRODUCTION,
        "wip": Stage.TEMP,
        "review": Stage.TEMP,
        "approval": Stage.FINAL,
        "final": Stage.FINAL,
    }
)
"""What a file is submitted for, in the words of delivery manifests, and the stage that this makes it."""

_ORDER = tuple(Verdict)


def worst(*verdicts: Verdict) -> Verdict:
    """The highest of them; pass where there are none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.PASS)


def mildest(first: Verdict, *others: Verdict) -> Verdict:
    """The lowest of them."""
    return min((first, *others), key=lambda verdict: verdict.rank)
