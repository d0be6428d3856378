"""What can be seen in one asset. Knows nothing of drops, paper or reports, and imports nothing from scanner."""

from detectors.credentials.detector import CredentialsDetector
from detectors.credentials.trust import TrustList, TrustListError
from detectors.markers.match import MarkersDetector
from detectors.material import Detector
from detectors.settings import DetectorSettings

__all__ = ["BUILTIN", "DetectorSettings", "TrustList", "TrustListError", "builtin"]

BUILTIN: tuple[type[CredentialsDetector] | type[MarkersDetector], ...] = (CredentialsDetector, MarkersDetector)
"""The detectors that come with the product, in the order in which reports list what they saw."""


def builtin(settings: DetectorSettings) -> tuple[Detector, ...]:
    """The built-in detectors, made as the settings want them; cheap, until the first one looks at something."""
    return tuple(detector.of(settings) for detector in BUILTIN)
