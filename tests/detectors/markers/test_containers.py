"""Every container that a production delivers, marked as its writers mark it, through the readers of a scan."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from detectors.markers.rule import Rule
from detectors.markers.rulebook import built_in
from detectors.observation import Kind
from fixtures import formats, media
from fixtures import marks as put
from scanner.media.facts.tags import ExifTool
from tests.detectors.markers import test_of_today as private

SUNO = "made with suno; created=2025-01-01T00:00:00Z; id=x"
DRAWN = '{"c": "a cat", "uc": "", "model": "m", "sampler": "Euler A", "scale": 4.5, "seed": 1, "steps": 8}'
NOVEL = '{"prompt": "a cat", "steps": 28, "sampler": "k_euler", "uc": "", "signed_hash": "AAAA"}'
HIDDEN = '{"Description": "a cat", "Software": "NovelAI", "Comment": "{\\"steps\\": 28, \\"sampler\\": \\"k_euler\\"}"}'
OF_XMP = (".jpg", ".png", ".webp", ".tif", ".gif", ".heic", ".avif", ".psd", ".pdf", ".mp4", ".mov", ".m4a")
MOVIES = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".flv", ".mxf", ".ts")
SOUNDS = (".wav", ".mp3", ".flac", ".ogg", ".m4a", ".aiff")


@dataclass(frozen=True)
class Case:
    """A file: how it is made from a plain one, and the rules that must see something in it (established ones)."""

    suffix: str
    mark: Callable[[Path], object]
    rules: set[str]


def text(**texts: str) -> Callable[[Path], Path]:
    return lambda path: put.png_text(path, texts)


def tagged(**tags: str) -> Callable[[Path], Path]:
    return lambda path: put.tagged(path, {key.replace("__", ":"): value for key, value in tags.items()})


def exif(**texts: str) -> Callable[[Path], Path]:
    return lambda path: put.exif(path, texts)


def movie_tags(**tags: str) -> Callable[[Path], Path]:
    return lambda path: put.movie_tags(path, tags)


def comment(value: str) -> Callable[[Path], Path]:
    return lambda path: put.user_comment(path, value)


def packet(elements: str) -> Callable[[Path], Path]:
    return lambda path: put.xmp_packet(path, elements)


def matter(label: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(f"---\ntitle: Notes\n{label}\ntags: [a]\n---\n\n# Notes\n", encoding="utf-8")


AIGC_XMP = put.AIGC.replace('"', "&quot;")
CASES: Mapping[str, Case] = {
    # the web UIs and their kin
    "parameters": Case(".png", text(parameters=put.INFOTEXT), {"a1111.parameters"}),
    "late parameters": Case(".png", lambda path: put.late_text(path, "parameters", put.INFOTEXT), {"a1111.parameters"}),
    "international": Case(
        ".png", lambda path: put.international_text(path, "parameters", put.INFOTEXT), {"a1111.parameters"}
    ),
    "in a language": Case(
        ".png",
        lambda path: put.international_text(path, "parameters", put.INFOTEXT, language="en"),
        {"a1111.parameters"},
    ),
    "comment of a jpeg": Case(".jpg", comment(put.INFOTEXT), {"a1111.parameters"}),
    "comment of a webp": Case(".webp", comment(put.INFOTEXT), {"a1111.parameters"}),
    "comment of an avif": Case(
        ".avif", tagged(ExifIFD__UserComment=put.INFOTEXT.replace("\n", " ")), {"a1111.parameters"}
    ),
    "comment of a gif": Case(".gif", tagged(File__Comment=put.INFOTEXT.replace("\n", " ")), {"a1111.parameters"}),
    "compressed graph": Case(
        ".png", lambda path: put.png_text(path, {"prompt": put.GRAPH}, compressed=True), {"comfyui.graph"}
    ),
    "graph of a webp": Case(".webp", exif(Model=f"prompt:{put.GRAPH}", Make="workflow:{}"), {"comfyui.graph"}),
    "graph of an exr": Case(
        ".exr", lambda path: put.exr_text(path, {"prompt": put.GRAPH, "workflow": "{}"}), {"comfyui.graph"}
    ),
    "swarm": Case(".jpg", comment('{"sui_image_params": {"prompt": "a cat"}}'), {"swarmui.parameters"}),
    "swarm png": Case(".png", text(parameters='{"sui_image_params": {}}'), {"swarmui.parameters"}),
    "fooocus": Case(
        ".png",
        text(parameters='{"base_model": "m", "sampler": "x"}', fooocus_scheme="fooocus"),
        {"fooocus.parameters", "fooocus.scheme"},
    ),
    "fooocus jpeg": Case(
        ".jpg",
        lambda path: put.maker_note(path, "fooocus", '{"base_model": "m", "sampler": "x"}'),
        {"fooocus.parameters", "fooocus.scheme"},
    ),
    "fooocus software": Case(".jpg", exif(Software="Fooocus v2.5.0"), {"fooocus.software"}),
    "ruined fooocus": Case(".png", text(parameters='{"software": "RuinedFooocus"}'), {"ruinedfooocus.parameters"}),
    "invoke": Case(".png", text(invokeai_metadata='{"model": "m"}'), {"invokeai.metadata"}),
    "dream": Case(".png", text(Dream='"a cat" -s 50 -S 12 -W 512 -H 512'), {"invokeai.dream"}),
    "novel": Case(
        ".png",
        text(Software="NovelAI", Title="AI generated image", Comment=NOVEL),
        {"novelai.software", "novelai.title", "novelai.comment"},
    ),
    "stealth": Case(".png", lambda path: put.stealth(path, HIDDEN), {"novelai.software", "stealth.parameters"}),
    "stealth plain": Case(
        ".png", lambda path: put.stealth(path, put.INFOTEXT, packed=False), {"a1111.parameters", "stealth.parameters"}
    ),
    "stealth in colours": Case(
        ".png", lambda path: put.stealth(path, put.INFOTEXT, colours=True), {"a1111.parameters", "stealth.parameters"}
    ),
    "easy diffusion": Case(
        ".png",
        lambda path: put.png_text(path, {"Stable Diffusion model": "sd-v1-5", "Guidance Scale": "7.5"}),
        {"easydiffusion.embedded"},
    ),
    "easy diffusion jpeg": Case(
        ".jpg", comment('{"use_stable_diffusion_model": "m", "guidance_scale": 7.5}'), {"easydiffusion.comment"}
    ),
    "draw things": Case(
        ".png",
        lambda path: put.tagged(path, {"XMP-xmp:CreatorTool": "Draw Things", "XMP-exif:UserComment": DRAWN}),
        {"drawthings.tool", "drawthings.settings"},
    ),
    "luma": Case(".png", text(Source="Luma AI", Comment="Generated by Luma AI's Uni-1 model"), {"luma.png"}),
    "higgsfield": Case(
        ".png",
        lambda path: put.png_text(path, {"hf-job-id": "0f8fad5b-d9cb-469f-a165-70867728950e"}),
        {"higgsfield.job"},
    ),
    # vendors
    "midjourney": Case(
        ".png", text(Description="a cat --v 5.2 Job ID: 2b6e053b-9a65-4ca9-9e13-b6f4465164d4"), {"midjourney.job"}
    ),
    "midjourney in xmp": Case(
        ".png",
        lambda path: put.xmp_packet(
            path,
            "<Iptc4xmpExt:DigitalImageGUID>2162d12e-f71b-4ff0-ab40-0d38fd62681d</Iptc4xmpExt:DigitalImageGUID>"
            f"<Iptc4xmpExt:DigitalSourceType>{put.SOURCE_TYPE}trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>",
            toolkit="XMP Core 4.4.0-Exiv2",
        ),
        {"midjourney.xmp", "iptc.digital_source_type"},
    ),
    "ideogram": Case(".jpg", exif(Make="Ideogram AI"), {"ideogram.make"}),
    "google": Case(".jpg", tagged(IPTC__Credit="Made with Google AI"), {"google.credit"}),
    "google edit": Case(
        ".heic",
        lambda path: put.tagged(path, {"XMP-photoshop:Credit": "Edited with Google AI"}),
        {"google.credit_edited"},
    ),
    "apple": Case(
        ".heic",
        lambda path: put.tagged(path, {"XMP-photoshop:Credit": "Apple Image Playground"}),
        {"apple.image_playground"},
    ),
    "apple edit": Case(
        ".jpg",
        lambda path: put.tagged(path, {"XMP-photoshop:Credit": "Apple Photos Generative Edit: Clean Up"}),
        {"apple.generative_edit"},
    ),
    "adobe": Case(".psd", lambda path: put.tagged(path, {"XMP-xmp:CreatorTool": "Adobe Firefly"}), {"tool.named"}),
    "system used": Case(
        ".png", packet("<Iptc4xmpExt:AISystemUsed>Example Model</Iptc4xmpExt:AISystemUsed>"), {"iptc.ai_system_used"}
    ),
    "prompt stated": Case(
        ".jpg", packet("<Iptc4xmpExt:AIPromptInformation>a cat</Iptc4xmpExt:AIPromptInformation>"), {"iptc.ai_prompt"}
    ),
    # China's label in its places
    "label as element": Case(".webp", packet(f"<TC260:AIGC>{AIGC_XMP}</TC260:AIGC>"), {"tc260.generated"}),
    "label as text": Case(".png", text(AIGC=put.AIGC), {"tc260.generated"}),
    "label as comment": Case(".jpg", comment('{"AIGC": ' + put.AIGC + "}"), {"tc260.generated"}),
    "label in a segment": Case(
        ".jpg", lambda path: put.application_segment(path, b"AIGC" + put.AIGC.encode()), {"tc260.generated"}
    ),
    "label in front matter": Case(
        ".md", matter("AIGC:\n  Label: '1'\n  ContentProducer: Minimax\n  ProduceID: x"), {"tc260.generated"}
    ),
    "label in front matter as json": Case(".txt", matter(f"AIGC: {put.AIGC}"), {"tc260.generated"}),
    "label in front matter as code": Case(
        ".md", matter("AIGC:\n  Label: AIGC\n  ContentProducer: Minimax"), {"tc260.unlabelled"}
    ),
    **{
        f"label in {suffix}": Case(suffix, movie_tags(AIGC=put.AIGC), {"tc260.generated"})
        for suffix in (".mp4", ".mov", ".mkv", ".webm", ".flv", ".mp3", ".flac", ".ogg", ".m4a")
    },
    **{
        f"label as a chunk of {suffix}": Case(
            suffix, lambda path: put.riff_chunk(path, b"AIGC", put.AIGC.encode()), {"tc260.generated"}
        )
        for suffix in (".wav", ".avi")
    },
    **{
        f"label among the INFO of {suffix}": Case(
            suffix, lambda path: put.riff_chunk(path, b"AIGC", put.AIGC.encode(), info=True), {"tc260.generated"}
        )
        for suffix in (".wav", ".avi")
    },
    **{
        f"label in the stream of {suffix}": Case(
            suffix, lambda path: put.user_data(path, "AIGC" + put.AIGC.replace(" ", "")), {"tc260.generated"}
        )
        for suffix in (".mp4", ".mov", ".mkv", ".ts")
    },
    "tencent": Case(
        ".jpg",
        exif(ImageDescription='{"ServiceProvider": "x", "ServiceUser": "u", "ContentId": "y"}'),
        {"tc260.unlabelled"},
    ),
    "dreamina": Case(".jpg", comment('{"product": "dreamina", "aigc_label_type": 1}'), {"tiktok.label"}),
    "tiktok": Case(".mp4", movie_tags(aigc_info='{"aigc_label_type":2}', comment="vid:v12044gd"), {"tiktok.label"}),
    # movies and sounds
    **{
        f"graph in {suffix}": Case(suffix, movie_tags(prompt=put.GRAPH, workflow="{}"), {"comfyui.graph"})
        for suffix in (".mp4", ".mkv", ".webm", ".flac")
    },
    "graph in a comment": Case(".webm", movie_tags(comment=f'{{"prompt": {put.GRAPH}}}'), {"comfyui.graph"}),
    "description": Case(".mp4", movie_tags(description=put.INFOTEXT), {"a1111.parameters"}),
    "parameters of a movie": Case(".mp4", movie_tags(parameters=put.INFOTEXT), {"a1111.parameters"}),
    **{
        f"suno {suffix}": Case(suffix, movie_tags(comment=SUNO), {"suno.comment"})
        for suffix in (".wav", ".mp3", ".m4a", ".flac", ".aiff")
    },
    "suno's page": Case(
        ".mp3", lambda path: put.id3_url(path, "https://suno.com/song/0f8fad5b-d9cb-469f"), {"suno.url"}
    ),
    "product of an mxf": Case(".mxf", movie_tags(company_name="Co", product_name="ComfyUI"), {"tool.named"}),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An unmarked file of each container."""
    folder = tmp_path_factory.mktemp("plain")
    files = {}
    for suffix in (".jpg", ".png", ".webp", ".tif", ".gif", ".heic", ".avif", ".psd", ".pdf", ".exr", ".dpx"):
        files[suffix] = formats.still(folder / f"plain{suffix}", size=(160, 120))
    for suffix in MOVIES:
        codec = {".webm": "libvpx-vp9", ".mxf": "mpeg2video"}.get(suffix, "libx264")
        files[suffix] = media.movie(
            folder / f"plain{suffix}", frames=3, size=(64, 48), audio=False, start=None, codec=codec, rate="25"
        )
    for suffix in SOUNDS:
        files[suffix] = media.sound(folder / f"plain{suffix}", seconds=0.1)
    for suffix in (".md", ".txt"):
        files[suffix] = folder / f"plain{suffix}"
        files[suffix].write_text("# Notes\n", encoding="utf-8")
    files[".svg"] = folder / "plain.svg"
    files[".svg"].write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8")
    return files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where marked copies go."""
    return tmp_path_factory.mktemp("marked")


def established(path: Path, exiftool: ExifTool) -> set[str]:
    return {one.rule for one in put.observed(path, exiftool) if one.kind is Kind.AI and one.strength.established}


def test_a_plain_file_of_no_container_is_flagged(plain: dict[str, Path], exiftool: ExifTool) -> None:
    told = {suffix: put.observed(path, exiftool) for suffix, path in plain.items()}
    assert {suffix: seen for suffix, seen in told.items() if seen} == {}


@pytest.mark.parametrize("name", CASES)
def test_a_mark_is_seen_where_its_writer_puts_it(
    name: str, plain: dict[str, Path], folder: Path, exiftool: ExifTool
) -> None:
    case = CASES[name]
    path = folder / f"{name.replace(' ', '_').replace('.', '')}{case.suffix}"
    shutil.copyfile(plain[case.suffix], path)
    case.mark(path)
    assert established(path, exiftool) == case.rules


@pytest.mark.parametrize("suffix", OF_XMP)
def test_a_source_type_is_seen_in_every_container_of_xmp(
    suffix: str, plain: dict[str, Path], folder: Path, exiftool: ExifTool
) -> None:
    path = folder / f"source_type{suffix}"
    shutil.copyfile(plain[suffix], path)
    put.tagged(path, put.TRAINED)
    assert established(path, exiftool) == {"iptc.digital_source_type"}


WEAK: Mapping[str, Case] = {
    "upscaled": Case(".png", text(postprocessing="Postprocess upscale by: 2"), {"a1111.processed"}),
    "scored": Case(".png", text(aesthetic_score="6.1"), {"diffusiontoolkit.score"}),
    "named in the stream": Case(".mp4", lambda path: put.user_data(path, "kling-ai v2"), {"sei.named"}),
    "digest as artist": Case(".jpg", exif(Artist="0123456789abcdef" * 4), {"seedream.artist"}),
    "encoder": Case(".mp4", tagged(ItemList__Encoder="Google"), {"google.encoder"}),
    "editor": Case(".png", text(workflow='{"nodes": [{"type": "KSampler"}]}'), {"comfyui.workflow"}),
    "graph as a file": Case(".png", lambda path: path.write_text(put.GRAPH), {"comfyui.graph_file"}),
    "nothing generated": Case(".png", text(prompt='{"1": {"class_type": "LoadImage"}}'), {"comfyui.graph_other"}),
    "possibly": Case(".png", text(AIGC=put.AIGC.replace('"1"', '"2"')), {"tc260.possible"}),
    "suspected": Case(".png", text(AIGC=put.AIGC.replace('"1"', '"3"')), {"tc260.suspected"}),
    "composite": Case(
        ".png", lambda path: put.source_type(path, f"{put.SOURCE_TYPE}composite"), {"iptc.digital_source_type_possible"}
    ),
}


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_mark_is_told_and_establishes_nothing(
    name: str, plain: dict[str, Path], folder: Path, exiftool: ExifTool
) -> None:
    case = WEAK[name]
    path = folder / f"weak_{name.replace(' ', '_')}{case.suffix}"
    shutil.copyfile(plain[case.suffix], path)
    case.mark(path)
    told = put.observed(path, exiftool)
    assert {one.rule for one in told} == case.rules
    assert not any(one.strength.established for one in told)


@pytest.mark.parametrize("rule", [rule for rule in built_in().rules if rule.match.file_name], ids=lambda rule: rule.id)
def test_a_telling_name_of_a_plain_file_makes_somebody_ask(
    rule: Rule, plain: dict[str, Path], exiftool: ExifTool
) -> None:
    for example in rule.hit:
        (told,) = put.observed(plain[".jpg"], exiftool, example["name"])
        assert (told.rule, told.suspect, told.strength.established) == (rule.id, True, False)
    assert [put.observed(plain[".jpg"], exiftool, example["name"]) for example in rule.spare if "name" in example] == [
        [] for example in rule.spare if "name" in example
    ]


def test_every_rule_is_seen_in_a_file_that_was_made_for_it() -> None:
    elsewhere = {"iptc.digital_source_type", "iptc.digital_source_type_edited", "xai.signature"}  # test_ten_cases
    elsewhere |= {rule for case in (*private.CASES.values(), *private.PROJECTS.values()) for rule in case.rules}
    seen = set().union(*(case.rules for case in (*CASES.values(), *WEAK.values()))) | elsewhere
    assert {rule.id for rule in built_in().rules if not rule.match.file_name} - seen == set()
