"""The detector of Content Credentials: one observation of the credential itself, one of each statement about AI in it.

It says what the file claims and whether the checks hold; what that is worth to a production is the policy's to say.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from detectors.credentials import status
from detectors.credentials.chain import chain_of, first_chains
from detectors.credentials.disclosures import metadata_tags, soft_bindings, trace_of_a_store
from detectors.credentials.hidden import FoundStore, stores
from detectors.credentials.regions import spans_of
from detectors.credentials.selftest import fault
from detectors.credentials.signals import (
    SOURCES,
    ManifestPlace,
    Signal,
    assertions,
    generator_of,
    ingredient_failures,
    places,
    signals,
    training_wishes,
)
from detectors.credentials.status import INTACT, Status, status_of
from detectors.credentials.store import (
    HOMELESS,
    CredentialReading,
    ReadOutcome,
    list_of,
    read,
    read_alone,
    read_bytes,
    read_with,
    reader_version,
    store_of,
)
from detectors.credentials.trust import Trust, digest_of, trust_of
from detectors.markers.match import marks
from detectors.markers.rulebook import Rulebook, built_in, with_house
from detectors.material import Hindrance, Material, MaterialError, Piece, unread
from detectors.observation import Claim, Json, Kind, Observation, Strength, shorten
from detectors.settings import DetectorSettings
from detectors.source_types import Nature, nature_of
from detectors.spans import in_spans
from detectors.trust_list import TrustList

_REVISION = "3"
_ELSEWHERE = frozenset({ReadOutcome.NONE, ReadOutcome.UNSUPPORTED, ReadOutcome.REMOTE_ONLY})
"""The file itself holds no credential: one may lie beside it."""

_OF_A_STORE = re.compile(r"(?i)c2pa|jumbf|jumd|cbor|manifest|claim")
"""What the reader says where it refuses a credential, and not the container that could hold one."""

_SOURCE = "C2PA specification 2.2, validation"


@dataclass(frozen=True)
class CredentialsDetector:
    """Reads C2PA manifest stores, offline. Without a trust list all checks are made, and no signer is trusted."""

    trust_lists: tuple[TrustList, ...] = ()
    rulebook: Rulebook = field(default_factory=built_in)
    """By which the metadata in manifests is read, as that of the file is."""

    @classmethod
    def of(cls, settings: DetectorSettings) -> "CredentialsDetector":
        """The detector as the settings want it.

        Raises:
            RuleError: a table of the house's own has a mistake.
        """
        return cls(settings.trust, with_house(built_in(), [table.text for table in settings.rules]))

    @property
    def id(self) -> str:
        """Its name in reports."""
        return "credentials"

    @cached_property
    def version(self) -> str:
        """Another reader, or another trust list, may read the same bytes otherwise."""
        return f"{_REVISION}+c2pa-{reader_version()}+{digest_of(self.trust_lists)}+rules-{self.rulebook.digest[:12]}"

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
                by_piece.append((piece, self._look(material, piece, trust)))
            except OSError as error:
                errors.append(MaterialError(f"{piece.name} can't be opened: {error.strerror}"))
        yield from first_chains(in_spans(by_piece, _sameness))
        if errors:
            raise unread(errors, len(material.pieces))

    def _look(self, material: Material, piece: Piece, trust: Trust) -> list[Observation]:
        """What one file holds, or what its sidecar says of it where it holds nothing itself."""
        form = material.format
        if form == "c2pa":
            return _of_a_sidecar(read_alone(piece.path, trust))
        reading = CredentialReading(ReadOutcome.UNSUPPORTED) if form in HOMELESS else read(piece.path, trust)
        found = stores(piece.path)
        if reading.outcome is ReadOutcome.UNREADABLE and not found and not _OF_A_STORE.search(reading.message):
            reading = CredentialReading(ReadOutcome.NONE)  # what can't be read is the container, and not a credential
        if reading.outcome is ReadOutcome.READ and len(found) == 1:
            found = []  # the one that was read
        misplaced = [each for store in found for each in self._misplaced(store, reading, material, piece, trust)]
        source = "embedded"
        if piece.sidecar is not None and reading.outcome in _ELSEWHERE:
            beside, rivals = read_with(piece.path, piece.sidecar.path, trust), piece.sidecar.rivals
            if _fits(beside) or not any(_fits(read_with(rival, piece.sidecar.path, trust)) for rival in rivals):
                reading, source = _listed(beside, form, piece, trust, piece.sidecar.path), "sidecar"
        else:
            reading = _listed(reading, form, piece, trust)
        if status_of(reading) in {Status.NONE, Status.UNSUPPORTED} and not misplaced:
            reading = _stripped(reading, material, piece)
        return [*self._observations(reading, source, material), *misplaced]

    def _misplaced(
        self, store: FoundStore, reading: CredentialReading, material: Material, piece: Piece, trust: Trust
    ) -> list[Observation]:
        """What a store says that lies where the reader doesn't look, or that the reader could not read where it does.

        Its statements count as those of a broken credential. Where nothing but words can be read in it, they count.
        """
        beside = read_bytes(piece.path, store.content, trust)
        parsed = beside.outcome is ReadOutcome.READ
        if (
            reading.outcome is ReadOutcome.READ
            and beside.store.get("active_manifest") == reading.store["active_manifest"]
        ):
            return []
        if reading.outcome is ReadOutcome.UNREADABLE:
            observations = self._observations(beside, "embedded", material)[1:] if parsed else []
        else:
            placed = replace(beside if parsed else CredentialReading(ReadOutcome.READ), misplaced=store.where)
            observations = self._observations(placed, "embedded", material)
        return [*observations, *([] if parsed else map(_spelt_out, store.source_types))]

    def _observations(self, reading: CredentialReading, source: str, material: Material) -> list[Observation]:
        state = status_of(reading)
        if state in {Status.NONE, Status.UNSUPPORTED}:
            return []
        statements = [each for signal in signals(reading.store) for each in _statements(signal, state, material)]
        return [
            _credential(reading, state, source),
            *statements,
            *_in_metadata(reading.store, state, self.rulebook),
            *_bindings(reading.store),
        ]


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
    return status_of(reading) in INTACT


def _stripped(reading: CredentialReading, material: Material, piece: Piece) -> CredentialReading:
    """The reading of a file without a credential, whose metadata may show that there was one."""
    try:
        trace = trace_of_a_store(material.tags(piece))
    except MaterialError:  # whoever reads marks tells of it
        return reading
    return CredentialReading(ReadOutcome.STRIPPED, message=trace) if trace else reading


def _active(reading: CredentialReading) -> Json:
    return reading.store.get("active_manifest")


def _spelt_out(code: str) -> Observation:
    """A source type that stands in the bytes of a store of which nothing else can be read."""
    edited = nature_of(code) is Nature.EDITED
    return Observation(
        detector="credentials",
        rule="c2pa.digital_source_type",
        kind=Kind.AI,
        strength=Strength.STRONG,
        where="C2PA manifest store, its bytes",
        value=code,
        source=SOURCES["c2pa.digital_source_type"],
        claim=Claim.EDITED if edited else Claim.GENERATED,
        facts={"basis": "broken", "digital_source_type": code},
    )


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
        "failure_explanations": list[Json](status.explanations(reading)),
        "covers_less": status.covers_less(reading),
        "ingredient_failure_codes": list[Json](
            sorted({*status.changed_ingredient_failures(reading), *ingredient_failures(reading.store)})
        ),
        "manifests": len(known),
        "remote_url": reading.remote_url,
        "redactions": redactions if isinstance(redactions, list) else [],
        "training_wishes": training_wishes(active),
        "misplaced": reading.misplaced or None,
        "soft_bindings": soft_bindings(assertions(active)),
        "chain": chain_of(reading.store),
        "source": source,
    }
    checked = state not in {Status.REMOTE_ONLY, Status.UNREADABLE, Status.STRIPPED}
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


def _in_metadata(store: dict[str, Json], state: Status, rulebook: Rulebook) -> Iterator[Observation]:
    """What the rules for marks see in the metadata of each manifest; in what a model was only shown, a question."""
    manifests = store.get("manifests")
    for label, place in places(store).items():
        manifest = manifests.get(label) if isinstance(manifests, dict) else None
        for name, data in assertions(manifest) if isinstance(manifest, dict) else ():
            for mark in marks(metadata_tags(name, data), "", rulebook):
                yield _weighed(replace(mark, detector="credentials", where=f"{name} {mark.where}"), place, state)


def _weighed(mark: Observation, place: ManifestPlace, state: Status) -> Observation:
    """A mark in a manifest's metadata, as its place lets it count."""
    basis, strength = _basis(place, state, mark.strength)
    facts: dict[str, Json] = {
        **mark.facts,
        "basis": basis,
        "depth": place.depth,
        "relationship": place.relationship,
    }
    if place.relationship in {"inputTo", "unlinked"} and mark.kind is Kind.AI:
        return replace(mark, strength=Strength.WEAK, suspect=True, facts=facts)
    return replace(mark, strength=strength, facts=facts)


