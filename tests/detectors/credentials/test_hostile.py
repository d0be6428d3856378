"""Credentials that somebody has built to be believed, or to break their reader."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from detectors import TrustList
from detectors.credentials.signing import Authority, Ingredient, ai_manifest, manifest
from detectors.credentials.store import read
from detectors.credentials.trust import trust_of
from detectors.material import Sidecar
from detectors.observation import Kind
from fixtures.credentials import WITHOUT_ROOM, box, boxes, restored, signed, transplanted, unsigned
from fixtures.credentials import beside as signed_beside
from tests.detectors.credentials.conftest import beside, observe

Lists = tuple[TrustList, ...]


def doubled(store: bytes) -> bytes:
    """The manifest twice under one label."""
    kept = boxes(store[8:])
    return box(b"jumb", store[8:] + kept[-1])


def forged_behind(store: bytes) -> bytes:
    """The manifest, and behind it one of the same label whose text is another."""
    return box(
        b"jumb", store[8:] + boxes(store[8:])[-1].replace(b"trainedAlgorithmicMedia", b"digitalCapture/////////")
    )


def forged_before(store: bytes) -> bytes:
    """The same with the forged one first."""
    head, own = boxes(store[8:])
    return box(b"jumb", head + own.replace(b"trainedAlgorithmicMedia", b"digitalCapture/////////") + own)


def forged_assertions(store: bytes) -> bytes:
    """One manifest with two stores of assertions, the first of them forged."""
    head, own = boxes(store[8:])
    named, assertions, *rest = boxes(own[8:])
    forged = assertions.replace(b"trainedAlgorithmicMedia", b"digitalCapture/////////")
    return box(b"jumb", head + box(b"jumb", named + forged + assertions + b"".join(rest)))


@pytest.mark.parametrize("change", [doubled, forged_behind, forged_before, forged_assertions])
def test_a_label_that_stands_twice_never_makes_a_forged_text_believed(
    authority: Authority, tmp_path: Path, listed: Lists, change: Callable[[bytes], bytes]
) -> None:
    """In a sidecar, whose own bytes no hash covers."""
    master, sidecar = tmp_path / "master.exr", tmp_path / "master.c2pa"
    signed_beside(authority, master, sidecar)
    sidecar.write_bytes(change(sidecar.read_bytes()))
    told = beside(master, Sidecar(sidecar), lists=listed)
    says_ai = any(one.kind is Kind.AI for one in told)
    assert told[0].facts["status"] in {"tampered", "unreadable"} or says_ai


def test_a_credential_put_into_another_picture_is_tampered_with_and_what_it_says_is_kept(
    signed: Path, tmp_path: Path, listed: Lists
) -> None:
    other = unsigned(tmp_path / "other.jpg", seed=9)
    credential, statement = observe(transplanted(signed, other, tmp_path / "moved.jpg"), lists=listed)
    assert credential.facts["status"] == "tampered"
    assert (statement.facts["basis"], statement.strength) == ("broken", "strong")


def test_ingredients_that_lead_back_to_themselves_are_unreadable(
    authority: Authority, signed: Path, plain: Path, tmp_path: Path, listed: Lists
) -> None:
    middle, last = tmp_path / "middle.jpg", tmp_path / "last.jpg"
    authority.sign(plain, middle, manifest("m", "image/jpeg", []), ingredients=[Ingredient(signed, "image/jpeg")])
    authority.sign(plain, last, manifest("l", "image/jpeg", []), ingredients=[Ingredient(middle, "image/jpeg")])
    labels = [str(read(path, trust_of(listed)).store["active_manifest"]).encode() for path in (signed, middle, last)]

    def circle(store: bytes) -> bytes:
        parts = boxes(store[8:])
        turned = [part.replace(labels[0], labels[2]) if labels[1] in part[:120] else part for part in parts]
        return box(b"jumb", b"".join(turned))

    credential, *statements = observe(restored(last, tmp_path / "circle.jpg", circle), lists=listed)
    assert [each.facts["basis"] for each in statements] == ["broken"]
    assert credential.facts["status"] == "unreadable"
    assert "cyclic" in credential.value


def test_the_beginning_of_a_chain_of_thirty_edits_is_still_found(
    authority: Authority, signed: Path, plain: Path, tmp_path: Path, listed: Lists
) -> None:
    source = signed
    for number in range(30):
        target = tmp_path / f"{number}.jpg"
        authority.sign(plain, target, manifest("x", "image/jpeg", []), ingredients=[Ingredient(source, "image/jpeg")])
        source = target
    credential, statement = observe(source, lists=listed)
    assert (credential.facts["status"], credential.facts["manifests"]) == ("trusted", 31)
    assert (statement.facts["depth"], statement.claim) == (30, "generated")


def test_a_signer_who_takes_a_famous_name_is_trusted_by_nobody(plain: Path, tmp_path: Path, listed: Lists) -> None:
    target = tmp_path / "famous.jpg"
    Authority.make("Adobe Inc.").sign(
        plain, target, ai_manifest("x", "image/jpeg"), organisation="Adobe Inc.", common_name="cai-prod"
    )
    credential = observe(target, lists=listed)[0]
    assert (credential.facts["status"], credential.facts["trust_list"]) == ("untrusted", None)


class SelfSigned(Authority):
    """Signs with a certificate that vouches for itself, and sends a listed authority's along."""

    def _issue(
        self, organisation: str, common_name: str, *_: object
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        names = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common_name))
        name = x509.Name([x509.NameAttribute(kind, value) for kind, value in names])
        usage = x509.KeyUsage(True, *[False] * 8)  # noqa: FBT003 - the class's own order: it signs, and nothing else
        now = datetime.now(UTC)
        draft = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        )
        return draft.sign(key, hashes.SHA256()), key


