"""Pictures of a TIFF file in the forms that Pillow reads as something else, or not at all.

Pillow reads eight bits a sample, one and two colours, and what JPEG and fax machines pack; of the rest it shows some
with their planes mixed up, as a negative, or as black. Those are read here: samples of 2 to 64 bits and floats, planes
that lie apart, uncompressed luma and chroma, big-endian BigTIFF. A form that neither reads is told by what it is.

Sources: TIFF 6.0; Adobe, TIFF Technical Notes 1 to 3 (predictor of floats); the BigTIFF proposal as libtiff reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels.directories import Directory, Layout, entries_at
from scanner.media.pixels.light import white_of
from scanner.media.pixels.limits import require_size
from scanner.media.pixels.tiff_segments import Packing, Segments, unpacked
from scanner.media.reading import bytes_at

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_STRIPS, _ORIENTATION, _SAMPLES, _ROWS, _STRIP_SIZES = 273, 274, 277, 278, 279
_MAXIMUM, _PLANAR, _PREDICTOR, _COLOUR_MAP = 281, 284, 317, 320
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_SIZES, _INK_SET = 322, 323, 324, 325, 332
_EXTRA, _FORMAT, _SUBSAMPLING, _PROFILE = 338, 339, 530, 34675

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _INKS, _LUMA, _LAB, _ICC_LAB = 0, 1, 2, 3, 5, 6, 8, 9
_COLOURS: Mapping[int, int] = {
    _WHITE_IS_ZERO: 1,
    _BLACK_IS_ZERO: 1,
    _RGB: 3,
    _PALETTE: 1,
    _INKS: 4,
    _LUMA: 3,
    _LAB: 3,
    _ICC_LAB: 3,
}
"""How many samples make the colour of a pixel, by the photometric interpretation."""
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_ASSOCIATED, _UNASSOCIATED = 1, 2  # extra samples that are alpha
_PLAIN = frozenset({1, 5, 8, 32773, 32946, 34925, 50000})
_JPEG = frozenset({6, 7})
_FAX = frozenset({2, 3, 4, 32771})
_WEBP = 50001
_BYTE = 8
_CMYK = 1  # of the sets of inks
_MOST_SAMPLES = 32  # of a pixel
_MOST_FLOATS = 1 << 29  # of a picture, which are in memory at once
_TABLE = 16  # samples of up to so many bits are looked up
_WHITES = (255.0, 65535.0)


@dataclass(frozen=True, slots=True)
class SampleForm:
    """What a directory says of the numbers of its picture."""

    width: int
    height: int
    bits: int
    samples: int
    photometric: int
    planar: bool
    compression: int
    kind: int
    extra: int | None
    even: bool

    @property
    def colours(self) -> int:
        """How many samples of a pixel are its colour."""
        return _COLOURS.get(self.photometric, 0)

    @property
    def alpha(self) -> int | None:
        """Which kind of alpha the first sample behind the colours is, if it is one."""
        if self.samples <= self.colours:
            return None
        extra = _UNASSOCIATED if self.extra is None else self.extra
        return extra if extra in {_ASSOCIATED, _UNASSOCIATED} else None

    def __str__(self) -> str:
        """The form as a reader of the specification would name it."""
        kind = {_SIGNED: " signed", _FLOAT: " float"}.get(self.kind, "")
        bits = f"{self.bits} bits{kind}" if self.even else "samples of different sizes"
        return f"photometric interpretation {self.photometric}, {bits}, compression {self.compression}"


def draw(file: BinaryIO, layout: Layout | None = None, offset: int | None = None) -> "Image | None":
    """The picture of a directory, the first one if none is named; None where Pillow reads its form rightly.

    Raises:
        UnsupportedMediaError: nothing reads its form, or it is too large.
        MediaError: it is broken.
    """
    layout = layout or Layout.of(bytes_at(file, 0, 16))
    if layout is None:
        raise MediaError("it does not begin as a TIFF file")
    directory = entries_at(file, layout.first if offset is None else offset, layout)
    if not {_WIDTH, _HEIGHT} <= directory.entries.keys():
        raise MediaError("its header states no picture")
    form = _form(file, directory)
    require_size(form.width, form.height)
    if form.photometric == _INKS and directory.number(file, _INK_SET, _CMYK) != _CMYK:
        raise UnsupportedMediaError("a TIFF of inks that aren't cyan, magenta, yellow and black is not read")
    maximum = directory.number(file, _MAXIMUM)
    if _pillow_reads(form, layout, directory.number(file, _FILL_ORDER, 1), maximum):
        return None
    if not _read_here(form, directory.number(file, _PREDICTOR, 1)):
        raise UnsupportedMediaError(f"a TIFF of {form} is not read")
    image = _image(file, directory, form, layout)
    image.getexif()[_ORIENTATION] = directory.number(file, _ORIENTATION, 1)
    if _PROFILE in directory.entries:
        image.info["icc_profile"] = directory.entries[_PROFILE].value(file)
    return image


def _form(file: BinaryIO, directory: Directory) -> SampleForm:
    compression = directory.number(file, _COMPRESSION, 1)
    photometric = directory.number(file, _PHOTOMETRIC)
    of_jpeg = 3 if compression in _JPEG and photometric in {_RGB, _LUMA} else 1
    samples = directory.number(file, _SAMPLES, of_jpeg)
    bits = directory.numbers(file, _BITS) or (1,)
    kinds = directory.numbers(file, _FORMAT) or (_UNSIGNED,)
    extra = directory.numbers(file, _EXTRA)
    return SampleForm(
        width=directory.number(file, _WIDTH),
        height=directory.number(file, _HEIGHT),
        bits=bits[0],
        samples=samples,
        photometric=photometric,
        planar=directory.number(file, _PLANAR, 1) == 2 and samples > 1,  # noqa: PLR2004 - planes apart
        compression=compression,
        kind=kinds[0] if kinds[0] in {_SIGNED, _FLOAT} else _UNSIGNED if kinds[0] in {1, 4} else 0,
        extra=extra[0] if extra else None,
        even=len({*bits[:samples]}) == len({*kinds[:samples]}) == 1,
    )


def _pillow_reads(form: SampleForm, layout: Layout, fill_order: int, maximum: int) -> bool:
    plain = form.even and form.kind == _UNSIGNED and not form.planar and not (layout.wide and layout.order == "big")
    if not plain or form.compression not in _PLAIN | _JPEG | _FAX | {_WEBP}:
        return False
    if form.bits == 1:
        return form.samples == 1 and form.photometric in {_WHITE_IS_ZERO, _BLACK_IS_ZERO}
    if form.bits not in {_BYTE, _TABLE} or fill_order != 1 or form.photometric == _ICC_LAB:
        return False
    if form.photometric == _RGB:
        return form.samples <= form.colours + 1 and (form.bits == _BYTE or maximum == 0)
    if form.photometric == _LUMA and form.compression not in _JPEG:
        return False
    return form.bits == _BYTE and form.samples == form.colours


def _read_here(form: SampleForm, predictor: int) -> bool:
    floats = form.kind == _FLOAT
    known = form.bits in {16, 32, 64} if floats else form.bits in {1, 2, 4, 8, 10, 12, 14, 16, 32}
    return (
        known
        and form.even
        and form.kind != 0
        and form.compression in _PLAIN
        and 0 < form.colours <= form.samples <= _MOST_SAMPLES
        and not (form.photometric == _PALETTE and (floats or form.bits > _BYTE))
        and not (form.photometric == _LUMA and form.bits != _BYTE)
        and (predictor == 1 or (predictor == 2 and form.bits in {8, 16, 32, 64}) or (predictor == 3 and floats))  # noqa: PLR2004 - the kinds of predictors
    )


def _image(file: BinaryIO, directory: Directory, form: SampleForm, layout: Layout) -> "Image":
    from PIL import Image

    values = _eight_bits(file, directory, form, layout)
    match form.photometric:
        case 0 | 1 | 8 | 9:  # of L*a*b* lightness alone is compared, as elsewhere
            colour = Image.fromarray(np.ascontiguousarray(values[..., 0]))
        case 2:
            colour = Image.fromarray(np.ascontiguousarray(values[..., :3]))
        case 3:
            colour = Image.fromarray(_palette(file, directory, form)[values[..., 0]])
        case 5:
            colour = Image.merge("CMYK", [Image.fromarray(values[..., ink].copy()) for ink in range(4)])
        case _:
            colour = Image.merge("YCbCr", [Image.fromarray(values[..., at].copy()) for at in range(3)]).convert("RGB")
    if form.alpha is None or form.photometric == _INKS:
        return colour
    alpha = Image.fromarray(np.ascontiguousarray(values[..., form.colours]))
    colour = colour.convert("RGB")
    if form.alpha == _ASSOCIATED:  # laid over black already
        return Image.merge("RGBa", (*colour.split(), alpha)).convert("RGBA")
    return Image.merge("RGBA", (*colour.split(), alpha))


def _palette(file: BinaryIO, directory: Directory, form: SampleForm) -> NDArray[np.uint8]:
    colours = directory.numbers(file, _COLOUR_MAP)
    if len(colours) != 3 << form.bits:
        raise MediaError("its palette is broken")
    table = np.array(colours, np.uint16).reshape(3, -1).T
    return (table >> 8).astype(np.uint8) if table.max() > 255 else table.astype(np.uint8)  # noqa: PLR2004 - as old writers did


def _eight_bits(file: BinaryIO, directory: Directory, form: SampleForm, layout: Layout) -> NDArray[np.uint8]:
    """The samples of the picture, (height, width, samples), as eight bits; of a palette as they are."""
    kept = form.colours + (form.alpha is not None and form.photometric != _INKS)
    segments = _segments(file, directory, form)
    order = "<" if layout.order == "little" else ">"
    packing = Packing(form.compression, form.bits, order, form.kind == _FLOAT, directory.number(file, _PREDICTOR, 1))
    maximum = directory.number(file, _MAXIMUM)
    if form.kind == _FLOAT or form.bits > _TABLE:
        if form.width * form.height * kept > _MOST_FLOATS:
            raise UnsupportedMediaError(f"a picture of {form.width} x {form.height} floats is not opened")
        wide = unpacked(file, segments, packing, kept, None)
        eight = _by_white(wide, form, maximum)
    else:
        eight = unpacked(file, segments, packing, kept, _table(form, maximum)).astype(np.uint8, copy=False)
    if form.photometric == _WHITE_IS_ZERO:
        eight[..., 0] = 255 - eight[..., 0]
    return eight


def _segments(file: BinaryIO, directory: Directory, form: SampleForm) -> Segments:
    tiled = _TILES in directory.entries
    width = directory.number(file, _TILE_WIDTH) if tiled else form.width
    height = directory.number(file, _TILE_HEIGHT) if tiled else directory.number(file, _ROWS, form.height)
    places = directory.numbers(file, _TILES if tiled else _STRIPS)
    sizes = directory.numbers(file, _TILE_SIZES if tiled else _STRIP_SIZES)
    subsampled = directory.numbers(file, _SUBSAMPLING) or (2, 2)
    if not tiled:
        height = min(height, form.height)
    if width <= 0 or height <= 0:
        raise MediaError("its header states no picture")
    require_size(width, height)
    return Segments(
        size=(form.width, form.height),
        segment=(width, height),
        samples=form.samples,
        apart=form.planar,
        tiled=tiled,
        places=places,
        sizes=sizes,
        reversed_bits=directory.number(file, _FILL_ORDER, 1) == 2,  # noqa: PLR2004 - the lowest bit first
        subsampled=(subsampled[0], subsampled[-1]) if form.photometric == _LUMA and not form.planar else (1, 1),
    )


def _table(form: SampleForm, maximum: int) -> NDArray[np.uint8]:
    """What is shown for each number of at most 16 bits."""
    numbers = np.arange(1 << form.bits, dtype=np.float64)
    if form.photometric == _PALETTE:
        return numbers.astype(np.uint8)
    if form.kind == _SIGNED:
        half = 1 << (form.bits - 1)
        numbers = np.where(numbers >= half, 0, numbers) * ((2 * half - 1) / (half - 1 or 1))
    white = (1 << form.bits) - 1
    if form.bits > _BYTE and 1 < maximum < white and form.kind == _UNSIGNED:  # twelve bits in sixteen
        white = maximum
    return (numbers * (255 / white)).round().clip(0, 255).astype(np.uint8)


def _by_white(values: NDArray[np.float32], form: SampleForm, maximum: int) -> NDArray[np.uint8]:
    """Floats and numbers of 32 bits by what is white in them: never by the brightest, which may be one lamp."""
    values = np.nan_to_num(values, nan=0.0, posinf=float(np.finfo(np.float32).max), neginf=0.0)
    colours = values[..., : form.colours]
    white = white_of(colours) if form.kind == _FLOAT else _white_of_integers(form, float(colours.max()), maximum)
    return (values * (255 / white)).round().clip(0, 255).astype(np.uint8)


def _white_of_integers(form: SampleForm, highest: float, maximum: int) -> float:
    if maximum > 1 and highest <= maximum:
        return float(maximum)
    whole: Sequence[float] = (*_WHITES, float((1 << (form.bits - (form.kind == _SIGNED))) - 1))
    return next((white for white in whole if highest <= white), whole[-1])
