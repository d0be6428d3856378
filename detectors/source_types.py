"""The vocabulary of digital source types: which codes say that a model made or changed a picture.

IPTC NewsCodes `digitalsourcetype` (release 2024-10-23, cv.iptc.org) and the two values that C2PA adds (specification
2.2, section 18.14.4.5). Writers spell the same code as a URI with http or https, with a query or percent signs, as a
QCode, bare, or by the name that the vocabulary gives it ("Created using Generative AI"), so only the last part and its
letters count; one writer's misspelling that the C2PA guidance itself printed is read as what it means.
"""

import re
from enum import StrEnum
from urllib.parse import unquote


class Nature(StrEnum):
    """What a source type says about generative AI."""

    GENERATED = "generated"
    EDITED = "edited"
    POSSIBLE = "possible"
    NOT_AI = "not_ai"


NATURES: dict[str, Nature] = {
    "trainedAlgorithmicMedia": Nature.GENERATED,
    "trainedAlgorithmicData": Nature.GENERATED,
    "compositeWithTrainedAlgorithmicMedia": Nature.EDITED,
    "compositeSynthetic": Nature.EDITED,
    "composite": Nature.POSSIBLE,  # "may or may not be generative AI"
    "virtualRecording": Nature.POSSIBLE,  # "based on generative AI and/or captured elements"
    "algorithmicMedia": Nature.NOT_AI,  # purely algorithmic, not trained
    "algorithmicallyEnhanced": Nature.NOT_AI,
    "dataDrivenMedia": Nature.NOT_AI,
    "digitalCreation": Nature.NOT_AI,
    "digitalArt": Nature.NOT_AI,  # retired 2024-09-17
    "humanEdits": Nature.NOT_AI,
    "minorHumanEdits": Nature.NOT_AI,  # retired
    "softwareImage": Nature.NOT_AI,  # retired 2022-06-14
    "screenCapture": Nature.NOT_AI,
    "compositeCapture": Nature.NOT_AI,
    "digitalCapture": Nature.NOT_AI,
    "computationalCapture": Nature.NOT_AI,
    "negativeFilm": Nature.NOT_AI,
    "positiveFilm": Nature.NOT_AI,
    "print": Nature.NOT_AI,
    "empty": Nature.NOT_AI,
}

CAPTURED = frozenset({"digitalCapture", "computationalCapture", "compositeCapture", "negativeFilm", "positiveFilm"})
"""The codes that say that a camera saw it: with a model that generated it they can't both be true."""

COMPOSITES = frozenset({"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"})
"""The codes that say that something in it was made by a model, and not that all of it was."""

_MISSPELT = {"compositedwithtrainedalgorithmicmedia": "compositeWithTrainedAlgorithmicMedia"}
_BY_FOLDED = {code.lower(): code for code in NATURES}
_NAMES = {
    "createdusinggenerativeai": "trainedAlgorithmicMedia",
    "editedusinggenerativeai": "compositeWithTrainedAlgorithmicMedia",
    "compositeincludinggenerativeaielements": "compositeSynthetic",
    "compositeincludingsyntheticelements": "compositeSynthetic",
    "purealgorithmicmedia": "algorithmicMedia",
    "algorithmicallyalteredmedia": "algorithmicallyEnhanced",
    "digitalcapturesampledfromreallife": "digitalCapture",
    "originaldigitalcapturesampledfromreallife": "digitalCapture",
}
"""Names of codes, folded, where they say more than the code itself; IPTC NewsCodes, 2023 and 2024-09-17 (en-GB)."""
_NO_LETTERS = re.compile(r"[\W_]+")


def code_of(value: str) -> str | None:
    """The vocabulary's code in any of its spellings, or None for a value outside it.

    >>> code_of("https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")
    'trainedAlgorithmicMedia'
    >>> code_of("digsrctype:compositeSynthetic")
    'compositeSynthetic'
    >>> code_of("Created using Generative AI")
    'trainedAlgorithmicMedia'
    >>> code_of("a photograph") is None
    True
    """
    plain = unquote(value).strip().partition("?")[0].rstrip("/#")
    tail = _NO_LETTERS.sub("", re.split(r"[/:#.]", plain)[-1]).lower()
    return _BY_FOLDED.get(tail) or _MISSPELT.get(tail) or _NAMES.get(tail)


def nature_of(value: str) -> Nature | None:
    """What a digital source type says, or None for a value outside the vocabulary."""
    code = code_of(value)
    return NATURES[code] if code else None
