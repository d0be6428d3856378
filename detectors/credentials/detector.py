"""The detector of Content Credentials: one observation of the credential itself, one of each statement about AI in it.

It says what the file claims and whether the checks hold; what that is worth to a production is the policy's to say.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from detectors.credentials import status
from detectors.credentials.chain import chain_of, first_chains
from detectors.credentials.selftest import fault
from detectors.credentials.signals import SOURCES, Signal, generator_of, ingredient_failures, signals, training_wishes
from detectors.credentials.status import Status, status_of
from detectors.credentials.store import (
    HOMELESS,
    CredentialReading,
    ReadOutcome,
    list_of,
    read,
    read_alone,
    read_with,
    reader_version,
    store_of,
)
from detectors.credentials.trust import Trust, digest_of, trust_of
from detectors.material import Hindrance, Material, MaterialError, Piece, unread
from detectors.observation import Json, Kind, Observation, Span, Strength, shorten
from detectors.settings import DetectorSettings
from detectors.spans import in_spans
from detectors.trust_list import TrustList

_REVISION = "3"
_INTACT = {Status.TRUSTED: "trusted", Status.UNTRUSTED: "untrusted", Status.EXPIRED: "expired"}
"""What a statement rests on where its credential's checks hold; anything else is broken."""

_ELSEWHERE = frozenset({ReadOutcome.NONE, ReadOutcome.UNSUPPORTED, ReadOutcome.REMOTE_ONLY})
"""The file itself holds no credential: one may lie beside it."""

_SOURCE = "C2PA specification 2.2, validation"


@dataclass(frozen=True)
class CredentialsDetector:
    """Reads C2PA manifest stores, offline. Without a trust list all checks are made, and no signer is trusted."""

    trust_lists: tuple[TrustList, ...] = ()

    @classmethod
    def of(cls, settings: DetectorSettings) -> "CredentialsDetector":
        """The detector as the settings want it."""
        return cls(settings.trust)

    @property
    def id(self) -> str:
        """Its name in reports."""
        return "credentials"

    @cached_property
    def version(self) -> str:
        """Another reader, or another trust list, may read the same bytes otherwise."""
        return f"{_REVISION}+c2pa-{reader_version()}+{digest_of(self.trust_lists)}"

    @property
    def reads_names(self) -> bool:
        """A credential is in the bytes."""
        return False

    def handles(self, material: Material) -> bool:
        """Whatever may hold a credential or has one beside it; unknown containers are left to the reader to refuse."""
        return material.format not in HOMELESS or any(piece.sidecar for piece in material.pieces)

    def observe(self, material: Material) -> Iterable[Observation]:
        """What each file's credential is and says; what neighbouring frames have alike is one observation with a span.

        Raises:
            MaterialError: some of the files can't be opened; what the others hold came before. Or the reader fails
                its self-test, and nothing that it says counts.
            c2pa.C2paError: the reader refuses a trust list.
        """
        if fault():
            raise MaterialError(f"credentials can't be read: {fault()}", Hindrance.CRASHED)
        trust = trust_of(self.trust_lists)
        by_piece: list[tuple[Piece, list[Observation]]] = []
        errors = []
        for piece in material.pieces:
            try:
                by_piece.append((piece, _look(material.format, piece, trust)))
            except OSError as error:
                errors.append(MaterialError(f"{piece.name} can't be opened: {error.strerror}"))
        yield from first_chains(in_spans(by_piece, _sameness))
        if errors:
            raise unread(errors, len(material.pieces))


def _look(form: str, piece: Piece, trust: Trust) -> list[Observation]:
    """What one file holds, or what its sidecar says of it where it holds nothing itself."""
    if form == "c2pa":
        return _of_a_sidecar(read_alone(piece.path, trust))
    reading = CredentialReading(ReadOutcome.UNSUPPORTED) if form in HOMELESS else read(piece.path, trust)
    if piece.sidecar is None or reading.outcome not in _ELSEWHERE:
        return _observations(_listed(reading, form, piece, trust), "embedded")
    beside = read_with(piece.path, piece.sidecar.path, trust)
    if _fits(beside) or not any(_fits(read_with(rival, piece.sidecar.path, trust)) for rival in piece.sidecar.rivals):
        return _observations(_listed(beside, form, piece, trust, piece.sidecar.path), "sidecar")
    return _observations(reading, "embedded")  # it is a rival's


def _listed(
    reading: CredentialReading, form: str, piece: Piece, trust: Trust, sidecar: Path | None = None
) -> CredentialReading:
    """The reading, with the list that vouches for a signer where somebody's certificate has only run out.

    The reader no longer says who vouches for a signer who has run out, nor trusts a signer once that of an ingredient
    has: a certificate that ends takes nothing from what was signed with it, or made from that.
    """
    lapsed = status.untrusted_ingredients(reading)
    ran_out = status_of(reading) is Status.EXPIRED
    if not ran_out and not (lapsed and status_of(reading) is Status.UNTRUSTED and status.is_listed(reading)):
        return reading
    from detectors.credentials.jumbf import certificates
    from detectors.credentials.vouching import vouching_list

    named = form if form != "unknown" else piece.path.suffix[1:].lower()
    active = str(reading.store.get("active_manifest"))
    try:
        store = store_of(piece.path, named, sidecar)
        own = vouching_list(certificates(store, active), trust) if ran_out else list_of(reading.store, trust)
        others = [vouching_list(certificates(store, label), trust) for label in lapsed]
    except Exception:  # noqa: BLE001 - a stranger's bytes, read in a way that the library wasn't made for
        return reading  # nobody vouches for what can't be looked up
    return replace(reading, vouched_by=own) if all(others) else reading


