"""Marks that can't both be true, and those that can."""

import pytest

from detectors.markers.match import MarkersDetector
from detectors.material import FakeMaterial, Tag
from detectors.observation import CONTRADICTION, Kind, Observation, Strength
from fixtures.marks import AIGC, INFOTEXT, SOURCE_TYPE

CAMERA = {"IFD0:Make": "Camera Works", "IFD0:Model": "One", "ExifIFD:FNumber": "4", "ExifIFD:ISO": "100"}
CAPTURED = {"XMP-iptcExt:DigitalSourceType": f"{SOURCE_TYPE}digitalCapture"}
GENERATED = {"XMP-iptcExt:DigitalSourceType": f"{SOURCE_TYPE}trainedAlgorithmicMedia"}
EDITED = {"XMP-iptcExt:DigitalSourceType": f"{SOURCE_TYPE}compositeWithTrainedAlgorithmicMedia"}
LABEL = {"XMP-TC260:Aigc": AIGC}


def seen(tags: dict[str, str]) -> list[Observation]:
    material = FakeMaterial(by_name={"picture.png": [Tag("exiftool", key, value) for key, value in tags.items()]})
    return [one for one in MarkersDetector().observe(material) if one.rule == CONTRADICTION]


@pytest.mark.parametrize(
    "tags", [CAPTURED | LABEL, CAMERA | GENERATED, CAMERA | LABEL, CAMERA | {"PNG:Parameters": INFOTEXT}]
)
def test_captured_and_generated_contradict_each_other(tags: dict[str, str]) -> None:
    [told] = seen(tags)
    assert (told.kind, told.strength) == (Kind.NOTE, Strength.STRONG)
    assert " against " in told.where


@pytest.mark.parametrize(
    "tags",
    [
        CAMERA | CAPTURED,
        CAMERA | EDITED,
        LABEL,
        CAPTURED,
        CAPTURED | {"XMP-TC260:Aigc": AIGC.replace('"Label": "1"', '"Label": "2"')},
        GENERATED | {"IFD0:Make": "Camera Works", "IFD0:Model": "One"},
        GENERATED | {key: value for key, value in CAMERA.items() if key != "IFD0:Make"},
    ],
    ids=["photograph", "edited", "label", "captured", "possible", "names alone", "exposure alone"],
)
def test_what_can_be_true_together_is_no_contradiction(tags: dict[str, str]) -> None:
    assert seen(tags) == []


def test_it_says_which_marks_they_are() -> None:
    [told] = seen(CAPTURED | LABEL)
    assert told.facts == {"captured": ["XMP-iptcExt:DigitalSourceType"], "contradicts": ["tc260.generated"]}
    assert told.value.endswith("digitalCapture")
