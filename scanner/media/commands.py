"""Command lines for ffmpeg and ffprobe that are safe to point at a stranger's file.

Two rules hold for each of them. The tool never sees the file's name: it gets a descriptor that we opened, as
`file:/proc/self/fd/N`, so a name can't be taken for an option, a protocol or a pattern of numbered files, and nothing
can be swapped in between. And only demuxers that read one file are allowed: playlists, concatenations and subtitles
under a movie's name are refused instead of opening their neighbours. ffmpeg-python builds the command lines; it never
runs them.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scanner.drop.kinds import HEAD_BYTES, sniff
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.program import run
from scanner.media.tools import tools

MAX_PIXELS = 400_000_000
"""Pixels of one picture. A 16K plate has 142 million; a picture bomb has thousands of millions."""

FORMATS = (
    "mov,mp4,matroska,webm,mxf,mpegts,mpeg,mpegvideo,h264,hevc,ivf,dv,avi,flv,asf,yuv4mpegpipe,"
    "wav,w64,au,aiff,flac,mp3,aac,ac3,eac3,caf,ogg,png_pipe,jpeg_pipe,tiff_pipe,exr_pipe,dpx_pipe,webp_pipe"
)
"""Demuxers that read one file and nothing it names."""

THREADS = 2
"""Of one decoder: its memory grows with them, and several files are looked at at once anyway."""

IDLE = 60.0
"""Seconds that a decoder may go without a sign of life."""

_LEAST = 60.0  # seconds
_SLOWEST_READ = 2_000_000  # bytes a second
_SLOWEST_DECODED = 100_000  # the same: two hours of film at one megabit a second may take that long, and not hang
_ADDRESS = re.compile(r"\[[^\]\n]*@ 0x[0-9a-f]+\] ")
_OURS = re.compile(r"(?:subfile,[\w,]*:)?file:\S*?(?:/proc/self/fd/\d+|%\d+d\.\w+)(?:: )?")
_LONGEST_SUMMARY = 160
_FIRST_OF_HIGH_THROUGHPUT = (60, 31)  # libavcodec, as FFmpeg 6.1 has it
_UNKNOWN = re.compile(
    r"unsupported|unimplemented|unhandled|not (?:yet )?(?:implemented|supported)|no support for|patch(?:es)? welcome"
    r"|upload a sample|(?:decoder|codec)[^\n]* not found|not found for input stream|not on whitelist|unknown codec"
    r"|AVERROR_PATCHWELCOME",
    re.IGNORECASE,
)
"""How ffmpeg and its decoders say that they don't know a variant, in all the spellings they have for it."""


class UpTo(NamedTuple):
    """An opened file of which a tool sees the bytes before `end` alone: what stands behind them is none of its own."""

    descriptor: int
    end: int


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor of a regular file, to be passed to a tool. Never waits, as opening a pipe would.

    Raises:
        MediaError: it is no regular file, or may not be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise MediaError(f"the file can't be opened: {error.strerror}") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise MediaError("it is not a regular file")
        yield descriptor
    finally:
        os.close(descriptor)


def allowance(size: int) -> float:
    """Seconds of wall time that reading a file of `size` bytes, or decoding one picture in it, may take."""
    return _LEAST + size / _SLOWEST_READ


def decoding_allowance(size: int) -> float:
    """Seconds of wall time that decoding a movie of `size` bytes from end to end may take.

    Generous, because small files can be long; one that hangs is found by its silence.
    """
    return _LEAST + size / _SLOWEST_DECODED


def source(opened_file: int | UpTo, **options: str | float | None) -> Any:  # noqa: ANN401 - ffmpeg-python ships no types
    """An input of ffmpeg: the opened file, with the fences around it. `options` are further input options.

    One whose value is None is a switch. `opened_file`: its descriptor, or what of it may be read.
    """
    import ffmpeg

    fences: dict[str, str | float | None] = {
        "protocol_whitelist": _protocols(opened_file),
        "format_whitelist": FORMATS,
        "max_pixels": MAX_PIXELS,
        "threads": THREADS,
    }
    return ffmpeg.input(_address(opened_file), **(fences | options))


def picture_output(video: Any, number: int = 1, **options: str | float) -> Any:  # noqa: ANN401 - the same
    """An output of ffmpeg: filtered pictures, written to the pipe `number`. `options` are further output options.

    Every frame that the decoder gives comes out once, whatever its time: they are counted anew, one a second, because
    times that meet or go back would draw complaints that are none about the picture.
    """
    import ffmpeg

    counted = video.filter("settb", "1").filter("setpts", "N")
    return ffmpeg.output(counted, f"pipe:{number}", fps_mode="passthrough", **({"format": "rawvideo"} | options))


