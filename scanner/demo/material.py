"""The demo's movies, sequence, sound and stills, made of painted pictures with ffmpeg and Pillow.

The same machine makes the same bytes each time: pictures come from a seed, encoders run with a fixed number of threads
and write no date and no version. No mark of any AI tool is set here; that is `marks`' business.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg
import numpy as np
from ffmpeg.nodes import FilterableStream
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from scanner import timecode
from scanner.demo import brushes, scenes
from scanner.errors import ProvscanError
from scanner.media import program
from scanner.media.errors import MediaError
from scanner.media.tools import tools

RATE = 24
START = "01:00:00:00"
"""Where the master's timecode begins."""
SIZE = (640, 360)
PLATE_FRAMES = (1001, 1010)

_ROOM = (800, 450)  # a shot's picture is larger than the frame, so that the camera can travel over it
_TIMEOUT = 120.0
_BITEXACT = {"map_metadata": "-1", "fflags": "+bitexact", "flags:v": "+bitexact", "flags:a": "+bitexact", "threads": 2}
_BT709 = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture seen for a number of frames: `left` and `top` are where the camera looks, by frame number `n`."""

    scene: str
    frames: int
    left: str
    top: str


RIDGE = Shot("ridge", 96, "n", "40+n/4")
HALT = Shot("halt", 48, "160-2*n", "60")
RIVER = Shot("river", 96, "n/2", "90-n/2")
POSTER_FRAMES = (96, 143)
"""The frames of the master in which the reference poster fills the picture, both included."""
HALT_FRAMES = (144, 191)
"""The frames of the master that the VFX comp became."""
FRAMES = 288
"""The master's length."""


def mix(target: Path) -> None:
    """Write the sound of the reel: wind and a far bell, BWF, 48 kHz, 24 bit, stereo."""
    seconds = FRAMES / RATE
    wind = ffmpeg.input(f"anoisesrc=d={seconds}:c=brown:r=48000:seed=103:a=0.6", f="lavfi").filter(
        "tremolo", f=0.4, d=0.6
    )
    bell = ffmpeg.input(f"sine=frequency=523.25:r=48000:d={seconds}", f="lavfi").filter(
        "volume", "0.2*exp(-4*mod(t,3))", eval="frame"
    )
    sounds = ffmpeg.filter([wind, bell], "amix", inputs=2, duration="longest")
    start = timecode.parse(START, Fraction(RATE)) // RATE * 48000
    bwf_tags = ("originator=Example Mix House", "description=TLW 103 reel 3 stereo mix", f"time_reference={start}")
    tags = {f"metadata:g:{number}": tag for number, tag in enumerate(bwf_tags)}  # one key each: options are a mapping
    _run(ffmpeg.output(sounds, _name(target), acodec="pcm_s24le", ac=2, write_bext=1, **tags, **_BITEXACT))


def master(target: Path, sound: Path, scratch: Path) -> None:
    """Write the reel: three shots and, between the first two, the reference poster; H.264 with the mix as sound."""
    poster = _repeated(_picture("harbour", SIZE, scratch), POSTER_FRAMES[1] - POSTER_FRAMES[0] + 1)
    graded = _video(poster).filter("eq", contrast=0.94, brightness=0.01, saturation=0.9)
    cut = [_shot(RIDGE, scratch), graded, _shot(HALT, scratch), _shot(RIVER, scratch)]
    film = ffmpeg.concat(*cut).filter("noise", alls=3, allf="t", all_seed=103).filter("format", "yuv420p")
    encoder = {"vcodec": "libx264", "preset": "veryfast", "crf": 21, "acodec": "pcm_s24le", "timecode": START}
    _run(ffmpeg.output(film, ffmpeg.input(_name(sound)).audio, _name(target), **encoder, **_BT709, **_BITEXACT))


def comp(target: Path, scratch: Path) -> None:
    """Write the finished VFX shot: ProRes 422, with the timecode that it has in the master."""
    start = timecode.render(timecode.parse(START, Fraction(RATE)) + HALT_FRAMES[0], Fraction(RATE))
    film = _shot(HALT, scratch).filter("format", "yuv422p10le")
    encoder = {"vcodec": "prores_ks", "profile:v": "standard", "vendor": "apl0", "timecode": start}
    _run(ffmpeg.output(film, _name(target), **encoder, **_BT709, **_BITEXACT))


