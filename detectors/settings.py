"""What the built-in detectors can be told: small, frozen, and safe to hand to another process."""

from dataclasses import dataclass

from detectors.credentials.trust import TrustList


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """`trust`: whose signatures count, in the user's order; none is fine, signers are then not verified."""

    trust: tuple[TrustList, ...] = ()
