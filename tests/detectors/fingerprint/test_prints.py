"""What one content looks and sounds like, together."""

import numpy as np

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import Prints


def test_nothing_is_when_nobody_looked_or_listened_and_not_when_nothing_was_found() -> None:
    assert Prints().nothing
    assert not Prints(pictures=Fingerprints.join([])).nothing
    assert not Prints(local=LocalFeatures.join([])).nothing
    assert np.array_equal(Fingerprints.join([]).frames, [])
