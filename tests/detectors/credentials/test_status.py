from datetime import date, timedelta
from pathlib import Path

import pytest

from detectors import TrustList
from detectors.credentials.signing import Authority, Ingredient, manifest
from detectors.credentials.status import Status, facts_as_of, recorded_failures, status_as_of, status_of
from detectors.credentials.store import CredentialReading, ReadOutcome
from detectors.observation import Json
from tests.detectors.credentials.conftest import Expiring, observe

UNTRUSTED = "signingCredential.untrusted"
EXPIRED = "signingCredential.expired"


def invalid(*codes: str, deltas: tuple[str, ...] = ()) -> CredentialReading:
    results: dict[str, Json] = {
        "activeManifest": {"failure": [{"code": code} for code in codes]},
        "ingredientDeltas": [{"validationDeltas": {"failure": [{"code": code} for code in deltas]}}],
    }
    return CredentialReading(
        ReadOutcome.READ, {"manifests": {}, "validation_state": "Invalid", "validation_results": results}
    )


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ((EXPIRED,), Status.EXPIRED),
        ((EXPIRED, UNTRUSTED), Status.EXPIRED),
        ((EXPIRED, UNTRUSTED, "assertion.dataHash.mismatch"), Status.TAMPERED),
        (("claimSignature.mismatch",), Status.TAMPERED),
        (("assertion.hashedURI.mismatch", UNTRUSTED), Status.TAMPERED),
        (("signingCredential.invalid", EXPIRED), Status.INVALID),
        (("assertion.action.malformed",), Status.INVALID),
        ((), Status.INVALID),
    ],
)
def test_an_invalid_credential_is_told_apart_by_its_codes(codes: tuple[str, ...], status: Status) -> None:
    assert status_of(invalid(*codes)) is status


def test_a_fault_that_an_ingredient_does_not_own_up_to_is_the_whole_s() -> None:
    assert status_of(invalid(UNTRUSTED, deltas=("claimSignature.mismatch",))) is Status.TAMPERED
    assert status_of(invalid(EXPIRED, UNTRUSTED, deltas=("claimSignature.mismatch",))) is Status.TAMPERED


def test_trusted_needs_a_list_that_vouches_for_signers(
    authority: Authority, signed: Path, listed: tuple[TrustList, ...]
) -> None:
    times = (TrustList("times", "tsa", authority.certificate_pem),)
    assert observe(signed, lists=listed)[0].facts["status"] == "trusted"
    assert observe(signed, lists=times)[0].facts["status"] == "untrusted"
    assert observe(signed, lists=(*times, *listed))[0].facts["trust_list"] == "example list"


def test_a_changed_picture_is_tampered_with_and_still_says_what_it_says(signed: Path, tmp_path: Path) -> None:
    changed = bytearray(signed.read_bytes())
    changed[-80] ^= 0xFF
    path = tmp_path / "changed.jpg"
    path.write_bytes(changed)
    credential, statement = observe(path)
    assert credential.facts["status"] == "tampered"
    assert credential.facts["failure_codes"] == ["assertion.dataHash.mismatch", UNTRUSTED]
    assert (statement.facts["basis"], statement.strength) == ("broken", "strong")


def test_forged_text_inside_the_manifest_is_tampered_with(signed: Path, tmp_path: Path) -> None:
    path = tmp_path / "forged.jpg"
    path.write_bytes(signed.read_bytes().replace(b"trainedAlgorithmicMedia", b"digitalCapture/////////", 1))
    assert [observation.facts["status"] for observation in observe(path)] == ["tampered"]


def test_a_signer_who_ran_out_is_expired_not_tampered_with(expiring: Expiring, listed: tuple[TrustList, ...]) -> None:
    credential, statement = observe(expiring.path, lists=listed)
    assert (credential.facts["status"], statement.facts["basis"]) == ("expired", "expired")
    assert statement.strength == "definitive"
    assert status_as_of(credential.facts, expiring.ended.date() + timedelta(days=2)) is Status.EXPIRED


