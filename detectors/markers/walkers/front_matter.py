"""China's label in the front matter of Markdown and plain text: the lines between two rows of three hyphens.

The lines are taken as they stand: no YAML is loaded, whose aliases multiply.
"""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from detectors.material import Tag

READER = "front matter walker"

_LIMIT = 64 * 1024
_LABEL = re.compile(r"(?im)^(AIGC)[ \t]{0,8}:[ \t]{0,8}(.{0,4096})$")
_FIELD = re.compile(r"[ \t]{1,16}([\w-]{1,64})[ \t]{0,8}:[ \t]{0,8}(.{0,4096})")
_FENCE = re.compile(r"(?m)^(?:---|\.\.\.)[ \t]{0,8}$")


def read(file: BinaryIO) -> Iterator[Tag]:
    """The label of an open text that begins with three hyphens, as JSON whichever way it is written."""
    file.seek(0)
    text = file.read(_LIMIT).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    first, _, rest = text.partition("\n")
    end = _FENCE.search(rest)
    if first.rstrip() != "---" or not end:
        return
    stated = rest[: end.start()]
    for label in _LABEL.finditer(stated):
        value = _unquoted(label[2])
        yield Tag(READER, "FrontMatter:AIGC", value if value.startswith("{") else _nested(stated[label.end() :]))


def _nested(following: str) -> str:
    """The fields of the lines that are indented under the label."""
    fields: dict[str, str] = {}
    for line in following.removeprefix("\n").split("\n"):
        field = _FIELD.match(line)
        if not field:
            break
        fields[field[1]] = _unquoted(field[2])
    return json.dumps(fields, ensure_ascii=False)


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
