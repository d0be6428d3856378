"""What looking at media costs, against decoding it with the same ffmpeg: `python -m benchmarks.extraction`.

Media is made in a temporary folder, each movie with a stereo sound. For each file, ffmpeg's decode of picture and sound
(`-f null -`), each plan of ours and the route that a script would take (half-second PNG files, then imagehash) run in
turns, and the least of the repeats counts. CPU seconds are those of a process and all it started; memory is that of the
largest of them. Starting Python and loading libraries is left out: a worker does it once for hundreds of files.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fixtures import dpx_forms, exr_forms, pictures, sounds
from fixtures.command import spying, starts
from fixtures.formats import AVC_INTRA
from fixtures.media import picture

ROUNDS = 60
STILLS, STILLS_ALONE = 1000, 40
FRAMES = 16
_FFMPEG = ("ffmpeg", "-v", "error", "-nostdin", "-y")
_GRAIN = "noise=alls=6:allf=t,hflip"  # the flip copies: DNxHD crashes on the unaligned pictures of a crop
_DECODE = "ffmpeg's decode"
_ROUTES = {
    _DECODE: ("decode", "usual"),
    "usual": ("extract", "usual"),
    "`--thorough`": ("extract", "thorough"),
    "`--quick`": ("extract", "quick"),
    "PNG files, imagehash": ("script", "usual"),
}
_SOUND = {".mp4": "aac", ".webm": "libopus"}


@dataclass(frozen=True)
class Subject:
    """One file of the bench: its name, the encoder and its options. `goal`: most CPU of the usual plan to a decode.

    `loops`: how often what was encoded is strung together, packet by packet, to come to the full length.
    """

    name: str
    file: str
    options: str
    goal: float
    loops: int = 1
    length: float = 1.0
    scale: int = 1
    rate: int = 24

    @property
    def is_mezzanine(self) -> bool:
        """Whether its frames stand alone, so that its usual plan isn't that of `--thorough`."""
        return self.goal < 1


