from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from detectors.credentials.jumbf import MalformedError, certificates
from detectors.credentials.signing import Authority
from detectors.credentials.store import read, store_of
from detectors.credentials.trust import trust_of
from fixtures.credentials import MEDIA_TYPES, beside, box, boxes, signed

LABEL = "urn:c2pa:one"
HEADERS = bytes.fromhex("a1182181") + b"\x43abc"
"""A map of one header, 33, with a list of one certificate of three bytes."""


def superbox(label: str, *contents: bytes) -> bytes:
    return box(b"jumb", box(b"jumd", bytes(17) + label.encode() + b"\0") + b"".join(contents))


def store(message: bytes, label: str = LABEL) -> bytes:
    return superbox("c2pa", superbox(label, superbox("c2pa.signature", box(b"cbor", message))))


def message(protected: bytes = HEADERS, unprotected: bytes = b"\xa0") -> bytes:
    """A COSE_Sign1 with its tag."""
    return b"\xd2\x84" + bytes([0x40 + len(protected)]) + protected + unprotected + b"\xf6\x41s"


@pytest.mark.parametrize("suffix", MEDIA_TYPES)
def test_the_signer_s_certificate_is_found_in_every_format(suffix: str, authority: Authority, tmp_path: Path) -> None:
    path = signed(authority, tmp_path / f"signed.{suffix}")
    label = str(read(path, trust_of(())).store["active_manifest"])
    form = {"jpg": "jpeg"}.get(suffix, suffix)  # as drops call it
    own, root = certificates(store_of(path, form), label)
    assert x509.load_der_x509_certificate(own).issuer == authority.certificate.subject
    assert x509.load_der_x509_certificate(root) == authority.certificate


def test_and_in_a_sidecar(authority: Authority, tmp_path: Path) -> None:
    sidecar = tmp_path / "master.c2pa"
    master = beside(authority, tmp_path / "master.exr", sidecar)
    (manifest,) = [one for one in boxes(sidecar.read_bytes()[8:]) if one[4:8] == b"jumb"]
    label = manifest[8 + 8 + 17 :].partition(b"\0")[0].decode()
    assert len(certificates(store_of(master, "exr", sidecar), label)) == 2


@pytest.mark.parametrize("headers", [{"protected": HEADERS}, {"protected": b"", "unprotected": HEADERS}])
def test_certificates_stand_in_either_header(headers: dict[str, bytes]) -> None:
    assert certificates(store(message(**headers)), LABEL) == [b"abc"]


def test_one_certificate_needs_no_list_and_drafts_called_the_header_by_a_name() -> None:
    assert certificates(store(message(bytes.fromhex("a11821") + b"\x43abc")), LABEL) == [b"abc"]
    assert certificates(store(message(b"\xa1\x67x5chain\x43abc")), LABEL) == [b"abc"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        store(message(), label="urn:c2pa:other"),
        store(message()) + store(message()),  # whose is it?
        superbox("c2pa", superbox(LABEL, superbox("c2pa.signature"))),
        store(b"\x80"),
        store(b"\xd2\x84\x40\xa0\xf6\x41s"),
        store(b"\x9f\xff"),
        store(b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
        store(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff"),
        store(b"\x81" * 5000),
        store(message())[:-30],
    ],
)
def test_what_is_not_one_signature_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        certificates(data, LABEL)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(data: bytes) -> None:
    for content in (data, store(data), superbox("c2pa", superbox(LABEL, data))):
        with pytest.raises(MalformedError):
            certificates(content, LABEL)
