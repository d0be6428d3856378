"""What can be seen in one asset. Knows nothing of drops, paper or reports, and imports nothing from scanner."""

from detectors.credentials.detector import CredentialsDetector
from detectors.markers.match import MarkersDetector
from detectors.material import Detector
from detectors.settings import DetectorSettings, RuleTable
from detectors.trust_list import TrustList, TrustListError
from detectors.watermark import WatermarkDetector

__all__ = ["BUILTIN", "DetectorSettings", "RuleTable", "TrustList", "TrustListError", "builtin"]

BUILTIN: tuple[type[CredentialsDetector] | type[MarkersDetector] | type[WatermarkDetector], ...] = (
    CredentialsDetector,
    MarkersDetector,
    WatermarkDetector,
)
"""The detectors that come with the product, in the order in which reports list what they saw."""


def builtin(settings: DetectorSettings) -> tuple[Detector, ...]:
    """The built-in detectors, made as the settings want them; cheap, until the first one looks at something."""
    return tuple(detector.of(settings) for detector in BUILTIN)
