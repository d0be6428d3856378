"""The scalars of the paper: how a date, a frame range or a rate is written, and what is said when it isn't.

Everything comes in as text. Each reader here gives the value or raises a ValueError whose message is shown to the
person who wrote it; where it stands is known elsewhere.
"""

import re
import unicodedata
from datetime import date
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from scanner.timecode import TimecodeError, parse
from scanner.written.answers import Answer, Known, YesNo

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

_SHORT = 200
_LONG = 4000
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_RANGE = re.compile(r"(\d{1,9})(?:\s*[-\u2013]\s*(\d{1,9}))?")
_RATES = {"23.976": (24000, 1001), "23.98": (24000, 1001), "29.97": (30000, 1001), "47.952": (48000, 1001)} | {
    "59.94": (60000, 1001),
    "119.88": (120000, 1001),
}
_SHOT_STARS = 4
_SHORTEST = 3
"""Letters and digits of the shortest text that says something."""
_NOTHING = frozenset(
    {
        *("yes", "none", "nothing", "nil", "null", "false", "true", "not", "never", "nobody", "notyet", "later"),
        *("tbd", "tba", "tbc", "todo", "pending", "unknown", "unsure", "maybe", "notapplicable", "notneeded"),
        *("oui", "non", "rien", "aucun", "aucune", "xxx", "blank", "empty", "notold", "nottold"),
    }
)
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of characters that break a line or can't be stored."""
_WORDS = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}


def scalar(value: object) -> str:
    """The text of a single value.

    Raises:
        ValueError: it is a list, a table or nothing.
    """
    if not isinstance(value, str):
        raise ValueError("expected one value here")  # noqa: TRY004 - pydantic collects ValueErrors
    return value.strip()


def line(value: object) -> str:
    """A name or an id: one line, not empty, of at most 200 characters."""
    return _one_line(value, _SHORT)


def name_of_work(value: object) -> str:
    """A reference's id, which may be its path: one line, of any length that a path can have."""
    return _one_line(value, _LONG)


def _one_line(value: object, limit: int) -> str:
    text = scalar(value)
    if not text:
        raise ValueError("nothing is written here")
    if len(text) > limit or any(unicodedata.category(character) in _BREAKING for character in text):
        raise ValueError(f"expected one line of at most {limit} characters, without control characters")
    return text


def prose(value: object) -> str:
    """Free text, of any lines: a note, or a person's name with whatever people put in it."""
    text = scalar(value)
    if not text or len(text) > _LONG:
        raise ValueError(f"expected a text of 1 to {_LONG} characters")
    return text


def form_of_words(value: object) -> str:
    """Free text that says something: neither an answer to another question, nor a sign that nothing is known yet."""
    text = prose(value)
    if says_nothing(text):
        raise ValueError(f"{text!r} doesn't say anything; leave it blank where there is nothing to say")
    return text


def says_nothing(text: str) -> bool:
    """Whether a text stands for nothing, as people write that: `no`, `n/a`, `tbd`, `-`.

    >>> says_nothing("N/A"), says_nothing("None."), says_nothing("chyron over the picture")
    (True, True, False)
    """
    letters = "".join(character for character in text.casefold() if character.isalnum())
    return len(letters) < _SHORTEST or letters in _NOTHING


def word(value: object) -> str:
    """One of a list of words; yes and no are known in their usual spellings."""
    text = scalar(value)
    return _WORDS.get(text.casefold(), text)


def day(value: object) -> date:
    """A date, written as 2026-03-31 and no other way: 04/05 is two different days."""
    text = scalar(value)
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date such as 2026-03-31")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError(f"there is no such day as {text}") from None


def frame_ranges(value: object) -> tuple[tuple[int, int], ...]:
    """`1001-1240`, `1001`, or several with commas; both ends included."""
    ranges = []
    for part in re.split(r"[,;]", scalar(value)):
        match = _RANGE.fullmatch(part.strip())
        if not match:
            raise ValueError(f"{part.strip()!r} is not a frame range such as 1001-1240")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueError(f"the range {part.strip()} ends before it begins")
        ranges.append((first, last))
    return tuple(ranges)


def frame_number(value: object) -> int:
    """The number of one frame."""
    text = scalar(value)
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValueError(f"{text!r} is not a frame number such as 1001")
    return int(text)


def timecodes(value: object) -> tuple[str, str]:
    """`01:00:10:00-01:00:11:23`: the first and the last frame. Whether they exist at an asset's rate is seen there."""
    text = scalar(value)
    ends = [part.strip() for part in re.split(r"\s*[-\u2013]\s*", text)]
    if len(ends) not in {1, 2}:
        raise ValueError(f"{text!r} is not a timecode range such as 01:00:10:00-01:00:11:23")
    first, last = ends[0], ends[-1]
    for end in ends:
        _exists(end)
    if _fields(last) < _fields(first):
        raise ValueError(f"the range {text} ends before it begins")
    return first, last


def _fields(timecode: str) -> list[int]:
    return [int(part) for part in re.split("[:;.]", timecode)]


