"""What the demo makes: real media with real marks, exactly the files that are listed."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from detectors.fingerprint import picture
from fixtures.demo import copied_demo, demo_drop
from scanner.demo import build, material
from scanner.demo.build import DemoDrop
from scanner.errors import UsageError

SURE = 31  # bits of 256: what PDQ itself calls a match
FRESH = (f"{build.DROP}/{build.PORTRAIT}", "trust/example-demo-ca.pem")  # keys and ids are new each time


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoDrop:
    return demo_drop(tmp_path_factory)


def files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files(folder)}


def probe(file: Path) -> dict[str, Any]:
    command = [
        "ffprobe",
        "-v",
        "error",
        "-count_packets",
        "-show_streams",
        "-show_format",
        "-of",
        "json",
        f"file:{file}",
    ]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def tags(file: Path) -> dict[str, Any]:
    command = ["exiftool", "-config", "", "-j", "-G1", "-n", str(file)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]
    return found


def hashed(movie: str) -> picture.Fingerprints:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", movie, "-vf", "scale=128:128:flags=area,format=gray"]
    raw = subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    frames = np.frombuffer(raw, np.uint8).reshape(-1, 128, 128)
    return picture.fingerprint(frames, np.arange(len(frames)))


def hashed_still(file: Path) -> picture.Fingerprints:
    with Image.open(file) as opened:
        grey = np.asarray(opened.convert("L").resize((128, 128), Image.Resampling.BOX))
    return picture.fingerprint(grey[None], np.arange(1))


def test_it_makes_exactly_the_listed_files(demo: DemoDrop) -> None:
    assert tuple(files(demo.references.parent)) == build.FILES
    assert demo.drop == demo.references.parent / build.DROP
    assert demo.declarations.is_file()
    assert demo.trust.is_file()


def test_the_master_is_h264_with_timecode_and_sound(demo: DemoDrop) -> None:
    video, sound = probe(demo.drop / build.MASTER)["streams"][:2]
    assert (video["codec_name"], video["avg_frame_rate"]) == ("h264", "24/1")
    assert int(video["nb_read_packets"]) == material.FRAMES
    assert video["tags"]["timecode"] == "01:00:00:00"
    assert (sound["codec_name"], sound["sample_rate"]) == ("pcm_s24le", "48000")
    assert float(sound["duration"]) == material.FRAMES / material.RATE


def test_the_comp_is_prores_with_the_timecode_it_has_in_the_master(demo: DemoDrop) -> None:
    video = probe(demo.drop / build.COMP)["streams"][0]
    assert (video["codec_name"], video["avg_frame_rate"], int(video["nb_read_packets"])) == ("prores", "24/1", 48)
    assert video["tags"]["timecode"] == "01:00:06:00"


def test_the_poster_fills_its_frames_of_the_master_and_no_others(demo: DemoDrop) -> None:
    master = hashed(str(demo.drop / build.MASTER))
    poster = hashed_still(demo.references / build.POSTER_REFERENCE)
    first, last = material.POSTER_FRAMES
    near = picture.distance(master.hashes[:, 0, 0], poster.hashes[0, 0, 0]) <= SURE
    assert near.nonzero()[0].tolist() == list(range(first, last + 1))
    assert master.quality.min() >= picture.QUALITY_GATE


def test_the_comp_is_the_shot_of_the_master_that_the_paper_names(demo: DemoDrop) -> None:
    first, last = material.HALT_FRAMES
    shot = hashed(str(demo.drop / build.MASTER)).hashes[first : last + 1, 0, 0]
    assert picture.distance(shot, hashed(str(demo.drop / build.COMP)).hashes[:, 0, 0]).max() <= SURE


def test_the_plate_is_a_sequence_of_half_float_exr(demo: DemoDrop) -> None:
    for number in material.PLATE_FRAMES:
        found = tags(demo.drop / (build.PLATE % number))
        assert (found["File:ImageWidth"], found["File:ImageHeight"]) == (480, 270)
        assert "half" in str(found["OpenEXR:Channels"])


def test_the_painting_is_the_reference_mirrored_and_smaller(demo: DemoDrop) -> None:
    still = hashed_still(demo.drop / build.PAINTING)
    reference = hashed_still(demo.references / build.PAINTING_REFERENCE)
    as_seen, mirrored = picture.distance(still.hashes[0, 0, 0], reference.hashes[0, 0])
    assert mirrored <= SURE < as_seen


def test_the_third_reference_occurs_nowhere(demo: DemoDrop) -> None:
    absent = hashed_still(demo.references / build.ABSENT_REFERENCE).hashes[0, 0]
    stills = [hashed_still(file) for file in sorted((demo.drop / "stills").iterdir())]
    master = hashed(str(demo.drop / build.MASTER))
    seen = np.concatenate([each.hashes[:, 0] for each in (master, *stills)])
    assert picture.distance(seen[:, :1], absent[None]).min() > 80


def test_the_concept_carries_prompt_and_settings_of_its_generator(demo: DemoDrop) -> None:
    assert "Steps: 28, Sampler: DPM++ 2M Karras" in tags(demo.drop / build.CONCEPT)["PNG:Parameters"]


def test_the_newspaper_carries_the_source_type_in_xmp(demo: DemoDrop) -> None:
    said = tags(demo.drop / build.NEWSPAPER)["XMP-iptcExt:DigitalSourceType"]
    assert said == "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def test_the_unit_still_carries_what_a_camera_writes_and_nothing_else(demo: DemoDrop) -> None:
    found = tags(demo.drop / build.UNIT_STILL)
    assert (found["IFD0:Make"], found["ExifIFD:ISO"]) == ("Example Optics", 800)
    assert not [key for key in found if key.startswith(("XMP", "JUMBF", "IPTC"))]


def test_the_mix_is_a_broadcast_wave_that_starts_with_the_reel(demo: DemoDrop) -> None:
    assert tags(demo.drop / build.MIX)["RIFF:TimeReference"] == 3600 * 48000


def test_the_portrait_reads_trusted_with_the_demo_authority_and_untrusted_without(demo: DemoDrop) -> None:
    from detectors.credentials.status import Status, status_of
    from detectors.credentials.store import read
    from detectors.credentials.trust import trust_of
    from detectors.trust_list import TrustList

    authority = TrustList("demo", "manifest", demo.trust.read_bytes())
    portrait = demo.drop / build.PORTRAIT
    assert status_of(read(portrait, trust_of((authority,)))) is Status.TRUSTED
    assert status_of(read(portrait, trust_of(()))) is Status.UNTRUSTED


def test_a_second_build_replaces_the_first_with_the_same_bytes(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path / "50%d: a%04d b'é"  # a name that ffmpeg would read as a pattern and a protocol
    folder.mkdir()
    demo = copied_demo(tmp_path_factory, folder)
    before = digests(folder)
    (demo.drop / build.MASTER).write_bytes(b"cut short")
    assert build.build(folder) == demo
    after = digests(folder)
    assert {name for name in build.FILES if before[name] != after[name]} == set(FRESH)


def test_a_folder_with_somebody_elses_files_is_left_alone(tmp_path: Path) -> None:
    stranger = tmp_path / build.DROP / "masters" / "feature.mov"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"feature\.mov is not of the demo"):
        build.build(tmp_path)
    assert files(tmp_path) == [f"{build.DROP}/masters/feature.mov"]