def test_damage_in_an_ingredient_is_told_beside_a_good_status(
    authority: Authority, signed: Path, plain: Path, tmp_path: Path, listed: tuple[TrustList, ...]
) -> None:
    changed, over = tmp_path / "changed.jpg", tmp_path / "over.jpg"
    data = bytearray(signed.read_bytes())
    data[-80] ^= 0xFF
    changed.write_bytes(data)
    authority.sign(plain, over, manifest("over", "image/jpeg", []), ingredients=[Ingredient(changed, "image/jpeg")])
    credential, statement = observe(over, lists=listed)
    assert credential.facts["status"] == "trusted"
    assert credential.facts["ingredient_failure_codes"] == ["assertion.dataHash.mismatch"]
    assert (statement.facts["basis"], statement.facts["relationship"], statement.facts["depth"]) == (
        "broken",
        "parentOf",
        1,
    )


def facts(status: str, time_stamp: str | None = None) -> dict[str, Json]:
    signer: dict[str, Json] = {"not_before": "2025-01-13T20:36:46+00:00", "not_after": "2026-01-13T20:36:45+00:00"}
    return {"status": status, "signer": signer, "time_stamp": time_stamp}


@pytest.mark.parametrize(
    ("status", "time_stamp", "as_of", "then"),
    [
        ("trusted", None, date(2025, 6, 1), "trusted"),
        ("trusted", None, date(2026, 1, 13), "trusted"),  # the last day still counts
        ("trusted", None, date(2026, 1, 14), "expired"),
        ("untrusted", None, date(2026, 2, 1), "expired"),
        ("untrusted", "untrusted", date(2026, 2, 1), "expired"),
        ("trusted", "trusted", date(2030, 1, 1), "trusted"),  # the time stamp fixes the day of signing
        ("expired", None, date(2025, 6, 1), "untrusted"),
        ("expired", None, date(2024, 6, 1), "untrusted"),  # nor does anything run out before it began
        ("untrusted", None, date(2024, 6, 1), "untrusted"),
        ("tampered", None, date(2030, 1, 1), "tampered"),
        ("invalid", None, date(2025, 6, 1), "invalid"),
        ("remote_only", None, date(2030, 1, 1), "remote_only"),
    ],
)
def test_the_status_on_another_day_needs_no_file(status: str, time_stamp: str | None, as_of: date, then: str) -> None:
    assert status_as_of(facts(status, time_stamp), as_of) == then


def test_one_that_ran_out_is_trusted_on_the_days_on_which_it_held_by_the_list_that_vouches_for_it() -> None:
    listed: dict[str, Json] = {**facts("expired"), "trust_list": "example list", "failure_codes": [EXPIRED, UNTRUSTED]}
    then = facts_as_of(listed, date(2025, 6, 1))
    assert then == {"status": "trusted", "failure_codes": []}
    assert facts_as_of(listed, date(2026, 6, 1)) == {"status": "expired", "failure_codes": [EXPIRED, UNTRUSTED]}


def test_what_expired_in_an_ingredient_is_not_judged_by_its_signer_s_dates() -> None:
    through_an_ingredient: dict[str, Json] = {**facts("expired"), "trust_list": "example list", "failure_codes": []}
    assert facts_as_of(through_an_ingredient, date(2025, 6, 1)) == {"status": "expired"}


def test_other_states_keep_their_codes() -> None:
    broken: dict[str, Json] = {**facts("tampered"), "failure_codes": ["assertion.dataHash.mismatch"]}
    assert facts_as_of(broken, date(2030, 1, 1)) == {"status": "tampered"}


def test_without_dates_nothing_runs_out() -> None:
    assert status_as_of({"status": "untrusted", "signer": {"not_after": "soon"}}, date(2099, 1, 1)) is Status.UNTRUSTED


def test_an_old_ingredient_s_record_of_success_is_no_fault() -> None:
    recorded: Json = [
        {"code": "claimSignature.validated"},
        {"code": "assertion.dataHash.mismatch"},
        {"code": UNTRUSTED},
    ]
    assert recorded_failures({"validation_status": recorded}) == ["assertion.dataHash.mismatch"]
