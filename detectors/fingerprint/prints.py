"""All that is known of how one content looks and sounds, in the form in which it is kept and compared.

Nothing is computed here: `picture`, `local` and `sound` do that, each of its own algorithm and version.
"""

from dataclasses import dataclass

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.sound import SoundPrints


@dataclass(frozen=True, slots=True)
class Prints:
    """The fingerprints of one content. None: it has no such thing, or nobody looked or listened."""

    pictures: Fingerprints | None = None
    local: LocalFeatures | None = None
    sound: SoundPrints | None = None

    @property
    def nothing(self) -> bool:
        """Whether there are none of any sort."""
        return self.pictures is None and self.local is None and self.sound is None
