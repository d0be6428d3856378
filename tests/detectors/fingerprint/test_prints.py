"""What one content looks and sounds like, together."""

import re
from dataclasses import fields, replace

import numpy as np
import pytest

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import PRINT_KINDS, Prints
from detectors.fingerprint.sound import SoundPrints

EVERY_PART = Prints(Fingerprints.join([]), LocalFeatures.join([]), SoundPrints(()))


def test_nothing_is_when_nobody_looked_or_listened_and_not_when_nothing_was_found() -> None:
    assert Prints().nothing
    assert not Prints(pictures=Fingerprints.join([])).nothing
    assert not Prints(local=LocalFeatures.join([])).nothing
    assert np.array_equal(Fingerprints.join([]).frames, [])


def test_names_algorithms_and_their_order_are_frozen() -> None:
    """Libraries, caches and archives on people's disks name them, in this order. A change throws all of them away."""
    frozen = {"pictures": "pdq/2", "local": "orb/1", "sound": "chromaprint/1+landmark/1"}
    assert [(kind.name, kind.algorithm) for kind in PRINT_KINDS] == list(frozen.items())


def test_each_field_of_the_prints_is_of_a_kind_and_made_by_its_algorithm() -> None:
    assert [field.name for field in fields(Prints)] == [kind.name for kind in PRINT_KINDS]
    assert [kind for kind, _ in EVERY_PART.parts()] == list(PRINT_KINDS)
    for kind, part in EVERY_PART.parts():
        assert type(part) is kind.form
        assert part.algorithm == kind.algorithm
        assert part is getattr(EVERY_PART, kind.name)
    assert list(Prints().parts()) == []


def test_prints_of_another_algorithm_are_refused_whatever_their_kind() -> None:
    EVERY_PART.require_current()
    Prints().require_current()
    for kind, part in EVERY_PART.parts():
        old = kind.form.from_bytes(part.to_bytes(), "old/0")
        with pytest.raises(ValueError, match=re.escape(f"old/0 and {kind.algorithm} prints are never compared")):
            replace(EVERY_PART, **{kind.name: old}).require_current()
