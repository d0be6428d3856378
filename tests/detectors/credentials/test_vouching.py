"""Who vouches for a signer once the library no longer says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from detectors import TrustList
from detectors.credentials.signing import Authority, Ingredient, ai_manifest, manifest
from detectors.credentials.status import as_of
from detectors.credentials.trust import trust_of
from detectors.credentials.vouching import vouching_list
from detectors.trust_list import ListKind
from tests.detectors.credentials.conftest import Expiring, observe

START = datetime(2024, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)

Made = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def made(
    name: str, issuer: Made | None = None, *, ca: bool | None = True, length: int | None = None, years: int = 9
) -> Made:
    """A certificate of that name and its key; self-signed without an issuer, without constraints where `ca` is None."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    draft = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer[0].subject if issuer else own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + years * YEAR)
    )
    if ca is not None:
        draft = draft.add_extension(x509.BasicConstraints(ca=ca, path_length=length), critical=True)
    return draft.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def der(*certificates: Made) -> list[bytes]:
    return [one.public_bytes(serialization.Encoding.DER) for one, _ in certificates]


def listing(kind: ListKind, *certificates: Made) -> TrustList:
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one, _ in certificates)
    return TrustList(f"the {kind} list", kind, pem)


@pytest.fixture(scope="module")
def root() -> Made:
    return made("root")


def test_an_authority_vouches_for_those_it_issued_and_through_others(root: Made) -> None:
    trust = trust_of((listing("manifest", root),))
    middle = made("middle", root)
    near, far = made("near", root, ca=False, years=1), made("far", middle, ca=False, years=1)
    assert vouching_list(der(near), trust) == "the manifest list"
    assert vouching_list(der(near, root), trust) == "the manifest list"
    assert vouching_list(der(far, middle), trust) == "the manifest list"
    assert vouching_list(der(far), trust) is None
    assert vouching_list(der(far, root, middle), trust) == "the manifest list"


def test_a_listed_middle_needs_no_root(root: Made) -> None:
    middle = made("middle", root)
    signer = made("signer", middle, ca=False, years=1)
    assert vouching_list(der(signer, middle, root), trust_of((listing("manifest", middle),))) == "the manifest list"


def test_a_signer_allowed_alone_is_vouched_for_and_one_of_the_same_name_is_not(root: Made) -> None:
    signer, double = made("signer", root, ca=False), made("signer", root, ca=False)
    trust = trust_of((listing("allowed", signer),))
    assert vouching_list(der(signer), trust) == "the allowed list"
    assert vouching_list(der(double), trust) is None


def test_a_list_of_time_stamps_vouches_for_nobody(root: Made) -> None:
    assert vouching_list(der(made("signer", root, ca=False)), trust_of((listing("tsa", root),))) is None


@pytest.mark.parametrize("ca", [False, None])
def test_a_signer_can_t_issue_another(root: Made, ca: bool | None) -> None:
    signer = made("signer", root, ca=ca)
    other = made("other", signer, ca=False, years=1)
    assert vouching_list(der(other, signer), trust_of((listing("manifest", root),))) is None


def test_an_authority_that_may_issue_only_signers_has_no_others_below_it() -> None:
    root = made("root", length=0)
    middle = made("middle", root)
    trust = trust_of((listing("manifest", root),))
    assert vouching_list(der(made("near", root, ca=False)), trust) == "the manifest list"
    assert vouching_list(der(made("far", middle, ca=False), middle), trust) is None


def test_an_authority_that_ends_before_its_signer_does_not_vouch() -> None:
    root = made("root", years=1)
    assert vouching_list(der(made("signer", root, ca=False, years=2)), trust_of((listing("manifest", root),))) is None


def test_a_name_and_a_serial_number_alone_are_nothing(root: Made) -> None:
    double = made("root")
    assert vouching_list(der(made("signer", double, ca=False)), trust_of((listing("manifest", root),))) is None


@pytest.mark.parametrize("chain", [[], [b""], [b"no certificate"]])
def test_what_is_no_certificate_is_vouched_for_by_nobody(root: Made, chain: list[bytes]) -> None:
    assert vouching_list(chain, trust_of((listing("manifest", root),))) is None


@pytest.mark.parametrize("days", [-40, -5, 0, 1, 400])
def test_a_report_of_a_day_is_the_same_whether_the_file_was_read_before_or_after_the_certificate_ran_out(
    expiring: Expiring, listed: tuple[TrustList, ...], days: int
) -> None:
    day = expiring.ended.date() + timedelta(days=days)
    after = observe(expiring.path, lists=listed)
    assert [one.facts["status"] for one in after[:1]] == ["expired"]
    assert as_of(after, day) == as_of(expiring.before, day)
    assert as_of(after, day)[0].facts["status"] == ("expired" if days > 0 else "trusted")


@pytest.mark.parametrize("days", [-5, 0, 1, 400])
def test_what_was_made_from_it_is_the_same_before_and_after_too(
    expiring: Expiring, listed: tuple[TrustList, ...], days: int
) -> None:
    day = expiring.ended.date() + timedelta(days=days)
    after = observe(expiring.made_from, lists=listed)
    assert as_of(after, day) == as_of(expiring.made_from_before, day)
    assert after[0].facts["status"] == "trusted"


def test_an_ingredient_whose_signer_is_on_no_list_of_ours_costs_the_whole_its_trust(
    expiring: Expiring, authority: Authority, plain: Path, tmp_path: Path, listed: tuple[TrustList, ...]
) -> None:
    """Whoever made the picture trusted them; that one of its other ingredients only ran out doesn't help."""
    other = Authority.make("Another CA")
    stranger, above = tmp_path / "stranger.jpg", tmp_path / "above.jpg"
    other.sign(plain, stranger, ai_manifest("x", "image/jpeg"))
    parts = [Ingredient(expiring.path, "image/jpeg"), Ingredient(stranger, "image/jpeg", "componentOf")]
    authority.sign(plain, above, manifest("x", "image/jpeg", []), ingredients=parts, trusts=[authority, other])
    assert observe(above, lists=listed)[0].facts["status"] == "untrusted"
    both = (*listed, TrustList("another list", "manifest", other.certificate_pem))
    assert observe(above, lists=both)[0].facts["status"] == "trusted"


@pytest.mark.parametrize("days", [-5, 0, 1])
def test_and_by_a_reader_that_lists_nobody(expiring: Expiring, days: int) -> None:
    after = observe(expiring.path)
    on_the_day = as_of(after, expiring.ended.date() + timedelta(days=days))[0]
    assert on_the_day.facts["status"] == ("expired" if days > 0 else "untrusted")


def test_a_different_authority_does_not_vouch(expiring: Expiring) -> None:
    lists = (TrustList("another", "manifest", Authority.make("Another CA").certificate_pem),)
    (credential, *_) = observe(expiring.path, lists=lists)
    assert credential.facts["trust_list"] is None
    assert as_of([credential], expiring.ended.date())[0].facts["status"] == "untrusted"