def _exists(timecode: str) -> None:
    """Refuse a label that no rate has: the highest has the most, and 29.97 skips the fewest in drop-frame."""
    try:
        parse(timecode, Fraction(120))
        if ":" not in timecode[-4:] and _fields(timecode)[-1] < 30:  # noqa: PLR2004 - no rate skips a later one
            parse(timecode, Fraction(30000, 1001), drop=True)
    except TimecodeError as error:
        raise ValueError(str(error)) from None


def checksum(value: object) -> str:
    """A sha256 in hexadecimal."""
    text = scalar(value).casefold().removeprefix("sha256:")
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError("not a sha256: 64 digits of 0-9 and a-f")
    return text


def finding_id(value: object) -> str:
    """A finding's id as reports print it."""
    text = scalar(value).casefold()
    if not re.fullmatch(r"[0-9a-f]{16}", text):
        raise ValueError("not a finding's id: 16 digits of 0-9 and a-f, as reports print it")
    return text


def rate(value: object) -> Fraction:
    """Frames a second: `24`, `24000/1001`, or one of the trade's decimals for those."""
    text = scalar(value)
    if text in _RATES:
        return Fraction(*_RATES[text])
    if re.fullmatch(r"\d{1,3}|\d{1,6}/(1001|1)", text) and Fraction(text) > 0:
        return Fraction(text)
    raise ValueError(f"{text!r} is not a frame rate such as 24, 25 or 24000/1001")


def timezone(value: object) -> str:
    """A time zone by its IANA name."""
    text = scalar(value)
    try:
        ZoneInfo(text)
    except (OSError, ValueError, LookupError):
        raise ValueError(f"{text!r} is not a time zone such as Europe/Paris or UTC") from None
    return text


def shot_pattern(value: object) -> str:
    """A shot code; `*` stands for any characters."""
    text = line(value)
    if "/" in text or text.count("*") > _SHOT_STARS:
        raise ValueError(f"{text!r} is not a shot code such as TLW_103_0010 or TLW_103_*")
    return text


def inner_path(value: object) -> str:
    """A path that stays where it begins: relative, without `..`."""
    text = _one_line(value, _LONG)
    if text.startswith("/") or ".." in PurePosixPath(text).parts:
        raise ValueError(f"{text!r} leads out; give a relative path, without ..")
    return text


def one_or_more(value: object) -> object:
    """A list, or the only entry of one, written without the list around it."""
    return [value] if isinstance(value, dict) else value


class SingleOrList:
    """In the schema: a list, or its only entry without the list around it (see `one_or_more`)."""

    def __get_pydantic_json_schema__(self, core: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, Any]:
        many = handler(core)
        return {"anyOf": [many, many["items"]]}


_SCALAR = ["string", "number", "boolean"]
"""What an editor may make of a scalar of YAML that is read as text here."""
_NAMED = WithJsonSchema({"type": _SCALAR})
_YES_NO = ["yes", "no", True, False]


def _written(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": _SCALAR, "pattern": pattern})


def _chosen(*words: str) -> WithJsonSchema:
    return WithJsonSchema({"enum": [*_YES_NO, *words]})


Line: TypeAlias = Annotated[str, BeforeValidator(line), _NAMED]
WorkName: TypeAlias = Annotated[str, BeforeValidator(name_of_work), _NAMED]
Prose: TypeAlias = Annotated[str, BeforeValidator(prose), _NAMED]
Form: TypeAlias = Annotated[str, BeforeValidator(form_of_words), _NAMED]
Day: TypeAlias = Annotated[date, BeforeValidator(day), _written(r"^\d{4}-\d{2}-\d{2}$")]
FrameRanges: TypeAlias = Annotated[
    tuple[tuple[int, int], ...], BeforeValidator(frame_ranges), _written(r"^[\d\s,;\u2013-]+$")
]
FrameNumber: TypeAlias = Annotated[int, BeforeValidator(frame_number), _written(r"^\d+$")]
Timecodes: TypeAlias = Annotated[tuple[str, str], BeforeValidator(timecodes), _written(r"^[\d:;.\s\u2013-]+$")]
Checksum: TypeAlias = Annotated[str, BeforeValidator(checksum), _written("^(sha256:)?[0-9A-Fa-f]{64}$")]
FindingId: TypeAlias = Annotated[str, BeforeValidator(finding_id), _written("^[0-9A-Fa-f]{16}$")]
Rate: TypeAlias = Annotated[Fraction, BeforeValidator(rate), _NAMED]
Zone: TypeAlias = Annotated[str, BeforeValidator(timezone), _NAMED]
ShotPattern: TypeAlias = Annotated[str, BeforeValidator(shot_pattern), _NAMED]
InnerPath: TypeAlias = Annotated[str, BeforeValidator(inner_path), _NAMED]
Answered: TypeAlias = Annotated[Answer, BeforeValidator(word), _chosen("unsure", "", "y", "n")]
Knowing: TypeAlias = Annotated[Known, BeforeValidator(word), _chosen("unknown", "", "y", "n")]
StatedYesNo: TypeAlias = Annotated[YesNo, BeforeValidator(word), _chosen("y", "n")]


class PaperPart(BaseModel):
    """What all parts share: nothing unknown is accepted, nothing changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")
