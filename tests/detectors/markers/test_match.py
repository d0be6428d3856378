from collections.abc import Sequence
from pathlib import Path

import pytest

from detectors.markers.match import MarkersDetector, marks
from detectors.material import FakeMaterial, Hindrance, Material, MaterialError, Piece, Tag
from detectors.observation import Claim, Kind, Observation, Span, Strength
from detectors.settings import DetectorSettings
from fixtures import marks as put
from fixtures import media
from scanner.media.facts.tags import ExifTool

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def seen(**tags: str) -> list[Observation]:
    return marks([Tag("exiftool", key.replace("__", ":"), value) for key, value in tags.items()], "still.png")


def test_ai_names_in_a_caption_a_credit_or_a_tag_s_name_are_no_marks() -> None:
    told = marks(
        [
            Tag("exiftool", "IPTC:Caption-Abstract", "Courtroom sketch: the Midjourney and DALL-E case"),
            Tag("exiftool", "XMP-dc:Description", "Firefly over the river Wan at Luma, Sora Shimazaki"),
            Tag("exiftool", "IFD0:Artist", "Gemini Grok Studio"),
            Tag("exiftool", "IFD0:Software", "Adobe Photoshop 26.0"),
            Tag("exiftool", "ICC_Profile:Luminance", "Luma"),
            Tag("ffprobe", "stream0:handler_name", "ISO Media file produced by Google Inc."),
            Tag("ffprobe", "stream1:handler_name", "Mainconcept Video Media Handler"),
            Tag("exiftool", "Keys:Aigc_info", '{"aigc_label_type":0}'),
        ],
        "Firefly over the river, by Sora Shimazaki.jpg",
    )
    assert told == []


def test_two_readers_of_one_value_make_one_observation_that_names_both_places() -> None:
    tags = [Tag("exiftool", "Keys:AIGC", put.AIGC), Tag("ffprobe", "format:AIGC", put.AIGC)]
    (told,) = marks(tags, "a.mp4")
    assert (told.where, told.facts["also_in"]) == ("Keys:AIGC", ["format:AIGC"])


def test_an_observation_quotes_its_value_shortened_and_names_rule_and_source() -> None:
    (told,) = seen(PNG__Parameters=put.INFOTEXT + " filler" * 100)
    assert (told.detector, told.where, told.claim) == ("markers", "PNG:Parameters", Claim.GENERATED)
    assert (len(told.value), told.value[-1]) == (200, "…")
    assert "stable-diffusion-webui" in told.source


def test_a_weak_mark_that_tells_little_is_a_note_and_a_telling_one_is_a_suspicion() -> None:
    (note,) = seen(PNG__Workflow='{"nodes": [{"type": "RIFE VFI"}]}')
    assert (note.kind, note.claim, note.suspect) == (Kind.NOTE, Claim.TOUCHED, False)
    (suspicion,) = seen(**{"XMP-iptcExt:DigitalSourceType": IPTC + "composite"})
    assert (suspicion.kind, suspicion.strength, suspicion.suspect) == (Kind.AI, Strength.WEAK, True)


def test_a_telling_file_name_is_a_suspicion() -> None:
    (told,) = marks([], "ChatGPT Image May 12, 2025, 10_35_21 AM.png")
    assert (told.where, told.strength, told.suspect) == ("file name", Strength.WEAK, True)


def test_labels_of_china_s_mark_are_kept() -> None:
    (told,) = seen(**{"XMP-TC260:Aigc": put.AIGC.replace('"1"', '"2"')})
    assert (told.facts["label"], told.suspect) == ("2", True)


def test_hostile_values_cost_little_and_say_nothing() -> None:
    huge = [
        Tag("exiftool", "PNG:Parameters", "Steps: 1, " * 2_000_000),
        Tag("exiftool", "PNG:Prompt", "{" * 20_000_000),
    ]
    assert marks(huge, "\x1b[31m=cmd()\n.png") == []


def test_marks_of_neighbouring_frames_share_a_span_whatever_their_seeds() -> None:
    frames = [Piece(Path(f"f.{number}.png"), f"f.{number}.png", number) for number in (1001, 1002, 1004)]
    material = FakeMaterial(
        kind="sequence",
        pieces=frames,
        by_name={
            piece.name: [Tag("exiftool", "PNG:Parameters", f"Steps: 20, Seed: {piece.frame}")] for piece in frames
        },
    )
    told = list(MarkersDetector().observe(material))
    assert [one.span for one in told] == [Span(1001, 1002), Span(1004, 1004)]
    assert told[0].value == "Steps: 20, Seed: 1001"


def test_a_file_that_no_reader_opens_is_not_taken_for_one_without_marks() -> None:
    class Broken(FakeMaterial):
        def tags(self, piece: Piece) -> list[Tag]:
            raise MaterialError(piece.name)

    broken: Material = Broken()
    with pytest.raises(MaterialError):
        list(MarkersDetector().observe(broken))


def test_the_detector_reads_names_and_looks_at_everything() -> None:
    detector = MarkersDetector()
    assert detector.reads_names
    assert detector.handles(FakeMaterial(format="unknown", kind="other"))
    assert "rules-" in detector.version


class Broken(FakeMaterial):
    """A material one of whose files nobody can read."""

    def tags(self, piece: Piece) -> Sequence[Tag]:
        if piece.name == "b.1002.png":
            raise MaterialError("no reader opens it")
        return super().tags(piece)


def test_one_unreadable_frame_does_not_hide_the_marks_of_the_others() -> None:
    pieces = [Piece(Path(f"b.{number}.png"), f"b.{number}.png", number) for number in (1001, 1002, 1003)]
    marked = Tag("exiftool", "PNG:Software", "NovelAI")
    material = Broken(kind="sequence", pieces=pieces, by_name={"b.1003.png": [marked]})
    told: list[Observation] = []
    with pytest.raises(MaterialError) as caught:
        told.extend(MarkersDetector().observe(material))
    assert [(each.rule, each.span) for each in told] == [("novelai.software", Span(1003, 1003))]
    assert caught.value.hindrance is Hindrance.PARTIAL
    assert "1 of 3 files" in str(caught.value)


def test_a_mark_in_a_file_that_exiftool_does_not_understand_is_told(tmp_path: Path, exiftool: ExifTool) -> None:
    whole = put.source_type(
        media.still(tmp_path / "a.jpg", size=(32, 32)), f"{IPTC}trainedAlgorithmicMedia"
    ).read_bytes()
    for number, damaged in enumerate((b"\0\1\2" + whole, whole[: whole.index(b"</x:xmpmeta") - 40])):
        path = tmp_path / f"damaged{number}.jpg"
        path.write_bytes(damaged)
        assert [one.rule for one in put.observed(path, exiftool)] == ["iptc.digital_source_type"]


def test_what_was_read_without_exiftool_is_another_version() -> None:
    full, without = (MarkersDetector.of(DetectorSettings(without_exiftool=absent)) for absent in (False, True))
    assert full.version != without.version


def test_without_exiftool_what_is_hidden_in_a_picture_is_still_read(tmp_path: Path) -> None:
    path = put.stealth(media.still(tmp_path / "a.png", size=(160, 120)), put.INFOTEXT)
    with ExifTool(absent=True) as absent:
        assert {one.where for one in put.observed(path, absent)} == {"Stealth:Parameters"}
