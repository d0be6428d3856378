"""One picture out of one file: small, grey, upright, and comparable with a frame of the movie it may be in.

Pillow reads what it can, and only as the format that the bytes are, so that none of its plugins that start other
programs is ever chosen; EXR and DPX go through ffmpeg. This runs in a worker process: a decoder that crashes takes
only its asset along. Moving pictures are another module's.
"""

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import SIDE, Fingerprints, as_hex
from scanner.drop.kinds import UNKNOWN
from scanner.examination import PictureValues
from scanner.media.commands import (
    MAX_PIXELS,
    allowance,
    command,
    failure,
    light_options,
    opened,
    picture_output,
    small_grey,
    source,
)
from scanner.media.decode import light, openexr
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.facts.probe import probe
from scanner.media.pipes import Collected
from scanner.media.program import pour

if TYPE_CHECKING:
    from PIL.Image import Image

BY_PILLOW = {
    "avif": "AVIF",
    "bmp": "BMP",
    "dds": "DDS",
    "gif": "GIF",
    "heic": "HEIF",
    "jp2": "JPEG2000",
    "jpeg": "JPEG",
    "png": "PNG",
    "pnm": "PPM",
    "psd": "PSD",
    "sgi": "SGI",
    "tga": "TGA",
    "tiff": "TIFF",
    "webp": "WEBP",
}
"""What Pillow reads, HEIC with the help of pillow-heif: our format words, and its own."""
BY_FFMPEG = frozenset({"dpx", "exr"})
"""What ffmpeg reads: formats of float and ten-bit pictures."""

DETAILED = 12
"""One in how many pictures of an animation, and of a sequence, is looked at in a larger size too."""

_MOVING = frozenset({"avif", "gif", "png", "webp"})  # several pictures in one file are frames there, not pages
_MOST_FRAMES = 5000
_LARGEST_TEXT = 64 * 1024 * 1024  # of a PNG; workflows of several megabytes are real
_TURNED = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # EXIF orientation: Pillow's Transpose that makes it upright
_ON_ITS_SIDE = 5  # EXIF orientations from here on swap width and height
_ORIENTATION = 0x0112
_MID_GREY = 128
_DEEP = ("I", "F")  # Pillow's modes of more than eight bits
_DPX_TRANSFER = 801  # the byte that says how code values relate to light (SMPTE ST 268-1, image element 1)
_LOGARITHMIC = frozenset({1, 3})  # printing density, logarithmic (the same, table 5A)


@dataclass(frozen=True, slots=True)
class Still:
    """The pictures of one file, uint8 (n, SIDE, SIDE), its size as shown, and how many pictures it holds.

    `of` is more than 1 for an animation; more than n for one that is longer than anybody looks. `large`: some of them
    again, by their number, uint8 (height, width) for each of the long sides that were asked for.
    """

    pictures: NDArray[np.uint8]
    width: int
    height: int
    of: int = 1
    large: Mapping[int, Sequence[NDArray[np.uint8]]] = field(default_factory=dict)


def read(path: Path, form: str, sides: Sequence[int] = ()) -> Still:
    """The picture or, of an animation, the pictures in a file. `form` is the format word of its bytes.

    `sides`: in which sizes, besides, by their long sides in pixels; of an animation the first alone, of some pictures.

    Raises:
        UnsupportedMediaError: no reader for this format, or more pixels than anybody delivers.
        MediaTimeoutError: it took too long.
        MediaError: it can't be decoded to its end.
    """
    if form in BY_FFMPEG:
        small, *large = read_by_ffmpeg(path, form, sides)
        return Still(small[None], *dimensions(path, form), large={0: large} if sides else {})
    with opened_still(path, form) as image:
        width, height = _size(image)
        of = int(getattr(image, "n_frames", 1)) if form in _MOVING else 1
        wanted_sides = sides if of == 1 else sides[:1]
        pictures, large_ones = [], {}
        for number in range(min(of, _MOST_FRAMES)):
            if number:
                image.seek(number)
            small, *large = in_grey(image, () if number % DETAILED else wanted_sides)
            pictures.append(small)
            if large:
                large_ones[number] = large
        return Still(np.stack(pictures), width, height, of, large_ones)


