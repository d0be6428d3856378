"""What is too much to be decoded, found out before it is."""

from scanner.media.commands import MAX_PIXELS
from scanner.media.errors import UnsupportedMediaError


def require_size(width: int, height: int) -> None:
    """Refuse a picture that has no pixels, or more than anybody delivers, before it is decoded.

    Raises:
        UnsupportedMediaError: it has.
    """
    if width <= 0 or height <= 0 or width * height > MAX_PIXELS:
        raise UnsupportedMediaError(f"a picture of {width} x {height} pixels is not opened")
