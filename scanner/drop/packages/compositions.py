"""What a composition playlist uses files for: which is the picture of reel 2, and which are encrypted.

Of DCPs (reels with one element a kind) and of IMF (segments with virtual tracks of resources). Timelines are not
followed: the point is to name a track file as people who made the package do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.drop.packages.markup import Element

_WHAT = (
    ("picture", "picture"),
    ("image", "picture"),
    ("sound", "sound"),
    ("audio", "sound"),
    ("subtitle", "subtitles"),
    ("caption", "captions"),
)
_SHOWN = 60
_NO_FILES = frozenset({"MainMarkers", "CompositionMetadataAsset"})
"""What stands among the files of a reel and is none (ST 429-7, ST 429-16)."""


@dataclass(frozen=True, slots=True)
class CompositionTrack:
    """A track file by its id, and what it is: "picture of reel 1 of “Title” (24 frames a second)"."""

    file: str
    role: str
    encrypted: bool


def tracks_of(nodes: Iterable[Element]) -> Iterator[CompositionTrack]:
    """The tracks of a composition, from its titles, edit rates, reels and segments in their order."""
    title, rate = "", ""
    numbers = {"Reel": 0, "Segment": 0}
    for node in nodes:
        if node.name in numbers:
            numbers[node.name] += 1
            part = f"{node.name.lower()} {numbers[node.name]} of “{title or 'an untitled composition'}”{rate}"
            yield from _of_reel(node, part) if node.name == "Reel" else _of_segment(node, part)
        elif node.name == "EditRate":
            rate = rate or _rate(node.text)
        else:
            title = title or _short(node.text)


def _of_reel(reel: Element, part: str) -> Iterator[CompositionTrack]:
    """Interop and ST 429-7: each child of the reel's asset list is a track file in use."""
    for element in (element for assets in reel.all("AssetList") for element in assets.children):
        file = element.said("Id")
        if file and element.name not in _NO_FILES:
            rate = _rate(element.said("EditRate"))
            yield CompositionTrack(file, f"{_what(element.name)} of {part}{rate}", element.child("KeyId") is not None)


def _of_segment(segment: Element, part: str) -> Iterator[CompositionTrack]:
    """ST 2067-3: sequences of resources, each of which names its track file."""
    for sequence in (sequence for row in segment.all("SequenceList") for sequence in row.children):
        for resource in sequence.all("Resource"):
            file = resource.said("TrackFileId")
            if file:
                yield CompositionTrack(file, f"{_what(sequence.name)} of {part}", resource.child("KeyId") is not None)


def _what(element: str) -> str:
    name = element.lower()
    return next((what for part, what in _WHAT if part in name), "a track")


def _rate(written: str) -> str:
    """An edit rate as both standards write it: two numbers with a space between."""
    numbers = written.split()
    if len(numbers) not in {1, 2} or not all(number.isascii() and number.isdigit() for number in numbers):
        return ""
    whole = numbers[0] if numbers[1:] in ([], ["1"]) else "/".join(numbers)
    return f" ({whole[:12]} frames a second)"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"