def dimensions(path: Path, form: str) -> tuple[int, int]:
    """Width and height of a still as it is shown, without decoding it.

    Raises:
        MediaError: its header can't be read.
    """
    if form in BY_FFMPEG:
        probed = probe(path)
        if not probed.width or not probed.height:
            raise MediaError("its header states no size")
        return probed.width, probed.height
    with opened_still(path, form) as image:
        return _size(image)


def require_whole(path: Path, form: str) -> None:
    """Look for what is missing at the end of a file, where its decoder wouldn't.

    Raises:
        MediaError: the file ends too early.
    """
    if form == "exr":
        with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            try:
                openexr.check(file)
            except (openexr.IncompleteError, OSError) as error:
                raise MediaError(str(error)) from error


def read_by_ffmpeg(path: Path, form: str, sides: Sequence[int] = ()) -> list[NDArray[np.uint8]]:
    """The picture of an EXR or DPX file, uint8 (SIDE, SIDE), and again for each of `sides`, as for `read`.

    Raises:
        UnsupportedMediaError: a variant that this ffmpeg doesn't know.
        MediaTimeoutError: it took too long.
        MediaError: it can't be decoded to its end.
    """
    require_whole(path, form)
    shapes = [(SIDE, SIDE), *(probe(path).shape(side) for side in sides)]
    sinks = [Collected(width * height, "ffmpeg") for width, height in shapes]
    with opened(path) as descriptor:
        copies = source(descriptor, **input_options(form)).filter_multi_output("split")

        def line(numbers: Sequence[int]) -> list[str]:
            sized = [small_grey(copies[place], *shape) for place, shape in enumerate(shapes)]
            pairs = zip(sized, numbers, strict=True)
            return command(*(picture_output(picture, number, **{"frames:v": 1}) for picture, number in pairs))

        timeout = allowance(os.fstat(descriptor).st_size)
        completed = pour(line, sinks, wall=timeout, idle=timeout, pass_fds=[descriptor])
    printed = [sink.all() for sink in sinks]
    complete = all(len(grey) == width * height for grey, (width, height) in zip(printed, shapes, strict=True))
    if completed.returncode or completed.stderr_lines or not complete:
        raise failure(completed.stderr)
    curve = transfer(path, form)
    return [
        light.as_displayed(np.frombuffer(grey, np.uint8).reshape(height, width), curve)
        for grey, (width, height) in zip(printed, shapes, strict=True)
    ]


def transfer(path: Path, form: str) -> str | None:
    """How the numbers of a DPX file relate to light, in the words of `light`; None where they are meant for a screen.

    Raises:
        MediaError: the file can't be opened.
    """
    if form != "dpx":
        return None
    with opened(path) as descriptor:
        code = os.pread(descriptor, 1, _DPX_TRANSFER)
    return light.LOGARITHMIC if code and code[0] in _LOGARITHMIC else None


def input_options(form: str) -> dict[str, str]:
    """The input options of ffmpeg under which this format looks as it was meant to be seen."""
    return light_options() if form == "exr" else {}


def values(prints: Fingerprints, pictures: NDArray[np.uint8]) -> PictureValues:
    """The first picture's fingerprints in the forms that other systems exchange."""
    import imagehash

    pillow = _pillow()
    return PictureValues(
        pdq=as_hex(prints.hashes[0, 0, 0]),
        pdq_quality=int(prints.quality[0, 0]),
        phash=str(imagehash.phash(pillow.fromarray(pictures[0]))),
    )


@contextmanager
def opened_still(path: Path, form: str) -> Iterator["Image"]:
    """A still opened with Pillow, its pixels not yet decoded. Whatever Pillow raises inside is a `MediaError`.

    Raises:
        UnsupportedMediaError: Pillow doesn't read this format, or more pixels than anybody delivers.
        MediaError: it can't be decoded to its end.
    """
    if form == UNKNOWN:
        raise MediaError("its bytes are not those of any picture format")
    if form not in BY_PILLOW:
        raise UnsupportedMediaError(f"no reader for pictures of format {form}")
    pillow = _pillow()
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # damaged metadata is the metadata readers' to tell
        try:
            with _identified(pillow, file, form) as image:
                yield image
        except MediaError:
            raise
        except pillow.DecompressionBombError as error:
            raise UnsupportedMediaError("a picture of so many pixels is not opened") from error
        except Exception as error:  # its plugins raise whatever broken bytes lead them to
            raise MediaError(f"the picture can't be decoded: {_reason(error)}") from error


