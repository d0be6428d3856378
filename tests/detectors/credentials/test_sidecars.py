"""Credentials that lie in files of their own: whose they are, and what the detector says of them alone."""

import shutil
from pathlib import Path

import pytest

from detectors import TrustList
from detectors.credentials.detector import CredentialsDetector
from detectors.credentials.signing import Authority, ai_manifest
from detectors.material import FakeMaterial, MaterialError, Piece, Sidecar
from detectors.observation import Kind, Strength
from fixtures.credentials import beside as signed_beside
from fixtures.credentials import unsigned
from tests.detectors.credentials.conftest import beside, observe

Lists = tuple[TrustList, ...]


@pytest.fixture(scope="module")
def master(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A picture that can't hold a credential, and its sidecar."""
    folder = tmp_path_factory.mktemp("master")
    return signed_beside(authority, folder / "master.exr", folder / "master.c2pa"), folder / "master.c2pa"


def test_a_sidecar_of_another_file_s_bytes_is_tampered_with(master: tuple[Path, Path], tmp_path: Path) -> None:
    other = unsigned(tmp_path / "other.exr", seed=5)
    credential, statement = beside(other, Sidecar(master[1]), form="exr")
    assert (credential.facts["status"], credential.facts["source"]) == ("tampered", "sidecar")
    assert (statement.facts["basis"], statement.kind) == ("broken", Kind.AI)


def test_a_sidecar_that_fits_another_file_of_its_name_is_that_one_s(master: tuple[Path, Path], tmp_path: Path) -> None:
    other = unsigned(tmp_path / "master.dpx", seed=5)
    assert beside(other, Sidecar(master[1], rivals=(master[0],)), form="dpx") == []
    assert beside(master[0], Sidecar(master[1], rivals=(other,)), form="exr")[0].facts["status"] == "untrusted"


def test_a_sidecar_that_fits_none_of_its_files_is_told_of_each(master: tuple[Path, Path], tmp_path: Path) -> None:
    one, other = unsigned(tmp_path / "master.dpx", seed=5), unsigned(tmp_path / "master.exr", seed=6)
    for path, rival in ((one, other), (other, one)):
        assert beside(path, Sidecar(master[1], rivals=(rival,)), form="dpx")[0].facts["status"] == "tampered"


def test_what_a_file_holds_itself_comes_before_what_lies_beside_it(signed: Path, master: tuple[Path, Path]) -> None:
    assert beside(signed, Sidecar(master[1]), form="jpeg") == observe(signed)


def test_a_manifest_that_lies_elsewhere_is_read_where_a_sidecar_has_it(
    authority: Authority, plain: Path, tmp_path: Path, listed: Lists
) -> None:
    remote = tmp_path / "remote.jpg"
    said = ai_manifest("x", "image/jpeg")
    authority.sign(plain, remote, said, remote_url="http://127.0.0.1:9/manifest.c2pa")
    authority.sign_beside(remote, tmp_path / "remote.c2pa", said)
    assert beside(remote, Sidecar(tmp_path / "remote.c2pa"), lists=listed)[0].facts["status"] == "trusted"


def test_by_itself_a_sidecar_is_a_note_of_what_it_says_and_no_sign_of_ai(master: tuple[Path, Path]) -> None:
    (note,) = observe(master[1], form="c2pa")
    assert (note.kind, note.strength, note.rule) == (Kind.NOTE, Strength.WEAK, "c2pa.sidecar")
    assert "trainedAlgorithmicMedia" in note.value


def test_a_broken_sidecar_by_itself_says_that_it_is(master: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.c2pa"
    broken.write_bytes(master[1].read_bytes()[:400])
    (note,) = observe(broken, form="c2pa")
    assert "can't be read" in note.value


def test_frames_have_their_own_sidecars(master: tuple[Path, Path], tmp_path: Path) -> None:
    pieces = []
    for number in range(1001, 1004):
        frame = tmp_path / f"plate.{number}.exr"
        shutil.copy(master[0], frame)
        sidecar = Sidecar(master[1]) if number < 1003 else None
        pieces.append(Piece(frame, frame.name, number, sidecar))
    told = list(CredentialsDetector().observe(FakeMaterial(kind="sequence", format="exr", pieces=pieces)))
    assert [(one.span.first_frame, one.span.last_frame) for one in told if one.span] == [(1001, 1002)] * 2


def test_containers_without_room_are_looked_at_only_with_a_sidecar(master: tuple[Path, Path]) -> None:
    alone = Piece(master[0], "master.exr")
    with_it = Piece(master[0], "master.exr", sidecar=Sidecar(master[1]))
    detector = CredentialsDetector()
    assert not detector.handles(FakeMaterial(format="exr", pieces=[alone]))
    assert detector.handles(FakeMaterial(format="exr", pieces=[with_it]))


def test_a_sidecar_that_can_t_be_opened_is_a_problem_of_its_file(master: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(MaterialError, match=r"master\.exr"):
        beside(master[0], Sidecar(tmp_path / "gone.c2pa"), form="exr")
