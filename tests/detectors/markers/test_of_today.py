"""Marks of 2025 and 2026, and marks in pieces that no reader of metadata names, each beside one that it must spare."""

import gzip
import json
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from detectors.observation import Claim
from fixtures import marks as put
from fixtures import media
from scanner.media.facts.tags import ExifTool

BARS = "prompt: a melon\nNegative prompt: face\nSteps: 25 | Seed: 1 | Sampler: Euler a | CFG scale: 7 | Size: 768x512"
WANGP = json.dumps({"prompt": "a lighthouse", "type": "WanGP v9.21 by DeepBeepMeep - Wan2.2 Text2video 14B"})
FAN = json.dumps({"type": "dailies", "by": "a fan of WanGP", "settings_version": 2})
WORKFLOW = json.dumps({"last_node_id": 3, "nodes": [{"id": 3, "type": "KSampler"}]})
DREAMINA = {"data": {"product": "dreamina", "exportType": "generation", "aigc_info": {"aigc_label_type": 0}}}
EXPORTED = {"data": {"product": "dreamina", "exportType": "image_export"}}
NUKE = "#! nuke\nversion 15.1 v1\nRead {\n file /mnt/plates/%s\n name Read1\n}\nCopyCat {\n name CopyCat1\n}\n"
PREMIERE = '<?xml version="1.0"?><PremiereData Version="3"><VideoClip><Name>%s</Name></VideoClip></PremiereData>'
KLING = "kling_20250401_Image_to_Video_a_lighthouse_1234_0.mp4"


@dataclass(frozen=True)
class Case:
    """What is done to a plain file of some suffix, and the rules that then see something in it."""

    suffix: str
    mark: Callable[[Path], object]
    rules: frozenset[str] = frozenset()


def chunk(name: bytes, content: bytes) -> Callable[[Path], object]:
    """A chunk of a PNG in front of its picture's data."""

    def put_in(path: Path) -> None:
        data = path.read_bytes()
        at = data.index(b"IDAT") - 4
        whole = struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        path.write_bytes(data[:at] + whole + data[at:])

    return put_in


def riff(name: bytes, text: str, *, info: bool = False) -> Callable[[Path], object]:
    return lambda path: put.riff_chunk(path, name, text.encode(), info=info)


def aiff(name: bytes, text: str) -> Callable[[Path], object]:
    def put_in(path: Path) -> None:
        data, content = path.read_bytes(), text.encode()
        data += name + struct.pack(">I", len(content)) + content + b"\0" * (len(content) % 2)
        path.write_bytes(data[:4] + struct.pack(">I", len(data) - 8) + data[8:])

    return put_in


def box(name: bytes, content: bytes) -> Callable[[Path], object]:
    """A box at the end of an MP4."""
    return lambda path: path.write_bytes(path.read_bytes() + struct.pack(">I", len(content) + 8) + name + content)


def samsung(path: Path, kind: int, *, in_box: bool = False) -> None:
    """The trailer of a Samsung phone with what its editor notes (Image::ExifTool::Samsung 0x0ba1)."""
    name, body = b"PhotoEditor_Re_Edit_Data", b'{"originalPath":"","connectorType":"srvg","genAIType":%d}' % kind
    block = struct.pack("<HHI", 0, 0x0BA1, len(name)) + name + body
    head = b"SEFH" + struct.pack("<II", 107, 1) + struct.pack("<HHII", 0, 0x0BA1, len(block), len(block))
    trailer = block + head + struct.pack("<I", len(head)) + b"SEFT"
    if in_box:
        box(b"sefd", trailer)(path)
    else:
        path.write_bytes(path.read_bytes() + trailer)


def comment(value: object) -> Callable[[Path], object]:
    return lambda path: put.user_comment(path, value if isinstance(value, str) else json.dumps(value))


def packet(elements: str) -> Callable[[Path], object]:
    return lambda path: put.xmp_packet(path, elements)


def stated(value: str) -> Callable[[Path], object]:
    return lambda path: put.source_type(path, value)


def movie_tag(key: str, value: str) -> Callable[[Path], object]:
    return lambda path: put.movie_tags(path, {key: value})


def history(step: str) -> Callable[[Path], object]:
    tags = {"XMP-xmpMM:HistoryAction": "edited", "XMP-xmpMM:HistoryParameters": step}
    return lambda path: put.tagged(path, tags)


def mxf_behind(path: Path) -> None:
    """An XMP packet in a KLV packet behind the last partition."""
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description Iptc4xmpExt:DigitalSourceType="'
        f'{put.SOURCE_TYPE}trainedAlgorithmicMedia"/></x:xmpmeta>'
    ).encode()
    key = bytes.fromhex("060e2b34010101010201000000000000")
    path.write_bytes(path.read_bytes() + key + b"\x83" + struct.pack(">I", len(xmp))[1:] + xmp)


def rules(*names: str) -> frozenset[str]:
    return frozenset(names)


