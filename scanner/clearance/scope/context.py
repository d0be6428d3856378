"""The occasion of a judgement: no files, no clock, no network."""

from dataclasses import dataclass
from datetime import date

from scanner.clearance.paper.model import Delivery
from scanner.terms.verdicts import Stage


@dataclass(frozen=True, slots=True)
class Context:
    """The occasion: what the drop is for, which delivery it is, and the two days that dates are held against.

    `left_out`: paths of the drop that whoever asked for the judgement left out of it, by `--include` or `--exclude`.
    """

    stage: Stage
    delivery: Delivery | None
    delivered: date
    as_of: date
    drop_name: str
    left_out: tuple[str, ...] = ()
