"""The detector of Content Credentials: one observation of the credential itself, one of each thing it says of AI.

It says what the file claims and whether the checks hold; what that is worth to a production is the policy's to say.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from detectors.credentials import status
from detectors.credentials.signals import SOURCES, Signal, generator_of, ingredient_failures, signals, training_wishes
from detectors.credentials.status import Status, status_of
from detectors.credentials.store import Reading, read, reader_version
from detectors.credentials.trust import TrustList, digest_of, trust_of
from detectors.material import Material, MaterialError, Piece, unread
from detectors.observation import Json, Kind, Observation, Span, Strength, shorten
from detectors.settings import DetectorSettings
from detectors.spans import in_spans

_REVISION = "1"
_HOMELESS = frozenset(
    {
        "exr",
        "dpx",
        "tga",
        "bmp",
        "jp2",
        "psd",
        "mxf",
        "mkv",
        "webm",
        "mpegts",
        "mpeg",
        "flv",
        "ogg",
        "aiff",
        "rf64",
        "w64",
    }
)
"""Containers that can't hold a credential; the reader takes RF64 for a broken WAV and raises on every good one."""

_INTACT = {Status.TRUSTED: "trusted", Status.UNTRUSTED: "untrusted", Status.EXPIRED: "expired"}
"""What a statement rests on where its credential's checks hold; anything else is broken."""

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
        """Whatever may hold a credential; unknown containers are left to the reader to refuse."""
        return material.format not in _HOMELESS

    def observe(self, material: Material) -> Iterable[Observation]:
        """What each file's credential is and says; equal ones of neighbouring frames are told once, with their span.

        Raises:
            MaterialError: some of the files can't be opened; what the others hold was told before.
            c2pa.C2paError: the reader refuses a trust list.
        """
        trust = trust_of(self.trust_lists)
        seen: list[tuple[Piece, list[Observation]]] = []
        errors = []
        for piece in material.pieces:
            try:
                seen.append((piece, _observations(read(piece.path, trust))))
            except OSError as error:
                errors.append(MaterialError(f"{piece.name} can't be opened: {error.strerror}"))
        yield from in_spans(seen, _sameness)
        if errors:
            raise unread(errors, len(material.pieces))


def _observations(reading: Reading) -> list[Observation]:
    state = status_of(reading)
    if state in {Status.NONE, Status.UNSUPPORTED}:
        return []
    return [_credential(reading, state), *(_statement(signal, state) for signal in signals(reading.store))]


def _credential(reading: Reading, state: Status) -> Observation:
    manifests = reading.store.get("manifests")
    known = manifests if isinstance(manifests, dict) else {}
    found = known.get(str(reading.store.get("active_manifest")))
    active = found if isinstance(found, dict) else {}
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
        "source": "embedded",
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
    """The same observations as on another day: who has run out by then is expired, and no other.

    Only the status of credentials and the basis of what they say change (`status.status_as_of` says how); it needs
    no file, so what is remembered can be judged against any day.
    """
    told = tuple(observations)
    credentials = [one for one in told if one.kind is Kind.CREDENTIAL]
    return tuple(_on_day(one, credentials, day) for one in told)


def _on_day(observation: Observation, credentials: Sequence[Observation], day: date) -> Observation:
    if observation.kind is Kind.CREDENTIAL:
        then: dict[str, Json] = {"status": status.status_as_of(observation.facts, day).value}
        return replace(observation, facts={**observation.facts, **then})
    if observation.detector != "credentials" or observation.facts.get("basis") not in _INTACT.values():
        return observation
    own = next((one for one in credentials if _overlap(one.span, observation.span)), None)
    basis = _INTACT.get(status.status_as_of(own.facts, day)) if own else None
    return replace(observation, facts={**observation.facts, "basis": basis}) if basis else observation


def _overlap(one: Span | None, other: Span | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.first_frame <= other.last_frame and other.first_frame <= one.last_frame


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
    """All but the time of signing, which differs from frame to frame of one render."""
    facts = {name: value for name, value in observation.facts.items() if name != "signed_at"}
    plain = replace(observation, facts={})
    return f"{plain!r} {json.dumps(facts, sort_keys=True)}"
