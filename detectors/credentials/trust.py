"""The settings of the reader of credentials that follow from trust lists: whose signatures count.

The settings keep the reader off the network and away from identity providers, whatever its own defaults become. The
library accepts unknown settings silently, so every key is checked here against those we know it reads.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from detectors.observation import Json
from detectors.trust_list import KINDS_IN_ORDER, TrustList

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
    in_order = sorted(lists, key=lambda trusted: (KINDS_IN_ORDER[trusted.kind], trusted.name, trusted.digest))
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
