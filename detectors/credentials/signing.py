"""Signs media with a Content Credential of our own making: for the demo, for fixtures, and for a self-test.

A certificate authority is made on the spot, its keys live in memory only, and nothing is fetched: no time stamp, no
network. It is no tool for signing deliveries: nobody has reason to trust these certificates.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from detectors.observation import Json

if TYPE_CHECKING:
    import c2pa

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"

IngredientRelationship: TypeAlias = Literal["parentOf", "componentOf", "inputTo"]
"""What an ingredient may be to the file that was made from it."""

_SETTINGS: dict[str, Json] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False},
    "core": {"allowed_network_hosts": [], "allow_redirects": False},
    "builder": {"thumbnail": {"enabled": False}},  # a picture of a test picture says nothing
}
_AUTHORITY_LIFE = timedelta(days=3650)
_SIGNER_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A file that went into the signed one: its parent, a part of its picture, or only an input of a model."""

    path: Path
    mime: str
    relationship: IngredientRelationship = "parentOf"


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority and its key, valid from ten years ago for twenty years."""

    organisation: str
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls, organisation: str) -> "Authority":
        """A new one, unlike any made before."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(organisation, f"{organisation} Root")
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        now = datetime.now(UTC)
        certificate = (
            _draft(name, name, key, now - _AUTHORITY_LIFE, now + _AUTHORITY_LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )
        return cls(organisation, certificate, key)

    @property
    def certificate_pem(self) -> bytes:
        """The root certificate, as a trust list holds it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def sign(
        self,
        source: Path,
        target: Path,
        manifest: dict[str, Json],
        *,
        organisation: str = "Example Generator Inc",
        common_name: str = "Example Signer",
        ingredients: Sequence[Ingredient] = (),
        remote_url: str | None = None,
        valid_until: datetime | None = None,
        update: bool = False,
        revocation_url: str | None = None,
        trusts: "Sequence[Authority]" = (),
    ) -> None:
        """Write `source` with a credential to `target`, signed by a certificate that this authority issues for it.

        Args:
            source: a medium that can hold credentials (jpg png webp tiff gif mp4 mov avi wav mp3 flac m4a …).
            target: where the signed copy goes; never half written.
            manifest: as the C2PA Builder takes it, its `format` being the media type of `source`.
            organisation: the signer's, which anybody may claim who has an authority.
            common_name: the signer's.
            ingredients: what went into it; a `parentOf` makes the claim an edit of that file.
            remote_url: where the manifest is said to lie; it is then left out of the file.
            valid_until: when the signer's certificate expires (default: in a year); must lie ahead.
            update: add to the credential that `source`, the parent among the ingredients, has: no picture changes.
            revocation_url: where the signer's certificate says that its revocation can be asked after (OCSP).
            trusts: the authorities on the trust list of what signs: of ingredients that were signed by one of them it
                records that their signers are trusted.

        Raises:
            c2pa.C2paError: the medium can't hold credentials, or the manifest isn't one.
        """
        import c2pa

        anchors = "".join(authority.certificate_pem.decode() for authority in trusts)
        unfinished = target.with_name(f"{target.name}.unfinished")
        try:
            with (
                self._at_work(manifest, organisation, common_name, valid_until, revocation_url, anchors) as (
                    builder,
                    signer,
                ),
                source.open("rb") as reading,
                unfinished.open("w+b") as writing,
            ):
                if update:
                    builder.set_intent(c2pa.C2paBuilderIntent.UPDATE)
                elif any(ingredient.relationship == "parentOf" for ingredient in ingredients):
                    builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
                for ingredient in ingredients:
                    described = {"title": ingredient.path.name, "relationship": ingredient.relationship}
                    with ingredient.path.open("rb") as part:
                        builder.add_ingredient(described, ingredient.mime, part)
                if remote_url is not None:
                    builder.set_no_embed()
                    builder.set_remote_url(remote_url)
                builder.sign(signer, manifest["format"], reading, writing)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)

    def sign_beside(
        self,
        source: Path,
        sidecar: Path,
        manifest: dict[str, Json],
        *,
        organisation: str = "Example Generator Inc",
        common_name: str = "Example Signer",
    ) -> None:
        """Write a credential for `source` to a file of its own: for containers that can't hold one (MXF, EXR …).

        Raises:
            c2pa.C2paError: the manifest isn't one.
        """
        with (
            self._at_work(manifest, organisation, common_name) as (builder, signer),
            source.open("rb") as reading,
        ):
            builder.set_no_embed()
            store = builder.sign(signer, manifest["format"], reading, io.BytesIO())
        sidecar.write_bytes(store)

    @contextmanager
    def _at_work(
        self,
        manifest: dict[str, Json],
        organisation: str,
        common_name: str,
        valid_until: datetime | None = None,
        revocation_url: str | None = None,
        anchors: str = "",
    ) -> "Iterator[tuple[c2pa.Builder, c2pa.Signer]]":
        """The library's builder of a manifest, and a signer with a certificate of its own."""
        import c2pa

        leaf, key = self._issue(organisation, common_name, valid_until, revocation_url)
        chain = leaf.public_bytes(serialization.Encoding.PEM) + self.certificate_pem
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        listed: list[Json] = (
            [{"trust_uri": "own", "trust_kind": "manifest", "trust_anchors": anchors}] if anchors else []
        )
        with (
            c2pa.Context.from_dict({**_SETTINGS, "trust": {"anchors": listed}}) as context,
            c2pa.Builder(manifest, context=context) as builder,
            c2pa.Signer.from_info(c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, secret, None)) as signer,
        ):
            yield builder, signer

    def _issue(
        self, organisation: str, common_name: str, valid_until: datetime | None, revocation_url: str | None = None
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A signer's certificate in the profile that C2PA asks of signers: own key, no CA, e-mail protection."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        subject = _name(organisation, common_name)
        draft = (
            _draft(subject, self.certificate.subject, key, now - timedelta(days=30), valid_until or now + _SIGNER_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if revocation_url is not None:
            place = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(revocation_url)
            )
            draft = draft.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
        return draft.sign(self.key, hashes.SHA256()), key


def ai_manifest(
    title: str,
    mime: str,
    *,
    source_type: str = "trainedAlgorithmicMedia",
    action: str = "c2pa.created",
    agent: str = "Example Image Model",
    generator: str = "Example Generator",
) -> dict[str, Json]:
    """A manifest with one action of one digital source type, as image generators write it.

    Args:
        title: of the asset.
        mime: the media type of the file that will be signed.
        source_type: a code of the IPTC vocabulary, or a whole URI in whatever spelling.
        action: `c2pa.created`, `c2pa.edited` …
        agent: the software that did it, as the action names it.
        generator: the software that wrote the claim.
    """
    spelt = source_type if ":" in source_type else SOURCE_TYPES + source_type
    done: dict[str, Json] = {"action": action, "softwareAgent": {"name": agent}, "digitalSourceType": spelt}
    return manifest(title, mime, [done], generator=generator)


def manifest(
    title: str, mime: str, actions: Sequence[dict[str, Json]], *, generator: str = "Example Generator"
) -> dict[str, Json]:
    """A manifest with these actions; with none, it holds no assertion of its own."""
    assertions: list[Json] = (
        [{"label": "c2pa.actions.v2", "created": True, "data": {"actions": list(actions)}}] if actions else []
    )
    return {
        "claim_generator_info": [{"name": generator, "version": "1.0"}],
        "title": title,
        "format": mime,
        "assertions": assertions,
    }


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _draft(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
