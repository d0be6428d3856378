"""How findings name a place in an asset, as people find it: by frames and timecode, or the whole thing."""

from scanner.seen import SeenAsset
from scanner.terms.coverage import END, Range
from scanner.terms.wording import plain


def where(subject: SeenAsset, frames: Range | None, first_frame: int | None = None) -> str:
    """The place as people find it: frames and timecode, or the whole thing; of a part, what part that is.

    Args:
        subject: the asset.
        frames: first and last, None for all of it.
        first_frame: the number that the paper gives a movie's first frame, so that its numbers are told too.
    """
    if frames is None:
        if subject.part is not None:
            return plain(subject.part.where)
        return "the whole sequence" if subject.is_sequence else "the whole file"
    place = _within(subject, frames, first_frame)
    return f"{place} of {plain(subject.part.where)}" if subject.part is not None else place


def _within(subject: SeenAsset, frames: Range, first_frame: int | None) -> str:
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


def _timecode(subject: SeenAsset, first: int, last: int) -> str:
    if subject.clock is None:
        return ""
    origin = subject.frames[0] if subject.is_sequence and subject.frames else 0
    begin, end = subject.clock.label(first - origin), subject.clock.label(last - origin)
    return begin if begin == end else f"{begin}-{end}"
