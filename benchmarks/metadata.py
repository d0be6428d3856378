"""What reading the marks of 1,000 stills costs, on one core: `python -m benchmarks.metadata`.

The stills are as a delivery mixes them: photographs with EXIF and XMP, PNG files of web UIs with and without
transparency, WebP and TIFF, a megapixel or two each. Every one goes through what a scan does with it for marks:
exiftool in its one process, our own small readers, and all rules. CPU seconds are this process's and exiftool's.
"""

import os
import resource
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from detectors.markers.match import MarkersDetector
from fixtures import marks as put
from fixtures import media
from fixtures.media import Size

STILLS = 1000
GOAL = 10.0
"""CPU seconds for all of them."""
_SIZE: Size = (1536, 1024)


def main() -> None:
    """Make the stills, look at them, print the table; fails where the goal is missed."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="provscan-metadata-") as name:
        folder = Path(name)
        models = _models(folder)
        paths = [_copy(models[number % len(models)], folder, number) for number in range(STILLS)]
        seconds, marked = _look(paths)
    print("| stills | marked | CPU | each | goal |")
    print("|---|---|---|---|---|")
    print(f"| {STILLS:,} | {marked} | {seconds:.1f} s | {seconds / STILLS * 1000:.1f} ms | {GOAL:.0f} s |")
    assert seconds <= GOAL, "the goal is missed"


def _models(folder: Path) -> list[Path]:
    """The kinds of stills, each made once."""
    photograph = put.tagged(
        media.still(folder / "photograph.jpg", size=_SIZE),
        {
            "IFD0:Make": "Canon",
            "IFD0:Model": "Canon EOS R5",
            "ExifIFD:ExposureTime": "1/250",
            "ExifIFD:ISO": "400",
            "XMP-xmp:CreatorTool": "Adobe Photoshop 26.0 (Macintosh)",
            "XMP-dc:Description": "A lighthouse at dusk",
            "IPTC:Credit": "A. Smith",
        },
    )
    plain = media.still(folder / "plain.png", size=_SIZE)
    clear = folder / "clear.png"
    media.picture(2, _SIZE).convert("RGBA").save(clear)
    prompted = put.png_text(media.still(folder / "prompted.png", seed=3, size=_SIZE), {"parameters": put.INFOTEXT})
    commented = put.user_comment(media.still(folder / "commented.webp", seed=4, size=_SIZE), put.INFOTEXT)
    typed = put.source_type(
        media.still(folder / "typed.jpg", seed=5, size=_SIZE), f"{put.SOURCE_TYPE}trainedAlgorithmicMedia"
    )
    scanned = media.still(folder / "scanned.tif", seed=6, size=_SIZE)
    return [photograph, plain, clear, prompted, commented, typed, scanned]


def _copy(model: Path, folder: Path, number: int) -> Path:
    return Path(shutil.copyfile(model, folder / f"still_{number:04}{model.suffix}"))


def _look(paths: list[Path]) -> tuple[float, int]:
    """CPU seconds, and how many of the files have a mark."""
    from detectors.material import Piece
    from scanner.media.asset.material import AssetMaterial
    from scanner.media.facts.tags import ExifTool
    from scanner.media.tools import tools

    tools()
    detector = MarkersDetector()
    told: Counter[bool] = Counter()
    began = _spent()
    with ExifTool() as exiftool:
        for path in paths:
            told[any(True for _ in detector.observe(AssetMaterial([Piece(path, path.name)], exiftool)))] += 1
    return _spent() - began, told[True]


def _spent() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