_X264 = "-c:v libx264 -preset veryfast"
_X265 = "-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params log-level=error"
_VP9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 15M -g 120 -pix_fmt yuv420p"
_ALONE = "-pix_fmt yuv422p10le"
SUBJECTS = (
    Subject("H.264, GOP 250", "gop250.mp4", f"{_X264} -b:v 20M -g 250 -pix_fmt yuv420p", 1.10),
    Subject("H.264, GOP 24", "gop24.mp4", f"{_X264} -b:v 20M -g 24 -pix_fmt yuv420p", 1.10, 4),
    Subject("HEVC 10 bit", "hevc.mp4", f"{_X265} -b:v 15M", 1.10, 4),
    Subject("HEVC 10 bit, 2160p", "hevc2160.mp4", f"{_X265} -b:v 40M", 1.10, 5, length=0.25, scale=2),
    Subject("VP9", "vp9.webm", _VP9, 1.10, 4),
    Subject("ProRes 422 HQ", "prores.mov", f"-c:v prores_aw -profile:v 3 {_ALONE}", 0.15, 5),
    Subject("DNxHR HQ, MXF", "dnxhr.mxf", "-c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p", 0.15, 5),
    Subject("H.264 all-intra, MXF", "intra.mxf", f"{_X264} -profile:v high422 -b:v 100M -g 1 {_ALONE}", 0.15, 5),
    Subject("AVC-Intra 100, MXF", "avcintra.mxf", f"-c:v libx264 {' '.join(AVC_INTRA)} {_ALONE}", 0.15, 5, rate=25),
    Subject("JPEG 2000, MXF", "j2k.mxf", f"-c:v libopenjpeg -compression_level 12 {_ALONE}", 0.15, 12, length=0.5),
)


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds, the largest process in MB, and how many frames were looked at."""

    cpu: float
    wall: float
    megabytes: float
    frames: int = 0


def main() -> None:
    """Make the media, measure, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=20, help="length of the movies (default: 20)")
    asked.add_argument("--size", default="1920x1080", help="their size (default: 1920x1080)")
    asked.add_argument("--repeat", type=int, default=2, help="how often each is measured (default: 2)")
    asked.add_argument("--only", action="append", help="a file's name, such as j2k.mxf; repeatable")
    asked.add_argument("--measure", nargs=3, metavar=("ROUTE", "FILE", "EFFORT"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        print(json.dumps(measured(*given.measure)))
        return
    with tempfile.TemporaryDirectory(prefix="provscan-bench-") as folder:
        chosen = [subject for subject in SUBJECTS if not given.only or subject.file in given.only]
        made = [(one, path) for one in chosen if (path := make(one, Path(folder), given.seconds, given.size))]
        limits = plans(made, given.repeat)
        lengths(made, Path(folder))
        small_things(Path(folder), limits.get("gop250.mp4", 0.0) / given.seconds)
        metadata(Path(folder))
        sequences(Path(folder))


def make(subject: Subject, folder: Path, seconds: float, size: str) -> Path | None:
    """The file of one subject: a window that wanders over a picture, with grain, and a tune. None: it can't be made."""
    path, part = folder / subject.file, folder / f"part-{subject.file}"
    width, height = (int(side) * subject.scale for side in size.split("x"))
    still = folder / f"{width}.png"
    if not still.exists():
        picture(1, (width * 5 // 4, height * 5 // 4)).save(still)
    whole = seconds * subject.length
    wander = f"crop={width}:{height}:(iw-ow)/2*(1+sin(t*1.3)):(ih-oh)/2*(1+sin(t*0.9)),{_GRAIN}"
    shown = f"-loop 1 -framerate {subject.rate} -t {whole / subject.loops} -i {still} -vf {wander}"
    done = _ffmpeg(*shown.split(), "-threads", "2", *subject.options.split(), part)
    if done:
        print(f"left out: {subject.name} ({done})")
        return None
    tune = folder / f"{whole}.wav"
    if not tune.exists():
        sounds.sound(tune, [sounds.tune(seed, whole) for seed in (1, 2)])
    sound = ("-c:v", "copy", "-c:a", _SOUND.get(path.suffix, "pcm_s24le"))
    both = ("-stream_loop", subject.loops - 1, "-i", part, "-i", tune, "-map", "0:v", "-map", "1:a")
    done = _ffmpeg(*both, *sound, path)
    assert not done, done
    part.unlink()
    return path


def plans(made: Sequence[tuple[Subject, Path]], repeat: int) -> dict[str, float]:
    """The table of plans, each as a ratio to ffmpeg's own decode of the same file, whose CPU seconds are returned."""
    print("| file | route | frames looked at | CPU | goal | wall | largest process |")
    print("|---|---|---|---|---|---|---|")
    limits = {}
    for subject, path in made:
        runs: dict[str, list[Cost]] = {name: [] for name in _ROUTES}
        for _ in range(repeat):
            for name, (route, effort) in _ROUTES.items():
                if effort == "thorough" and not subject.is_mezzanine:
                    continue  # the same plan again
                runs[name].append(measure(route, path, effort))
        least = {name: _least(costs) for name, costs in runs.items() if costs}
        limit = least.pop(_DECODE)
        limits[subject.file] = limit.cpu
        size = f"{limit.megabytes:.0f} MB"
        print(f"| {subject.name} | {_DECODE} | | {limit.cpu:.2f} s | | {limit.wall:.2f} s | {size} |", flush=True)
        for name, cost in least.items():
            goal = f"{subject.goal:.2f}" if name == "usual" else ""
            ratios = f"{cost.cpu / limit.cpu:.3f} | {goal} | {cost.wall / limit.wall:.2f}"
            print(f"| | {name} | {cost.frames} | {ratios} | {cost.megabytes:.0f} MB |", flush=True)
    print()
    return limits


def lengths(made: Sequence[tuple[Subject, Path]], folder: Path) -> None:
    """Memory for ten seconds of a file and for a hundred."""
    print("| file | largest process, 10 s | 100 s | growth |")
    print("|---|---|---|---|")
    for subject, path in made:
        if subject.file not in {"gop250.mp4", "prores.mov", "dnxhr.mxf"}:
            continue
        part, looped = folder / f"part-{subject.file}", folder / f"looped-{subject.file}"
        assert not _ffmpeg("-i", path, "-t", 5, "-map", 0, "-c", "copy", part)
        sizes = []
        for loops in (1, 19):  # both are joined, and so of an uneven pace, which takes the same path
            assert not _ffmpeg("-stream_loop", loops, "-i", part, "-map", 0, "-c", "copy", looped)
            sizes.append(measure("extract", looped).megabytes)
        looped.unlink()
        once, ten = sizes
        print(f"| {subject.name} | {once:.0f} MB | {ten:.0f} MB | {100 * (ten / once - 1):+.1f} % |")
    print()


def small_things(folder: Path, decode: float) -> None:
    """What is too quick for a process of its own. `decode`: CPU seconds of H.264 a second, 0 where nobody measured."""
    from detectors.fingerprint.local import COARSE, FINE, MOST, describe
    from detectors.fingerprint.picture import SIDE, fingerprint
    from detectors.fingerprint.sound import RATE, Listener
    from detectors.material import Piece
    from scanner.media.asset.extract import extract
    from scanner.media.decode import stills

    path = folder / "still.jpg"
    picture(1, (1920, 1080)).save(path, quality=92)
    batch = np.stack([np.asarray(picture(seed, (SIDE, SIDE)).convert("L")) for seed in range(16)]).repeat(4, 0)
    large = {side: np.asarray(picture(1, (side, side * 9 // 16)).convert("L")) for side in (COARSE, FINE)}
    tune = (sounds.tune(1, 60, rate=RATE) * 32767).astype(np.int16)
    opening = least(lambda: fingerprint(stills.read(path, "jpeg").pictures, np.arange(1)))
    whole = least(lambda: extract([Piece(path, "still.jpg")]))
    hashing = least(lambda: fingerprint(batch, np.arange(64))) / 64
    coarse, fine = (least(lambda at=side: describe([large[at]], [0], most=MOST[at])) for side in (COARSE, FINE))  # type: ignore[misc]  # a default in a lambda
    hearing = least(lambda: Listener().feed(tune), 5) / 60
    print("| step | CPU | goal |")
    print("|---|---|---|")
    print(f"| a 1080p JPEG still, from opening to fingerprint | {opening * 1e3:.1f} ms | 4 ms |")
    print(f"| the same with its details in two sizes, as a scan looks at it | {whole * 1e3:.1f} ms | |")
    print(f"| hashing one frame: three cuts, as seen and mirrored | {hashing * 1e6:.0f} µs | |")
    print(f"| details of one picture, {COARSE} pixels | {coarse * 1e3:.1f} ms | |")
    print(f"| details of one picture, {FINE} pixels | {fine * 1e3:.1f} ms | |")
    if decode:
        share = (24 * hashing + 2 * coarse) / decode
        print(f"| 24 hashes and 2 pictures' details, of decoding one second of H.264 | {100 * share:.1f} % | 3 % |")
    print(f"| landmarks of one second of sound | {hearing * 1e3:.2f} ms | |")
    print()


def metadata(folder: Path) -> None:
    """Tags of many small stills: how many programs were started, and what it cost."""
    drop = folder / "stills"
    drop.mkdir()
    for number in range(STILLS):
        picture(number, (64, 48)).save(drop / f"{number:04}.jpg")
    tools = folder / "spy"
    tools.mkdir()
    env, notes = spying(tools)
    cost = measure("tags", drop, "usual", env)
    started = len(starts(notes, "exiftool"))
    alone = measure("tags alone", drop, "usual")
    each = 1e3 * alone.cpu / STILLS_ALONE
    print(f"| {STILLS:,} small stills | exiftools started | CPU | wall |")
    print("|---|---|---|---|")
    print(f"| ours | {started} | {1e3 * cost.cpu / STILLS:.1f} ms each | {cost.wall:.1f} s in all |")
    print(f"| an exiftool for each (of {STILLS_ALONE}) | {STILLS_ALONE} | {each:.0f} ms each | |")


def sequences(folder: Path) -> None:
    """A frame of a sequence, from opening to details, against ffmpeg's decode of all of them in one process."""
    import OpenEXR

    from detectors.material import Piece
    from scanner.media.decode import frames

    scene = pictures.picture(3, 1920, 1080)
    light, grain = exr_forms.light(scene), np.random.default_rng(1).normal(1, 0.02, (1080, 1920, 1))
    linear = (light * grain).astype(np.float16)
    layers = {f"l{number}.{colour}": linear[..., 0].copy() for number in range(5) for colour in "RGB"}
    makes: dict[str, tuple[str, Callable[[Path], None]]] = {
        f"EXR, {word}": ("exr", partial(_exr, linear, getattr(OpenEXR, f"{word}_COMPRESSION"), {}))
        for word in ("ZIP", "PIZ", "DWAA")
    }
    makes["EXR, ZIP, five further layers"] = ("exr", partial(_exr, linear, OpenEXR.ZIP_COMPRESSION, layers))
    for bits, packing in ((10, 1), (16, 0)):
        rows = [(scene.reshape(1080, -1), dpx_forms.Dpx(bits, packing=packing))]
        makes[f"DPX, {bits} bits"] = ("dpx", partial(dpx_forms.write, width=1920, elements=rows))
    print("| 1080p frame of a sequence | CPU | ffmpeg's decode |")
    print("|---|---|---|")
    for name, (suffix, write) in makes.items():
        pieces = [Piece(folder / f"frame.{number:04}.{suffix}", name, number) for number in range(FRAMES)]
        for piece in pieces:
            write(piece.path)
        ours = least(partial(frames.sequence, pieces), 3) / FRAMES
        began = _cpu()
        _ffmpeg("-i", folder / f"frame.%04d.{suffix}", "-f", "null", "-")
        print(f"| {name} | {ours * 1e3:.0f} ms | {(_cpu() - began) / FRAMES * 1e3:.0f} ms |")
    print()


def _exr(linear: NDArray[np.float16], compression: object, further: exr_forms.Planes, path: Path) -> None:
    exr_forms.written(path, ("", {"compression": compression}, {**exr_forms.planes(linear), **further}))


def least(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of CPU of the quickest of several rounds."""
    costs = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        costs.append(time.process_time() - began)
    return min(costs)


def measure(route: str, path: Path, effort: str = "usual", env: Mapping[str, str] | None = None) -> Cost:
    """Run one route in a process of its own."""
    line = [sys.executable, "-m", "benchmarks.extraction", "--measure", route, str(path), effort]
    done = subprocess.run(line, stdout=subprocess.PIPE, check=True, text=True, env={**os.environ, **(env or {})})
    return Cost(**json.loads(done.stdout))


def measured(route: str, file: str, effort: str) -> dict[str, float]:
    """Inside that process: the cost of one call, after everything is loaded."""
    works = {"decode": _decode, "script": _script, "extract": _extract, "tags": _tags, "tags alone": _tags_alone}
    call = works[route](Path(file), effort)
    before, began = _cpu(), time.perf_counter()
    frames = call()
    wall, after = time.perf_counter() - began, _cpu()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if route == "extract":
        largest = max(largest, _own_peak())
    return {"cpu": after - before, "wall": wall, "megabytes": largest / 1024, "frames": frames}


def _least(costs: Sequence[Cost]) -> Cost:
    """The least CPU and the least wall time of several runs, and the most memory."""
    frames = costs[0].frames
    cpu, wall = min(cost.cpu for cost in costs), min(cost.wall for cost in costs)
    return Cost(cpu, wall, max(cost.megabytes for cost in costs), frames)


def _ffmpeg(*words: object) -> str:
    """Run ffmpeg; what it complained of if it failed."""
    done = subprocess.run([*_FFMPEG, *map(str, words)], capture_output=True, text=True, check=False)
    return (done.stderr.strip()[:80] or str(done.returncode)) if done.returncode else ""


def _cpu() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _own_peak() -> int:
    """The most memory of this process in kB. What getrusage says counts in the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1])


def _decode(path: Path, _effort: str) -> Callable[[], int]:
    from scanner.media.commands import THREADS

    line = f"ffmpeg -v error -nostdin -threads {THREADS} -i {path} -map 0:v:0 -map 0:a -f null -"
    return lambda: subprocess.run(line.split(), check=True).returncode


def _script(path: Path, _effort: str) -> Callable[[], int]:
    import imagehash
    from PIL import Image

    def run() -> int:
        with tempfile.TemporaryDirectory() as folder:
            line = f"ffmpeg -v error -nostdin -i {path} -vf fps=2 {folder}/%05d.png"
            subprocess.run(line.split(), check=True)
            return len([imagehash.phash(Image.open(each)) for each in sorted(Path(folder).iterdir())])

    return run


def _extract(path: Path, effort: str) -> Callable[[], int]:
    import av  # noqa: F401 - a worker has it loaded

    from detectors.fingerprint.local import COARSE, describe
    from detectors.fingerprint.picture import SIDE, fingerprint
    from detectors.material import Piece
    from scanner.media.asset.extract import extract
    from scanner.media.tools import tools, writes_words

    tools()
    writes_words()
    fingerprint(np.zeros((1, SIDE, SIDE), np.uint8), np.arange(1))
    describe([np.zeros((COARSE, COARSE), np.uint8)], [0], most=1)

    def run() -> int:
        extraction, prints = extract([Piece(path, path.name)], effort=effort)  # type: ignore[arg-type]  # from our own list
        assert extraction.looked
        assert not extraction.problems, extraction.problems
        assert prints.local
        assert prints.sound
        return extraction.looked.frames

    return run


def _tags(folder: Path, _effort: str) -> Callable[[], int]:
    from scanner.media.facts.tags import ExifTool
    from scanner.media.tools import tools

    tools()

    def run() -> int:
        with ExifTool() as exiftool:
            return sum(bool(exiftool.read(path).tags) for path in sorted(folder.iterdir()))

    return run


def _tags_alone(folder: Path, _effort: str) -> Callable[[], int]:
    def run() -> int:
        for path in sorted(folder.iterdir())[:STILLS_ALONE]:
            subprocess.run(["exiftool", "-json", str(path)], stdout=subprocess.DEVNULL, check=True)
        return STILLS_ALONE

    return run


if __name__ == "__main__":
    main()
