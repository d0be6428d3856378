"""The whole detector in a process that is killed if it, or the library in it, opens a socket."""

import json
from pathlib import Path

import pytest

from detectors.credentials.signing import Authority, ai_manifest
from fixtures.credentials import beside, changed
from fixtures.sockets import KILLED, run_without_sockets

_LOOK = """
import json, sys
from pathlib import Path
from detectors import TrustList
from detectors.credentials.detector import CredentialsDetector
from detectors.material import FakeMaterial, Piece, Sidecar

folder = Path(sys.argv[1])
detector = CredentialsDetector((TrustList("x", "manifest", (folder / "ca.pem").read_bytes()),))
said = {}
for path in sorted(folder.glob("*.*")):
    sidecar = path.with_suffix(".c2pa")
    piece = Piece(path, path.name, sidecar=Sidecar(sidecar) if path.suffix == ".mxf" else None)
    form = "c2pa" if path == sidecar else "unknown"
    seen = list(detector.observe(FakeMaterial(format=form, pieces=[piece])))
    said[path.name] = seen[0].facts.get("status") if seen else None
print(json.dumps(said))
"""
_FETCH = """
import sys
import c2pa
c2pa.Reader(sys.argv[1])
"""
"""The library as it comes: it goes and fetches."""


@pytest.fixture(scope="module")
def folder(authority: Authority, plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whatever may tempt a reader: a manifest at a URL, and a signer whose certificate says where to ask after it."""
    made = tmp_path_factory.mktemp("tempting")
    (made / "ca.pem").write_bytes(authority.certificate_pem)
    said = ai_manifest("x", "image/jpeg")
    authority.sign(plain, made / "remote.jpg", said, remote_url="http://127.0.0.1:9/manifest.c2pa")
    authority.sign(plain, made / "revocable.jpg", said, revocation_url="http://127.0.0.1:9/ocsp")
    beside(authority, made / "master.mxf", made / "master.c2pa")
    changed(made / "revocable.jpg", made / "changed.jpg")
    return made


def test_nothing_that_a_file_says_makes_the_detector_open_a_socket(folder: Path) -> None:
    done = run_without_sockets(_LOOK, [folder])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "ca.pem": None,
        "changed.jpg": "tampered",
        "master.c2pa": None,
        "master.mxf": "trusted",
        "remote.jpg": "remote_only",
        "revocable.jpg": "trusted",
    }


def test_the_guard_kills_what_does(folder: Path) -> None:
    assert run_without_sockets(_FETCH, [folder / "remote.jpg"]).returncode == KILLED