def test_a_certificate_that_vouches_for_itself_is_no_authority_s_whatever_is_sent_along(
    authority: Authority, plain: Path, tmp_path: Path, listed: Lists
) -> None:
    target = tmp_path / "self.jpg"
    impostor = SelfSigned(authority.organisation, authority.certificate, authority.key)
    impostor.sign(plain, target, ai_manifest("x", "image/jpeg"), organisation="Google LLC")
    credential, statement = observe(target, lists=listed)
    assert (credential.facts["status"], statement.facts["basis"]) == ("untrusted", "untrusted")


@pytest.mark.parametrize("keep", [0.99, 0.9, 0.5, 0.2])
def test_a_truncated_file_is_never_trusted(authority: Authority, tmp_path: Path, listed: Lists, keep: float) -> None:
    for suffix in ("jpg", "png", "tiff", "gif", "webp"):
        whole = signed(authority, tmp_path / f"whole.{suffix}")
        cut = tmp_path / f"cut.{suffix}"
        cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * keep)])
        for told in observe(cut, lists=listed)[:1]:
            assert told.facts["status"] in {"tampered", "unreadable"}, (suffix, keep)


@pytest.mark.parametrize("suffix", WITHOUT_ROOM)
@pytest.mark.parametrize("content", [b"", b"no store", b"\0\0\0\x10jumb\0\0\0\0\0\0\0\0", bytes(5000)])
def test_a_sidecar_that_is_none_is_unreadable(tmp_path: Path, suffix: str, content: bytes) -> None:
    master = tmp_path / f"master.{suffix}"
    master.write_bytes(b"anything")
    sidecar = tmp_path / "master.c2pa"
    sidecar.write_bytes(content)
    assert [told.facts["status"] for told in beside(master, Sidecar(sidecar), form=suffix)] == ["unreadable"]


def test_a_sidecar_larger_than_any_store_is_not_read_whole(tmp_path: Path) -> None:
    master = tmp_path / "master.mxf"
    master.write_bytes(b"anything")
    sidecar = tmp_path / "master.c2pa"
    with sidecar.open("wb") as file:
        file.truncate(2**40)
    (credential,) = beside(master, Sidecar(sidecar), form="mxf")
    assert "larger" in credential.value
