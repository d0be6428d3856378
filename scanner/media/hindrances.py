"""What kept a file from being read, in the words of detectors and in those of reports: the one place that knows both.

Detectors know no reason codes; the media room knows no detectors. A material stands between them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from detectors.material import Hindrance, MaterialError
from scanner.media.errors import MediaError
from scanner.terms.reasons import Reason

_REASONS: Mapping[Hindrance, Reason] = MappingProxyType(
    {
        Hindrance.UNREADABLE: Reason.SCAN_UNREADABLE,
        Hindrance.PARTIAL: Reason.SCAN_PARTIAL,
        Hindrance.TIMEOUT: Reason.SCAN_TIMEOUT,
        Hindrance.CRASHED: Reason.SCAN_CRASHED,
        Hindrance.REFUSED: Reason.SCAN_REFUSED,
        Hindrance.UNSUPPORTED: Reason.SCAN_UNSUPPORTED_MEDIA,
    }
)
_HINDRANCES = MappingProxyType({reason: hindrance for hindrance, reason in _REASONS.items()})


def reason_of(error: MaterialError) -> Reason:
    """The reason of the problem that an error of a material becomes."""
    return _REASONS[error.hindrance]


def material_error(error: MediaError, message: str = "") -> MaterialError:
    """The error that a detector gets where the media room could not read a file; with its own message, if any."""
    return MaterialError(message or str(error), _HINDRANCES[error.reason])
