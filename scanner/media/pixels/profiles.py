"""Pictures brought from the colours of their profile to those of a screen, as every viewer does.

Wide primaries and another curve than a screen's move 10 to 26 of the 256 bits of a fingerprint, where two copies of a
picture are nought apart. It is done on pictures that are small already, so that it costs some milliseconds.
"""

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsTransform

_MODES = {"RGB ": "RGB", "CMYK": "CMYK", "GRAY": "L"}
_LARGEST = 1 << 24  # bytes of a profile
_UNSEEN = 4  # levels that a profile may move no colour by, to be taken for a screen's own


def is_foreign(image: "Image") -> bool:
    """Whether a picture has a profile that shows it otherwise than a screen shows its numbers."""
    return _transform(image) is not None


def on_screen(image: "Image") -> "Image":
    """The picture in the colours of a screen, RGB; itself where it has no profile, or one of a screen."""
    from PIL import ImageCms

    transform = _transform(image)
    if transform is None:
        return image
    shown = ImageCms.applyTransform(image, transform)
    return image if shown is None else shown


def _transform(image: "Image") -> "ImageCmsTransform | None":
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile or len(profile) > _LARGEST or image.mode not in _MODES.values():
        return None
    return _built(profile, image.mode)


@lru_cache(maxsize=8)
def _built(profile: bytes, mode: str) -> "ImageCmsTransform | None":
    """The way from a profile to a screen; None where it isn't one for such a picture, or changes nothing."""
    from PIL import Image, ImageCms

    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if _MODES.get(opened.profile.xcolor_space) != mode:
            return None
        transform = ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), mode, "RGB")
        steps = np.linspace(0, 255, 6).round().astype(np.uint8)
        bands = len(Image.new(mode, (1, 1)).getbands())
        cube = np.stack(np.meshgrid(*[steps] * bands), -1).reshape(1, -1, bands)
        sample = Image.fromarray(cube if bands > 1 else cube[..., 0], mode)
        shown = ImageCms.applyTransform(sample, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):  # a broken profile is none, as viewers have it
        return None
    if shown is None:
        return None
    off = np.abs(np.asarray(shown, int) - np.asarray(sample.convert("RGB"), int)).max()
    return transform if off > _UNSEEN else None
