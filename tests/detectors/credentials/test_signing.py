from collections.abc import Callable
from pathlib import Path

import pytest

from detectors import TrustList
from detectors.credentials.signing import Authority, ai_manifest, manifest
from detectors.observation import Kind
from fixtures import media
from tests.detectors.credentials.conftest import observe

MAKERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "jpg": ("image/jpeg", lambda path: media.still(path, size=(160, 90))),
    "png": ("image/png", lambda path: media.still(path, size=(160, 90))),
    "webp": ("image/webp", lambda path: media.still(path, size=(160, 90))),
    "tiff": ("image/tiff", lambda path: media.picture(size=(160, 90)).save(path)),
    "gif": ("image/gif", lambda path: media.picture(size=(160, 90)).save(path)),
    "mp4": ("video/mp4", lambda path: media.movie(path, frames=4, size=(64, 36))),
    "mov": ("video/quicktime", lambda path: media.movie(path, frames=2, size=(64, 36), codec="prores_ks")),
    "avi": ("video/avi", lambda path: media.movie(path, frames=4, size=(64, 36), codec="mpeg4", start=None)),
    "wav": ("audio/wav", lambda path: media.sound(path, seconds=0.2)),
    "mp3": ("audio/mpeg", lambda path: media.sound(path, seconds=0.2)),
    "flac": ("audio/flac", lambda path: media.sound(path, seconds=0.2)),
    "m4a": ("audio/mp4", lambda path: media.sound(path, seconds=0.2)),
}


@pytest.mark.parametrize("suffix", MAKERS)
def test_a_signed_file_reads_trusted_by_whoever_lists_its_authority_and_untrusted_by_others(
    suffix: str, tmp_path: Path, authority: Authority, listed: tuple[TrustList, ...]
) -> None:
    mime, make = MAKERS[suffix]
    source, target = tmp_path / f"source.{suffix}", tmp_path / f"target.{suffix}"
    make(source)
    authority.sign(source, target, ai_manifest("target", mime))

    credential, statement = observe(target, lists=listed, form="unknown")
    assert (credential.kind, credential.facts["status"], statement.kind) == (Kind.CREDENTIAL, "trusted", Kind.AI)
    assert credential.facts["trust_list"] == "example list"
    assert observe(target, form="unknown")[0].facts["status"] == "untrusted"


def test_the_signer_says_who_they_want_to_be(tmp_path: Path, plain: Path) -> None:
    target = tmp_path / "signed.jpg"
    Authority.make("Nobody in particular").sign(
        plain, target, ai_manifest("x", "image/jpeg"), organisation="A Famous Vendor", common_name="Signer 7"
    )
    credential = observe(target)[0]
    assert credential.facts["status"] == "untrusted"
    signer = credential.facts["signer"]
    assert isinstance(signer, dict)
    assert (signer["organisation"], signer["common_name"]) == ("A Famous Vendor", "Signer 7")


def test_a_manifest_that_the_library_refuses_leaves_nothing_behind(tmp_path: Path, plain: Path) -> None:
    import c2pa

    target = tmp_path / "signed.jpg"
    with pytest.raises(c2pa.C2paError):
        Authority.make("Example").sign(plain, target, {"format": "image/jpeg", "assertions": "no list"})
    assert list(tmp_path.iterdir()) == []


def test_a_manifest_without_actions_has_no_assertion() -> None:
    assert manifest("x", "image/png", [])["assertions"] == []


def test_a_source_type_may_be_given_whole() -> None:
    assert "digsrctype:composite" in str(ai_manifest("x", "image/png", source_type="digsrctype:composite"))