def orientation(image: "Image") -> int:
    """EXIF orientation, 1 (upright) to 8."""
    try:
        code = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - broken EXIF raises anything, and is no reason not to look at the picture
        return 1
    return code if code in _TURNED else 1


def lies_on_its_side(exif_orientation: int) -> bool:
    """Whether a picture of this EXIF orientation swaps width and height when it is turned upright."""
    return exif_orientation >= _ON_ITS_SIDE


def upright(image: "Image", exif_orientation: int) -> "Image":
    """The picture as it is meant to be seen, by its EXIF orientation."""
    from PIL.Image import Transpose

    return image.transpose(Transpose(_TURNED[exif_orientation])) if exif_orientation in _TURNED else image


def shrunk(image: "Image", size: tuple[int, int], mode: str) -> "Image":
    """The picture at `size` in `mode` (L or RGB): each pixel the average of its area, transparency over mid-grey."""
    from PIL.Image import Resampling

    if image.mode.startswith(_DEEP) or not image.has_transparency_data:
        return flat(image, mode).resize(size, Resampling.BOX)
    return flat(image.convert("RGBA").resize(size, Resampling.BOX), mode)  # Pillow weighs colours by alpha here


def flat(image: "Image", mode: str) -> "Image":
    """The picture in `mode` (L or RGB), with eight bits, transparency over mid-grey."""
    if image.mode.startswith(_DEEP):
        image = _eight_bits(image)
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        ground = _pillow().new("RGBA", image.size, (_MID_GREY, _MID_GREY, _MID_GREY, 255))
        image = _pillow().alpha_composite(ground, image)
    elif image.mode == "LAB":
        image = image.getchannel(0)  # lightness; Pillow converts no further
    return image if image.mode == mode else image.convert(mode)


def _size(image: "Image") -> tuple[int, int]:
    width, height = image.size
    return (height, width) if lies_on_its_side(orientation(image)) else (width, height)


def in_grey(image: "Image", sides: Sequence[int] = ()) -> list[NDArray[np.uint8]]:
    """One picture as uint8 (SIDE, SIDE), and again for each of `sides`."""
    exif_orientation, longest = orientation(image), max(image.size)
    least = max(sides, default=0)
    size = [-(-pixels * least // longest) for pixels in image.size] if sides else [2 * SIDE, 2 * SIDE]
    image.draft("L", (size[0], size[1]))  # a JPEG is decoded at a fraction of its size: 2.5 ms instead of 6
    small = np.asarray(upright(shrunk(image, (SIDE, SIDE), "L"), exif_orientation))
    if not sides:
        return [small]
    grey = np.asarray(upright(flat(image, "L"), exif_orientation))
    return [small, *(_scaled(grey, side) for side in sides)]


def _scaled(grey: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A picture with a long side of `side` pixels: smaller, each the average of its area, or larger."""
    from PIL import Image

    height, width = grey.shape
    share = side / max(height, width)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    resampling = Image.Resampling.BOX if share < 1 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(grey).resize(size, resampling), np.uint8)


def _eight_bits(deep: "Image") -> "Image":
    """Integers of 16 bits and floats brought to 0..255 by scale, not by cutting off."""
    array = np.asarray(deep)
    if array.dtype.kind == "f":
        array = np.nan_to_num(array, posinf=1.0, neginf=0.0)
        white = max(1.0, float(array.max()))
    else:
        white = 65535.0 if array.max() <= 65535 else float(np.iinfo(np.int32).max)  # noqa: PLR2004 - 16 bits in 32
    image: Image = _pillow().fromarray((array.clip(0, white) * (255 / white)).round().astype(np.uint8))
    return image


def _identified(pillow: ModuleType, file: IO[bytes], form: str) -> "Image":
    if form == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    image: Image = pillow.open(file, formats=[BY_PILLOW[form]])
    if image.width * image.height > MAX_PIXELS:
        raise UnsupportedMediaError(f"a picture of {image.width} x {image.height} pixels is not opened")
    return image


def _reason(error: Exception) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "no reader understands its header"  # Pillow's own message holds a memory address
    return str(error)[:160] or type(error).__name__


def _pillow() -> ModuleType:
    """Pillow's Image module, with our limits in place of its own."""
    from PIL import Image, PngImagePlugin

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = _LARGEST_TEXT
    return Image
