"""Ten cases that a careless reader of marks gets wrong, each through the readers of a scan."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from detectors.material import MaterialError
from detectors.observation import Claim, Observation
from detectors.source_types import NATURES, Nature
from fixtures import hostile, media
from fixtures import marks as put
from fixtures.media import Size
from fixtures.names import put as named
from scanner.media.facts.tags import ExifTool

SMALL: Size = (64, 48)
LABEL = {"ContentProducer": "x", "ProduceID": "y"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An unmarked file of some containers."""
    folder = tmp_path_factory.mktemp("plain")
    files = {suffix: media.still(folder / f"plain{suffix}", size=SMALL) for suffix in (".png", ".jpg", ".webp")}
    files[".mp4"] = media.movie(folder / "plain.mp4", frames=2, size=SMALL, audio=False, start=None)
    files[".wav"] = media.sound(folder / "plain.wav", seconds=0.1)
    return files


@pytest.fixture
def copy(plain: dict[str, Path], tmp_path: Path) -> "Copier":
    """Copies of them to mark."""
    return Copier(plain, tmp_path)


class Copier:
    """Hands out copies of unmarked files, each under a name of its own."""

    def __init__(self, plain: dict[str, Path], folder: Path) -> None:
        self._plain, self._folder, self._count = plain, folder, 0

    def __call__(self, suffix: str) -> Path:
        self._count += 1
        return Path(shutil.copyfile(self._plain[suffix], self._folder / f"copy{self._count}{suffix}"))


def established(observations: list[Observation]) -> set[str]:
    return {one.rule for one in observations if one.strength.established}


def suspects(observations: list[Observation]) -> set[str]:
    return {one.rule for one in observations if one.suspect}


def test_1_ai_names_in_captions_and_in_the_names_of_tags_flag_nothing(copy: "Copier", exiftool: ExifTool) -> None:
    path = copy(".jpg")
    caption = "The Midjourney and DALL-E case. Firefly over the river Wan at Luma, Sora Shimazaki / Pexels"
    captions = {"IPTC:Caption-Abstract": caption, "XMP-dc:Description": caption}
    put.tagged(path, {**captions, "IFD0:Artist": "Gemini Grok Studio", "IFD0:Make": "Canon", "IFD0:Model": "EOS R5"})
    assert put.observed(path, exiftool) == []
    assert put.observed(copy(".wav"), exiftool) == []  # AudioFormat, SampleRate: "udio" stands in them


def test_2_every_source_type_counts_as_the_vocabulary_says_in_every_spelling(
    copy: "Copier", exiftool: ExifTool
) -> None:
    for code, nature in NATURES.items():
        path = put.source_type(copy(".jpg"), put.SOURCE_TYPE + code)
        told = put.observed(path, exiftool)
        assert bool(established(told)) == (nature in {Nature.GENERATED, Nature.EDITED}), code
        assert bool(suspects(told)) == (nature is Nature.POSSIBLE), code
    spellings = (
        "https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        "trainedAlgorithmicMedia",
        "digsrctype:trainedAlgorithmicMedia",
        f"{put.SOURCE_TYPE}compositedWithTrainedAlgorithmicMedia",
    )
    for spelling in spellings:
        path = put.source_type(copy(".jpg"), spelling)
        assert established(put.observed(path, exiftool)), spelling


