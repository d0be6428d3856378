"""Who reads what lies inside which format of stills."""

from collections.abc import Mapping

from scanner.parts.source import PartReader
from scanner.parts.stills import dds, exr, heif, icons, jpeg, jpx, png_and_webp, psd, targa, tiff

READERS: Mapping[str, tuple[PartReader, ...]] = {
    "jpeg": (jpeg.further,),
    "png": (png_and_webp.in_png,),
    "webp": (png_and_webp.in_webp,),
    **dict.fromkeys(("tiff", *sorted(tiff.RAW)), (tiff.pages,)),
    **dict.fromkeys(("heic", "avif"), (heif.items,)),
    "exr": (exr.layers,),
    **dict.fromkeys(("psd", "psb"), (psd.layers,)),
    "ico": (icons.sizes,),
    "dds": (dds.surfaces,),
    "tga": (targa.stamp,),
    "jp2": (jpx.codestreams,),
}

NOTHING_INSIDE: Mapping[str, str] = {
    "bmp": "one picture",
    "sgi": "one picture",
    "pnm": "one picture",
    "dpx": "one picture",
}
"""Formats in which nothing is sought but what stands behind their end, where that is known."""

COVERS: Mapping[str, str] = {
    **NOTHING_INSIDE,
    **jpeg.COVERS,
    **png_and_webp.COVERS,
    **tiff.COVERS,
    **heif.COVERS,
    **exr.COVERS,
    **psd.COVERS,
    **icons.COVERS,
    **dds.COVERS,
    **targa.COVERS,
    **jpx.COVERS,
}
"""What is examined of each format, and what is only told, in a few words."""
