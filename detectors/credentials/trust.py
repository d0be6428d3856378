"""Whose signatures count: trust lists as they are published, and the reader's settings that follow from them.

The settings keep the reader off the network and away from identity providers, whatever its own defaults become. The
library accepts unknown settings silently, so every key is checked here against those we know it reads.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from detectors.observation import Json, shorten

ListKind: TypeAlias = Literal["manifest", "allowed", "tsa"]

_ORDER: dict[str, int] = {"manifest": 0, "allowed": 1, "tsa": 2}
_BEGIN = b"-----BEGIN CERTIFICATE-----"
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")

_EXTENDED_KEY_USAGES = (
    "1.3.6.1.5.5.7.3.4",  # id-kp-emailProtection (RFC 5280), C2PA specification 2.2 "Certificate profile"
    "1.3.6.1.5.5.7.3.36",  # id-kp-documentSigning (RFC 9336)
    "1.3.6.1.5.5.7.3.8",  # id-kp-timeStamping (RFC 5280)
    "1.3.6.1.5.5.7.3.9",  # id-kp-OCSPSigning (RFC 5280)
    "1.3.6.1.4.1.311.76.59.1.9",  # Microsoft C2PA signing, as the reference reader's own trust configuration has it
    "1.3.6.1.4.1.62558.2.1",  # c2pa-kp-claimSigning, C2PA specification 2.2
)
"""What a signer's certificate may be for. The library's default knows fewer, and calls real signers invalid."""

_KNOWN: dict[str, frozenset[str]] = {
    "": frozenset({"version", "verify", "core", "trust"}),
    "verify": frozenset(
        {"verify_after_reading", "verify_trust", "verify_timestamp_trust", "remote_manifest_fetch", "ocsp_fetch"}
    ),
    "core": frozenset(
        {
            "allowed_network_hosts",
            "allow_redirects",
            "decode_identity_assertions",
            "max_decompressed_manifest_size_in_mb",
        }
    ),
    "trust": frozenset({"trust_config", "anchors"}),
    "trust.anchors": frozenset({"trust_uri", "trust_kind", "trust_config", "trust_anchors", "allowed_list"}),
}
"""Sections and keys that c2pa-rs 0.91 reads (sdk/src/settings, and measured by what each one changes)."""


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
        if self.kind not in _ORDER:
            raise TrustListError(f"trust list {self.name}: kind {self.kind!r} is none of {', '.join(_ORDER)}")
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


@dataclass(frozen=True, slots=True)
class Trust:
    """The reader's settings for some lists.

    `text`: the settings in JSON. `names`: the name of a list, by the URI that the reader answers with.
    """

    text: str
    names: Mapping[str, str]
    allowed: tuple[str, ...] = field(default=())
    """Names of the lists of single signers, which the reader doesn't tell apart."""

    @property
    def digest(self) -> str:
        """Changes whenever another list, another name of a list, or other settings could change an answer."""
        settings = json.dumps([self.text, dict(self.names), self.allowed], sort_keys=True)
        return hashlib.sha256(settings.encode()).hexdigest()

    def vouching_list(self, uri: str | None) -> str | None:
        """The name of the list through which the reader called a signer trusted; None where that list can't do so.

        The reader (c2pa-rs 0.91.3) also takes lists of time stamp authorities for it, which say nothing of signers;
        for a single allowed signer it answers with an empty URI.
        """
        if uri == "":
            return ", ".join(self.allowed) or None
        return self.names.get(uri or "")


@lru_cache(maxsize=8)
def trust_of(lists: tuple[TrustList, ...]) -> Trust:
    """The reader's settings for these lists, as one JSON text, the same in whatever order they are given.

    Each certificate goes into one list only, the first by name of its most telling kind: a root that stands in two is
    reported under either at random (c2pa-rs 0.91.3), and a root of time stamps must not vouch for signers.
    """
    taken: set[str] = set()
    anchors: list[Json] = []
    names: dict[str, str] = {}
    allowed: list[str] = []
    in_order = sorted(lists, key=lambda trusted: (_ORDER[trusted.kind], trusted.name, trusted.digest))
    for index, trusted in enumerate(in_order):
        certificates = sorted(trusted.certificates().items())
        fresh = {fingerprint: pem for fingerprint, pem in certificates if fingerprint not in taken}
        if not fresh:
            continue
        taken.update(fresh)
        pem = "\n".join(fresh.values()) + "\n"
        uri = f"list:{index}"
        anchor: dict[str, Json] = {"trust_uri": uri, "trust_kind": "manifest", "trust_config": _key_usages()}
        if trusted.kind == "manifest":
            anchor["trust_anchors"] = pem
            names[uri] = trusted.name
        elif trusted.kind == "allowed":
            anchor |= {"trust_anchors": "", "allowed_list": pem}
            allowed.append(trusted.name)
        else:
            anchor |= {"trust_kind": "tsa", "trust_anchors": pem}
        anchors.append(anchor)
    return Trust(_settings(anchors), names, tuple(allowed))


def unverified_settings() -> str:
    """Settings to read what a store holds without hashing the medium, for what nothing is rested on."""
    return _settings([], verifies=False)


def _settings(anchors: list[Json], *, verifies: bool = True) -> str:
    settings: dict[str, Json] = {
        "version": 1,
        "verify": {
            "verify_after_reading": verifies,
            "verify_trust": verifies,
            "verify_timestamp_trust": verifies,
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
        },
        "core": {
            "allowed_network_hosts": [],
            "allow_redirects": False,
            "decode_identity_assertions": False,  # resolves did:web, and where it can't calls good files invalid
            "max_decompressed_manifest_size_in_mb": 32,
        },
        "trust": {"trust_config": _key_usages(), "anchors": anchors},
    }
    check_settings(settings)
    return json.dumps(settings, sort_keys=True)


def check_settings(settings: Mapping[str, Json]) -> None:
    """Refuse settings that the library would ignore.

    Raises:
        ValueError: a key it doesn't know, at the top or in a section.
    """
    _check("", settings)
    for section in ("verify", "core", "trust"):
        part = settings.get(section)
        if isinstance(part, dict):
            _check(section, part)
    trust = settings.get("trust")
    anchors = trust.get("anchors") if isinstance(trust, dict) else None
    for anchor in anchors if isinstance(anchors, list) else ():
        if isinstance(anchor, dict):
            _check("trust.anchors", anchor)


def _check(section: str, keys: Mapping[str, Json]) -> None:
    unknown = sorted(set(keys) - _KNOWN[section])
    if unknown:
        raise ValueError(f"the credential reader knows no setting {section}.{unknown[0]}".replace(" .", " "))


def _key_usages() -> str:
    return "\n".join(_EXTENDED_KEY_USAGES) + "\n"


def digest_of(lists: Sequence[TrustList]) -> str:
    """What the lists come to, in a few characters: part of the detector's version."""
    return trust_of(tuple(lists)).digest[:12]