def test_3_a_mark_in_an_odd_form_counts_like_the_plain_one(copy: "Copier", exiftool: ExifTool) -> None:
    late = put.late_text(copy(".png"), "parameters", put.INFOTEXT)
    compressed = put.png_text(copy(".png"), {"parameters": put.INFOTEXT}, compressed=True)
    international = put.international_text(copy(".png"), "parameters", put.INFOTEXT)
    wide = put.user_comment(copy(".jpg"), put.INFOTEXT)
    for path in (late, compressed, international, wide):
        assert established(put.observed(path, exiftool)) == {"a1111.parameters"}, path
    extended = put.extended_xmp(copy(".jpg"), {"XMP-photoshop:Instructions": "A" * 90_000}, put.TRAINED)
    assert established(put.observed(extended, exiftool)) == {"iptc.digital_source_type"}
    last, first = put.movie_tags(copy(".mp4"), {"AIGC": put.AIGC}), copy(".mp4")
    media.rewrapped(last, first, "-movflags", "use_metadata_tags+faststart")
    for path in (last, first):
        assert established(put.observed(path, exiftool)) == {"tc260.generated"}, path
    assert (last.read_bytes().index(b"moov") > last.read_bytes().index(b"mdat")) != (
        first.read_bytes().index(b"moov") > first.read_bytes().index(b"mdat")
    )
    sound = put.riff_chunk(copy(".wav"), b"id3 ", put.id3("AIGC", put.AIGC))
    assert established(put.observed(sound, exiftool)) == {"tc260.generated"}


def test_4_china_s_label_is_told_apart_by_its_value_and_the_word_alone_is_none(
    copy: "Copier", exiftool: ExifTool
) -> None:
    for value, rule in (("1", "tc260.generated"), ("2", "tc260.possible"), ("3", "tc260.suspected")):
        label = json.dumps({"Label": value, **LABEL})
        escaped = label.replace('"', "&quot;")
        places = (
            put.xmp_packet(copy(".jpg"), f"<TC260:AIGC>{escaped}</TC260:AIGC>"),
            put.xmp_packet(copy(".webp"), "", f'TC260:AIGC="{escaped}"'),
            put.png_text(copy(".png"), {"AIGC": label}),
            put.user_comment(copy(".jpg"), f'{{"AIGC": {label}}}'),
            put.movie_tags(copy(".mp4"), {"AIGC": label}),
            put.riff_chunk(copy(".wav"), b"AIGC", label.encode()),
        )
        for path in places:
            told = put.observed(path, exiftool)
            assert {one.rule for one in told} == {rule}, path
            assert {one.facts["label"] for one in told} == {value}
    for text in (
        "conference",
        '{"project": "AIGC conference 2026"}',
        '{"Label": "1"}',
        json.dumps({"Label": "0", **LABEL}),
    ):
        assert put.observed(put.png_text(copy(".png"), {"AIGC": text}), exiftool) == [], text


def test_5_what_passed_through_a_platform_is_not_labelled_by_it(copy: "Copier", exiftool: ExifTool) -> None:
    passed = put.movie_tags(copy(".mp4"), {"aigc_info": '{"aigc_label_type":0}', "comment": "vid:v12044gd0000d2abc"})
    assert put.observed(passed, exiftool) == []
    for handler in ("ISO Media file produced by Google Inc.", "Mainconcept Video Media Handler"):
        path = copy(".mp4")
        media.rewrapped(path, tmp := path.with_stem("handled"), "-metadata:s:v", f"handler_name={handler}")
        assert put.observed(tmp, exiftool) == [], handler
    encoded = put.observed(put.tagged(copy(".mp4"), {"ItemList:Encoder": "Google"}), exiftool)
    assert (established(encoded), suspects(encoded)) == (set(), set())
    labelled = put.movie_tags(copy(".mp4"), {"aigc_info": '{"aigc_label_type":2}'})
    assert established(put.observed(labelled, exiftool)) == {"tiktok.label"}


def test_6_a_graph_counts_by_the_nodes_that_ran(copy: "Copier", exiftool: ExifTool) -> None:
    moved = json.dumps({"1": {"class_type": "LoadImage", "inputs": {}}, "2": {"class_type": "SaveImage", "inputs": {}}})
    drawn = '{"last_node_id": 18, "nodes": [{"id": 3, "type": "RIFE VFI"}, {"id": 4, "type": "KSampler"}]}'
    for texts in ({"workflow": drawn}, {"prompt": moved, "workflow": drawn}, {"prompt": "Please sign below"}):
        told = put.observed(put.png_text(copy(".png"), texts), exiftool)
        assert (established(told), suspects(told)) == (set(), set()), texts
    ran = put.png_text(copy(".png"), {"prompt": put.GRAPH, "workflow": drawn})
    assert established(put.observed(ran, exiftool)) == {"comfyui.graph"}
    animated = put.exif(copy(".webp"), {"Model": f"prompt:{put.GRAPH}", "Make": f"workflow:{drawn}"})
    assert established(put.observed(animated, exiftool)) == {"comfyui.graph"}


