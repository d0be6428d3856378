"""Signed files that several tests read, made once."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from detectors import TrustList
from detectors.credentials.detector import CredentialsDetector
from detectors.credentials.signing import Authority, ai_manifest
from detectors.material import FakeMaterial, Piece
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


def observe(
    *paths: Path, lists: Sequence[TrustList] = (), form: str = "jpeg", first: int | None = None
) -> list[Observation]:
    """What the detector says of these files: one asset, a sequence from frame `first` on where that is given."""
    pieces = [Piece(path, path.name, None if first is None else first + number) for number, path in enumerate(paths)]
    material = FakeMaterial(kind="still" if first is None else "sequence", format=form, pieces=pieces)
    return list(CredentialsDetector(tuple(lists)).observe(material))