def _bindings(store: dict[str, Json]) -> Iterator[Observation]:
    """A note of each mark and fingerprint by which the active manifest says that the content can be found again."""
    manifests = store.get("manifests")
    active = manifests.get(str(store.get("active_manifest"))) if isinstance(manifests, dict) else None
    for binding in soft_bindings(assertions(active)) if isinstance(active, dict) else ():
        if isinstance(binding, dict):
            values = binding["values"]
            named = ", ".join(map(str, values)) if isinstance(values, list) and values else "no value"
            yield Observation(
                detector="credentials",
                rule="c2pa.soft_binding",
                kind=Kind.NOTE,
                strength=Strength.WEAK,
                where="c2pa.soft-binding",
                value=shorten(f"{binding['algorithm']} ({binding['kind']}): {named}"),
                source="C2PA specification 2.2, soft bindings; c2pa-org/softbinding-algorithm-list, 2026-11-29",
                facts=binding,
            )


def _statements(signal: Signal, state: Status, material: Material) -> Iterator[Observation]:
    """The statement, once for each stretch of the film that it names."""
    rate = material.frame_rate if signal.ranges and material.kind == "video" else None
    spans = spans_of(signal.ranges, rate) if material.kind == "video" else [None]
    yield from (replace(_statement(signal, state), span=span) for span in spans)


def _basis(place: ManifestPlace, state: Status, strength: Strength) -> tuple[str, Strength]:
    """What a statement rests on, and how much it counts for then."""
    basis = "broken" if place.broken else INTACT.get(state, "broken")
    if basis == "broken" and strength is Strength.DEFINITIVE:
        return basis, Strength.STRONG  # it may be another picture's credential
    return basis, strength


def _statement(signal: Signal, state: Status) -> Observation:
    basis, strength = _basis(signal.place, state, signal.strength)
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
            **signal.stated,
        },
    )


def _sameness(observation: Observation) -> str:
    """All of an observation but the time and title of signing, which differ from frame to frame of one render."""
    facts = {name: value for name, value in observation.facts.items() if name not in {"signed_at", "chain"}}
    plain = replace(observation, facts={})
    return f"{plain!r} {json.dumps(facts, sort_keys=True)}"
