"""Ten things that a reader of credentials gets wrong when it trusts the library's own word for the state of a file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, TiffTags
from PIL.TiffImagePlugin import TiffImageFile

from detectors import TrustList
from detectors.credentials.signing import SOURCE_TYPES, Authority, Ingredient, ai_manifest, manifest
from detectors.credentials.trust import check_settings, trust_of
from detectors.material import Sidecar
from detectors.observation import Json, Kind, Observation
from fixtures import credentials, media
from tests.detectors.credentials.conftest import Expiring, beside, observe

Lists = tuple[TrustList, ...]
AI = SOURCE_TYPES + "trainedAlgorithmicMedia"


@pytest.fixture
def sign(authority: Authority, plain: Path, tmp_path: Path) -> Callable[..., Path]:
    """Signs a JPEG with these actions, further assertions and ingredients."""

    def made(
        *actions: dict[str, Json],
        more: tuple[dict[str, Json], ...] = (),
        parts: tuple[Ingredient, ...] = (),
        **how: bool,
    ) -> Path:
        described = manifest("x", "image/jpeg", actions)
        assertions = described["assertions"]
        assert isinstance(assertions, list)
        assertions.extend(more)
        target = tmp_path / f"signed-{len(list(tmp_path.iterdir()))}.jpg"
        source = parts[0].path if how.get("update") else plain
        authority.sign(source, target, described, ingredients=parts, update=bool(how.get("update")))
        return target

    return made


def status(told: list[Observation]) -> str:
    return next(str(one.facts["status"]) for one in told if one.kind is Kind.CREDENTIAL)


def ai(told: list[Observation]) -> list[tuple[object, ...]]:
    """Claim, way and depth of all that is said of AI."""
    seen = [one for one in told if one.kind is Kind.AI]
    return [(one.claim, one.facts["relationship"], one.facts["depth"]) for one in seen]


def test_1_a_generator_s_picture_whose_certificate_ran_out_is_expired_and_says_ai_one_manifest_down(
    expiring: Expiring, listed: Lists
) -> None:
    told = observe(expiring.path, lists=listed)
    assert (status(told), ai(told)) == ("expired", [("generated", "parentOf", 1)])
    assert told[1].facts["basis"] == "expired"
    assert told[1].strength.established


def test_2_the_value_is_found_in_a_placed_part_under_an_opened_parent_and_below_an_update(
    sign: Callable[..., Path], signed: Path, listed: Lists
) -> None:
    capture: dict[str, Json] = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPES + "digitalCapture"}
    placed = observe(sign(capture, parts=(Ingredient(signed, "image/jpeg", "componentOf"),)), lists=listed)
    opened = sign(parts=(Ingredient(signed, "image/jpeg"),))
    updated = observe(sign(parts=(Ingredient(opened, "image/jpeg"),), update=True), lists=listed)
    assert (status(placed), ai(placed)) == ("trusted", [("edited", "componentOf", 1)])
    assert ai(observe(opened, lists=listed)) == [("generated", "parentOf", 1)]
    assert (status(updated), ai(updated)) == ("trusted", [("generated", "parentOf", 2)])
    assert updated[0].facts["manifests"] == 3


def test_3_generators_that_write_no_source_type_are_known_by_their_agent_or_their_own_assertion(
    sign: Callable[..., Path],
) -> None:
    agent = sign(
        {
            "action": "c2pa.created",
            "softwareAgent": "Image Creator from Designer",
            "description": "AI Generated Image",
        }
    )
    own = {"label": "com.adobe.generative-ai", "data": {"description": "Adobe Firefly", "version": "1.0"}}
    vendor = sign({"action": "c2pa.created", "digitalSourceType": SOURCE_TYPES + "digitalCreation"}, more=(own,))
    assert [told.rule for told in observe(agent)[1:]] == ["c2pa.known_agent"]
    assert [told.rule for told in observe(vendor)[1:]] == ["c2pa.generative_assertion"]


def test_4_a_signature_over_a_parent_that_was_tampered_with_is_trusted_and_the_damage_is_told(
    sign: Callable[..., Path], signed: Path, tmp_path: Path, listed: Lists
) -> None:
    parent = credentials.changed(signed, tmp_path / "parent.jpg")
    credential, statement = observe(sign(parts=(Ingredient(parent, "image/jpeg"),)), lists=listed)
    assert credential.facts["status"] == "trusted"
    assert credential.facts["ingredient_failure_codes"] == ["assertion.dataHash.mismatch"]
    assert statement.facts["basis"] == "broken"


def test_5_what_makes_the_reader_raise_is_unreadable_never_none(authority: Authority, tmp_path: Path) -> None:
    movie = credentials.signed(authority, tmp_path / "a.mp4")
    scan = credentials.signed(authority, tmp_path / "a.tiff")
    photo = credentials.signed(authority, tmp_path / "a.jpg")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photo.read_bytes().replace(b"jumd", b"jumX", 1))
    with Image.open(scan) as picture:
        assert isinstance(picture, TiffImageFile)
        tags = picture.tag_v2
        tags.tagtype[0xCD41] = TiffTags.BYTE  # Pillow knows no C2PA tag; some of its versions write it as bytes
        picture.save(tmp_path / "saved.tiff", tiffinfo=tags)
    cut = media.truncated(movie, tmp_path / "cut.mp4", keep=0.9)
    for path in (cut, tmp_path / "saved.tiff", broken):
        assert status(observe(path, form="unknown")) == "unreadable", path.name


def test_6_a_manifest_that_lies_elsewhere_is_told_with_its_url(
    authority: Authority, plain: Path, tmp_path: Path
) -> None:
    url = "http://127.0.0.1:9/manifest.c2pa"
    target = tmp_path / "remote.jpg"
    authority.sign(plain, target, ai_manifest("x", "image/jpeg"), remote_url=url)
    (credential,) = observe(target)
    assert (credential.facts["status"], credential.facts["remote_url"]) == ("remote_only", url)


def test_7_a_master_is_read_with_its_sidecar_and_one_changed_since_is_tampered_with(
    authority: Authority, tmp_path: Path, listed: Lists
) -> None:
    sidecar = tmp_path / "master.c2pa"
    master = credentials.beside(authority, tmp_path / "master.mxf", sidecar)
    told = beside(master, Sidecar(sidecar), lists=listed, form="mxf")
    assert (status(told), told[0].facts["source"], ai(told)) == ("trusted", "sidecar", [("generated", "active", 0)])
    data = bytearray(master.read_bytes())
    data[len(data) // 2] ^= 1
    master.write_bytes(data)
    assert status(beside(master, Sidecar(sidecar), lists=listed, form="mxf")) == "tampered"


def test_8_a_famous_name_is_no_listed_signer_and_a_list_of_time_stamps_vouches_for_none(
    plain: Path, tmp_path: Path, authority: Authority, listed: Lists
) -> None:
    path = tmp_path / "famous.jpg"
    famous = Authority.make("Example CA")  # the name that the listed authority has
    famous.sign(plain, path, ai_manifest("x", "image/jpeg"), organisation="OpenAI OpCo, LLC")
    told = observe(path, lists=listed)
    assert (status(told), told[1].facts["basis"]) == ("untrusted", "untrusted")
    authority.sign(plain, path, ai_manifest("x", "image/jpeg"))
    assert status(observe(path, lists=(TrustList("times", "tsa", authority.certificate_pem),))) == "untrusted"


def test_9_what_is_not_ai_raises_no_flag_and_ai_does_however_it_is_spelt_and_wherever_it_stands(
    sign: Callable[..., Path],
) -> None:
    def action(source_type: str, name: str = "c2pa.created") -> dict[str, Json]:
        return {"action": name, "digitalSourceType": source_type}

    wish = {
        "label": "cawg.training-mining",
        "data": {"entries": {"cawg.ai_generative_training": {"use": "notAllowed"}}},
    }
    no_ai = [
        sign(action(SOURCE_TYPES + "algorithmicallyEnhanced")),
        sign(action(SOURCE_TYPES + "humanEdits")),
        sign(action(SOURCE_TYPES + "digitalCapture"), more=(wish,)),
        sign(
            action(SOURCE_TYPES + "digitalCapture"), action(SOURCE_TYPES + "algorithmicallyEnhanced", "c2pa.transcoded")
        ),
    ]
    for path in no_ai:
        assert ai(observe(path)) == []
    second = {"label": "c2pa.actions.v2", "data": {"actions": [action(AI, "c2pa.edited")]}}
    assert ai(observe(sign(action(AI.replace("http:", "https:"))))) == [("generated", "active", 0)]
    assert ai(observe(sign(action("digsrctype:trainedAlgorithmicMedia")))) == [("generated", "active", 0)]
    assert ai(observe(sign(action(SOURCE_TYPES + "digitalCapture"), more=(second,)))) == [("edited", "active", 0)]


def test_10_a_claim_whose_text_was_forged_clears_nothing_and_a_misspelt_setting_is_refused(
    signed: Path, tmp_path: Path, listed: Lists
) -> None:
    path = tmp_path / "forged.jpg"
    path.write_bytes(signed.read_bytes().replace(b"trainedAlgorithmicMedia", b"digitalCapture/////////", 1))
    (credential,) = observe(path, lists=listed)
    assert credential.facts["status"] == "tampered"
    assert "assertion.hashedURI.mismatch" in str(credential.facts["failure_codes"])
    settings = json.loads(trust_of(listed).text)
    settings["veryfy"] = settings.pop("verify")
    with pytest.raises(ValueError, match="veryfy"):
        check_settings(settings)
