"""Five hundred mutants of signed files, read in a process that may crash without taking the test along."""

from collections import Counter
from multiprocessing import get_context
from pathlib import Path

import pytest
from pebble import ProcessPool

from detectors import TrustList
from detectors.credentials.signing import Authority
from detectors.material import Sidecar
from fixtures.credentials import MEDIA_TYPES, signed
from fixtures.credentials import beside as signed_beside
from fixtures.mutants import media_of, mutants
from tests.detectors.credentials.conftest import beside, observe

_EACH = 42
_TOO_LONG = 30


def judged(path: Path, certificate: bytes, seed: int) -> tuple[Counter[str], list[int]]:
    """How the mutants of a file read, and those that read trusted with something else in them than was signed."""
    lists = (TrustList("example list", "manifest", certificate),)
    original = path.read_bytes()
    mutant = path.with_name(f"mutant-{path.name}")
    statuses: Counter[str] = Counter()
    wrong = []
    for number, data in enumerate(mutants(original, _EACH, seed)):
        mutant.write_bytes(data)
        told = observe(mutant, lists=lists, form="unknown")
        status = str(told[0].facts["status"]) if told else "none"
        statuses[status] += 1
        if status == "trusted" and media_of(data, original) != media_of(original, original):
            wrong.append(number)
    return statuses, wrong


def misled(path: Path, sidecar: Path, certificate: bytes) -> list[int]:
    """The mutants of a sidecar that read trusted, and say something else than it does."""
    lists = (TrustList("example list", "manifest", certificate),)
    original = sidecar.read_bytes()
    said = beside(path, Sidecar(sidecar), lists=lists)
    wrong = []
    for number, data in enumerate(mutants(original, 2 * _EACH, seed=1)):
        sidecar.write_bytes(data)
        told = beside(path, Sidecar(sidecar), lists=lists)
        if told[0].facts["status"] == "trusted" and told != said:
            wrong.append(number)
    return wrong


@pytest.fixture(scope="module")
def verdicts(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Counter[str], list[int]]]:
    folder = tmp_path_factory.mktemp("mutants")
    made = {suffix: signed(authority, folder / f"signed.{suffix}") for suffix in MEDIA_TYPES}
    with ProcessPool(max_workers=1, context=get_context("spawn")) as pool:
        found = {
            suffix: pool.schedule(judged, args=[path, authority.certificate_pem, seed], timeout=_TOO_LONG)
            for seed, (suffix, path) in enumerate(made.items())
        }
        return {suffix: future.result() for suffix, future in found.items()}  # raises where one crashed or hung


def test_none_of_five_hundred_mutants_reads_trusted_with_changed_media(
    verdicts: dict[str, tuple[Counter[str], list[int]]],
) -> None:
    assert sum(statuses.total() for statuses, _ in verdicts.values()) > 500
    assert {suffix: wrong for suffix, (_, wrong) in verdicts.items() if wrong} == {}


def test_mutants_of_each_format_are_found_tampered_with_or_unreadable(
    verdicts: dict[str, tuple[Counter[str], list[int]]],
) -> None:
    for suffix, (statuses, _) in verdicts.items():
        assert statuses["tampered"] + statuses["unreadable"] > _EACH / 2, (suffix, statuses)


def test_no_mutant_of_a_sidecar_is_believed_to_say_something_else(authority: Authority, tmp_path: Path) -> None:
    sidecar = tmp_path / "master.c2pa"
    master = signed_beside(authority, tmp_path / "master.exr", sidecar)
    with ProcessPool(max_workers=1, context=get_context("spawn")) as pool:
        future = pool.schedule(misled, args=[master, sidecar, authority.certificate_pem], timeout=_TOO_LONG)
        assert future.result() == []
