"""Texts of an ID3v2.4 tag that stands behind the sound, where exiftool doesn't look (it reads APE and ID3v1 there)."""

from collections.abc import Iterator
from typing import BinaryIO

from detectors import tails
from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

READER = "tail walker"

_FAMILY = "ID3v2_4"
_NAMES = {
    "COMM": "Comment",
    "TCOM": "Composer",
    "TCON": "Genre",
    "TCOP": "Copyright",
    "TENC": "EncodedBy",
    "TIT1": "Grouping",
    "TIT2": "Title",
    "TIT3": "Subtitle",
    "TPE1": "Artist",
    "TPE2": "Band",
    "TPUB": "Publisher",
    "TSSE": "EncoderSettings",
    "USLT": "Lyrics",
    "WCOM": "CommercialURL",
    "WCOP": "CopyrightURL",
    "WOAF": "FileURL",
    "WOAR": "ArtistURL",
    "WOAS": "SourceURL",
    "WPUB": "PublisherURL",
}
"""exiftool's words for them, by which rules know them."""


def read(file: BinaryIO) -> Iterator[Tag]:
    """The texts of the tags behind the sound of an open file, under the names that exiftool gives those in front."""
    for tag in tails.tail_tags(file):
        if tag.kind == tails.ID3V2:
            for frame in tails.entries(file, tag):
                yield from _texts(frame.name, frame.value[: 4 * VALUE_LIMIT])


def _texts(name: str, value: bytes) -> Iterator[Tag]:
    if name in {"TXXX", "WXXX"}:
        described, _, text = "\0".join(tails.texts(value)).partition("\0")
        word = "UserDefinedText" if name == "TXXX" else "UserDefinedURL"
        yield _tag(word, f"({described}) {text}" if described else text)
    elif name in {"COMM", "USLT"}:
        described, _, text = "\0".join(tails.texts(value[:1] + value[4:])).partition("\0")
        yield _tag(_NAMES[name], f"({described}) {text}" if described else text)
    elif name.startswith("T"):
        yield from (_tag(_NAMES.get(name, name), text) for text in tails.texts(value))
    elif name.startswith("W"):
        yield _tag(_NAMES.get(name, name), value.decode("latin-1"))


def _tag(word: str, text: str) -> Tag:
    return Tag(READER, f"{_FAMILY}:{word}", text[:VALUE_LIMIT])