def plate(folder: Path, pattern: str, scratch: Path) -> None:
    """Write the first frames of a shot as it was photographed: EXR, half float, linear light."""
    first, last = PLATE_FRAMES
    light = ffmpeg.filter(_shot(RIVER, scratch), "scale", 480, 270).filter("format", "gbrp16le")
    curve = "65535*pow(val/65535,2.4)"
    linear = light.filter("lutrgb", r=curve, g=curve, b=curve).filter("format", "gbrpf32le")
    encoder = {"vcodec": "exr", "format:v": "half", "compression": "zip16", "start_number": first}
    frames = {"frames:v": last - first + 1}
    # Made beside the folder: in a path of the user's choosing a % would be read as part of the pattern.
    _run(ffmpeg.output(linear, _name(scratch / pattern), f="image2", **encoder, **frames, **_BITEXACT))
    for number in range(first, last + 1):
        shutil.move(scratch / (pattern % number), folder / (pattern % number))


def still(scene: str, target: Path, size: tuple[int, int] = (1280, 720), *, mirrored: bool = False) -> None:
    """Write a painted picture as PNG or JPEG, by the name's ending."""
    picture = scenes.paint(scene)
    if mirrored:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.save(target, quality=88)


def photograph(scene: str, target: Path) -> None:
    """Write a painted picture as a JPEG with the tags that a camera sets."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Example Optics"
    exif[ExifTags.Base.Model] = "EO-7"
    exif[ExifTags.Base.DateTime] = "2026:01:22 14:05:31"
    camera_tags = exif.get_ifd(ExifTags.IFD.Exif)
    camera_tags[ExifTags.Base.DateTimeOriginal] = "2026:01:22 14:05:31"
    camera_tags[ExifTags.Base.ExposureTime] = IFDRational(1, 125)
    camera_tags[ExifTags.Base.FNumber] = IFDRational(28, 10)
    camera_tags[ExifTags.Base.ISOSpeedRatings] = 800
    scenes.paint(scene).save(target, quality=92, exif=exif)


def _picture(scene: str, size: tuple[int, int], scratch: Path) -> Path:
    """The file of a painted picture of this size, painted when it is first asked for."""
    file = scratch / f"{scene}.png"
    if not file.exists():
        scenes.paint(scene).resize(size, Image.Resampling.LANCZOS).save(file, compress_level=1)
    return file


def _snow(scene: str, scratch: Path) -> Path:
    file = scratch / f"{scene}.snow.png"
    if not file.exists():
        brushes.snowfall(np.random.default_rng(len(scene)), 240, SIZE).save(file, compress_level=1)
    return file


def _shot(shot: Shot, scratch: Path) -> FilterableStream:
    """The shot as a stream: the camera travels over its picture, snow falls before it."""
    picture = _repeated(_picture(shot.scene, _ROOM, scratch), shot.frames)
    view = _video(picture).filter("crop", *SIZE, shot.left, shot.top)
    snow = _repeated(_snow(shot.scene, scratch), shot.frames).filter("format", "yuva420p")
    return view.overlay(snow, x=0, y=f"mod(n*3,{SIZE[1]})-{SIZE[1]}")


def _repeated(picture: Path, frames: int) -> FilterableStream:
    """One picture as so many frames."""
    source = ffmpeg.input(_name(picture), f="png_pipe", framerate=RATE)
    return source.filter("loop", loop=frames - 1, size=1, start=0).filter("setpts", f"N/({RATE}*TB)")


def _video(pictures: FilterableStream) -> FilterableStream:
    return pictures.filter("scale", out_color_matrix="bt709", out_range="tv").filter("format", "yuv420p")


def _name(file: Path) -> str:
    """The file as ffmpeg must be told of it: with a protocol, so that no part of the name is taken for one."""
    return f"file:{file.absolute()}"


def _run(output: FilterableStream) -> None:
    """Run ffmpeg.

    Raises:
        ProvscanError: it failed; the message says why.
    """
    quiet = output.global_args("-nostdin", "-v", "error")
    check(ffmpeg.compile(quiet, cmd=tools().ffmpeg.path, overwrite_output=True))


def check(command: Sequence[str]) -> None:
    """Run a program that must succeed.

    Raises:
        ProvscanError: it failed, or took too long; the message says why.
    """
    try:
        result = program.run(command, timeout=_TIMEOUT, boxed=False)
    except MediaError as error:
        raise ProvscanError(f"the demo could not be made: {error}") from error
    if result.returncode:
        raise ProvscanError(f"the demo could not be made: {result.stderr.strip()}")