def _fits(reading: CredentialReading) -> bool:
    return status_of(reading) in _INTACT


def _observations(reading: CredentialReading, source: str) -> list[Observation]:
    state = status_of(reading)
    if state in {Status.NONE, Status.UNSUPPORTED}:
        return []
    return [_credential(reading, state, source), *(_statement(signal, state) for signal in signals(reading.store))]


def _of_a_sidecar(reading: CredentialReading) -> list[Observation]:
    """A note and no more: what a sidecar states is about the file that it belongs to, and that isn't looked at here."""
    statements = sorted({signal.value for signal in signals(reading.store)})
    value = f"a sidecar; it says {', '.join(statements)}" if statements else "a sidecar"
    if reading.outcome is not ReadOutcome.READ:
        value = f"a sidecar that can't be read: {reading.message}"
    return [
        Observation(
            detector="credentials",
            rule="c2pa.sidecar",
            kind=Kind.NOTE,
            strength=Strength.WEAK,
            where="C2PA manifest store in a file of its own",
            value=shorten(value),
            source="C2PA specification 2.2, external manifests",
        )
    ]


def _credential(reading: CredentialReading, state: Status, source: str) -> Observation:
    manifests = reading.store.get("manifests")
    known = manifests if isinstance(manifests, dict) else {}
    manifest = known.get(str(reading.store.get("active_manifest")))
    active = manifest if isinstance(manifest, dict) else {}
    signature = active.get("signature_info")
    signer = signature if isinstance(signature, dict) else {}
    generator = generator_of(active)
    redactions = active.get("redactions")
    facts: dict[str, Json] = {
        "status": state.value,
        "trust_list": reading.vouched_by,
        "signer": {
            "organisation": signer.get("issuer"),  # the library calls the subject's organisation so
            "common_name": signer.get("common_name"),
            "not_before": reading.not_before,
            "not_after": reading.not_after,
        },
        "signed_at": signer.get("time"),
        "time_stamp": status.time_stamp(reading),
        "generator": generator,
        "failure_codes": list[Json](status.active_failures(reading)),
        "ingredient_failure_codes": list[Json](
            sorted({*status.changed_ingredient_failures(reading), *ingredient_failures(reading.store)})
        ),
        "manifests": len(known),
        "remote_url": reading.remote_url,
        "redactions": redactions if isinstance(redactions, list) else [],
        "training_wishes": training_wishes(active),
        "chain": chain_of(reading.store),
        "source": source,
    }
    checked = state not in {Status.REMOTE_ONLY, Status.UNREADABLE}
    return Observation(
        detector="credentials",
        rule="c2pa.credential",
        kind=Kind.CREDENTIAL,
        strength=Strength.DEFINITIVE if checked else Strength.STRONG,
        where="C2PA manifest store",
        value=shorten(reading.message or f"signed in the name of {signer.get('issuer') or 'nobody'}"),
        source=_SOURCE,
        generator=generator,
        facts=facts,
    )


def as_of(observations: Iterable[Observation], day: date) -> tuple[Observation, ...]:
    """The same observations as they would be on another day: credentials whose signer has run out by then are expired.

    Only the status of credentials, their codes of failure and the basis of their statements change (see
    `status.facts_as_of`). No file is needed, so what is remembered can be judged for any day.
    """
    given = tuple(observations)
    credentials = [observation for observation in given if observation.kind is Kind.CREDENTIAL]
    return tuple(_on_day(observation, credentials, day) for observation in given)


def _on_day(observation: Observation, credentials: Sequence[Observation], day: date) -> Observation:
    if observation.kind is Kind.CREDENTIAL:
        return replace(observation, facts={**observation.facts, **status.facts_as_of(observation.facts, day)})
    if observation.detector != "credentials" or observation.facts.get("basis") not in _INTACT.values():
        return observation
    own = next((credential for credential in credentials if _overlap(credential.span, observation.span)), None)
    basis = _INTACT.get(status.status_as_of(own.facts, day)) if own else None
    return replace(observation, facts={**observation.facts, "basis": basis}) if basis else observation


def _overlap(left: Span | None, right: Span | None) -> bool:
    if left is None or right is None:
        return left is right
    return left.first_frame <= right.last_frame and right.first_frame <= left.last_frame


def _statement(signal: Signal, state: Status) -> Observation:
    basis = "broken" if signal.place.broken else _INTACT.get(state, "broken")
    strength = signal.strength
    if basis == "broken" and strength is Strength.DEFINITIVE:
        strength = Strength.STRONG  # it may be another picture's credential
    return Observation(
        detector="credentials",
        rule=signal.rule,
        kind=Kind.AI if strength.established or signal.suspect else Kind.NOTE,
        strength=strength,
        where=signal.label,
        value=shorten(signal.value),
        source=SOURCES[signal.rule],
        claim=signal.claim,
        generator=signal.generator,
        suspect=signal.suspect,
        facts={
            "basis": basis,
            "depth": signal.place.depth,
            "relationship": signal.place.relationship,
            "action": signal.action,
            "digital_source_type": signal.code,
            "agent": signal.agent,
        },
    )


def _sameness(observation: Observation) -> str:
    """All of an observation but the time and title of signing, which differ from frame to frame of one render."""
    facts = {name: value for name, value in observation.facts.items() if name not in {"signed_at", "chain"}}
    plain = replace(observation, facts={})
    return f"{plain!r} {json.dumps(facts, sort_keys=True)}"
