"""Trust lists as they are published: whose signatures count, and what a list says of itself."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from detectors.observation import Json, shorten

ListKind: TypeAlias = Literal["manifest", "allowed", "tsa"]

KINDS_IN_ORDER: dict[str, int] = {"manifest": 0, "allowed": 1, "tsa": 2}
"""From the most telling: where a certificate stands in two lists, it counts in that of the first kind."""

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


class TrustListError(ValueError):
    """A trust list that can't be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class TrustList:
    """Certificates, in PEM, with the name that a report prints.

    Kinds: `manifest` (authorities whose signers are trusted), `allowed` (single signers that are), `tsa` (authorities
    of time stamps; they vouch for times, never for signers). `issuer`, `issued` and `next_update` are what its
    publisher states, None where it states nothing. `published_sha256` is the digest of the file it was published in,
    where that isn't `pem`.

    Raises:
        TrustListError: no name, no certificate in it, or one that can't be read.
    """

    name: str
    kind: ListKind
    pem: bytes
    issued: date | None = None
    next_update: date | None = None
    published_sha256: str = ""
    issuer: str | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise TrustListError("a trust list needs a name")
        if self.kind not in KINDS_IN_ORDER:
            raise TrustListError(f"trust list {self.name}: kind {self.kind!r} is none of {', '.join(KINDS_IN_ORDER)}")
        self.certificates()

    @classmethod
    def read(cls, name: str, kind: ListKind, content: bytes) -> "TrustList":
        """A list as it is published: PEM, or the JSON of C2PA's own lists (ETSI TS 119 602), which states its dates.

        Raises:
            TrustListError: it is neither, holds no certificate, or one that can't be read.
        """
        if not content.lstrip().startswith(b"{"):
            return cls(name, kind, content)
        try:
            issuer, issued, next_update, certificates = _published(json.loads(content))
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise TrustListError(f"trust list {name}: it is no list in the form of ETSI TS 119 602: {error}") from error
        pem = b"".join(map(_as_pem, certificates))
        return cls(name, kind, pem, issued, next_update, hashlib.sha256(content).hexdigest(), issuer)

    def certificates(self) -> dict[str, str]:
        """Its certificates by their sha256 fingerprint; whatever else the file says is left out.

        Raises:
            TrustListError: there is none, or one can't be read.
        """
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.serialization import Encoding

        if b"PRIVATE KEY-----" in self.pem:
            raise TrustListError(f"trust list {self.name}: there is a private key in it, which no list should hold")
        blocks = _BLOCK.findall(self.pem)
        by_fingerprint: dict[str, str] = {}
        for number, block in enumerate(blocks, start=1):
            try:
                certificate = x509.load_pem_x509_certificate(block)
            except ValueError as error:
                raise TrustListError(f"trust list {self.name}: certificate {number} can't be read: {error}") from error
            pem = certificate.public_bytes(Encoding.PEM)  # the same however the file breaks its lines
            by_fingerprint[certificate.fingerprint(hashes.SHA256()).hex()] = pem.decode("ascii").strip()
        if len(blocks) < self.pem.count(_BEGIN):
            raise TrustListError(f"trust list {self.name}: a certificate in it is cut short or garbled")
        if not by_fingerprint:
            raise TrustListError(f"trust list {self.name}: there is no PEM certificate in it")
        return by_fingerprint

    def authorities(self) -> int:
        """How many of its certificates may issue others; the rest are signers' own."""
        from cryptography import x509

        count = 0
        for block in self.certificates().values():
            try:
                extensions = x509.load_pem_x509_certificate(block.encode()).extensions
                count += extensions.get_extension_for_class(x509.BasicConstraints).value.ca
            except (x509.ExtensionNotFound, ValueError):
                continue  # an old one, or one whose extensions can't be read: nobody says that it may
        return count

    @property
    def digest(self) -> str:
        """The sha256 of the file it came from."""
        return self.published_sha256 or hashlib.sha256(self.pem).hexdigest()

    def is_overdue(self, day: date) -> bool:
        """Whether its publisher meant to have replaced it by that day."""
        return self.next_update is not None and self.next_update < day


def _published(document: Json) -> tuple[str | None, date, date, list[bytes]]:
    """Issuer, dates and certificates (DER) of a list in the form of ETSI TS 119 602, those no longer trusted left out.

    Raises:
        ValueError, TypeError, LookupError: it isn't one.
    """
    listed: Json = document["LoTE"] if isinstance(document, dict) else None
    if not isinstance(listed, dict):
        raise TypeError("it has no LoTE")
    about = listed["ListAndSchemeInformation"]
    if not isinstance(about, dict):
        raise TypeError("it says nothing of itself")
    issued, next_update = (
        datetime.fromisoformat(str(about[key])).date() for key in ("ListIssueDateTime", "NextUpdate")
    )
    operators = [operator.get("value") for operator in _records(about.get("SchemeOperatorName", []))]
    issuer = next((shorten(name) for name in operators if isinstance(name, str) and name), None)
    return issuer, issued, next_update, list(_trusted(listed["TrustedEntitiesList"]))


def _trusted(entities: Json) -> Iterator[bytes]:
    for entity in _records(entities):
        for service in _records(entity["TrustedEntityServices"]):
            about = service["ServiceInformation"]
            if not isinstance(about, dict):
                raise TypeError("a service without information")
            if str(about["ServiceStatus"]).rstrip("/").rpartition("/")[2] != "trusted":
                continue
            identity = about["ServiceDigitalIdentity"]
            for certificate in _records(identity["X509Certificates"] if isinstance(identity, dict) else None):
                yield base64.b64decode(str(certificate["val"]), validate=True)


def _records(value: Json) -> Iterator[dict[str, Json]]:
    if not isinstance(value, list):
        raise TypeError("a list is missing in it")
    for entry in value:
        if not isinstance(entry, dict):
            raise TypeError("an entry of it is no record")
        yield entry


def _as_pem(der: bytes) -> bytes:
    body = base64.encodebytes(der)
    return b"-----BEGIN CERTIFICATE-----\n" + body + b"-----END CERTIFICATE-----\n"
