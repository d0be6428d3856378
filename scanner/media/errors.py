"""What can be wrong with media that come in, each with the reason that the report gives.

MediaError                scan.unreadable           what came in can't be read
├── MediaTimeoutError     scan.timeout              it took longer than it may
├── RefusedError          scan.refused              opening it would open something else
└── UnsupportedMediaError scan.unsupported_media    nothing here reads this kind
"""

from typing import ClassVar

from scanner.terms.reasons import Reason


class MediaError(Exception):
    """What came in can't be read. `reason` is that of the problem; the message is for the report."""

    reason: ClassVar[Reason] = Reason.SCAN_UNREADABLE


class MediaTimeoutError(MediaError):
    """Reading took longer than it may."""

    reason = Reason.SCAN_TIMEOUT


class RefusedError(MediaError):
    """Opening it would open something else."""

    reason = Reason.SCAN_REFUSED


class UnsupportedMediaError(MediaError):
    """Nothing here reads this kind of media."""

    reason = Reason.SCAN_UNSUPPORTED_MEDIA
