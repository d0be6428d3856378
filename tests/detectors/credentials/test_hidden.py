"""Stores where no reader looks, in every container that holds one, and files that only look broken."""

import random
import re
import struct
import zlib
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest
from pebble import ProcessPool

from detectors.credentials.detector import CredentialsDetector
from detectors.credentials.hidden import stores
from detectors.credentials.signing import Authority
from detectors.credentials.status import Status, covers_less, status_of
from detectors.credentials.store import CredentialReading, ReadOutcome
from detectors.material import FakeMaterial, Piece, Tag
from detectors.observation import Json, Kind
from fixtures import media
from fixtures.credentials import MEDIA_TYPES, signed
from tests.detectors.credentials.conftest import observe

_SUPERBOX = re.compile(rb"jumb....jumd", re.DOTALL)
_TOO_LONG = 600


@pytest.fixture(scope="module")
def made(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A signed file of each container; each says that a model made it."""
    folder = tmp_path_factory.mktemp("made")
    return {suffix: signed(authority, folder / f"signed.{suffix}") for suffix in MEDIA_TYPES}


def moved(data: bytes, *, behind: bool) -> bytes:
    """A JPEG whose credential's segments stand behind its picture, or behind the start of the picture's data."""
    segments, here = [], 2
    while data[here + 1] != 0xDA:
        end = here + 2 + int.from_bytes(data[here + 2 : here + 4], "big")
        segments.append(data[here:end])
        here = end
    kept = b"".join(segment for segment in segments if segment[1] != 0xEB)
    store = b"".join(segment for segment in segments if segment[1] == 0xEB)
    picture = data[here:]
    return data[:2] + kept + (picture + store if behind else picture[:-2] + store + picture[-2:])


def behind_iend(data: bytes) -> bytes:
    """A PNG whose credential's chunk stands behind its end."""
    at = data.index(b"caBX") - 4
    end = at + 12 + int.from_bytes(data[at : at + 4], "big")
    return data[:at] + data[end:] + data[at:end]


def renamed(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new, 1)


def chunk_renamed(data: bytes) -> bytes:
    """A PNG whose credential's chunk has another name, and the right sum for it."""
    at = data.index(b"caBX")
    length = int.from_bytes(data[at - 4 : at], "big")
    content = data[at + 4 : at + 4 + length]
    return data[:at] + b"caBY" + content + struct.pack(">I", zlib.crc32(b"caBY" + content)) + data[at + 8 + length :]


def uuid_off(data: bytes) -> bytes:
    """A movie in which one bit of the name of the credential's box is another."""
    at = data.index(bytes.fromhex("d8fec3d61b0e483c92975828877ec481"))
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


CASES: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "jpeg, behind the end": ("jpg", lambda data: moved(data, behind=True), "behind the end of the picture"),
    "jpeg, behind the scan": ("jpg", lambda data: moved(data, behind=False), "among the data of the picture"),
    "png, behind the end": ("png", behind_iend, "behind the end of the picture"),
    "png, renamed": ("png", chunk_renamed, "in a chunk called 'caBY'"),
    "wav, renamed": ("wav", renamed(b"C2PA", b"C2PB"), "at byte"),
    "avi, renamed": ("avi", renamed(b"C2PA", b"D2PA"), "at byte"),
    "webp, renamed": ("webp", renamed(b"C2PA", b"C2QA"), "at byte"),
    "mp4, uuid": ("mp4", uuid_off, "at byte"),
    "mov, uuid": ("mov", uuid_off, "at byte"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_store_where_no_reader_looks_is_told_with_its_place(name: str, made: dict[str, Path], tmp_path: Path) -> None:
    suffix, hide, place = CASES[name]
    path = tmp_path / f"hidden.{suffix}"
    path.write_bytes(hide(made[suffix].read_bytes()))
    credential, *statements = observe(path, form="unknown")
    assert (credential.kind, credential.facts["status"]) == (Kind.CREDENTIAL, "invalid")
    assert place in str(credential.facts["misplaced"])
    assert [(each.kind, each.facts["basis"]) for each in statements] == [(Kind.AI, "broken")]


def test_a_second_store_is_told_beside_the_first(made: dict[str, Path], authority: Authority, tmp_path: Path) -> None:
    other = signed(authority, tmp_path / "other.jpg", seed=2)
    data = moved(other.read_bytes(), behind=True)
    store = data[data.rindex(b"\xff\xd9\xff\xeb") + 2 :]
    path = tmp_path / "two.jpg"
    path.write_bytes(made["jpg"].read_bytes() + store)
    credentials = [each for each in observe(path) if each.kind is Kind.CREDENTIAL]
    assert [each.facts["status"] for each in credentials[1:]] == ["invalid"]
    assert "behind the end" in str(credentials[1].facts["misplaced"])


def test_a_signed_picture_behind_a_picture_is_a_part_and_no_misplaced_credential(
    made: dict[str, Path], plain: Path, tmp_path: Path
) -> None:
    path = tmp_path / "two.jpg"
    path.write_bytes(plain.read_bytes() + made["jpg"].read_bytes())
    assert stores(path) == []


def test_each_healthy_file_holds_no_store_but_its_own(made: dict[str, Path]) -> None:
    for suffix, path in made.items():
        credentials = [each for each in observe(path, form="unknown") if each.kind is Kind.CREDENTIAL]
        assert [each.facts["misplaced"] for each in credentials] == [None], suffix


def test_a_source_type_is_read_in_a_store_of_which_nothing_else_is(made: dict[str, Path], tmp_path: Path) -> None:
    data = behind_iend(made["png"].read_bytes())
    path = tmp_path / "hidden.png"
    path.write_bytes(data.replace(b"c2pa.claim", b"x2pa.claim"))
    credential, *statements = observe(path)
    assert credential.facts["status"] == "invalid"
    assert "trainedAlgorithmicMedia" in [each.value.rsplit("/", 1)[-1] for each in statements]


def odd_containers(folder: Path) -> list[Path]:
    """Good files of other makes that the reader can't parse, and that hold no byte of a credential."""
    movie = media.movie(folder / "plain.mp4", frames=4, size=(64, 48), audio=False, start=None).read_bytes()
    sound = bytearray(media.sound(folder / "plain.wav", seconds=0.2).read_bytes())
    picture = media.still(folder / "plain.png", size=(64, 48)).read_bytes()
    sound[4:8] = struct.pack("<I", len(sound) + 50_000)
    made = {
        "wide.mov": movie[:4] + b"wide" + movie[8:],
        "tail.mp4": movie + b"CAMERA PRIVATE DATA " * 30,
        "long.wav": bytes(sound),
        "cut.png": picture[:-12],
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in made]


def test_a_container_that_can_t_be_parsed_and_holds_no_store_has_no_credential(tmp_path: Path) -> None:
    for path in odd_containers(tmp_path):
        assert observe(path, form="unknown") == [], path.name


GONE = "self#jumbf=/c2pa/urn:c2pa:0f8fad5b/c2pa.claim"


@pytest.mark.parametrize(
    ("key", "value", "gone"),
    [
        ("XMP-dcterms:Provenance", GONE, True),
        ("XMP-dcterms:Provenance", "https://example.com/manifests/1", True),
        ("XMP-xmpMM:IngredientsDocumentID", "urn:c2pa:0f8fad5b", True),
        ("XMP-xmpMM:HistorySoftwareAgent", "Adobe Firefly 1.0", True),
        ("XMP-xmpMM:HistoryParameters", "Generative Fill", True),
        ("XMP-xmpMM:HistorySoftwareAgent", "Adobe Photoshop 26.0 (Macintosh)", False),
        ("PNG:Comment", GONE, False),
        ("XMP-dc:Description", "Provenance unknown", False),
    ],
)
def test_a_file_that_speaks_of_a_credential_and_has_none_was_stripped(
    key: str, value: str, gone: bool, plain: Path
) -> None:
    material = FakeMaterial(pieces=[Piece(plain, "a.jpg")], by_name={"a.jpg": [Tag("exiftool", key, value)]})
    statuses = [each.facts["status"] for each in CredentialsDetector().observe(material)]
    assert statuses == (["stripped"] if gone else [])


def test_what_is_there_isn_t_gone(made: dict[str, Path]) -> None:
    path = made["jpg"]
    tags = [Tag("exiftool", "XMP-dcterms:Provenance", GONE)]
    material = FakeMaterial(pieces=[Piece(path, path.name)], by_name={path.name: tags})
    assert next(iter(CredentialsDetector().observe(material))).facts["status"] == "untrusted"


def reading(*failures: dict[str, Json]) -> CredentialReading:
    results: Json = {"activeManifest": {"failure": list[Json](failures)}}
    store: dict[str, Json] = {"manifests": {}, "validation_state": "Invalid", "validation_results": results}
    return CredentialReading(ReadOutcome.READ, store)


WIDE = "data hash exclusion does not match the manifest location in the asset"


@pytest.mark.parametrize(
    ("explanation", "status", "less"),
    [
        (WIDE, Status.INVALID, True),
        ("asset hash error: hash verification", Status.TAMPERED, False),
    ],
)
def test_an_exclusion_wider_than_the_store_is_no_change_after_signing(
    explanation: str, status: Status, less: bool
) -> None:
    seen = reading(
        {"code": "assertion.dataHash.mismatch", "explanation": explanation},
        {"code": "signingCredential.untrusted", "explanation": "signing certificate untrusted"},
    )
    assert (status_of(seen), covers_less(seen)) == (status, less)


def silent(path: Path, count: int, seed: int) -> tuple[list[int], list[int]]:
    """One-byte changes of a signed file that pass without a word though a superbox is in it, and that read trusted."""
    chance, original = random.Random(seed), path.read_bytes()  # noqa: S311 - which bytes, the same every time
    mutant = path.with_name(f"mutant-{path.name}")
    silenced, trusted = [], []
    for _ in range(count):
        at, data = chance.randrange(len(original)), bytearray(original)
        data[at] ^= chance.randrange(1, 256)
        mutant.write_bytes(data)
        seen = observe(mutant, form="unknown")
        if not seen and _SUPERBOX.search(data):
            silenced.append(at)
        if seen and seen[0].facts.get("status") == "trusted":
            trusted.append(at)
    return silenced, trusted


def _silenced(made: dict[str, Path], count: int) -> dict[str, tuple[list[int], list[int]]]:
    with ProcessPool(max_workers=1, context=get_context("spawn")) as pool:
        looked = {
            suffix: pool.schedule(silent, args=[path, count, seed], timeout=_TOO_LONG)
            for seed, (suffix, path) in enumerate(made.items())
        }
        return {suffix: future.result() for suffix, future in looked.items() if future.result() != ([], [])}


def test_no_change_of_one_byte_silences_a_credential(made: dict[str, Path]) -> None:
    assert _silenced(made, 12) == {}


@pytest.mark.long
def test_none_of_two_thousand_changes_of_one_byte_silences_a_credential(made: dict[str, Path]) -> None:
    assert _silenced(made, 2000 // len(made) + 1) == {}
