import json
import pickle

import pytest

from detectors import TrustList, TrustListError
from detectors.credentials.signing import Authority
from detectors.credentials.trust import check_settings, digest_of, trust_of


def test_a_list_without_a_certificate_is_refused() -> None:
    with pytest.raises(TrustListError, match="no PEM certificate"):
        TrustList("empty", "manifest", b"# nothing here")


def test_a_list_with_a_broken_certificate_is_refused_by_name() -> None:
    with pytest.raises(TrustListError, match=r"studio.*certificate 1"):
        TrustList("studio", "tsa", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")


def test_a_list_needs_a_name_and_a_known_kind(authority: Authority) -> None:
    with pytest.raises(TrustListError, match="needs a name"):
        TrustList("", "manifest", authority.certificate_pem)
    with pytest.raises(TrustListError, match="kind"):
        TrustList("x", "cawg", authority.certificate_pem)  # type: ignore[arg-type] # what a config file may say


def test_text_between_certificates_is_left_out(authority: Authority) -> None:
    noisy = b"Subject\tCN=Example\r\n" + authority.certificate_pem + b"# end"
    (block,) = TrustList("x", "manifest", noisy).certificates().values()
    assert block.startswith("-----BEGIN")
    assert block.endswith("CERTIFICATE-----")


def test_each_certificate_goes_into_one_list_manifest_lists_first(authority: Authority) -> None:
    other = Authority.make("Another CA")
    both = authority.certificate_pem + other.certificate_pem
    trust = trust_of(
        (
            TrustList("times", "tsa", both),
            TrustList("single", "allowed", other.certificate_pem),
            TrustList("signers", "manifest", authority.certificate_pem),
        )
    )
    anchors = json.loads(trust.text)["trust"]["anchors"]
    assert [anchor["trust_kind"] for anchor in anchors] == ["manifest", "manifest"]
    assert [(anchor["trust_anchors"] + anchor.get("allowed_list", "")).count("BEGIN") for anchor in anchors] == [1, 1]
    assert (list(trust.names.values()), trust.allowed) == (["signers"], ("single",))


def test_the_reader_never_uses_the_network_and_never_resolves_identities() -> None:
    settings = json.loads(trust_of(()).text)
    assert settings["verify"]["remote_manifest_fetch"] is False
    assert settings["verify"]["ocsp_fetch"] is False
    assert settings["core"]["allowed_network_hosts"] == []
    assert settings["core"]["allow_redirects"] is False
    assert settings["core"]["decode_identity_assertions"] is False


@pytest.mark.parametrize(
    "settings",
    [
        {"veryfy": {"remote_manifest_fetch": False}},
        {"verify": {"remote_manifest_fetsh": False}},
        {"core": {"network": False}},
        {"trust": {"user_anchors": "x"}},
        {"trust": {"anchors": [{"trust_urn": "x"}]}},
    ],
)
def test_a_setting_that_the_library_would_ignore_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="knows no setting"):
        check_settings(settings)  # type: ignore[arg-type] # plain JSON


def test_another_list_gives_another_digest_and_the_same_lists_the_same(listed: tuple[TrustList, ...]) -> None:
    assert digest_of(()) != digest_of(listed)
    assert digest_of(listed) == digest_of(pickle.loads(pickle.dumps(listed)))  # noqa: S301 - made one line up


def test_the_order_of_lists_and_of_their_certificates_changes_nothing(authority: Authority) -> None:
    one, two = authority.certificate_pem, Authority.make("Another CA").certificate_pem
    first, second = TrustList("a", "manifest", one), TrustList("b", "manifest", one + two)
    assert trust_of((first, second)) == trust_of((second, first))
    turned = TrustList("b", "manifest", two.replace(b"\n", b"\r\n") + one)
    assert trust_of((first, second)).text == trust_of((first, turned)).text


def test_another_name_is_another_digest_because_it_is_what_a_report_prints(authority: Authority) -> None:
    one, other = (TrustList(name, "manifest", authority.certificate_pem) for name in ("a", "b"))
    assert digest_of((one,)) != digest_of((other,))
