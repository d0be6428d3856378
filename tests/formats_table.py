"""The tables of docs/formats.md on what lies in files, made from what the readers themselves say they cover.

`python -m tests.formats_table` puts them into the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from detectors.material import AssetKind
from fixtures.still_forms import forms
from scanner.drop.kinds import _FORMATS, CAMERA_RAW, UNKNOWN
from scanner.media.decode.hearing import MOST_TRACKS
from scanner.media.decode.stills import BY_PILLOW
from scanner.media.facts.streams import MOST_STREAMS
from scanner.parts import tracks, trailing
from scanner.parts.archives import readers as archives
from scanner.parts.documents import readers as documents
from scanner.parts.ends.accounts import ENDLESS
from scanner.parts.recesses import readers as recesses
from scanner.parts.source import Bounds
from scanner.parts.stills import readers as stills

PAGE = Path(__file__).parent.parent / "docs" / "formats.md"
COVERS: Mapping[str, str] = {**tracks.COVERS, **stills.COVERS, **documents.COVERS, **archives.COVERS}
"""What is examined of each format and, behind `TOLD`, what is only told."""
TOLD = "; told: "
READ_BY: Mapping[str, str] = {
    "exr": "OpenEXR",
    "tiff": "Pillow where it is right, else a reader of our own over its unpackers",
    "dpx": "a reader of our own",
    **dict.fromkeys(set(BY_PILLOW) - {"tiff"}, "Pillow"),
}
_UNREAD: Mapping[AssetKind, tuple[str, str]] = {
    "still": ("stills", "`scan.unsupported_media`: nothing is looked at, and it never passes"),
    "video": ("movies", "`scan.unsupported_media`: nothing is looked at, and it never passes"),
    "audio": ("sound", "`scan.unsupported_media`: nothing is looked at, and it never passes"),
    "document": ("text", "as a file and inside another: text, in which marks alone are sought"),
    "other": ("all else", "as a file `scan.other_file`, nothing is owed; inside another file `scan.part_unexamined`"),
}


def tables() -> Mapping[str, str]:
    """The tables by the names that their places in the page have."""
    return {"still forms": _still_forms(), "parts": _parts(), "without": _without(), "bounds": _bounds()}


def page() -> str:
    """The page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    for name, table in tables().items():
        begin, end = f"<!-- {name}: python -m tests.formats_table -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise LookupError(f"{PAGE.name} has no place for the table {name}")
        text = before + begin + table + end + after
    return text


def _still_forms() -> str:
    rows: dict[tuple[str, str], list[bool]] = {}
    for form in forms():
        rows.setdefault((form.format, form.row), []).append(form.shows is not None)
    lines = ((word, row, *_right_and_told(outcomes), READ_BY[word]) for (word, row), outcomes in rows.items())
    return _table(("format", "form", "read as what it shows", "told", "read by"), lines)


def _right_and_told(outcomes: Sequence[bool]) -> tuple[str, str]:
    right = sum(outcomes)
    return str(right or ""), str(len(outcomes) - right or "")


def _parts() -> str:
    rows: dict[tuple[str, str, str], list[str]] = {}
    for word in (*_FORMATS, UNKNOWN):
        if word in COVERS:
            end = "in the last 16 MB" if word in ENDLESS else "yes" if word in trailing.COVERS else ""
            rows.setdefault((COVERS[word], recesses.COVERS.get(word, ""), end), []).append(word)
    lines = ((_words(words), *_examined_and_told(covers), recess, end) for (covers, recess, end), words in rows.items())
    return _table(("format", "examined", "told", "sought through", "behind its end"), lines)


def _examined_and_told(covers: str) -> tuple[str, str]:
    examined, _, told = covers.partition(TOLD)
    return examined, told


def _without() -> str:
    lines = []
    for kind, (name, outcome) in _UNREAD.items():
        words = [word for word, form in _FORMATS.items() if form.kind == kind and word not in COVERS]
        lines.append((name, _words(words), outcome))
    return _table(("what", "formats", "what happens"), lines)


def _bounds() -> str:
    bounds = Bounds()
    unpacked = f"{bounds.ratio:,} times its packed size, once that is more than {_size(bounds.ratio_from)}"
    too_late = "the parts beyond are told, and tried again in the next scan"
    lines = (
        ("parts of parts of parts", f"{bounds.depth} deep", "what is in the deepest is not sought, and that is told"),
        (
            "parts that are looked at of a file, theirs among them",
            f"{bounds.within:,}",
            "`scan.partial`, and what lies deeper is not looked at",
        ),
        ("parts of a file that are listed", f"{bounds.listed:,}", "the list ends there (`scan.partial`)"),
        ("parts of a file that are taken out", f"{bounds.opened:,}", "the others are told one by one"),
        ("a part", _size(bounds.part_bytes), "the part is told"),
        (
            "all parts of a file",
            f"{_size(bounds.file_bytes)}, or {bounds.growth} times the file where that is more",
            "the parts beyond are told",
        ),
        ("what a part unpacks to", unpacked, "the part is told"),
        (
            "time for listing and taking out",
            f"{bounds.seconds:g} seconds a file, and one more for every {_size(bounds.pace)} of it",
            too_late,
        ),
        ("tracks of sound that are heard", f"{MOST_TRACKS}", "how many more there are in each stream is told"),
        ("streams of a movie", f"{MOST_STREAMS:,}", "the list ends there (`scan.partial`)"),
    )
    return _table(("what", "at most", "beyond that"), lines)


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"{word} (raw)" if word in CAMERA_RAW and word in COVERS else word for word in words)


def _size(count: int) -> str:
    return f"{count >> 30} GiB" if count >= 1 << 30 else f"{count >> 20} MiB"


def _table(heads: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    rows = (heads, tuple("---" for _ in heads), *lines)
    return "".join(f"|{'|'.join(f' {cell} ' if cell else ' ' for cell in row)}|\n" for row in rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
