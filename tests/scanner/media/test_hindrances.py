import pytest

from detectors.material import Hindrance, MaterialError
from scanner.media.errors import MediaError, MediaTimeoutError, RefusedError, UnsupportedMediaError
from scanner.media.hindrances import material_error, reason_of
from scanner.terms.reasons import UNEXAMINED, Reason


@pytest.mark.parametrize("hindrance", Hindrance)
def test_every_hindrance_is_a_reason_of_its_own(hindrance: Hindrance) -> None:
    reason = reason_of(MaterialError("it can't be read", hindrance))
    assert reason in UNEXAMINED | {Reason.SCAN_PARTIAL}
    assert sum(reason_of(MaterialError("", other)) == reason for other in Hindrance) == 1


@pytest.mark.parametrize("kind", [MediaError, MediaTimeoutError, RefusedError, UnsupportedMediaError])
def test_what_the_media_room_could_not_read_keeps_its_reason_and_its_words(kind: type[MediaError]) -> None:
    error = material_error(kind("no moov atom"))
    assert (reason_of(error), str(error)) == (kind.reason, "no moov atom")
    assert str(material_error(kind("no moov atom"), "exiftool gave up")) == "exiftool gave up"
