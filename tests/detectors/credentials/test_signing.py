from pathlib import Path

import pytest

from detectors import TrustList
from detectors.credentials.signing import Authority, ai_manifest, manifest
from detectors.material import Sidecar
from detectors.observation import Kind
from fixtures.credentials import MEDIA_TYPES, WITHOUT_ROOM, changed, signed
from fixtures.credentials import beside as signed_beside
from tests.detectors.credentials.conftest import beside, observe


@pytest.mark.parametrize("suffix", MEDIA_TYPES)
def test_a_signed_file_reads_trusted_by_whoever_lists_its_authority_and_untrusted_by_others(
    suffix: str, tmp_path: Path, authority: Authority, listed: tuple[TrustList, ...]
) -> None:
    target = signed(authority, tmp_path / f"target.{suffix}")
    credential, statement = observe(target, lists=listed, form="unknown")
    assert (credential.kind, credential.facts["status"], statement.kind) == (Kind.CREDENTIAL, "trusted", Kind.AI)
    assert (credential.facts["trust_list"], credential.facts["source"]) == ("example list", "embedded")
    assert observe(target, form="unknown")[0].facts["status"] == "untrusted"
    broken = changed(target, tmp_path / f"changed.{suffix}")
    assert observe(broken, lists=listed, form="unknown")[0].facts["status"] == "tampered"


@pytest.mark.parametrize("suffix", WITHOUT_ROOM)
def test_what_can_t_hold_a_credential_reads_trusted_with_its_sidecar(
    suffix: str, tmp_path: Path, authority: Authority, listed: tuple[TrustList, ...]
) -> None:
    master = signed_beside(authority, tmp_path / f"master.{suffix}", tmp_path / "master.c2pa")
    credential, statement = beside(master, Sidecar(tmp_path / "master.c2pa"), lists=listed, form=suffix)
    assert (credential.facts["status"], credential.facts["source"]) == ("trusted", "sidecar")
    assert statement.claim == "generated"


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
