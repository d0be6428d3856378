"""The words that somebody wrote into a tool, out of the value of a mark that holds them.

Not what the tool noted besides: class names of nodes, and the line of settings below a prompt. Values may be hostile:
nothing here is parsed beyond a size, and what can't be parsed is taken as it stands.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from detectors.markers.shapes import SIZE_LIMIT

LIMIT = 64 << 10
"""Characters of one asset's words that are kept."""

_SETTINGS = re.compile(r"(?:\A|\n)Steps: \d+(?:,| \|) .*", re.DOTALL)
_PREFIX = re.compile(r"\A\s*(?:prompt|workflow)\s*:\s*(?=\{)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_NO_WORDS = frozenset({"class_type", "_meta", "type", "sampler_name", "scheduler"})
_NESTED = 3
"""How often a JSON text may hold another one: graphs are wrapped in comments."""


def words(values: Iterable[str]) -> str:
    r"""What was written in these values, one text a line; of A1111's form all but the settings, of JSON all its texts.

    >>> words(["a lighthouse\nNegative prompt: people\nSteps: 20, Sampler: Euler a"])
    'a lighthouse\nNegative prompt: people'
    >>> words(['{"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a sea, \\u00e9t\\u00e9", "seed": 7}}}'])
    'a sea, été'
    """
    return "\n".join(dict.fromkeys(text for value in values for text in _of(value)))[:LIMIT]


def _of(value: str) -> list[str]:
    texts = _json(value)
    if texts is not None:
        return texts
    return [_ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), _SETTINGS.sub("", value[:SIZE_LIMIT])).strip()]


def _json(value: str, depth: int = 0) -> list[str] | None:
    """The texts in a JSON object or list, in their order; None where it is none, or none that can be parsed."""
    text = _PREFIX.sub("", value).strip()
    if not text.startswith(("{", "[")) or len(text) > SIZE_LIMIT:
        return None
    try:
        parsed: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    texts: list[str] = []
    waiting = [parsed]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            inner = _json(node, depth + 1) if depth < _NESTED else None
            texts += inner if inner is not None else [node]
        elif isinstance(node, dict):
            waiting += [child for key, child in reversed(node.items()) if key not in _NO_WORDS]
        elif isinstance(node, list):
            waiting += reversed(node)
    return texts
