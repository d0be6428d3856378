"""Which of the timecodes that a file states is taken, and which others are told.

Players show the timecode track that belongs to the pictures, the material package of an MXF, the count of samples of a
recording, the headers of a sequence's frames. Only where none of these is there, a tag of the container is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from detectors.material import Piece
from scanner.examination import MediaFacts, TimecodeFacts
from scanner.media.commands import opened
from scanner.media.facts.probe import Probe
from scanner.media.timecodes.frames import HeaderTimecode, header_timecode, sequence_timecode
from scanner.media.timecodes.labelling import StatedTimecode, labels_of
from scanner.media.timecodes.packages import package_timecodes
from scanner.media.timecodes.quicktime import track_timecodes
from scanner.media.timecodes.recordings import Recorded, recorded

_TAG = "a tag of its metadata"
_MOVIES, _RECORDINGS = frozenset({"mov", "mp4"}), frozenset({"wav", "rf64"})


def of_movie(path: Path, form: str, probed: Probe, facts: MediaFacts) -> MediaFacts:
    """The facts of a movie with its timecode, for the frames and times that are in them already.

    Raises:
        MediaError: the file can't be opened.
    """
    rate = Fraction(facts.rate) if facts.rate else None
    stated = _stated(path, form, probed) if rate else ()
    if not (stated and rate):
        tags = dict.fromkeys(probed.stated_timecodes)
        tagged = TimecodeFacts(_TAG, also=tuple(f"{tag} by another tag" for tag in list(tags)[1:])) if tags else None
        return replace(facts, start_timecode=next(iter(tags), None), timecode=tagged)
    return _taken(facts, stated, rate, facts.times, () if form == "mxf" else probed.file_timecodes)


def of_recording(path: Path, form: str, facts: MediaFacts) -> MediaFacts:
    """The facts of a sound with when it began, where it says so.

    Raises:
        MediaError: the file can't be opened.
    """
    if form not in _RECORDINGS:
        return facts
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        stated = recorded(file)
    if stated.stated and stated.rate:
        taken = _taken(facts, stated.stated, stated.rate)
        return replace(taken, timecode=replace(taken.timecode, rate=str(stated.rate))) if taken.timecode else taken
    return replace(facts, timecode=TimecodeFacts("bext", also=(_by_the_clock(stated),))) if stated.seconds else facts


def of_still(path: Path, form: str, facts: MediaFacts) -> MediaFacts:
    """The facts of a single frame with the label in its header.

    Raises:
        MediaError: the file can't be opened.
    """
    header = header_timecode(path, form)
    return replace(facts, start_timecode=header.label, timecode=TimecodeFacts("its header")) if header else facts


def of_sequence(pieces: Sequence[Piece], form: str, facts: MediaFacts) -> MediaFacts:
    """The facts of a sequence with the timecode of its first frame, and its rate where headers state one.

    Raises:
        MediaError: a member can't be opened.
    """
    read = ((piece.frame, header_timecode(piece.path, form)) for piece in pieces if form in {"dpx", "exr"})
    headers: Mapping[int, HeaderTimecode] = {number: header for number, header in read if header and number is not None}
    first = pieces[0].frame or 0
    stated = sequence_timecode(headers, first)
    if stated:
        timecode, rate = stated
        return _taken(replace(facts, rate=f"{rate.numerator}/{rate.denominator}"), (timecode,), rate)
    return of_still(pieces[0].path, form, facts)


def _stated(path: Path, form: str, probed: Probe) -> tuple[StatedTimecode, ...]:
    if form not in _MOVIES and form != "mxf":
        return ()
    number = next((stream.number for stream in probed.streams if stream.index == probed.video), None)
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        return package_timecodes(file) if form == "mxf" else track_timecodes(file, number)


def _taken(
    facts: MediaFacts,
    stated: Sequence[StatedTimecode],
    rate: Fraction,
    times: Sequence[float] = (),
    tags: Sequence[str] = (),
) -> MediaFacts:
    """The facts with the first of what is stated; what the others and the tags state otherwise is kept beside it."""
    labels = labels_of(stated[0], rate, times)
    others = ((labels_of(other, rate, times).start, other.source) for other in stated[1:])
    told = [*others, *((tag, _TAG) for tag in tags)]
    also = dict.fromkeys(f"{label} by {source}" for label, source in told if not _same(label, labels.start))
    more = (f"{labels.more} more breaks",) * bool(labels.more)
    pace = str(labels.labels) if labels.labels else None
    taken = TimecodeFacts(stated[0].source, pace, labels.breaks, (*also, *more))
    return replace(facts, start_timecode=labels.start, timecode=taken)


def _same(label: str, other: str) -> bool:
    return label.replace(";", ":").replace(".", ":") == other.replace(";", ":")


def _by_the_clock(stated: Recorded) -> str:
    """A time of day, to the thousandth of a second, and why it is no timecode."""
    thousandths = round((stated.seconds or 0) * 1000) % 86_400_000
    seconds, rest = divmod(thousandths, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
    return f"{clock} since midnight, without a rate of frames"
