"""Trust lists are kept as they were published, replaced whole or not at all, and a damaged one is no empty one."""

import os
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import pytest

from detectors.credentials.signing import Authority
from fixtures.trust import Answer, Server, published, serving
from scanner.errors import UsageError
from scanner.trust.download import DownloadError
from scanner.trust.lists import LARGEST, keep, load, read_list_file, remove, update

Source: TypeAlias = tuple[Server, dict[str, bytes | Answer]]
MANIFEST, TSA = "/C2PA-TRUST-LIST.json", "/C2PA-TSA-TRUST-LIST.json"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make("Example CA")


@pytest.fixture
def pem(authority: Authority, tmp_path: Path) -> Path:
    file = tmp_path / "studio-ca.pem"
    file.write_bytes("# Bürgschaft\r\n".encode("latin-1") + authority.certificate_pem)
    return file


def test_a_list_is_kept_as_it_was_published_and_for_its_owner_alone(pem: Path, tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    kept = read_list_file(pem, "manifest", None, date(2026, 8, 5), date(2027, 8, 5))
    assert keep(data, kept) is False
    assert load(data) == (kept,)
    (listed,) = (one.trust_list for one in load(data))
    assert (listed.name, listed.kind, listed.digest) == ("studio-ca", "manifest", sha256(pem.read_bytes()).hexdigest())
    assert [oct(folder.stat().st_mode)[-3:] for folder in (data, data / "trust")] == ["700", "700"]
    assert keep(data, read_list_file(pem, "tsa", "studio-ca")) is True
    assert [(one.trust_list.kind, one.trust_list.issued) for one in load(data)] == [("tsa", None)]


def test_the_form_in_which_c2pa_publishes_states_its_own_dates(authority: Authority, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(published(authority))
    listed = read_list_file(file, "manifest", "c2pa", date(2020, 1, 1)).trust_list
    assert (listed.issued, listed.next_update) == (date(2026, 8, 5), date(2027, 8, 5))
    assert listed.issuer == "Example Coalition"
    assert listed.digest == sha256(file.read_bytes()).hexdigest()
    assert (
        listed.certificates()
        == read_list_file(_written(tmp_path, authority), "manifest", "c2pa").trust_list.certificates()
    )


def _written(folder: Path, authority: Authority) -> Path:
    file = folder / "plain.pem"
    file.write_bytes(authority.certificate_pem)
    return file


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"nothing", "no PEM certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "certificate 1 can't be read"),
        (b"{", "no list in the form of ETSI"),
        (b"[" * 100_000, "no PEM certificate"),
        (b'{"a":' * 100_000, "no list in the form of ETSI"),
        (b'{"LoTE": {}}', "no list in the form of ETSI"),
        (published(), "no PEM certificate"),
        (b"x" * (LARGEST + 1), "too large"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "odd.pem").write_bytes(content)
    with pytest.raises(UsageError, match=why):
        read_list_file(tmp_path / "odd.pem", "manifest", None)


def test_a_list_that_was_cut_short_or_holds_a_key_is_refused(authority: Authority, tmp_path: Path) -> None:
    whole = authority.certificate_pem
    for content, why in ((whole + whole[:200], "cut short"), (whole + b"-----BEGIN PRIVATE KEY-----", "private key")):
        (tmp_path / "odd.pem").write_bytes(content)
        with pytest.raises(UsageError, match=why):
            read_list_file(tmp_path / "odd.pem", "manifest", None)


def test_authorities_that_are_no_longer_trusted_are_left_out(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_bytes(published(authority, status="http://c2pa.org/conformance/withdrawn"))
    with pytest.raises(UsageError, match="no PEM certificate"):
        read_list_file(tmp_path / "list.json", "manifest", None)


def test_a_list_of_a_kind_as_which_it_would_vouch_for_nobody_is_refused(pem: Path, authority: Authority) -> None:
    with pytest.raises(UsageError, match="authorities and no signer's own"):
        read_list_file(pem, "allowed", None)
    leaf, _ = authority._issue("Example Studio", "Example Signer", None)
    from cryptography.hazmat.primitives.serialization import Encoding

    pem.write_bytes(leaf.public_bytes(Encoding.PEM))
    assert read_list_file(pem, "allowed", None).trust_list.authorities() == 0
    with pytest.raises(UsageError, match="no authority's"):
        read_list_file(pem, "manifest", None)


@pytest.mark.parametrize("name", ["", "../escape", "a/b", ".hidden", "a b", "x" * 65])
def test_a_name_that_is_no_file_name_is_refused(name: str, pem: Path) -> None:
    with pytest.raises(UsageError, match="can't be the name"):
        read_list_file(pem, "manifest", name)


def test_lists_are_taken_away_all_or_none(pem: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        keep(tmp_path, read_list_file(pem, "manifest", name))
    with pytest.raises(UsageError, match="no trust list 'twi'; did you mean two"):
        remove(tmp_path, ["one", "twi"])
    assert len(load(tmp_path)) == 2
    remove(tmp_path, ["one", "two"])
    assert load(tmp_path) == ()


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b'{"schema": "provscan/trust-list/9"}', b"\xff"])
def test_a_damaged_list_is_told_and_never_left_out_in_silence(damage: bytes, pem: Path, tmp_path: Path) -> None:
    keep(tmp_path, read_list_file(pem, "manifest", "studio"))
    (tmp_path / "trust" / "studio.json").write_bytes(damage)
    with pytest.raises(UsageError, match=r"studio\.json is damaged"):
        load(tmp_path)
    remove(tmp_path, ["studio"])
    assert load(tmp_path) == ()


def test_a_write_that_is_interrupted_leaves_the_list_that_was_there(
    pem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = read_list_file(pem, "manifest", "studio")
    keep(tmp_path, kept)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        keep(tmp_path, read_list_file(pem, "tsa", "studio"))
    assert load(tmp_path) == (kept,)


@pytest.fixture
def source(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    """A server of the two lists, and what it answers."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    answers: dict[str, bytes | Answer] = {
        MANIFEST: published(authority),
        TSA: published(authority, Authority.make("Example TSA")),
    }
    with serving(tmp_path, answers) as server:
        yield server, answers


def test_the_published_lists_are_got_once_and_then_unchanged(
    source: Source, authority: Authority, tmp_path: Path
) -> None:
    server, answers = source
    one, two = published(authority), published(authority, Authority.make("Example TSA"))
    answers |= {MANIFEST: one, TSA: two}
    done = [update(tmp_path / "data", f"{server.url}/", server.authority) for _ in range(2)]
    assert [[one.change for one in row] for row in done] == [["new", "new"], ["unchanged", "unchanged"]]
    assert [
        (one.trust_list.name, one.trust_list.kind, one.trust_list.digest, one.source) for one in load(tmp_path / "data")
    ] == [
        ("c2pa-trust-list", "manifest", sha256(one).hexdigest(), server.url + MANIFEST),
        ("c2pa-tsa-trust-list", "tsa", sha256(two).hexdigest(), server.url + TSA),
    ]
    answers[TSA] = published(Authority.make("Another TSA"), issued="2026-09-01")
    assert [one.change for one in update(tmp_path / "data", server.url, server.authority)] == ["unchanged", "changed"]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"<html>not here</html>", "what came is no trust list"),
        (b"", "what came is no trust list"),
        (published(Authority.make("Old"), issued="2026-08-04"), "issued on 2026-08-04, before the one here"),
        (Authority.make("Dateless").certificate_pem, "states no date"),
        (b"x" * (LARGEST + 1), "larger than"),
        (None, "answers 404"),
    ],
)
def test_whatever_is_wrong_with_one_list_leaves_both_as_they_were(
    bad: bytes | None, why: str, source: Source, authority: Authority, tmp_path: Path
) -> None:
    server, answers = source
    update(tmp_path / "data", server.url, server.authority)
    before = {file: file.read_bytes() for file in (tmp_path / "data" / "trust").iterdir()}
    answers[MANIFEST] = published(authority, issued="2026-10-01")
    del answers[TSA]
    if bad is not None:
        answers[TSA] = bad
    with pytest.raises(DownloadError, match=why):
        update(tmp_path / "data", server.url, server.authority)
    assert {file: file.read_bytes() for file in (tmp_path / "data" / "trust").iterdir()} == before
