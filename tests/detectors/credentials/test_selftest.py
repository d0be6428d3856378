from collections.abc import Iterator
from pathlib import Path

import pytest

from detectors.credentials import selftest
from detectors.credentials.selftest import fault
from detectors.credentials.store import CredentialReading, ReadOutcome
from detectors.credentials.trust import Trust, trust_of
from detectors.material import Hindrance, MaterialError
from detectors.trust_list import TrustList
from scanner.run.inputs import degraded
from tests.detectors.credentials.conftest import observe


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    fault.cache_clear()
    yield
    fault.cache_clear()


def test_the_reader_reads_as_it_should() -> None:
    assert fault() == ""
    assert "credentials" not in {row["detector"] for row in degraded()}


def test_it_is_tried_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fault() == ""
    monkeypatch.setattr(selftest, "_tried", lambda _: "again")
    assert fault() == ""


def blind(*_: object) -> CredentialReading:
    return CredentialReading(ReadOutcome.NONE)


def trusting(path: Path, _: Trust) -> CredentialReading:
    if path.name == "plain.png":
        return CredentialReading(ReadOutcome.NONE)
    return CredentialReading(ReadOutcome.READ, {"manifests": {}, "validation_state": "Trusted"}, vouched_by="self-test")


@pytest.mark.parametrize(
    ("reader", "said"), [(blind, "listed signer's reads none"), (trusting, "unlisted signer's reads trusted")]
)
def test_one_that_sees_nothing_or_trusts_anybody_is_found_out_and_nothing_rests_on_it(
    monkeypatch: pytest.MonkeyPatch, signed: Path, reader: object, said: str
) -> None:
    monkeypatch.setattr(selftest, "read", reader)
    assert said in fault()
    with pytest.raises(MaterialError, match=said) as raised:
        observe(signed)
    assert raised.value.hindrance is Hindrance.CRASHED
    assert [row["detector"] for row in degraded() if said in row["why"]] == ["credentials"]


def test_a_setting_that_the_library_no_longer_reads_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anchors under a key that it ignores, as it did with the ones of 0.37."""

    def outdated(lists: tuple[TrustList, ...]) -> Trust:
        made = trust_of(lists)
        return Trust(made.text.replace('"anchors"', '"anchor"'), made.names, made.allowed)

    monkeypatch.setattr(selftest, "trust_of", outdated)
    assert "reads untrusted, not trusted" in fault()


def test_a_library_that_raises_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> CredentialReading:
        raise OSError("libc2pa_c.so is gone")

    monkeypatch.setattr(selftest, "read", broken)
    assert "libc2pa_c.so is gone" in fault()


def test_another_minor_version_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "reader_version", lambda: "0.39.0")
    assert "0.39.0" in fault()
