"""The status of a credential in one of ten words, which follows from its failure codes and from the date.

The reader's own "Invalid" means too much: a signer's certificate that ran out without a time stamp reads the same as
a picture changed after signing. The failure codes tell them apart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from detectors.credentials.store import CredentialReading, ReadOutcome
from detectors.observation import Json, Kind, Observation, Span, shorten

UNTRUSTED_CODE = "signingCredential.untrusted"
EXPIRED_CODE = "signingCredential.expired"
TRUSTED_CODE = "signingCredential.trusted"
_MISMATCH = ".mismatch"
_DATA_HASH = "assertion.dataHash."
_EXCLUSION = "data hash exclusion does not match"
_LABEL = re.compile(r"/c2pa/([^/]+)")
_SUCCESSES = (".match", ".validated", ".trusted", ".insideValidity", ".notRevoked", ".accessible")
"""How codes of success end: the flat record of old ingredients holds both kinds."""


class Status(StrEnum):
    """The status of the active manifest."""

    NONE = "none"
    UNSUPPORTED = "unsupported"
    REMOTE_ONLY = "remote_only"
    UNREADABLE = "unreadable"
    STRIPPED = "stripped"
    TAMPERED = "tampered"
    EXPIRED = "expired"
    INVALID = "invalid"
    UNTRUSTED = "untrusted"
    TRUSTED = "trusted"


INTACT = {Status.TRUSTED: "trusted", Status.UNTRUSTED: "untrusted", Status.EXPIRED: "expired"}
"""What a statement rests on where its credential's checks hold; anything else is broken."""

_WITHOUT_STORE = {
    ReadOutcome.NONE: Status.NONE,
    ReadOutcome.UNSUPPORTED: Status.UNSUPPORTED,
    ReadOutcome.REMOTE_ONLY: Status.REMOTE_ONLY,
    ReadOutcome.UNREADABLE: Status.UNREADABLE,
    ReadOutcome.STRIPPED: Status.STRIPPED,
}


_OF_THE_DAY = (UNTRUSTED_CODE, EXPIRED_CODE)
_WITH_THE_DAY: dict[Status, tuple[str, ...]] = {
    Status.TRUSTED: (),
    Status.UNTRUSTED: (UNTRUSTED_CODE,),
    Status.EXPIRED: (EXPIRED_CODE, UNTRUSTED_CODE),
}
"""The states that depend on the day, with the failure codes that the library gives for them."""


def status_of(reading: CredentialReading) -> Status:
    """The status of what was read, at the time of reading.

    Trusted needs a list that vouches for signers: without one, a signer is "untrusted" and everything else is
    checked all the same. Where the reader refuses the whole, it may be for a fault in an ingredient that the
    ingredient's own record doesn't hold: such a fault counts as one of the whole.
    """
    if reading.misplaced:
        return Status.INVALID
    if reading.outcome is not ReadOutcome.READ:
        return _WITHOUT_STORE[reading.outcome]
    if reading.store.get("validation_state") in {"Trusted", "Valid"}:
        return Status.TRUSTED if reading.vouched_by else Status.UNTRUSTED
    faults = {*active_failures(reading), *changed_ingredient_failures(reading)} - {UNTRUSTED_CODE}
    if covers_less(reading):
        faults = {"" if is_mismatch(code) and code.startswith(_DATA_HASH) else code for code in faults}
    if any(is_mismatch(code) for code in faults):
        return Status.TAMPERED
    return Status.EXPIRED if faults == {EXPIRED_CODE} else Status.INVALID


def status_as_of(facts: Mapping[str, Json], as_of: date) -> Status:
    """The status of a credential observation on another day, from its facts alone.

    Only `trusted`, `untrusted` and `expired` depend on the day. A signer's certificate holds through the whole of
    its last day (UTC); a trusted time stamp fixes the day of signing, so that nothing runs out later. A day before
    the certificate began is no reason to call it expired. A list vouches for a signer on the days on which their
    certificate held, whether or not it has run out since.

    What it can't know: what was revoked when, because nothing is fetched.
    """
    status = Status(str(facts["status"]))
    signer = facts.get("signer")
    ends = _day(signer.get("not_after")) if isinstance(signer, dict) else None
    if status not in _WITH_THE_DAY or ends is None:
        return status
    if status is Status.EXPIRED:
        listed = Status.TRUSTED if facts.get("trust_list") else Status.UNTRUSTED
        return listed if as_of <= ends and _ran_out_itself(facts) else Status.EXPIRED
    if as_of > ends and facts.get("time_stamp") != "trusted":
        return Status.EXPIRED
    return status


def facts_as_of(facts: Mapping[str, Json], as_of: date) -> dict[str, Json]:
    """The facts of a credential observation that depend on the day, as they are on that day.

    Its own failure codes follow from the status, so that a report on a day is the same whenever the file was read.
    """
    status = status_as_of(facts, as_of)
    if Status.EXPIRED not in {status, facts.get("status")} or not _ran_out_itself(facts):
        return {"status": status.value}
    return {"status": status.value, "failure_codes": list[Json](_WITH_THE_DAY[status])}


def as_of(observations: Iterable[Observation], day: date) -> tuple[Observation, ...]:
    """The same observations as they would be on another day: credentials whose signer has run out by then are expired.

    Only the status of credentials, their codes of failure and the basis of their statements change (see
    `facts_as_of`). No file is needed, so what is remembered can be judged for any day.
    """
    given = tuple(observations)
    credentials = [observation for observation in given if observation.kind is Kind.CREDENTIAL]
    return tuple(_on_day(observation, credentials, day) for observation in given)


