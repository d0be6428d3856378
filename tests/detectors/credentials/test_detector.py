import pickle
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from detectors import TrustList
from detectors.credentials.detector import CredentialsDetector
from detectors.credentials.signing import Authority, ai_manifest
from detectors.credentials.status import as_of
from detectors.material import FakeMaterial
from detectors.observation import Kind, Observation, Span, Strength
from tests.detectors.credentials.conftest import observe

FACTS = {
    "status",
    "trust_list",
    "signer",
    "signed_at",
    "generator",
    "failure_codes",
    "ingredient_failure_codes",
    "manifests",
    "remote_url",
    "redactions",
    "source",
}


def test_a_plain_file_has_nothing_to_tell(plain: Path) -> None:
    assert observe(plain) == []


def test_a_signed_one_tells_its_credential_and_what_it_says(signed: Path) -> None:
    credential, statement = observe(signed)
    assert set(credential.facts) >= FACTS
    assert (credential.span, credential.generator, credential.facts["manifests"]) == (None, "Example Generator", 1)
    assert (statement.where, statement.generator) == ("c2pa.actions.v2", "Example Image Model")
    assert statement.facts == {
        "basis": "untrusted",
        "depth": 0,
        "relationship": "active",
        "action": "c2pa.created",
        "digital_source_type": "trainedAlgorithmicMedia",
        "agent": "Example Image Model",
    }


def test_the_same_file_gives_the_same_observations(signed: Path, listed: tuple[TrustList, ...]) -> None:
    assert observe(signed, lists=listed) == observe(signed, lists=listed)


def test_no_quoted_text_is_long(authority: Authority, plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.jpg"
    authority.sign(plain, path, ai_manifest("x", "image/jpeg", source_type="http://x/" + "y" * 900 + "/composite"))
    assert all(len(observation.value) <= 200 for observation in observe(path))


def test_frames_with_equal_credentials_share_a_span_and_a_gap_or_a_change_ends_it(
    authority: Authority, signed: Path, plain: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.jpg"
    authority.sign(plain, other, ai_manifest("x", "image/jpeg", agent="Another Model"))
    frames = []
    for number, source in enumerate([signed, signed, plain, signed, other, other]):
        frames.append(tmp_path / f"frame.{1001 + number}.jpg")
        shutil.copy(source, frames[-1])
    told = observe(*frames, first=1001)
    assert [(o.generator, o.span) for o in told if o.kind is Kind.AI] == [
        ("Example Image Model", Span(1001, 1002)),
        ("Example Image Model", Span(1004, 1004)),
        ("Another Model", Span(1005, 1006)),
    ]


@pytest.mark.parametrize("form", ["exr", "dpx", "mxf", "rf64"])
def test_containers_without_room_for_a_credential_are_left_alone(form: str) -> None:
    assert not CredentialsDetector().handles(FakeMaterial(format=form))


@pytest.mark.parametrize("form", ["jpeg", "mov", "pdf", "unknown"])
def test_all_others_are_looked_at(form: str) -> None:
    assert CredentialsDetector().handles(FakeMaterial(format=form))


def test_what_is_remembered_is_judged_against_any_day(signed: Path, listed: tuple[TrustList, ...]) -> None:
    told = observe(signed, lists=listed, first=1001)
    signer = told[0].facts["signer"]
    assert isinstance(signer, dict)
    ends = datetime.fromisoformat(str(signer["not_after"])).date()
    later = as_of(told, ends + timedelta(days=1))
    assert [one.facts.get("status") or one.facts.get("basis") for one in later] == ["expired", "expired"]
    assert as_of(told, ends) == tuple(told)


def test_a_broken_basis_and_other_detectors_observations_stay_as_they_are(signed: Path, tmp_path: Path) -> None:
    changed = bytearray(signed.read_bytes())
    changed[-80] ^= 0xFF
    path = tmp_path / "changed.jpg"
    path.write_bytes(changed)
    other = Observation("markers", "x.y", Kind.AI, Strength.STRONG, where="here", facts={"basis": "trusted"})
    told = [*observe(path), other]
    assert as_of(told, date(2099, 1, 1)) == tuple(told)


def test_other_lists_are_another_version(listed: tuple[TrustList, ...]) -> None:
    detector = CredentialsDetector(listed)
    assert detector.version != CredentialsDetector().version
    assert "c2pa-0.38" in detector.version
    assert pickle.loads(pickle.dumps(detector)).version == detector.version  # noqa: S301 - made on this line
