"""What manifests say in assertions of 2025 and 2026: AI disclosures, metadata, bindings to watermarks and fingerprints.

Metadata in a manifest (`cawg.metadata`, `c2pa.metadata`, `stds.iptc`) is JSON-LD with the properties that XMP has, so
it is read by the same rules as XMP in the file: here it only gets the keys under which those rules know it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from detectors.material import Tag
from detectors.observation import Json, shorten

READER = "c2pa metadata"
METADATA = ("cawg.metadata", "c2pa.metadata", "stds.iptc", "stds.metadata")
SOFT_BINDING = "c2pa.soft-binding"
AI_DISCLOSURE = "c2pa.ai-disclosure"

_GROUPS: Mapping[str, str] = {
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "XMP-iptcExt",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "XMP-iptcCore",
    "http://ns.adobe.com/photoshop/1.0/": "XMP-photoshop",
    "http://ns.adobe.com/xap/1.0/": "XMP-xmp",
    "http://ns.adobe.com/tiff/1.0/": "XMP-tiff",
    "http://ns.adobe.com/exif/1.0/": "XMP-exif",
    "http://purl.org/dc/elements/1.1/": "XMP-dc",
    "http://www.tc260.org.cn/ns/AIGC/1.0/": "XMP-TC260",
}
"""Namespaces, and the group that exiftool has for each."""
_PREFIXES: Mapping[str, str] = {
    "iptc4xmpext": "XMP-iptcExt",
    "iptcext": "XMP-iptcExt",
    "iptc4xmpcore": "XMP-iptcCore",
    "photoshop": "XMP-photoshop",
    "xmp": "XMP-xmp",
    "tiff": "XMP-tiff",
    "exif": "XMP-exif",
    "dc": "XMP-dc",
    "tc260": "XMP-TC260",
}
_SOURCE_TYPE = "digitalsourcetype"
"""Read wherever it stands in a manifest, by `signals`."""
_ADDRESS = re.compile(r"self#jumbf=|urn:c2pa:|/c2pa\.(?:claim|assertions|signature)")
_HISTORY = "XMP-xmpMM:History"
_SIGNING_EDITOR = re.compile(r"(?i)(?:^|, )adobe firefly|generative (?:fill|expand|remove|extend)")
"""Adobe Firefly and the generative tools of Photoshop and Premiere attach a credential to what they make."""
_DEEPEST = 6
_MOST_TAGS = 200
_MOST_BINDINGS = 20

_WATERMARKS = (
    "com.digimarc.",
    "org.atsc.",
    "com.adobe.trustmark.",
    "ai.steg.",
    "ai.trufo.pawprint.watermark",
    "app.overlai.",
    "tv.kinetiq.",
    "castlabs.watermark",
    "com.imatag.",
    "com.nagra.",
    "com.mentaport.",
    "com.sonicorigin.",
    "com.microsoft.invismark",
    "com.microsoft.wavmark",
    "ai.contentlens.",
    "es.lumatrace",
    "com.markany.",
    "com.verimatrix.",
)
_FINGERPRINTS = ("io.iscc.", "com.adobe.icn.", "ai.trufo.pawprint.fingerprint", "com.digicaps.fingerprint")
"""Both by c2pa-org/softbinding-algorithm-list, entries 1 to 28, read 2026-11-29."""


def model_of(data: Mapping[str, Json]) -> str | None:
    """The model that an AI disclosure names (C2PA specification 2.4, AI disclosure)."""
    for key in ("modelName", "modelIdentifier"):
        value = data.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def disclosed(data: Mapping[str, Json]) -> dict[str, Json]:
    """What else it says, for a report: type and identifier of the model, and how far people oversaw it."""
    profile = data.get("contentProfile")
    oversight = profile.get("humanOversightLevel") if isinstance(profile, dict) else None
    stated = {"model_type": data.get("modelType"), "model": data.get("modelIdentifier"), "human_oversight": oversight}
    return {name: shorten(value.strip()) for name, value in stated.items() if isinstance(value, str) and value.strip()}


def metadata_tags(label: str, data: Mapping[str, Json]) -> list[Tag]:
    """The properties of a metadata assertion under exiftool's keys for them, source types left out.

    A property is known by its namespace where the record's `@context` or the key itself has it, else by its prefix.
    """
    if not label.startswith(METADATA):
        return []
    context = data.get("@context")
    spaces = {
        prefix: space
        for entry in (context if isinstance(context, list) else [context])
        if isinstance(entry, dict)
        for prefix, space in entry.items()
        if isinstance(space, str)
    }
    tags: list[Tag] = []
    for key, value in data.items():
        named = _key(key, spaces)
        if named and not key.startswith("@") and _SOURCE_TYPE not in named.lower():
            tags += [Tag(READER, named, text) for text in _texts(value)]
    return tags[:_MOST_TAGS]


def soft_bindings(assertions: Iterator[tuple[str, dict[str, Json]]]) -> list[Json]:
    """The marks and fingerprints that a manifest says this content can be found again by.

    Each has `algorithm`, `values` and `kind`: `watermark`, `fingerprint`, or `unknown` where C2PA's list hasn't it.
    """
    bindings: list[Json] = []
    for label, data in assertions:
        algorithm = data.get("alg")
        if not label.startswith(SOFT_BINDING) or not isinstance(algorithm, str):
            continue
        blocks = data.get("blocks")
        records = [block for block in (blocks if isinstance(blocks, list) else []) if isinstance(block, dict)]
        stated = [record.get("value") for record in records]
        values = [shorten(value) for value in stated if isinstance(value, str)]
        bindings.append(
            {"algorithm": shorten(algorithm), "values": list[Json](values[:_MOST_BINDINGS]), "kind": _kind(algorithm)}
        )
    return bindings[:_MOST_BINDINGS]


def trace_of_a_store(tags: Iterable[Tag]) -> str:
    """What in a file's own metadata speaks of a credential, in words; empty where nothing does.

    It is a trace of one that is gone where the file holds none: an address into a store (`dcterms:provenance` of the
    XMP, or a parent that is named by its manifest), or an editor whose generative tools always sign.
    """
    for tag in tags:
        if not tag.key.startswith("XMP"):
            continue
        if tag.key.endswith(":Provenance") or _ADDRESS.search(tag.value):
            return f"{tag.key} names one: {shorten(tag.value)}"
        if tag.key.startswith(_HISTORY) and _SIGNING_EDITOR.search(tag.value):
            return f"{tag.key} names a tool that signs what it makes: {shorten(tag.value)}"
    return ""


def _kind(algorithm: str) -> str:
    folded = algorithm.lower()
    if folded.startswith(_FINGERPRINTS):
        return "fingerprint"
    return "watermark" if folded.startswith(_WATERMARKS) else "unknown"


def _key(key: str, spaces: Mapping[str, str]) -> str | None:
    """`XMP-iptcExt:AISystemUsed` for the key of a record, None for a key without a name."""
    for space, group in _GROUPS.items():
        if key.startswith(space):
            return f"{group}:{key.removeprefix(space)}"
    prefix, _, name = key.rpartition(":")
    if not name:
        return None
    group = _GROUPS.get(spaces.get(prefix, ""), _PREFIXES.get(prefix.lower(), f"XMP-{prefix}" if prefix else "XMP"))
    return f"{group}:{name}"


def _texts(value: Json, deep: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value
    elif deep < _DEEPEST and isinstance(value, list):
        for inner in value:
            yield from _texts(inner, deep + 1)
    elif deep < _DEEPEST and isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner, deep + 1)
