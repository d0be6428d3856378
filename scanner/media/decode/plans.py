"""Which frames of a movie are decoded: every one, a grid of half a second, or key frames. A pure choice.

Decoding is nearly all that looking costs. Where frames build on each other, leaving some out saves nothing, so every
one is looked at; where each frame stands alone (mezzanines: ProRes, DNxHR, AVC-Intra, JPEG 2000), packets between the
grid are dropped before the decoder and nothing but density is lost. What a decoder can do is handed in, never guessed
from a version.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

Effort: TypeAlias = Literal["usual", "thorough", "quick"]
"""How closely to look: as the codec makes sense of, at every frame, or at key frames only."""
PlanName: TypeAlias = Literal["every frame", "grid", "key frames"]

EVERY_FRAME: PlanName = "every frame"
GRID: PlanName = "grid"
KEY_FRAMES: PlanName = "key frames"

GRID_SECONDS = Fraction(1, 2)
LEAST_SECONDS = 5
"""A movie shorter than this is decoded whole: it costs nothing, and a grid would leave too little to match by."""
LEAST_LINES = 480
"""Lines that a reduced picture keeps: local features need them, hashes far fewer."""
_FILM = Fraction(24)
_MOST_HALVINGS = 5  # levels that a JPEG 2000 codestream has by default
_REDUCIBLE = frozenset({"jpeg2000"})


@dataclass(frozen=True, slots=True)
class Stream:
    """What the choice of a plan goes by.

    `stands_alone`: each packet is one whole frame; None where nobody asked or could tell.
    `frames` is what the container promises, `lines` the height as stored; None where it doesn't say.
    """

    codec: str
    stands_alone: bool | None
    rate: Fraction | None
    frames: int | None
    lines: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decoded. `step`: of a grid, one in so many frames. `halvings`: how often the decoder halves its sides."""

    name: PlanName
    step: int = 1
    halvings: int = 0


def choose(effort: Effort, stream: Stream) -> Plan:
    """The plan for one stream of pictures.

    >>> choose("usual", Stream("prores", True, Fraction(24), 1440, 1080))
    Plan(name='grid', step=12, halvings=0)
    >>> choose("usual", Stream("h264", False, Fraction(24), 1440, 1080))
    Plan(name='every frame', step=1, halvings=0)
    """
    halvings = _halvings(stream)
    step = grid_step(stream.rate) if stream.rate else 1
    if stream.stands_alone is None or not worth_asking(effort, stream.rate, stream.frames):
        return Plan(EVERY_FRAME, 1, halvings)
    if stream.stands_alone and step > 1:
        return Plan(GRID, step, halvings)
    if effort == "quick" and not stream.stands_alone:
        return Plan(KEY_FRAMES)
    return Plan(EVERY_FRAME, 1, halvings)


def grid_step(rate: Fraction | None) -> int:
    """One in how many frames lies on the grid. Without a rate, as if it were film."""
    return max(1, int((rate or _FILM) * GRID_SECONDS))


def worth_asking(effort: Effort, rate: Fraction | None, frames: int | None) -> bool:
    """Whether anything but every frame comes into question, so that packets have to be asked what they are."""
    short = rate and frames and frames < rate * LEAST_SECONDS
    return effort != "thorough" and not short


def _halvings(stream: Stream) -> int:
    """How often a wavelet picture may be halved before it has too few lines. It costs a quarter each time."""
    if stream.codec not in _REDUCIBLE or not stream.lines:
        return 0
    return next(times for times in range(_MOST_HALVINGS, -1, -1) if times == 0 or stream.lines >> times >= LEAST_LINES)
