"""Real files of vendors and test suites, read in place: what their index expects is what the detector says."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from detectors import TrustList
from detectors.observation import Kind, Observation
from fixtures.corpus import corpus
from tests.detectors.credentials.conftest import observe

pytestmark = pytest.mark.corpus

MEANT = {
    "Trusted": {"trusted"},
    "Valid": {"untrusted"},
    "Invalid": {"expired", "tampered", "invalid"},
    "NoManifest": {"-"},
    "Unsupported": {"-"},
    "Error": {"unreadable"},
    "RemoteOnly": {"remote_only"},
}


def lists(folder: Path, *, made: bool) -> tuple[TrustList, ...]:
    def listed(name: str) -> bytes:
        return (folder / "trust" / name).read_bytes()

    found = (
        TrustList("C2PA", "manifest", listed("C2PA-TRUST-LIST.pem")),
        TrustList("C2PA time stamps", "tsa", listed("C2PA-TSA-TRUST-LIST.pem")),
        TrustList("interim", "manifest", listed("cai-interim-anchors.pem")),
        TrustList("interim signers", "allowed", listed("cai-interim-allowed.pem")),
    )
    return (*found, TrustList("made", "manifest", (folder / "made" / "ca.pem").read_bytes())) if made else found


def rows(folder: Path) -> list[dict[str, str]]:
    """Rows that a single file answers; those whose manifest lies in a second file beside them are left out."""
    with (folder / "INDEX.csv").open(encoding="utf-8") as file:
        found = [row for row in csv.DictReader(file) if row["expected validation_state"]]
    return [row for row in found if "sidecar" not in row["note"] and (folder / row["file"]).stat().st_size]


def meant(row: dict[str, str]) -> set[str]:
    if row["expected validation_state"] != "Invalid":
        return MEANT[row["expected validation_state"]]
    codes = set(f"{row['failure_codes']} {row['ingredient_failure_codes']}".split())
    if any(code.endswith(".mismatch") for code in codes):
        return {"tampered"}
    return {"expired"} if codes <= {"signingCredential.expired", "signingCredential.untrusted"} else {"invalid"}


def test_every_row_has_the_status_that_its_reader_state_means_and_says_ai_where_it_should() -> None:
    folder = corpus("c2pa")
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for row in rows(folder):
        told = observe(folder / row["file"], lists=lists(folder, made=row["file"].startswith("made/")), form="unknown")
        status = next((str(one.facts["status"]) for one in told if one.kind is Kind.CREDENTIAL), "-")
        counts[status] += 1
        if status not in meant(row):
            wrong.append(f"{row['file']}: {status}, not {meant(row)}")
        if row["ai_expected"] == "yes" and not any(map(says_ai, told)):
            wrong.append(f"{row['file']}: no word of AI")
        if row["ai_expected"] != "yes" and any(one.strength.established for one in told if one.kind is Kind.AI):
            wrong.append(f"{row['file']}: a false alarm")
    print(f"{counts.total()} files of the corpus: {dict(sorted(counts.items()))}")  # noqa: T201 - the figure is the point
    assert wrong == []


def says_ai(observation: Observation) -> bool:
    return observation.kind is Kind.AI and (observation.strength.established or observation.suspect)
