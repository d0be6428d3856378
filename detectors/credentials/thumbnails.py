"""Pictures of ingredients that a manifest store keeps, drawn anew: a stranger's own bytes never leave this module.

They show a person what a picture is said to have been made from, and prove nothing. Run it in a worker: the library
and the decoders read hostile bytes.
"""

import io
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from detectors.credentials.chain import thumbnails_of
from detectors.credentials.trust import unverified_settings

if TYPE_CHECKING:
    import c2pa

MOST = 6
"""Pictures of one store, of the nearest ingredients."""
LARGEST = 2 * 1024 * 1024
"""Bytes of one as it is stored."""
MOST_PIXELS = 16_000_000
WIDEST = 320
"""Pixels across and down of what is drawn."""
_QUALITY = 60


def thumbnails(path: Path, *, is_store: bool = False) -> list[bytes]:
    """JPEGs of the ingredients that `chain.pictured_titles` names, in its order, at most `MOST`.

    Only JPEG and PNG are read; one that is larger than the bounds of this module, or no picture, is empty bytes.
    Nothing is verified and the medium isn't hashed. `is_store`: the file is a manifest store by itself, a sidecar.

    Raises:
        OSError: the file can't be opened.
    """
    import c2pa

    context = _context(os.getpid())
    with path.open("rb") as file:
        try:
            with c2pa.Reader(*(("application/c2pa", file) if is_store else (path,)), context=context) as reader:
                pictured = thumbnails_of(json.loads(reader.json()))[:MOST]
                return [_drawn(_stored(reader, thumbnail.uri)) for thumbnail in pictured]
        except Exception:  # noqa: BLE001 - a hostile store may make the binding raise anything: there is no picture then
            return []


class _Bounded(io.BytesIO):
    """Memory that takes no more than `LARGEST` bytes."""

    def write(self, more: bytes) -> int:  # type: ignore[override] # the library hands over bytes
        if self.tell() + len(more) > LARGEST:
            raise OSError("too large")
        return super().write(more)


def _stored(reader: "c2pa.Reader", uri: str) -> bytes:
    into = _Bounded()
    try:
        reader.resource_to_stream(uri, into)
    except Exception:  # noqa: BLE001 - too large, not there, or garbled: there is no picture
        return b""
    return into.getvalue()


def _drawn(stored: bytes) -> bytes:
    from PIL import Image

    into = io.BytesIO()
    try:
        with Image.open(io.BytesIO(stored), formats=["JPEG", "PNG"]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                return b""
            image.draft("RGB", (WIDEST, WIDEST))
            image.thumbnail((WIDEST, WIDEST))
            image.convert("RGB").save(into, "JPEG", quality=_QUALITY)
    except Exception:  # noqa: BLE001 - decoders raise what they like over hostile bytes
        return b""
    return into.getvalue()


@lru_cache(maxsize=2)
def _context(process: int) -> "c2pa.Context":  # noqa: ARG001 - a context inherited by a fork is dead
    import c2pa

    return c2pa.Context.from_json(unverified_settings())
