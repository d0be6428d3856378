"""The words that every format for people shares: labels, how much was looked at, where a span lies, what facts say.

A verdict of pass is never worded as an absence of AI: it is a statement about what was looked at and what was found.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from detectors.observation import Json
from scanner.report.model import (
    AssetRow,
    FindingRow,
    MediaRow,
    ObservationRow,
    PictureRow,
    SeenRow,
    SpanRow,
    VerdictWord,
)
from scanner.seen import MatchFacts

LABELS: Final[Mapping[VerdictWord, str]] = {
    "fail": "Fail",
    "review": "Review",
    "info": "Info",
    "pass": "No finding",
}
"""A verdict as a badge reads."""

CLAIMS: Final = {
    "generated": "made by a generative model",
    "edited": "changed by a generative model",
    "touched": "an AI tool was used; nothing shows that it generated anything",
}
STRENGTHS: Final = {"definitive": "definitive", "strong": "strong", "weak": "weak: a hint, not a fact"}
CREDENTIAL_STATUS: Final = {
    "none": "no Content Credential",
    "unsupported": "this format can't hold a Content Credential",
    "remote_only": "the credential lies elsewhere and was not fetched",
    "stripped": "the file speaks of a credential and holds none",
    "unreadable": "credential bytes are there, but can't be read",
    "tampered": "altered since it was signed",
    "expired": "the signer's certificate had expired",
    "invalid": "the credential doesn't hold",
    "untrusted": "intact, but its signer is on no trust list",
    "trusted": "intact, and its signer is on a trust list",
}
STAGE_FROM: Final = {
    "option": "given on the command line",
    "declarations": "from the declarations",
    "config": "from provscan.toml",
    "default": "nobody said, so the strictest",
}
_ORDINARY: Final = {"own": False, "inliers": 0, "speed": 1, "mirrored": False, "turned": 0, "time_ambiguous": False}
"""What facts of a match hold where there is nothing unusual to say."""
_PICTURED = frozenset({"video", "still", "sequence"})
_PARTS: Final = {
    "track": "further video track",
    "cover": "cover",
    "attachment": "attachment",
    "page": "page",
    "sub": "page",
    "item": "picture",
    "frame": "picture",
    "image": "picture",
    "member": "file",
    "part": "layer",
    "layer": "layer",
    "channel": "channel",
    "thumbnail": "thumbnail",
    "trailing": "part behind its end",
    "hidden": "hidden part",
    "link": "picture outside it",
}
"""What the parts of a file are called, by how their ids begin."""
_UNITS = ("bytes", "kB", "MB", "GB")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A file that was skipped, or the frames of a sequence that were skipped for one reason; `files` is how many."""

    path: str
    why: str
    files: int


def skipped_lines(skipped: Iterable[tuple[str, str, str | None]]) -> list[SkippedLine]:
    """What was skipped, each given as path, reason and sequence, a line for each file or sequence."""
    files = Counter((sequence or path, why) for path, why, sequence in skipped)
    return [SkippedLine(path, why, count) for (path, why), count in files.items()]


def coverage(asset: AssetRow | SeenRow) -> str:
    """How much of an asset was looked at and heard: `looked at 20 of 240 frames (grid, gaps of up to 0.5 s)`.

    What lies in it besides follows: `in it 1 of 1 further video track, 0 of 1 attachment`.
    """
    inside = _parts_coverage(asset)
    return f"{_own_coverage(asset)}; in it {inside}" if inside else _own_coverage(asset)


def _own_coverage(asset: AssetRow | SeenRow) -> str:
    if not asset["examined"]:
        return "not examined"
    sound = _sound_coverage(asset)
    if sound and asset["looked"] is None and asset["kind"] not in _PICTURED:
        return sound
    return f"{_picture_coverage(asset)}, {sound}" if sound else _picture_coverage(asset)


def _picture_coverage(asset: AssetRow | SeenRow) -> str:
    looked = asset["looked"]
    if looked is None:
        return "picture not looked at" if asset["kind"] in _PICTURED else "no picture to look at"
    if looked["frames"] == looked["of"] == 1:
        return "looked at the picture"
    gap = f", gaps of up to {looked['largest_gap']:g} s" if looked["largest_gap"] else ""
    total = "an unknown number of" if looked["of"] is None else f"{looked['of']:,}"
    frames_seen = f"{looked['frames']:,} of {total} frame{'' if looked['of'] == 1 else 's'}"
    return f"looked at {frames_seen} ({looked['plan']}{gap})"


def _sound_coverage(asset: AssetRow | SeenRow) -> str:
    """How much sound was heard: `heard 8 tracks of sound (2 silent, 1 like another)`; empty where there is none."""
    heard = asset.get("heard")
    if not heard:
        return ""
    tracks = heard["tracks"] + heard["silent"] + heard["repeated"]
    unkept = ((heard["silent"], "silent"), (heard["repeated"], "like another"))
    details = [f"{count} {how}" for count, how in unkept if count]
    text = f"heard {tracks} track{'' if tracks == 1 else 's'} of sound"
    text += f" ({', '.join(details)})" if details else ""
    return f"{text}, {heard['unheard']} more left out" if heard["unheard"] else text


def _parts_coverage(asset: AssetRow | SeenRow) -> str:
    """How many of its parts were looked at, of each kind; those that nobody needs to look into are left out."""
    examined: dict[str, list[bool]] = {}
    for part in asset.get("parts", ()):
        if part["harmless"] is None:
            first = part["id"].partition(":")[0]
            examined.setdefault(_PARTS.get(first, "part"), []).append(part["examined"])
    return ", ".join(
        f"{sum(each):,} of {len(each):,} {name}{'' if len(each) == 1 else 's'}" for name, each in examined.items()
    )


