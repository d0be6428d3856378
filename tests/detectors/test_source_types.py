import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import source_types
from detectors.source_types import NATURES, Nature, code_of, nature_of

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.mark.parametrize("code", NATURES)
@pytest.mark.parametrize(
    "spelt",
    [
        IPTC + "{}",
        IPTC.replace("http:", "https:") + "{}",
        "http://c2pa.org/digitalsourcetype/{}",
        "digsrctype:{}",
        "{}",
        " {} ",
        IPTC + "{}/",
    ],
)
def test_every_spelling_of_every_code_is_read_as_it(code: str, spelt: str) -> None:
    assert code_of(spelt.format(code)) == code
    assert code_of(spelt.format(code).upper()) == code


def test_the_misspelling_of_the_guidance_is_read_as_what_it_means() -> None:
    assert code_of(IPTC + "compositedWithTrainedAlgorithmicMedia") == "compositeWithTrainedAlgorithmicMedia"


@pytest.mark.parametrize(
    ("code", "nature"),
    [
        ("trainedAlgorithmicMedia", Nature.GENERATED),
        ("compositeSynthetic", Nature.EDITED),
        ("virtualRecording", Nature.POSSIBLE),
        ("algorithmicMedia", Nature.NOT_AI),
        ("computationalCapture", Nature.NOT_AI),
        ("c2pa.trainedAlgorithmicData", Nature.GENERATED),
        ("notInVocabulary", None),
        ("", None),
    ],
)
def test_the_nature_of_a_code_is_the_vocabulary_s(code: str, nature: Nature | None) -> None:
    assert nature_of(code) is nature


@given(st.text())
def test_any_text_is_a_code_or_none(value: str) -> None:
    assert code_of(value) in {None, *NATURES}


def test_the_examples_in_the_docstrings_hold() -> None:
    found = doctest.testmod(source_types)
    assert (found.failed, found.attempted > 0) == (0, True)
