"""One picture out of one file: small, grey, upright, and comparable with a frame of the movie it may be in.

Pillow reads what it reads rightly, and only as the format that the bytes are, so that none of its plugins that start
other programs is ever chosen; EXR, DPX and deep TIFF have readers of their own (`scanner.media.pixels`). This runs in a
worker process: a decoder that crashes takes only its asset along. Moving pictures are another module's.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import SIDE, Fingerprints, Hashes, as_hex
from scanner.drop.kinds import UNKNOWN
from scanner.examination import PictureValues
from scanner.media.commands import MAX_PIXELS, opened
from scanner.media.decode.details import is_cut
from scanner.media.decode.looking import whole_hashes
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels import dpx, exr_chunks, profiles, psd, tiff, variants
from scanner.media.pixels.exr import PIXEL_ASPECT, Exr
from scanner.media.pixels.light import PERCEPTUAL, as_displayed, white_of
from scanner.media.pixels.limits import require_size
from scanner.media.pixels.quiet import quietly
from scanner.media.reading import bytes_at

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
    "psb": "PSD",
    "psd": "PSD",
    "sgi": "SGI",
    "tga": "TGA",
    "tiff": "TIFF",
    "webp": "WEBP",
}
"""What Pillow reads, HEIC with the help of pillow-heif: our format words, and its own."""
_PHOTOSHOP = frozenset({"psd", "psb"})
BY_OURSELVES = frozenset({"dpx", "exr"})
"""What Pillow doesn't know at all: formats of float and ten-bit pictures."""

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
_OBLONG = 8  # times as wide as high, or as high as wide, is the most that a pixel is believed to be
_TRANSFER = "transfer"  # the key in an image's info
_PROPERTIES = 1 << 16  # bytes at the start of a HEIF file in which its colours are described
_PQ = b"\0\x10"  # ITU-T H.273
_SCREEN = 2.2  # the gamma that a PNG's is meant for
_NEARLY = 0.05


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
    with opened_still(path, form) as image:
        width, height = _size(image)
        of = int(getattr(image, "n_frames", 1)) if form in _MOVING else 1
        wanted_sides = sides if of == 1 else sides[:1]
        pictures, large_ones = [], {}
        before: Hashes | None = None
        for number in range(min(of, _MOST_FRAMES)):
            if number:
                image.seek(number)
            small, *large = in_grey(image, wanted_sides)
            pictures.append(small)
            if not large:
                continue
            whole = whole_hashes(small[None])[0] if of > 1 else None
            if number % DETAILED == 0 or (whole is not None and is_cut(before, whole)):
                large_ones[number] = large
            before = whole
        return Still(np.stack(pictures), width, height, of, large_ones)


def dimensions(path: Path, form: str) -> tuple[int, int]:
    """Width and height of a still as it is shown.

    Raises:
        MediaError: its header can't be read.
    """
    with opened_still(path, form) as image:
        return _size(image)


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
    """A still as Pillow's image, its pixels maybe not yet decoded. Whatever Pillow raises inside is a `MediaError`.

    Raises:
        UnsupportedMediaError: nothing reads this format or this form of it, or more pixels than anybody delivers.
        MediaError: it can't be decoded to its end.
    """
    if form == UNKNOWN:
        raise MediaError("its bytes are not those of any picture format")
    if form not in BY_PILLOW and form not in BY_OURSELVES:
        raise UnsupportedMediaError(f"no reader for pictures of format {form}")
    pillow = _pillow()
    with (
        opened(path) as descriptor,
        open(descriptor, "rb", closefd=False) as file,
        warnings.catch_warnings(),
        quietly(),
    ):
        warnings.simplefilter("ignore")  # damaged metadata is the metadata readers' to tell
        try:
            with _identified(pillow, file, form) as image:
                yield image
        except MediaError:
            raise
        except pillow.DecompressionBombError as error:
            raise UnsupportedMediaError("a picture of so many pixels is not opened") from error
        except Exception as error:  # its plugins raise whatever broken bytes lead them to
            unread = variants.unread(file, form) or (isinstance(error, NotImplementedError) and str(error))
            if unread:
                raise UnsupportedMediaError(f"a {form} of {unread} is not read") from error
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
        if profiles.is_foreign(image):
            return flat(image.resize(size, Resampling.BOX), mode)
        return flat(image, mode).resize(size, Resampling.BOX)
    if not _shows_anything(image):
        return flat(image.convert("RGB"), mode).resize(size, Resampling.BOX)
    return flat(image.convert("RGBA").resize(size, Resampling.BOX), mode)  # Pillow weighs colours by alpha here


def _shows_anything(image: "Image") -> bool:
    """Whether anything of a picture with transparency is to be seen: writers that have no use for it leave nought."""
    return image.mode not in {"RGBA", "LA"} or image.getchannel("A").getextrema() != (0, 0)


def flat(image: "Image", mode: str, *, as_shown: bool = True) -> "Image":
    """The picture in `mode` (L or RGB), with eight bits, transparency over mid-grey.

    `as_shown`: by the profile that it has, or the gamma that a PNG states; else its numbers stay.
    """
    profile = image.info.get("icc_profile")
    curve = _curve(image) if as_shown else None
    if image.mode.startswith(_DEEP):
        image = _eight_bits(image)
    elif image.has_transparency_data and _shows_anything(image):
        image = image.convert("RGBA")
        ground = _pillow().new("RGBA", image.size, (_MID_GREY, _MID_GREY, _MID_GREY, 255))
        image = _pillow().alpha_composite(ground, image)
    elif image.mode == "LAB":
        image = image.getchannel(0)  # lightness; Pillow converts no further
    if as_shown and profile:
        image = image.convert("RGB") if image.mode in {"RGBA", "P"} else image
        image.info["icc_profile"] = profile
        image = profiles.on_screen(image)
    image = image if image.mode == mode else image.convert(mode)
    return image.point([*curve] * len(image.getbands())) if curve is not None else image


