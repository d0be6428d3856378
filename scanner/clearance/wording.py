"""How findings speak of frames, observations and paper: plain sentences for people who check deliveries.

Names of performers and approvers are never in them, only ids: reports travel further than the paper does. Text that
comes out of files is cut short, and loses whatever can't be printed.
"""

from collections.abc import Iterable, Sequence

from detectors.observation import Observation
from scanner.clearance.coverage import END, Range
from scanner.clearance.subject import Subject

_QUOTED = 60
_SENTENCE = 300
_LISTED = 3


def where(subject: Subject, frames: Range | None, first_frame: int | None = None) -> str:
    """The place as people find it: frames and timecode, or the whole thing.

    Args:
        subject: the asset.
        frames: first and last, None for all of it.
        first_frame: the number that the paper gives a movie's first frame, so that its numbers are told too.
    """
    if frames is None:
        return "the whole sequence" if subject.is_sequence else "the whole file"
    first, last = frames
    if last >= END:
        return f"everything from frame {first} on"
    if subject.kind == "audio":  # its frames are milliseconds
        return f"the sound from {first / 1000:g} s to {(last + 1) / 1000:g} s"
    timecode = _timecode(subject, first, last)
    if first_frame and not subject.is_sequence:
        plate = _frames(first + first_frame, last + first_frame)
        return f"{plate} by the plate's numbers ({_frames(first, last)} of the file{timecode and ', '}{timecode})"
    return f"{_frames(first, last)}{f' ({timecode})' if timecode else ''}"


def _frames(first: int, last: int) -> str:
    return f"frame {first}" if first == last else f"frames {first}-{last}"


def _timecode(subject: Subject, first: int, last: int) -> str:
    if subject.clock is None:
        return ""
    origin = subject.frames[0] if subject.is_sequence and subject.frames else 0
    begin, end = subject.clock.label(first - origin), subject.clock.label(last - origin)
    return begin if begin == end else f"{begin}-{end}"


def seen(observations: Iterable[Observation]) -> str:
    """What was read, and where: `XMP-iptcExt:DigitalSourceType naming Adobe Firefly`."""
    return listed([_seen(observation) for observation in observations])


def _seen(observation: Observation) -> str:
    place = plain(observation.where) or observation.rule
    return f"{place} naming {plain(observation.generator)}" if observation.generator else place


def listed(words: Iterable[str]) -> str:
    """The words in their order, each once; the rest counted where there are many."""
    each = list(dict.fromkeys(words))
    if len(each) > _LISTED + 1:
        return f"{', '.join(each[:_LISTED])} and {len(each) - _LISTED} more"
    return " and ".join(filter(None, [", ".join(each[:-1]), *each[-1:]]))


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
    told = plain(text, _SENTENCE).rstrip(".")
    return f"{told[:1].upper()}{told[1:]}."
