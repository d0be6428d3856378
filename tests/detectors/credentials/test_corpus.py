"""Real files of vendors and test suites, read in place: what their index expects is what the detector says."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from detectors import TrustList
from detectors.credentials.detector import CredentialsDetector
from detectors.credentials.jumbf import certificates
from detectors.credentials.store import ReadOutcome, read, store_of
from detectors.credentials.trust import trust_of
from detectors.credentials.vouching import vouching_list
from detectors.material import FakeMaterial, Piece, Sidecar
from detectors.observation import Kind, Observation
from fixtures.corpus import corpus
from scanner.drop.kinds import sniff

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
    """Rows of files that the reader was tried on, the trust lists themselves left out."""
    with (folder / "INDEX.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["expected validation_state"]]


def meant(row: dict[str, str], path: Path) -> set[str]:
    if not path.stat().st_size:
        return {"-"}  # the detector has nothing to read there; a scan says that the file is empty and not examined
    if row["expected validation_state"] != "Invalid":
        return MEANT[row["expected validation_state"]]
    codes = set(f"{row['failure_codes']} {row['ingredient_failure_codes']}".split())
    if any(code.endswith(".mismatch") for code in codes):
        return {"tampered"}
    return {"expired"} if codes <= {"signingCredential.expired", "signingCredential.untrusted"} else {"invalid"}


def look(path: Path, lists: tuple[TrustList, ...]) -> list[Observation]:
    """What the detector says of it, with the sidecar beside it if there is one."""
    store = path.with_suffix(".c2pa")
    sidecar = Sidecar(store) if store != path and store.is_file() else None
    material = FakeMaterial(format="unknown", pieces=[Piece(path, path.name, sidecar=sidecar)])
    return list(CredentialsDetector(lists).observe(material))


def test_every_row_has_the_status_that_its_reader_state_means_and_says_ai_where_it_should() -> None:
    folder = corpus("c2pa")
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for row in rows(folder):
        path = folder / row["file"]
        told = look(path, lists(folder, made=row["file"].startswith("made/")))
        status = next((str(one.facts["status"]) for one in told if one.kind is Kind.CREDENTIAL), "-")
        counts[status] += 1
        if status not in meant(row, path):
            wrong.append(f"{row['file']}: {status}, not {meant(row, path)}")
        spelt_out = status == "unreadable"  # then the bytes of the store may still say it, and the list doesn't
        if any(map(says_ai, told)) != (row["ai_expected"] == "yes") and not spelt_out:
            wrong.append(f"{row['file']}: {'no word of AI' if row['ai_expected'] else 'a false alarm'}")
    print(f"{counts.total()} files of the corpus: {dict(sorted(counts.items()))}")  # noqa: T201 - the figure is the point
    assert wrong == []


def test_our_own_look_at_the_lists_agrees_with_the_library_wherever_it_says_who_vouches() -> None:
    folder = corpus("c2pa")
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for row in rows(folder):
        path = folder / row["file"]
        trust = trust_of(lists(folder, made=row["file"].startswith("made/")))
        if row["expected validation_state"] != "Trusted" or "sidecar" in row["note"] or path.suffix == ".c2pa":
            continue
        reading = read(path, trust)
        if reading.outcome is not ReadOutcome.READ:
            continue
        form = sniff(path.read_bytes()[:4096], path.name).name
        chain = certificates(store_of(path, form), str(reading.store["active_manifest"]))
        counts[str(reading.vouched_by)] += 1
        if vouching_list(chain, trust) != reading.vouched_by:
            wrong.append(f"{row['file']}: {vouching_list(chain, trust)}, not {reading.vouched_by}")
    print(f"{counts.total()} signers of the corpus: {dict(sorted(counts.items()))}")  # noqa: T201 - the figure is the point
    assert wrong == []
    assert counts


def says_ai(observation: Observation) -> bool:
    """Whether it says that a model had a part in it; that one may have had is another thing."""
    if observation.kind is not Kind.AI or observation.rule == "c2pa.possible_source_type":
        return False
    return observation.strength.established or observation.suspect