def _curve(image: "Image") -> NDArray[np.uint8] | None:
    """What a screen shows for each number of eight bits, where a picture says that its numbers are meant otherwise."""
    if image.info.get(_TRANSFER) == PERCEPTUAL:
        return as_displayed(np.arange(256, dtype=np.uint8), PERCEPTUAL)
    return _gamma(image)


def _gamma(image: "Image") -> NDArray[np.uint8] | None:
    """What a screen shows for each number of eight bits, where a PNG states another gamma than that of screens."""
    gamma = image.info.get("gamma")
    if not isinstance(gamma, float) or not gamma > 0 or {"srgb", "icc_profile"} & image.info.keys():
        return None
    power = 1 / (_SCREEN * gamma)
    if abs(power - 1) < _NEARLY:
        return None
    return np.asarray(((np.arange(256) / 255) ** power * 255).round(), np.uint8)


def _size(image: "Image") -> tuple[int, int]:
    width, height = image.size
    return (height, width) if lies_on_its_side(orientation(image)) else (width, height)


def in_grey(image: "Image", sides: Sequence[int] = ()) -> list[NDArray[np.uint8]]:
    """One picture as uint8 (SIDE, SIDE), and again for each of `sides`, there with square pixels."""
    exif_orientation, longest = orientation(image), max(image.size)
    aspect = min(max(float(image.info.get(PIXEL_ASPECT) or 1), 1 / _OBLONG), _OBLONG)
    least = max(sides, default=0)
    size = [-(-pixels * least // longest) for pixels in image.size] if sides else [2 * SIDE, 2 * SIDE]
    foreign = profiles.is_foreign(image)
    # a JPEG is decoded at a fraction of its size: 2.5 ms instead of 6
    image.draft(None if foreign else "L", (size[0], size[1]))
    small = np.asarray(upright(shrunk(image, (SIDE, SIDE), "L"), exif_orientation))
    if not sides:
        return [small]
    if foreign:
        image = _reduced(image, least)
    grey = np.asarray(upright(flat(image, "L"), exif_orientation))
    return [small, *(_scaled(grey, side, aspect) for side in sides)]


def _reduced(image: "Image", side: int) -> "Image":
    """A picture whose long side has no more pixels than that."""
    from PIL.Image import Resampling

    share = side / max(image.size)
    width, height = (max(1, round(pixels * share)) for pixels in image.size)
    return image.resize((width, height), Resampling.BOX) if share < 1 else image


def _scaled(grey: NDArray[np.uint8], side: int, aspect: float) -> NDArray[np.uint8]:
    """A picture with a long side of `side` pixels: smaller, each the average of its area, or larger.

    `aspect`: the width of its pixels, to their height.
    """
    from PIL import Image

    height, width = grey.shape
    share = side / max(height, width * aspect)
    size = (max(1, round(width * aspect * share)), max(1, round(height * share)))
    resampling = Image.Resampling.BOX if share < 1 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(grey).resize(size, resampling), np.uint8)


def _eight_bits(deep: "Image") -> "Image":
    """Integers of 16 bits and floats brought to 0..255 by scale, not by cutting off."""
    array = np.asarray(deep)
    if array.dtype.kind == "f":
        array = np.nan_to_num(array, nan=0.0, neginf=0.0)
        white = white_of(array)
    else:
        white = 65535.0 if array.max() <= 65535 else float(np.iinfo(np.int32).max)  # noqa: PLR2004 - 16 bits in 32
    image: Image = _pillow().fromarray((array.clip(0, white) * (255 / white)).round().astype(np.uint8))
    return image


def _identified(pillow: ModuleType, file: BinaryIO, form: str) -> "Image":
    if form == "exr":
        exr_chunks.require_whole(file)
        return Exr(f"/proc/self/fd/{file.fileno()}").draw_main()
    if form == "dpx":
        return dpx.draw(file.fileno())
    own = tiff.draw if form == "tiff" else psd.draw if form in _PHOTOSHOP else None
    if own is not None and (drawn := own(file)) is not None:
        return drawn
    if form == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    file.seek(0)
    image: Image = pillow.open(file, formats=[BY_PILLOW[form]])
    if form in {"avif", "heic"} and _is_perceptual(file):
        image.info[_TRANSFER] = PERCEPTUAL
    require_size(*image.size)
    if form == "tiff":
        image.load()  # which turns it upright; before, it states a turn that is made all the same
    if form in _PHOTOSHOP and "A" in image.getbands() and not psd.is_transparent(file):
        return image.convert(image.mode.removesuffix("A"))  # a selection that was saved
    return image


def _is_perceptual(file: BinaryIO) -> bool:
    """Whether the first colour information of a HEIF file says PQ (ISO 14496-12, 12.1.5)."""
    head = bytes_at(file, 0, _PROPERTIES)
    at = head.find(b"colrnclx")
    return at >= 0 and head[at + 10 : at + 12] == _PQ


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