def part_of(row: ObservationRow | FindingRow, asset: AssetRow | SeenRow) -> str:
    """The part of an asset that something was seen in, in words; empty where it is the asset itself."""
    named = row.get("part")
    return next((part["where"] for part in asset.get("parts", ()) if part["id"] == named), named or "")


def standing(asset: AssetRow) -> str:
    """What an asset's verdict rests on, in a phrase; for `pass` always with what was looked at."""
    against = sum(finding["verdict"] != "pass" for finding in asset["findings"])
    if against:
        return f"{against} finding{'' if against == 1 else 's'}; {coverage(asset)}"
    has_signs = any(observation["kind"] in {"ai", "match"} for observation in asset["observations"])
    if has_signs:
        return f"what was seen is accounted for; {coverage(asset)}"
    return f"no finding; {coverage(asset)}{', no evidence' if asset['examined'] else ''}"


def frames(span: SpanRow) -> str:
    """A span's frames: `frames 240 to 287 (48), ends within 3 frames`; of sound alone its seconds."""
    first, last, edge = span["first_frame"], span["last_frame"], span["edge_frames"]
    if span["in"] is None and span["start"] is not None and span["end"] is not None:  # its frames are milliseconds
        return f"{span['start']:g} s to {span['end']:g} s" + (f", ends within {edge / 1000:g} s" if edge else "")
    words = f"frame {first}" if first == last else f"frames {first} to {last} ({last - first + 1:,})"
    return words + (f", ends within {edge} frame{'' if edge == 1 else 's'}" if edge else "")


def between(span: SpanRow) -> str:
    """A span in one line: its timecodes where there are any, else its frames."""
    if span["in"] is None or span["out"] is None:
        return frames(span)
    return span["in"] if span["in"] == span["out"] else f"{span['in']} to {span['out']}"


def pictured(picture: PictureRow) -> str:
    """What an evidence picture shows: `Delivered 01:00:10:00, frame 240`."""
    ingredient = picture.get("ingredient")
    if ingredient is not None:
        return f"Ingredient {ingredient or 'without a title'}, as the credential pictures it"
    source = "Delivered" if picture["reference"] is None else f"Reference {picture['reference']}"
    frame = None if picture["frame"] is None else f"frame {picture['frame']}"
    when = ", ".join(part for part in (picture["timecode"], frame) if part)
    return f"{source} {when}" if picture["reference"] is None and when else ", ".join(filter(None, (source, when)))


def medium(media: MediaRow) -> str:
    """What the container says, in a line: `mov, prores, 1920 x 1080, 24000/1001 fps, 10.01 s`."""
    size = f"{media['width']} x {media['height']}" if media["width"] and media["height"] else None
    rate = f"{media['rate'].removesuffix('/1')} fps" if media["rate"] else None
    length = f"{media['duration']:g} s" if media["duration"] else None
    start = f"starts {media['start_timecode']}" if media["start_timecode"] else None
    return ", ".join(part for part in (media["format"], media["codec"], size, rate, length, start) if part)


def size(count: int) -> str:
    """A number of bytes as people read it, in powers of a thousand."""
    value, unit = float(count), 0
    while value >= _THOUSAND and unit < len(_UNITS) - 1:
        value, unit = value / _THOUSAND, unit + 1
    return f"{value:.0f} {_UNITS[unit]}" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"


def decided(finding: FindingRow) -> str:
    """What QC decided about a finding, in a sentence; empty where nothing was."""
    decision = finding["decision"]
    if decision is None:
        return ""
    until = f" until {decision['until']}" if decision["until"] else ""
    note = f" {decision['note']}" if decision["note"] else ""
    kind = decision["kind"].capitalize()
    return f"{kind} by {decision['by']}{until} ({decision['reason']}); was {decision['verdict']}.{note}"


def credential(observation: ObservationRow) -> str:
    """What holds of a Content Credential: `tampered: altered since it was signed`."""
    status = str(observation["facts"].get("status") or "unknown")
    return f"{status.replace('_', ' ')}: {CREDENTIAL_STATUS.get(status, 'its detector says no more')}"


def work(observation: ObservationRow) -> str:
    """What the work of a match is called."""
    return MatchFacts.from_json(observation["facts"]).name or "a reference"


def facts(observation: ObservationRow) -> list[tuple[str, str]]:
    """The facts of an observation as pairs of label and text, those that say nothing left out.

    A credential's chain is not among them: it is a tree, and `scanner.report.chain` tells it.
    """
    values = observation["facts"]
    if observation["kind"] == "credential":
        values = {key: value for key, value in values.items() if key != "chain"}
    return list(_pairs(values, ""))


def _pairs(values: Mapping[str, Json], under: str) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        label = f"{under}{key.replace('_', ' ')}"
        if value is None or value in ("", [], {}) or (key in _ORDINARY and value == _ORDINARY[key]):
            continue
        if isinstance(value, dict) and {"first_frame", "last_frame"} <= value.keys():
            yield label, _span(value)
        elif isinstance(value, dict):
            yield from _pairs(value, f"{label}, ")
        elif isinstance(value, list):
            yield label, ", ".join(map(_word, value))
        else:
            yield label, _word(value)


def _span(value: Mapping[str, Json]) -> str:
    ends = [value.get("in"), value.get("out")]
    frames_text = f"frames {value['first_frame']} to {value['last_frame']}"
    return frames_text if None in ends else f"{ends[0]} to {ends[1]}, {frames_text}"


def _word(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
