"""The traces that generative tools leave in files, set on the demo's stills as their real writers set them.

One of each family: a prompt in a PNG's text (the web UI of Stable Diffusion), an IPTC source type in XMP, and a signed
Content Credential. Nothing here made a picture: `scenes` painted them all.
"""

from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from detectors.credentials.signing import SOURCE_TYPES, Authority, ai_manifest
from scanner.demo.material import check
from scanner.media.tools import exiftool

INFOTEXT = """\
great hall carved into a glacier, rows of blue ice arches, icicles, low winter sun, concept art
Negative prompt: people, text, watermark
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 3141592653, Size: 1280x720, Model hash: 0a1b2c3d4e, \
Model: exampleXL_v10, Version: v1.9.4"""
"""The form is that of stable-diffusion-webui, modules/processing.py, `create_infotext`."""


def add_infotext(picture: Path) -> None:
    """Put prompt and settings into the text chunk `parameters` of a PNG."""
    text = PngInfo()
    text.add_text("parameters", INFOTEXT)
    with Image.open(picture) as opened:
        opened.load()
        opened.save(picture, pnginfo=text)


def add_source_type(picture: Path, tool: str) -> None:
    """Say in XMP that a trained model made the picture (IPTC Photo Metadata 2019.1, Digital Source Type).

    Raises:
        ProvscanError: exiftool could not write it.
    """
    tags = [f"-XMP-iptcExt:DigitalSourceType={SOURCE_TYPES}trainedAlgorithmicMedia", f"-XMP-xmp:CreatorTool={tool}"]
    options = ["-config", "", "-q", "-n", "-charset", "filename=utf8", "-overwrite_original"]
    # An empty -config comes first, or a file in the user's home would run.
    check([exiftool().path, *options, *tags, str(picture.absolute())])


def sign(picture: Path, target: Path, authority: Authority) -> None:
    """Write a copy with a Content Credential that says a trained model made the picture."""
    manifest = ai_manifest(target.name, "image/jpeg", agent="Example Image Model", generator="Example Generator")
    authority.sign(picture, target, manifest)
