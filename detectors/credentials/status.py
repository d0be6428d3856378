"""What became of a credential, told by its failure codes: nine words, and how they change with the date.

The reader's own "Invalid" means too much: a signer's certificate that ran out without a time stamp reads the same as
a picture changed after signing. The codes tell them apart.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from detectors.credentials.store import Outcome, Reading
from detectors.observation import Json

UNTRUSTED_CODE = "signingCredential.untrusted"
EXPIRED_CODE = "signingCredential.expired"
_MISMATCH = ".mismatch"
_SUCCESSES = (".match", ".validated", ".trusted", ".insideValidity", ".notRevoked", ".accessible")
"""How codes of success end: the flat record of old ingredients holds both kinds."""


class Status(StrEnum):
    """The active manifest's."""

    NONE = "none"
    UNSUPPORTED = "unsupported"
    REMOTE_ONLY = "remote_only"
    UNREADABLE = "unreadable"
    TAMPERED = "tampered"
    EXPIRED = "expired"
    INVALID = "invalid"
    UNTRUSTED = "untrusted"
    TRUSTED = "trusted"


_WITHOUT_STORE = {
    Outcome.NONE: Status.NONE,
    Outcome.UNSUPPORTED: Status.UNSUPPORTED,
    Outcome.REMOTE_ONLY: Status.REMOTE_ONLY,
    Outcome.UNREADABLE: Status.UNREADABLE,
}


def status_of(reading: Reading) -> Status:
    """The status of what was read, at the time of reading.

    Trusted needs a list that vouches for signers: without one, a signer is "untrusted" and everything else is
    checked all the same. Where the reader refuses the whole and the active manifest itself has no fault, it is for a
    fault in an ingredient that the ingredient's record doesn't own up to: the status follows that.
    """
    if reading.outcome is not Outcome.READ:
        return _WITHOUT_STORE[reading.outcome]
    state = reading.store.get("validation_state")
    if state == "Trusted":
        return Status.TRUSTED if reading.vouched_by else Status.UNTRUSTED
    if state == "Valid":
        return Status.UNTRUSTED
    faults = set(active_failures(reading)) - {UNTRUSTED_CODE} or set(changed_ingredient_failures(reading))
    if any(is_mismatch(code) for code in faults):
        return Status.TAMPERED
    return Status.EXPIRED if faults == {EXPIRED_CODE} else Status.INVALID


def status_as_of(facts: Mapping[str, Json], as_of: date) -> Status:
    """The status of a credential observation on another day, from its facts alone.

    Only `trusted`, `untrusted` and `expired` depend on the day. A signer's certificate holds through the whole of
    its last day (UTC); a trusted time stamp fixes the day of signing, so that nothing runs out later. A day before
    the certificate began is no reason to call it expired.

    What it can't know: whether a signer whose certificate has run out since was on a trust list before (the reader
    no longer says), so such a credential is `untrusted` on the days on which its certificate held; and what was
    revoked when, because nothing is fetched.
    """
    status = Status(str(facts["status"]))
    signer = facts.get("signer")
    ends = _day(signer.get("not_after")) if isinstance(signer, dict) else None
    begins = _day(signer.get("not_before")) if isinstance(signer, dict) else None
    if status not in {Status.TRUSTED, Status.UNTRUSTED, Status.EXPIRED} or ends is None:
        return status
    if status is Status.EXPIRED:
        held = (begins is None or begins <= as_of) and as_of <= ends
        return Status.UNTRUSTED if held else Status.EXPIRED
    if as_of > ends and facts.get("time_stamp") != "trusted":
        return Status.EXPIRED
    return status


def active_failures(reading: Reading) -> list[str]:
    """Failure codes of the active manifest, sorted, each once."""
    return _codes(_at(reading.store, "validation_results", "activeManifest", "failure"))


def time_stamp(reading: Reading) -> str | None:
    """Whether the time of signing is vouched for: `trusted`, `untrusted`, or None without a time stamp."""
    if "timeStamp.trusted" in _codes(_at(reading.store, "validation_results", "activeManifest", "success")):
        return "trusted"
    signed_at = _at(reading.store, "manifests", str(reading.store.get("active_manifest")), "signature_info", "time")
    return "untrusted" if isinstance(signed_at, str) else None


def changed_ingredient_failures(reading: Reading) -> list[str]:
    """Failures of ingredients that were found now and aren't in their own record."""
    deltas = _at(reading.store, "validation_results", "ingredientDeltas")
    return sorted(
        {
            code
            for delta in (deltas if isinstance(deltas, list) else ())
            for code in _codes(_at(delta, "validationDeltas", "failure"))
            if code != UNTRUSTED_CODE
        }
    )


def recorded_failures(ingredient: Json) -> list[str]:
    """Faults that an ingredient's record owns up to; who signed it is not one of them.

    Version 1 and 2 ingredients record a flat `validation_status`, version 3 `validation_results`.
    """
    found = _codes(_at(ingredient, "validation_results", "activeManifest", "failure"))
    found += [code for code in _codes(_at(ingredient, "validation_status")) if not code.endswith(_SUCCESSES)]
    deltas = _at(ingredient, "validation_results", "ingredientDeltas")
    for delta in deltas if isinstance(deltas, list) else ():
        found += _codes(_at(delta, "validationDeltas", "failure"))
    return sorted(set(found) - {UNTRUSTED_CODE})


def is_mismatch(code: str) -> bool:
    """Whether a code says that bytes aren't those that were signed."""
    return code.endswith(_MISMATCH) and not code.startswith("timeStamp.")


def _codes(statuses: Json) -> list[str]:
    found: Iterable[Json] = statuses if isinstance(statuses, list) else ()
    return sorted({str(one["code"]) for one in found if isinstance(one, dict) and "code" in one})


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
