"""Pictures drawn out of an open file, as they are meant to be seen, within the limits that all stills have."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from scanner.media.decode.stills import flat, orientation, upright
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels.limits import require_size
from scanner.media.pixels.quiet import quietly

if TYPE_CHECKING:
    from PIL.Image import Image

_PLAIN = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})


@contextmanager
def picture_in(file: IO[bytes], form: str) -> Iterator["Image"]:
    """A picture opened with Pillow, its pixels not yet decoded. `form`: Pillow's word.

    Raises:
        UnsupportedMediaError: more pixels than anybody delivers.
        MediaError: it can't be decoded.
    """
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings(), quietly():
        warnings.simplefilter("ignore")  # damaged metadata is the metadata readers' to tell
        file.seek(0)
        try:
            with Image.open(file, formats=[form]) as image:
                require_size(*image.size)
                yield image
        except MediaError:
            raise
        except UnidentifiedImageError as error:  # its message holds a memory address
            raise MediaError("no reader understands its header") from error
        except Image.DecompressionBombError as error:
            raise UnsupportedMediaError("a picture of so many pixels is not opened") from error
        except Exception as error:  # its plugins raise whatever broken bytes lead them to
            said = str(error)[:160] or type(error).__name__
            raise MediaError(f"the picture can't be decoded: {said}") from error


def drawn(image: "Image") -> "Image":
    """The picture decoded and upright, in a mode that is written without loss where there is one."""
    image.load()
    stated = orientation(image)  # of a TIFF Pillow has seen to it by now
    plain = image if image.mode in _PLAIN else flat(image, "L" if image.mode in {"I", "F", "LAB"} else "RGB")
    return upright(plain, stated)
