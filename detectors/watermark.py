"""The invisible marks of Stable Diffusion 1 and 2, SDXL and FLUX: bits spread over a picture by their reference code.

All four use one published method (`dwtDct` of the package invisible-watermark): in the chroma U of the picture, in the
quarter-size band of a Haar transform, the largest value of each block of 4 x 4 is moved to a quarter (bit 0) or three
quarters (bit 1) of a step of 36; the payload is repeated block by block, row by row. Here every block gives a vote for
its place in the payload, and what counts is how well the votes correlate with a payload that is known.

It is positive only. A picture that was resized, cropped, turned, or saved as a JPEG with halved chroma below quality 95
has lost the mark, most tools never write one, and so its absence says nothing.

False positives, measured in November 2026 on 370 photographs and pictures of AI tools that carry none, each in the
three ways below (in brackets the most deviations from chance, of which 5 count): Stable Diffusion 1: 0 of 370 (3.6),
Stable Diffusion 2: 0 of 370 (2.8), SDXL: 0 of 370 (3.6), FLUX: 0 of 370 (3.1).
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detectors.material import FullPicture, Material, MaterialError
from detectors.observation import Claim, Kind, Observation, Span, Strength
from detectors.settings import DetectorSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THRESHOLD = 5.0
"""Standard deviations beyond chance from which a correlation counts; there, one in three million by chance."""
STEP = 36.0
BLOCK = 4
LEAST_PIXELS = 256 * 256
"""The method marks no smaller picture."""
MOST_FRAMES = 3
_MOST_PIXELS = 2_000_000
"""Pixels that are looked at, from the top: votes enough, and a poster costs no more than a photograph."""
_UNCHANGING = 1e-6
_PERFECT = 0.999999


@dataclass(frozen=True, slots=True)
class Payload:
    """The bits that one generator's code writes. `source`: where they stand."""

    rule: str
    generator: str
    bits: tuple[int, ...]
    source: str


def _of_bytes(text: bytes) -> tuple[int, ...]:
    return tuple(byte >> place & 1 for byte in text for place in range(7, -1, -1))


def _of_number(number: int) -> tuple[int, ...]:
    """As their code takes them: without leading zeros, so that FLUX's 48 bits are 46."""
    return tuple(int(digit) for digit in f"{number:b}")


PAYLOADS = (
    Payload(
        "watermark.stable_diffusion_1",
        "Stable Diffusion",
        _of_bytes(b"StableDiffusionV1"),
        "CompVis/stable-diffusion, scripts/txt2img.py",
    ),
    Payload(
        "watermark.stable_diffusion_2",
        "Stable Diffusion 2",
        _of_bytes(b"SDV2"),
        "Stability-AI/stablediffusion, scripts/txt2img.py",
    ),
    Payload(
        "watermark.sdxl",
        "Stable Diffusion XL",
        _of_number(0b101100111110110010010000011110111011000110011110),
        "huggingface/diffusers, pipelines/stable_diffusion_xl/watermark.py",
    ),
    Payload(
        "watermark.flux",
        "FLUX",
        _of_number(0b001010101111111010000111100111001111010100101110),
        "black-forest-labs/flux, src/flux/util.py",
    ),
)


@dataclass(frozen=True, slots=True)
class Way:
    """How the picture was handed to the encoder: that changes what it took for its chroma.

    `whole`: as whole numbers around 128; otherwise as floats around 0. `swapped`: red and blue were confused.
    """

    name: str
    whole: bool
    swapped: bool = False


WAYS = (
    Way("whole numbers", whole=True),  # the scripts of Stable Diffusion 1 and 2
    Way("floats", whole=False),  # FLUX, Stability's own SDXL code, diffusers
    Way("floats, red and blue swapped", whole=False, swapped=True),  # diffusers until 2024
)


@dataclass(frozen=True, slots=True)
class Correlation:
    """How well a picture's votes agree with a payload, and how far beyond chance that is, in standard deviations."""

    payload: Payload
    way: Way
    r: float

    @property
    def z(self) -> float:
        """The standard deviations, by Fisher's transformation: a correlation of few places varies more."""
        return math.atanh(min(self.r, _PERFECT)) * math.sqrt(len(self.payload.bits) - 3)


@dataclass(frozen=True)
class WatermarkDetector:
    """Looks for the four marks in a still, and in a few members of a sequence or frames of a movie."""

    @classmethod
    def of(cls, settings: DetectorSettings) -> "WatermarkDetector":  # noqa: ARG003 - there is nothing to set
        """The detector; nothing about it can be set."""
        return cls()

    @property
    def id(self) -> str:
        """Its name in reports."""
        return "watermark"

    @property
    def version(self) -> str:
        """Of the method, the payloads, and what is read of a still for them."""
        return "2"

    @property
    def reads_names(self) -> bool:
        """Only pixels count."""
        return False

    def handles(self, material: Material) -> bool:
        """What has pictures."""
        return material.kind in {"still", "sequence", "video"}

    def observe(self, material: Material) -> Iterable[Observation]:
        """The marks that were found, each once for all frames. What can't be decoded is for others to say."""
        by_payload: dict[Payload, dict[int | None, Correlation]] = {}
        frames: list[int | None] = []
        try:
            for picture in material.pictures(MOST_FRAMES):
                frames.append(picture.frame)
                for correlation in marks(picture):
                    by_payload.setdefault(correlation.payload, {})[picture.frame] = correlation
        except MaterialError:
            pass  # whoever fingerprints the picture says so; twice would be noise
        for payload in PAYLOADS:
            if payload in by_payload:
                yield _observation(by_payload[payload], frames)


