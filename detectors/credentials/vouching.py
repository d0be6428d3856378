"""Which list vouches for a signer whose certificate has run out: the library no longer says, so it is looked up here.

A report for a fixed day must not change on the day on which a certificate ends. This decides nothing else: whether
the signature, the hashes and the kind of certificate are right, the library has said before.
"""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from detectors.credentials.trust import Trust

_LONGEST = 8
"""Certificates of one chain; C2PA's own have three or four."""
_ALLOWED = ""
"""The URI that the library answers with where a signer is listed by itself."""


def vouching_list(chain: Sequence[bytes], trust: Trust) -> str | None:
    """The name of the list that vouches for the signer of a chain (DER, the signer's own certificate first).

    As the library does it: the certificate is one of those allowed by themselves, or was issued, over others of the
    chain that may issue, by an authority of a manifest list. Each of them has to be valid as long as the signer's is.
    """
    try:
        certificates = [x509.load_der_x509_certificate(certificate) for certificate in chain[:_LONGEST]]
        return trust.vouching_list(_uri(certificates, trust.text))
    except (ValueError, TypeError):  # a certificate that can't be read vouches for nothing
        return None


def _uri(chain: Sequence[x509.Certificate], settings: str) -> str | None:
    if not chain:
        return None
    signer = chain[0]
    lists = _lists(settings)
    if any(_fingerprint(signer) == _fingerprint(allowed) for uri, allowed in lists if uri == _ALLOWED):
        return _ALLOWED
    anchors = [(uri, anchor) for uri, anchor in lists if uri != _ALLOWED]
    issued, below = signer, 0
    for _ in range(_LONGEST):
        for uri, anchor in anchors:
            if _fingerprint(anchor) == _fingerprint(issued) or _issues(anchor, issued, signer, below):
                return uri
        others = (certificate for certificate in chain[1:] if certificate != issued)
        issuer = next((other for other in others if _issues(other, issued, signer, below)), None)
        if issuer is None:
            return None
        issued, below = issuer, below + 1
    return None


def _issues(issuer: x509.Certificate, issued: x509.Certificate, signer: x509.Certificate, below: int) -> bool:
    """Whether a certificate may issue, did issue this one, with so many below it, and outlives the signer's."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        issued.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    may = constraints.ca and (constraints.path_length is None or below <= constraints.path_length)
    return (
        may
        and issuer.not_valid_before_utc <= signer.not_valid_before_utc
        and signer.not_valid_after_utc <= issuer.not_valid_after_utc
    )


def _fingerprint(certificate: x509.Certificate) -> bytes:
    return certificate.fingerprint(hashes.SHA256())


@lru_cache(maxsize=4)
def _lists(settings: str) -> tuple[tuple[str, x509.Certificate], ...]:
    """The certificates of the lists that can vouch for signers, each with the URI that the library answers with."""
    listed: list[tuple[str, x509.Certificate]] = []
    for anchor in json.loads(settings)["trust"]["anchors"]:
        if anchor["trust_kind"] == "manifest":
            listed += [(anchor["trust_uri"], certificate) for certificate in _read(anchor["trust_anchors"])]
            listed += [(_ALLOWED, certificate) for certificate in _read(anchor.get("allowed_list", ""))]
    return tuple(listed)


def _read(pem: str) -> Iterable[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem.encode()) if pem else ()