def command(*outputs: Any) -> list[str]:  # noqa: ANN401 - the same
    """The whole command line that writes some outputs."""
    import ffmpeg

    merged = ffmpeg.merge_outputs(*outputs).global_args("-nostdin", "-hide_banner", "-loglevel", "repeat+error")
    line: list[str] = merged.compile(cmd=tools().ffmpeg.path)
    return line


def probing(opened_file: int | UpTo, *shows: str) -> list[str]:
    """A command line of ffprobe that answers in JSON. `shows`: its `-show_…` options. `opened_file`: see `source`."""
    descriptor = opened_file.descriptor if isinstance(opened_file, UpTo) else opened_file
    fences = [
        "-protocol_whitelist",
        _protocols(opened_file),
        "-format_whitelist",
        FORMATS,
        "-max_pixels",
        str(MAX_PIXELS),
    ]
    options = ["-loglevel", "repeat+error", "-hide_banner", "-of", "json", *shows]
    of_header = [word for key, value in header_options(descriptor).items() for word in (f"-{key}", str(value))]
    return [tools().ffprobe.path, *options, *of_header, *fences, _address(opened_file)]


def _protocols(opened_file: int | UpTo) -> str:
    return "subfile,file,pipe" if isinstance(opened_file, UpTo) else "file,pipe"


def _address(opened_file: int | UpTo) -> str:
    """The name by which a tool opens our descriptor; `subfile` shows it a part of the file, and opens nothing else."""
    if isinstance(opened_file, UpTo):
        return f"subfile,,start,0,end,{opened_file.end},,:file:/proc/self/fd/{opened_file.descriptor}"
    return f"file:/proc/self/fd/{opened_file}"


def header_options(descriptor: int) -> dict[str, int]:
    """Input options under which ffmpeg believes a file's header and reads no further, where it says everything (MXF).

    Of H.264 ten frames would be decoded to learn its rate and its order. Not for decoding frames that build on each
    other, because their order is needed then.
    """
    return {"fpsprobesize": 0, "probesize": 32} if sniff(os.pread(descriptor, HEAD_BYTES, 0), "").name == "mxf" else {}


def small_grey(video: Any, width: int, height: int) -> Any:  # noqa: ANN401 - the same
    """The picture at a small size and in grey, each pixel the average of the area it stands for."""
    return video.filter("scale", width, height, flags="area").filter("format", "gray")


@cache
def reducing_options(halvings: int) -> dict[str, str | int]:
    """Input options under which JPEG 2000 comes out with its sides halved so often; empty where this ffmpeg can't."""
    help_text = run([tools().ffmpeg.path, "-hide_banner", "-h", "decoder=jpeg2000"], timeout=60)
    return {"lowres:v": halvings} if b"-lowres" in help_text.stdout else {}


@cache
def decodes_high_throughput() -> bool:
    """Whether this ffmpeg decodes JPEG 2000 of high throughput (HTJ2K); an older one makes noise of it, and warns."""
    versions = run([tools().ffmpeg.path, "-version"], timeout=60).stdout
    stated = re.search(rb"libavcodec\s+(\d+)\.\s*(\d+)", versions)
    return stated is None or (int(stated[1]), int(stated[2])) >= _FIRST_OF_HIGH_THROUGHPUT


def stderr_summary(stderr: str) -> str:
    r"""What a tool said on standard error, in one line without memory addresses and our own descriptors.

    >>> stderr_summary("[mov,mp4 @ 0x5581] moov atom not found\nfile:/proc/self/fd/7: Invalid data found\n")
    'moov atom not found; Invalid data found'
    """
    lines = [_OURS.sub("", _ADDRESS.sub("", line)).strip() for line in stderr.splitlines()]
    distinct = list(dict.fromkeys(line for line in lines if line))[:2]
    return "; ".join(distinct)[:_LONGEST_SUMMARY]


def failure(stderr: str) -> MediaError:
    """What ffmpeg's complaint means: a variant that it doesn't know, or a broken file."""
    message = stderr_summary(stderr) or "it can't be decoded"
    return (UnsupportedMediaError if _UNKNOWN.search(stderr) else MediaError)(message)