def marks(picture: FullPicture) -> list[Correlation]:
    """The payloads that a picture carries, each by the way in which it shows best."""
    best: dict[Payload, Correlation] = {}
    for correlation in correlations(picture.pixels):
        if correlation.z >= THRESHOLD and (
            correlation.payload not in best or correlation.z > best[correlation.payload].z
        ):
            best[correlation.payload] = correlation
    return list(best.values())


def correlations(pixels: "NDArray[np.uint8]") -> Iterator[Correlation]:
    """How every payload correlates with a picture, uint8 (height, width, 3), in every way; none with one too small."""
    height, width = pixels.shape[:2]
    if height * width < LEAST_PIXELS:
        return
    rows = max(2 * BLOCK, _MOST_PIXELS // width // (2 * BLOCK) * (2 * BLOCK))
    for way in WAYS:
        votes = _votes(pixels[:rows], way)
        for payload in PAYLOADS:
            yield Correlation(payload, way, _correlation(votes, payload.bits))


def _votes(pixels: "NDArray[np.uint8]", way: Way) -> "NDArray[np.float32]":
    """What each block says, row by row: -1 for a clear 0, 1 for a clear 1, and all that lies between."""
    import numpy as np

    height, width = (side // BLOCK * BLOCK for side in pixels.shape[:2])
    planes = [pixels[:height, :width, channel] for channel in (range(2, -1, -1) if way.swapped else range(3))]
    if way.whole:
        red, green, blue = (plane.astype(np.float32) for plane in planes)
        luma = np.rint(0.299 * red + 0.587 * green + 0.114 * blue)
        band = _band(np.clip(np.rint((blue - luma) * 0.492 + 128), 0, 255))
    else:  # all of it is linear, so it is the same when it is done with a quarter of the numbers
        red, green, blue = (_band(plane.astype(np.uint16)).astype(np.float32) for plane in planes)
        luma = 0.299 * red + 0.587 * green + 0.114 * blue
        band = (blue - luma) * 0.492 + 1.0  # twice the constant by which OpenCV moves the chroma of floats
    down, across = (side // BLOCK for side in band.shape)
    blocks = band[: down * BLOCK, : across * BLOCK].reshape(down, BLOCK, across, BLOCK).transpose(0, 2, 1, 3)
    largest = np.abs(blocks.reshape(down * across, BLOCK * BLOCK)[:, 1:]).max(1)  # the first is never used
    votes: NDArray[np.float32] = -np.sin(largest * (2 * np.pi / STEP))
    return votes


def _band(plane: "NDArray[Any]") -> "NDArray[Any]":
    """The low band of one level of Haar."""
    halves: NDArray[Any] = (plane[0::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 0::2] + plane[1::2, 1::2]) / 2
    return halves


def _correlation(votes: "NDArray[np.float32]", bits: Sequence[int]) -> float:
    import numpy as np

    length = len(bits)
    turns = len(votes) // length
    if not turns:
        return 0.0
    means = votes[: turns * length].reshape(turns, length).mean(0)
    if float(means.std()) < _UNCHANGING:
        return 0.0
    return float(np.corrcoef(means, np.asarray(bits, np.float32))[0, 1])


def _observation(by_frame: Mapping[int | None, Correlation], looked_at: Sequence[int | None]) -> Observation:
    best = max(by_frame.values(), key=lambda correlation: correlation.z)
    payload = best.payload
    marked = [frame for frame in by_frame if frame is not None]
    in_frames = f" in {len(by_frame)} of {len(looked_at)} frames looked at" if marked else ""
    return Observation(
        detector="watermark",
        rule=payload.rule,
        kind=Kind.AI,
        strength=Strength.STRONG,
        claim=Claim.GENERATED,
        generator=payload.generator,
        span=_span(marked, [frame for frame in looked_at if frame is not None]),
        where="pixels",
        value=f"its {len(payload.bits)} bits correlate {best.r:.2f}{in_frames}",
        source=payload.source,
        facts={
            "bits": len(payload.bits),
            "correlation": round(best.r, 3),
            "deviations": round(best.z, 1),
            "encoded_from": best.way.name,
            "frames": [*marked],
        },
    )


def _span(marked: Sequence[int], looked_at: Sequence[int]) -> Span | None:
    """Where the marked frames are; None (the whole asset) where all that were looked at are marked."""
    if len(marked) == len(looked_at):
        return None
    apart = max((after - before for before, after in itertools.pairwise(looked_at)), default=0)
    return Span(min(marked), max(marked), edge_frames=max(0, apart - 1))