def test_7_a_signature_and_an_artist_s_number_count_only_together(copy: "Copier", exiftool: ExifTool) -> None:
    signature = {"ImageDescription": "Signature: " + "QUJD" * 30}
    artist = {"Artist": "4800156b-8880-4786-9056-7ca3da449d8c"}
    assert put.observed(put.exif(copy(".jpg"), signature), exiftool) == []
    assert put.observed(put.exif(copy(".jpg"), artist), exiftool) == []
    (told,) = put.observed(put.exif(copy(".jpg"), signature | artist), exiftool)
    assert (told.generator, told.claim, established([told])) == ("xAI Grok", Claim.GENERATED, {"xai.signature"})
    digest = put.observed(put.exif(copy(".jpg"), {"Artist": "0123456789abcdef" * 4}), exiftool)
    assert (established(digest), suspects(digest), len(digest)) == (set(), set(), 1)


def test_8_a_file_without_a_mark_gives_no_observation_at_all(plain: dict[str, Path], exiftool: ExifTool) -> None:
    assert {path.name: put.observed(path, exiftool) for path in plain.values() if put.observed(path, exiftool)} == {}


def test_9_three_hundred_files_each_get_their_own_answer(tmp_path: Path, exiftool: ExifTool) -> None:
    odd = [b"-ver.png", b"new\nline\n-execute.png", b";$(id).png", "e\u0301.png".encode(), b"#x.png", b"\xff\xfe.png"]
    names = [b"plain%03d.png" % number for number in range(291)]
    names = [*names[:100], *odd, b"empty.png", b"cut.png", b"misnamed.mov", *names[100:]]
    model = media.still(tmp_path / "model.png", size=(8, 8)).read_bytes()
    paths = []
    for number, name in enumerate(names):
        path = named(tmp_path, name, model)
        if name == b"empty.png":
            path.write_bytes(b"")
        else:
            put.late_text(path, "parameters", f"number {number}\nSteps: 20, Sampler: Euler, Seed: {number}")
            if name == b"cut.png":
                os.truncate(path, path.stat().st_size // 2)
        paths.append(path)
    assert len(paths) == 300
    told: dict[bytes, str] = {}
    started = time.process_time()
    for name, path in zip(names, paths, strict=True):
        try:
            told[name] = ", ".join(one.value.split("\n")[0] for one in put.observed(path, exiftool, "x"))
        except MaterialError as error:
            told[name] = f"unreadable: {error}"
    assert time.process_time() - started < 20
    expected = {name: f"number {number}" for number, name in enumerate(names)}
    assert told == expected | {b"empty.png": "unreadable: its metadata can't be read: File is empty", b"cut.png": ""}


def test_10_hostile_values_cost_little_and_are_quoted_short(copy: "Copier", tmp_path: Path, exiftool: ExifTool) -> None:
    large = put.late_text(copy(".png"), "parameters", "x" * (20 << 20))
    zipped = hostile.wordy_picture(tmp_path / "wordy.png", 20)
    bomb = put.stealth_bytes(media.still(tmp_path / "bomb.png", size=(1000, 1000)), put.zeros_packed(100))
    laughing = hostile.laughing_picture(tmp_path / "laughing.png")
    deep = put.png_text(copy(".png"), {"prompt": '{"a":' * 10_000 + "1" + "}" * 10_000})
    shown = put.png_text(copy(".png"), {"parameters": f"=cmd()\x1b[31m\x07<script>\n{put.INFOTEXT}"})
    started = time.monotonic()
    told = {path: put.observed(path, exiftool) for path in (large, zipped, bomb, laughing, deep, shown)}
    assert time.monotonic() - started < 30
    assert [told[path] for path in (large, zipped, bomb, laughing, deep)] == [[]] * 5
    (one,) = told[shown]
    assert len(one.value) <= 200
