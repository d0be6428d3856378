"""Writes one QC decision into `waivers.yaml`: text added to text, so that what people wrote there stays as it is.

The file is never made anew from what was read of it. What comes out is read again before it is given back: if anything
but the new entry changed, nothing is.
"""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

import yaml

from scanner.errors import PaperError, UsageError
from scanner.written import yaml_text
from scanner.written.yaml_text import Document

Section: TypeAlias = Literal["waivers", "confirmations"]
DecisionEntry: TypeAlias = Mapping[str, str | Mapping[str, str]]

_HEAD = """\
# QC's decisions about single findings, written by `provscan waive` and `provscan confirm`. They are read with the
# declarations beside them. Comments stay; to take a decision back, remove its entry.
"""
_EMPTY = re.compile(r"^(\w+\s*:)\s*\[\s*\]")
_STEP = "  "


def added(text: str, file: str, section: Section, entry: DecisionEntry, remark: str) -> str:
    """The file's text with one more entry.

    Args:
        text: what stands in the file; empty for a new one.
        file: how mistakes name it.
        section: where it belongs.
        entry: as it is to be read back.
        remark: a line above it, for people.

    Raises:
        PaperError: what stands there has mistakes.
        UsageError: it is written in a way that nothing can be added to.
    """
    blank = all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())
    if blank:
        before = Document({}, {}, {})
    else:
        document, mistakes = yaml_text.read(text.encode(), file)
        if mistakes or document is None:
            raise PaperError(mistakes)
        before = document
    lines = (text or _HEAD).splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    place, indent, head = _place(lines, before, section, file)
    new = [*head, *_lines(entry, remark, indent)]
    ending = "\r\n" if "\r\n" in text else "\n"
    result = "".join([*lines[:place], *(f"{line}{ending}" for line in new), *lines[place:]])
    after, mistakes = yaml_text.read(result.encode(), file)
    rows = before.data.get(section) or []
    if mistakes or after is None or after.data != before.data | {section: [*rows, entry]}:
        raise _unfit(file, section)
    return result


def _place(lines: list[str], document: Document, section: Section, file: str) -> tuple[int, str, list[str]]:
    """Before which line the entry goes, how far in it stands, and what has to come before it."""
    key = document.keys.get((section,))
    if key is None:
        return len(lines), _STEP, [f"{section}:"]
    rows = document.data.get(section)
    if not rows:
        lines[key.line - 1] = _EMPTY.sub(r"\1", lines[key.line - 1])
        return key.line, _STEP, []
    first = document.places.get((section, 0))
    dash = re.fullmatch(r"(\s*)-\s+", lines[first.line - 1][: first.column - 1]) if first else None
    if dash is None:
        raise _unfit(file, section)
    following = [place.line for loc, place in document.keys.items() if len(loc) == 1 and place.line > key.line]
    place = min(following, default=len(lines) + 1) - 1
    while following and lines[place - 1].startswith(("#", "\n", "\r")):
        place -= 1  # what stands above the next section is about that
    return place, dash[1], []


def _lines(entry: DecisionEntry, remark: str, indent: str) -> list[str]:
    lines = [f"{indent}# {''.join(character if character.isprintable() else '?' for character in remark)}"]
    for key, value in entry.items():
        lead = f"{indent}{'- ' if key == next(iter(entry)) else _STEP}{key}:"
        if isinstance(value, str):
            lines.append(f"{lead} {_quoted(value)}")
        else:
            lines += [lead, *(f"{indent}{_STEP * 2}{inner}: {_quoted(text)}" for inner, text in value.items())]
    return lines


def _quoted(value: str) -> str:
    """A scalar as YAML writes it in double quotes, on one line."""
    written: str = yaml.dump(value, default_style='"', allow_unicode=True, width=float("inf"))
    return written.strip()


def _unfit(file: str, section: Section) -> UsageError:
    return UsageError(
        f"{file}: nothing can be added to {section} as it is written there",
        hint="write it as a list with one `- id: …` below another, or name another file with --out",
    )