def _on_day(observation: Observation, credentials: Sequence[Observation], day: date) -> Observation:
    if observation.kind is Kind.CREDENTIAL:
        return replace(observation, facts={**observation.facts, **facts_as_of(observation.facts, day)})
    if observation.detector != "credentials" or observation.facts.get("basis") not in INTACT.values():
        return observation
    own = next((credential for credential in credentials if _overlap(credential.span, observation.span)), None)
    basis = INTACT.get(status_as_of(own.facts, day)) if own else None
    return replace(observation, facts={**observation.facts, "basis": basis}) if basis else observation


def _overlap(left: Span | None, right: Span | None) -> bool:
    """Whether a credential of these frames is that of a statement about those; None: of the whole file."""
    if left is None or right is None:
        return left is None
    return left.first_frame <= right.last_frame and right.first_frame <= left.last_frame


def _ran_out_itself(facts: Mapping[str, Json]) -> bool:
    """False where only an ingredient's certificate has run out; true where the signer's own has, or none."""
    codes = facts.get("failure_codes", [EXPIRED_CODE])
    return facts.get("status") != Status.EXPIRED or (isinstance(codes, list) and EXPIRED_CODE in codes)


def active_failures(reading: CredentialReading) -> list[str]:
    """Failure codes of the active manifest, sorted, each once."""
    return _codes(_at(reading.store, "validation_results", "activeManifest", "failure"))


def explanations(reading: CredentialReading) -> list[str]:
    """What the reader says besides the codes of its refusals of the active manifest, sorted, each once.

    But for those that come and go with the day, so that a report on a day is the same whenever the file was read.
    """
    failures = _at(reading.store, "validation_results", "activeManifest", "failure")
    records = failures if isinstance(failures, list) else ()
    told = (record for record in records if isinstance(record, dict) and record.get("code") not in _OF_THE_DAY)
    texts = (record.get("explanation") for record in told)
    return sorted({shorten(text) for text in texts if isinstance(text, str) and text})


def covers_less(reading: CredentialReading) -> bool:
    """Whether all that a credential covers is unchanged, and it covers less of the file than it may.

    The reader calls that a mismatch of the hash, with an explanation of its own (c2pa 0.91); the hash itself matches.
    """
    failures = _at(reading.store, "validation_results", "activeManifest", "failure")
    hashes = [
        str(record.get("explanation"))
        for record in (failures if isinstance(failures, list) else ())
        if isinstance(record, dict) and str(record.get("code")).startswith(_DATA_HASH)
    ]
    return bool(hashes) and all(_EXCLUSION in explanation for explanation in hashes)


def time_stamp(reading: CredentialReading) -> str | None:
    """Whether the time of signing is vouched for: `trusted`, `untrusted`, or None without a time stamp."""
    if "timeStamp.trusted" in _codes(_at(reading.store, "validation_results", "activeManifest", "success")):
        return "trusted"
    signed_at = _at(reading.store, "manifests", str(reading.store.get("active_manifest")), "signature_info", "time")
    return "untrusted" if isinstance(signed_at, str) else None


def changed_ingredient_failures(reading: CredentialReading) -> list[str]:
    """Failures of ingredients that were found now and aren't in their own record."""
    return sorted({code for code, _ in _changes(reading) if code != UNTRUSTED_CODE})


def untrusted_ingredients(reading: CredentialReading) -> list[str]:
    """The labels of ingredients' manifests whose signers were trusted once, and aren't now."""
    labels = (_LABEL.search(url) for code, url in _changes(reading) if code == UNTRUSTED_CODE)
    return sorted({label[1] if label else "" for label in labels})


def is_listed(reading: CredentialReading) -> bool:
    """Whether the reader found the signer of the active manifest on a list, whatever it says of the whole."""
    return TRUSTED_CODE in _codes(_at(reading.store, "validation_results", "activeManifest", "success"))


def _changes(reading: CredentialReading) -> Iterator[tuple[str, str]]:
    """Codes of failures in ingredients that their own records don't hold, with the address of what failed."""
    deltas = _at(reading.store, "validation_results", "ingredientDeltas")
    for delta in deltas if isinstance(deltas, list) else ():
        failures = _at(delta, "validationDeltas", "failure")
        for failure in failures if isinstance(failures, list) else ():
            if isinstance(failure, dict) and "code" in failure:
                yield str(failure["code"]), str(failure.get("url"))


def recorded_failures(ingredient: Json) -> list[str]:
    """Faults that stand in an ingredient's own record; that nobody trusts its signer is not one of them.

    Version 1 and 2 ingredients record a flat `validation_status`, version 3 `validation_results`.
    """
    codes = _codes(_at(ingredient, "validation_results", "activeManifest", "failure"))
    codes += [code for code in _codes(_at(ingredient, "validation_status")) if not code.endswith(_SUCCESSES)]
    deltas = _at(ingredient, "validation_results", "ingredientDeltas")
    for delta in deltas if isinstance(deltas, list) else ():
        codes += _codes(_at(delta, "validationDeltas", "failure"))
    return sorted(set(codes) - {UNTRUSTED_CODE})


def is_mismatch(code: str) -> bool:
    """Whether a code says that bytes aren't those that were signed."""
    return code.endswith(_MISMATCH) and not code.startswith("timeStamp.")


def _codes(statuses: Json) -> list[str]:
    records: Iterable[Json] = statuses if isinstance(statuses, list) else ()
    return sorted({str(record["code"]) for record in records if isinstance(record, dict) and "code" in record})


def _at(value: Json, *steps: str) -> Json:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _day(value: Json) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None
