"""The shapes of JSON values that no pattern could tell apart: China's AIGC label, graphs of ComfyUI, Image MetaHub.

Values come from files that may be hostile: a value has a size limit before it is parsed, and nesting deeper than
Python's own limit counts as "not this shape". Nothing here walks deeper than the shape goes.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from detectors.observation import Json

SIZE_LIMIT = 1 << 20
"""Characters of a value that are parsed; graphs of real files reach some hundred thousand."""

_TC260_FIELDS = frozenset(
    {
        "Label",
        "ContentProducer",
        "ProduceID",
        "ContentPropagator",
        "PropagateID",
        "ReservedCode1",
        "ReservedCode2",
    }
)
"""Fields of the implicit label (GB 45438-2025, in force 2025-09-01); two of them make the shape."""
_TENCENT_FIELDS = frozenset({"ServiceProvider", "ServiceUser", "ContentId"})
"""The form that one provider writes instead."""
_PRODUCER_CODE = re.compile(r"001\d([0-9A-Z]{18})")
"""How a producer's code begins: country, kind, and the 18 characters of the Unified Social Credit Code."""

_PRODUCERS: Mapping[str, str] = {
    "91110102MACQD9K640": "Doubao",
    "9144030008867405X2": "Jimeng",
    "91440101MA9Y9T4H7A": "Qwen",
    "91110108335469089C": "Kling",
    "91440300708461136T": "Tencent",
    "91110000802100433B": "Baidu",
    "91340100MAEB4N8H76": "RunningHub",
    "91110105MACJ6K1C8A": "Liblib",
    "91330106MA2CFLDG4R": "Alibaba",
}
"""Companies by their Unified Social Credit Code, and the service that another project's registry names for each
(wiltodelta/remove-ai-watermarks, 2026). Registries disagree, so a report calls it probable."""
_SEEN_PRODUCERS = frozenset({"91110102MACQD9K640", "9144030008867405X2"})
"""Those of them whose own files were seen: there the service is known."""

_GENERATIVE = re.compile(
    r"Sampler|VAEDecode|Img2Video|ImageToVideo|Text2Video|TextToVideo|TextToImage|TextToAudio|TextToSpeech"
    r"|ImageGenerat|VideoGenerat|Flux|Imagen(?![a-z])|Kling|Veo(?![a-z])|Veo\dVideo|Dalle|GPTImage|StableImage"
    r"|Ideogram|Recraft|Runway|Minimax|Hailuo|Seedream|Seedance|GeminiImage|NanoBanana|LumaImage|LumaVideo|Moonvalley"
)
"""Node classes that leave something a model made. Case matters: ImageNegate is no Imagen."""
_CLASS_TYPE = re.compile(r'\\?"class_type\\?"\s{0,8}:\s{0,8}\\?"([^"\\]{1,200})')
_PREFIX = re.compile(r"(?:AIGC|prompt|workflow|\(AIGC\))\s*:?\s*(?=\{)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ShapeContent:
    """What a value of a known shape says: facts for a report, and the generator where it names one."""

    facts: Mapping[str, Json] = field(default_factory=dict)
    generator: str | None = None


def tc260(value: str, labels: frozenset[str] | None) -> ShapeContent | None:
    """China's AIGC label, whatever it is wrapped in, if its label is one of these (None: any but 0, 1, 2 and 3)."""
    label = _as_object(value)
    inner = label.get("AIGC") if label else None
    if isinstance(inner, dict):
        label = inner
    elif isinstance(inner, str):
        label = _as_object(inner)
    if not label:
        return None
    shaped = len(_TC260_FIELDS & set(label)) > 1 or len(_TENCENT_FIELDS & set(label)) > 1
    code = str(label.get("Label", "")).strip()
    if not shaped or (code not in labels if labels is not None else code in {"0", "1", "2", "3"}):
        return None
    producer = label.get("ContentProducer") or label.get("ServiceProvider")
    named = producer.strip() if isinstance(producer, str) and producer.strip() else None
    coded = _PRODUCER_CODE.match(named) if named else None
    facts: dict[str, Json] = {
        "label": code or None,
        "producer": _short(named),
        "produce_id": _short(label.get("ProduceID")),
    }
    if not coded:
        return ShapeContent(facts, generator=_short(named))
    service = _PRODUCERS.get(coded[1])
    if service and coded[1] not in _SEEN_PRODUCERS:
        return ShapeContent({**facts, "producer_probably": service})
    return ShapeContent(facts, generator=service)


def comfy(value: str, *, generative: bool) -> ShapeContent | None:
    """A graph of ComfyUI as it was run, with (or without) a node that generates."""
    classes = _node_classes(value)
    generative_nodes = sorted({name for name in classes if _GENERATIVE.search(name)})
    if not classes or bool(generative_nodes) is not generative:
        return None
    return ShapeContent({"nodes": len(classes), "generative_nodes": list[Json](generative_nodes[:10])})


def imagemetahub(value: str) -> ShapeContent | None:
    """What Image MetaHub notes of a picture, where it names the generator; notes on people's own pictures name none."""
    noted = _as_object(value)
    inner = noted.get("imagemetahub_data") if noted else None
    if isinstance(inner, str):
        inner = _as_object(inner)
    if isinstance(inner, dict):
        noted = inner
    elif not noted or not {"prompt", "model"} <= set(noted):  # bare, as in a text chunk of that name
        return None
    generator = _short(noted.get("generator"))
    return ShapeContent(generator=generator.strip()) if generator and generator.strip() else None


SHAPES: Mapping[str, Callable[[str], ShapeContent | None]] = {
    "tc260.generated": lambda value: tc260(value, frozenset({"1"})),
    "tc260.possible": lambda value: tc260(value, frozenset({"2"})),
    "tc260.suspected": lambda value: tc260(value, frozenset({"3"})),
    "tc260.unlabelled": lambda value: tc260(value, None),
    "comfy.generative": lambda value: comfy(value, generative=True),
    "comfy.other": lambda value: comfy(value, generative=False),
    "imagemetahub": imagemetahub,
}
"""The shapes that a rule may ask for, by name."""


def _node_classes(value: str) -> list[str]:
    """The class of every node in a graph; also of one that a reader cut off, or that holds the graph as a string."""
    text = _bare(value)
    if not text.startswith("{"):
        return []
    graph = _as_object(text)
    if graph is None:
        return _CLASS_TYPE.findall(text[:SIZE_LIMIT])
    inner = graph.get("prompt")
    if isinstance(inner, str):
        inner = _as_object(inner)
    if isinstance(inner, dict):
        graph = inner
    nodes = [node for node in graph.values() if isinstance(node, dict)]
    return [node["class_type"] for node in nodes if isinstance(node.get("class_type"), str)]


def _bare(value: str) -> str:
    text = value.lstrip()
    prefix = _PREFIX.match(text)
    return text[prefix.end() :] if prefix else text


def _as_object(value: str) -> dict[str, Any] | None:
    text = _bare(value)
    if not text.startswith("{") or len(text) > SIZE_LIMIT:
        return None
    try:
        parsed, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _short(value: object) -> str | None:
    return value[:100] if isinstance(value, str) else None
