"""Signed files that several tests read, made once."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import pytest

from detectors import TrustList
from detectors.credentials.detector import CredentialsDetector
from detectors.credentials.signing import Authority, Ingredient, ai_manifest, manifest
from detectors.material import FakeMaterial, Piece, Sidecar
from detectors.observation import Observation
from fixtures.media import still


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority.make("Example CA")


@pytest.fixture(scope="session")
def listed(authority: Authority) -> tuple[TrustList, ...]:
    return (TrustList("example list", "manifest", authority.certificate_pem),)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return still(tmp_path_factory.mktemp("plain") / "plain.jpg", size=(160, 90))


@pytest.fixture(scope="session")
def signed(authority: Authority, plain: Path) -> Path:
    """A JPEG that says a model made it."""
    target = plain.with_name("signed.jpg")
    authority.sign(plain, target, ai_manifest("signed.jpg", "image/jpeg"))
    return target


@dataclass(frozen=True)
class Expiring:
    """A picture that was opened and signed with a certificate that ran out since, and what was seen before it did.

    `made_from` is another that was made from it and whose signer's certificate still holds, with what was seen.
    """

    path: Path
    before: tuple[Observation, ...]
    ended: datetime
    made_from: Path
    made_from_before: tuple[Observation, ...]


@pytest.fixture(scope="session")
def expiring(authority: Authority, signed: Path, plain: Path, listed: tuple[TrustList, ...]) -> Expiring:
    """The library signs with no certificate that has run out already, so this takes two seconds, more if it is busy."""
    path, above = plain.with_name("expiring.jpg"), plain.with_name("made_from_it.jpg")
    parent = [Ingredient(signed, "image/jpeg")]
    for life in (2, 4, 8):
        ended = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=life)
        with suppress(c2pa.C2paError):
            authority.sign(plain, path, manifest("x", "image/jpeg", []), ingredients=parent, valid_until=ended)
            authority.sign(
                plain,
                above,
                manifest("y", "image/jpeg", []),
                ingredients=[Ingredient(path, "image/jpeg")],
                trusts=[authority],
            )
            before = tuple(observe(path, lists=listed))
            made_from_before = tuple(observe(above, lists=listed))
            if before[0].facts["status"] == made_from_before[0].facts["status"] == "trusted":
                break
    time.sleep(max(0, (ended - datetime.now(UTC)).total_seconds() + 1.01))
    return Expiring(path, before, ended, above, made_from_before)


def observe(
    *paths: Path, lists: Sequence[TrustList] = (), form: str = "jpeg", first: int | None = None
) -> list[Observation]:
    """What the detector says of these files: one asset, a sequence from frame `first` on where that is given."""
    pieces = [Piece(path, path.name, None if first is None else first + number) for number, path in enumerate(paths)]
    material = FakeMaterial(kind="still" if first is None else "sequence", format=form, pieces=pieces)
    return list(CredentialsDetector(tuple(lists)).observe(material))


def beside(
    path: Path, sidecar: Sidecar, *, lists: Sequence[TrustList] = (), form: str = "unknown"
) -> list[Observation]:
    """What the detector says of a file beside which a sidecar lies."""
    material = FakeMaterial(format=form, pieces=[Piece(path, path.name, sidecar=sidecar)])
    return list(CredentialsDetector(tuple(lists)).observe(material))