GRAPH, SETTINGS, TYPE = rules("comfyui.graph"), rules("wangp.settings"), rules("iptc.digital_source_type")
CASES: Mapping[str, Case] = {
    # a writer's own pieces
    "comf of an animated png": Case(".png", chunk(b"comf", b"prompt\0" + put.GRAPH.encode()), GRAPH),
    "workflow in comf": Case(".png", chunk(b"comf", b"workflow\0" + WORKFLOW.encode()), rules("comfyui.workflow")),
    "text renamed": Case(".png", chunk(b"tEXu", b"parameters\0" + put.INFOTEXT.encode()), rules("a1111.parameters")),
    "packed text renamed": Case(
        ".png", chunk(b"zTXu", b"parameters\0\0" + zlib.compress(put.INFOTEXT.encode())), rules("a1111.parameters")
    ),
    "international text renamed": Case(".png", chunk(b"iTXu", b"prompt\0\0\0en\0p\0" + put.GRAPH.encode()), GRAPH),
    "a chunk without a keyword": Case(".png", chunk(b"prVt", put.GRAPH.encode()), GRAPH),
    "a label in a chunk": Case(".png", chunk(b"aiGc", put.AIGC.encode()), rules("tc260.generated")),
    "a shopping list in a chunk": Case(".png", chunk(b"liSt", b"bread, milk and a lighthouse")),
    "bytes in a chunk": Case(".png", chunk(b"biNs", bytes(range(256)))),
    "chunk of a wav": Case(".wav", riff(b"json", WANGP), SETTINGS),
    "graph in a wav": Case(".wav", riff(b"prmt", put.GRAPH), GRAPH),
    "chunk of a webp": Case(".webp", riff(b"comf", put.GRAPH), GRAPH),
    "chunk of an aiff": Case(".aiff", aiff(b"json", WANGP), SETTINGS),
    "box behind a movie": Case(".mp4", box(b"prmt", put.GRAPH.encode()), GRAPH),
    "free box": Case(".mp4", box(b"free", put.INFOTEXT.encode()), rules("a1111.parameters")),
    "uuid box": Case(".mp4", box(b"uuid", bytes(range(16)) + WANGP.encode()), SETTINGS),
    "free box of nothing": Case(".mp4", box(b"free", bytes(4096))),
    "graph in a segment": Case(".jpg", lambda path: put.application_segment(path, put.GRAPH.encode(), 9), GRAPH),
    "xmp behind an mxf": Case(".mxf", mxf_behind, TYPE),
    # infotext with bars, and settings of WanGP
    "bars in png": Case(".png", lambda path: put.png_text(path, {"parameters": BARS}), rules("a1111.parameters")),
    "bars in jpeg": Case(".jpg", comment(BARS), rules("a1111.parameters")),
    "bars in webp": Case(".webp", comment(BARS), rules("a1111.parameters")),
    "a dance class": Case(".jpg", comment("Steps: 20 | then rest")),
    "wangp in mp4": Case(".mp4", movie_tag("comment", WANGP), SETTINGS),
    "wangp in mkv": Case(".mkv", movie_tag("comment", WANGP), SETTINGS),
    "wangp in jpeg": Case(".jpg", comment(WANGP), SETTINGS),
    "a fan of wangp": Case(".mp4", movie_tag("comment", FAN)),
    # others of 2025 and 2026
    "mflux in xmp": Case(
        ".png", packet("<photoshop:Credit>Generated by MFLUX</photoshop:Credit>"), rules("mflux.credit")
    ),
    "mflux in exif": Case(".jpg", comment({"mflux_version": "0.15.1", "seed": 1}), rules("mflux.settings")),
    "mflux magazine": Case(".png", packet("<photoshop:Credit>A. Smith for MFLUX magazine</photoshop:Credit>")),
    "samsung": Case(".jpg", lambda path: samsung(path, 5), rules("samsung.generative_edit")),
    "samsung in a box": Case(".mp4", lambda path: samsung(path, 1, in_box=True), rules("samsung.generative_edit")),
    "samsung without a model": Case(".jpg", lambda path: samsung(path, 0)),
    "dreamina": Case(".jpg", comment(DREAMINA), rules("dreamina.export")),
    "jimeng": Case(".jpg", comment({"product": "jimeng", "exportType": "generation"}), rules("dreamina.export")),
    "dreamina that only exported": Case(".jpg", comment(EXPORTED)),
    "aweme": Case(
        ".jpg", comment({"data": {"product": "aweme", "aigc_info": {"aigc_type": 1}}}), rules("tiktok.aigc_type")
    ),
    "aweme of people": Case(".jpg", comment({"data": {"product": "aweme", "aigc_info": {"aigc_type": 0}}})),
    "topaz": Case(".mp4", movie_tag("videoai", "Enhanced using iris-3; mode: auto"), rules("topaz.videoai")),
    "image metahub in exif": Case(
        ".webp", comment({"imagemetahub_data": {"generator": "ComfyUI", "seed": 1}}), rules("imagemetahub.generator")
    ),
    "image metahub in png": Case(
        ".png",
        lambda path: put.png_text(path, {"imagemetahub_data": '{"generator": "Grok", "prompt": "a", "model": "m"}'}),
        rules("imagemetahub.generator"),
    ),
    "notes on a photograph": Case(".jpg", comment({"imagemetahub_data": {"tags": ["sea"], "notes": "a photograph"}})),
    "history of a generative tool": Case(".jpg", history("Generative Fill"), rules("adobe.history")),
    "history of a crop": Case(".jpg", history("crop")),
    # the source type in every spelling
    "percent": Case(".jpg", stated(put.SOURCE_TYPE.replace("/", "%2F") + "trained%41lgorithmicMedia"), TYPE),
    "query": Case(".jpg", stated(put.SOURCE_TYPE + "trainedAlgorithmicMedia?lang=en"), TYPE),
    "name": Case(".jpg", stated("Trained Algorithmic Media"), TYPE),
    "name of 2024": Case(".jpg", stated("Created using Generative AI"), TYPE),
    "tag of a matroska": Case(
        ".mkv", movie_tag("DigitalSourceType", put.SOURCE_TYPE + "trainedAlgorithmicMedia"), TYPE
    ),
    "not trained": Case(".jpg", stated("not Trained Algorithmic Media")),
    "captured": Case(".jpg", stated("Digital capture sampled from real life")),
}
PROJECTS: Mapping[str, Case] = {
    "nuke": Case(".nk", lambda path: path.write_text(NUKE % KLING, encoding="utf-8"), rules("name.kling")),
    "nuke with a node": Case(
        ".nk", lambda path: path.write_text(NUKE % "a.mov" + "ComfyUI {\n}\n"), rules("project.generative")
    ),
    "nuke of plates": Case(
        ".nk", lambda path: path.write_text(NUKE % "SNW_0010_plate_v001.1001.exr", encoding="utf-8")
    ),
    "premiere": Case(
        ".prproj",
        lambda path: path.write_bytes(gzip.compress((PREMIERE % "shot_010 - Generative Extend").encode())),
        rules("project.generative"),
    ),
    "premiere of people": Case(
        ".prproj", lambda path: path.write_bytes(gzip.compress((PREMIERE % "Extend the generations").encode()))
    ),
    "final cut": Case(
        ".fcpxml",
        lambda path: path.write_text(
            f'<?xml version="1.0"?><fcpxml version="1.11"><asset src="file:///x/{KLING}"/></fcpxml>'
        ),
        rules("name.kling"),
    ),
    "after effects": Case(
        ".aep",
        lambda path: path.write_bytes(b"RIFX\0\0\1\0Egg!\0\0" + b"/x/hailuo_397502842.mp4" + b"\0tail"),
        rules("name.hailuo"),
    ),
    "an article about generators": Case(
        ".xml", lambda path: path.write_text(f"<article><p>ComfyUI, {KLING} and Adobe Firefly</p></article>")
    ),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of an unmarked file of each suffix."""
    folder = tmp_path_factory.mktemp("plain")
    files = [media.still(folder / f"plain{suffix}", size=(64, 48)) for suffix in (".png", ".jpg", ".webp")]
    codecs = {".mp4": "mpeg4", ".mkv": "mpeg4", ".mxf": "mpeg2video"}
    files += [
        media.movie(folder / f"plain{suffix}", codec=codec, frames=2, size=(64, 48), audio=False, start=None)
        for suffix, codec in codecs.items()
    ]
    files += [media.sound(folder / f"plain{suffix}", seconds=0.1) for suffix in (".wav", ".aiff")]
    return {path.suffix: path.read_bytes() for path in files}


@pytest.mark.parametrize("name", [*CASES, *PROJECTS])
def test_it_is_seen_or_spared(name: str, plain: dict[str, bytes], tmp_path: Path, exiftool: ExifTool) -> None:
    case = {**CASES, **PROJECTS}[name]
    path = tmp_path / f"a{case.suffix}"
    path.write_bytes(plain.get(case.suffix, b""))
    case.mark(path)
    assert {observation.rule for observation in put.observed(path, exiftool)} == case.rules


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_never_more_than_a_question(name: str, tmp_path: Path, exiftool: ExifTool) -> None:
    case = PROJECTS[name]
    path = tmp_path / f"a{case.suffix}"
    case.mark(path)
    assert all(seen.suspect and not seen.strength.established for seen in put.observed(path, exiftool))


@pytest.mark.parametrize(
    ("tool", "generator"),
    [
        ("OpenAI Sora", "OpenAI Sora"),
        ("Acme Dream 2", "Acme Dream 2"),
        ("Adobe Photoshop 26.0", None),
        ("Lavf61", None),
    ],
)
def test_what_made_a_generated_file_is_named_beside_its_source_type(
    tool: str, generator: str | None, plain: dict[str, bytes], tmp_path: Path, exiftool: ExifTool
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(plain[".mp4"])
    put.tagged(path, {**put.TRAINED, "XMP-xmp:CreatorTool": tool})
    (seen,) = [one for one in put.observed(path, exiftool) if one.rule == "iptc.digital_source_type"]
    assert (seen.claim, seen.generator) == (Claim.GENERATED, generator)
