"""How findings speak of observations and paper: plain sentences for people who check deliveries.

Names of performers and approvers are never in them, only ids: reports travel further than the paper does. Text that
comes out of files is cut short, and loses whatever can't be printed.
"""

from collections.abc import Iterable, Sequence

from detectors.observation import Observation

_QUOTED = 60
_SENTENCE = 300
_LISTED = 3


def seen(observations: Iterable[Observation]) -> str:
    """What was read, and where: `XMP-iptcExt:DigitalSourceType naming Adobe Firefly`."""
    return listed([_seen(observation) for observation in observations])


def _seen(observation: Observation) -> str:
    place = plain(observation.where) or observation.rule
    return f"{place} naming {plain(observation.generator)}" if observation.generator else place


def listed(words: Iterable[str]) -> str:
    """The words in their order, each once; the rest counted where there are many."""
    distinct = list(dict.fromkeys(words))
    if len(distinct) > _LISTED + 1:
        return f"{', '.join(distinct[:_LISTED])} and {len(distinct) - _LISTED} more"
    return " and ".join(filter(None, [", ".join(distinct[:-1]), *distinct[-1:]]))


def considered(sentences: Sequence[str]) -> str:
    """What paper was looked at in vain, as the end of a message."""
    return f" Considered: {'; '.join(sentences[:_LISTED])}." if sentences else ""


def plain(text: str, limit: int = _QUOTED) -> str:
    """Text from a file, on one line and short."""
    printable = "".join(character if character.isprintable() else " " for character in text[: 4 * limit])
    short = " ".join(printable.split())
    return short if len(short) <= limit else f"{short[: limit - 1]}…"


def sentence(text: str) -> str:
    """What went wrong elsewhere, as a sentence of a message."""
    short = plain(text, _SENTENCE).rstrip(".")
    return f"{short[:1].upper()}{short[1:]}."
