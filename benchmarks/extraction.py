"""What looking at a movie costs, against decoding it with the same ffmpeg: `python -m benchmarks.extraction`.

Media is made in a temporary folder. For each file, ffmpeg's plain decode (`-f null -`), each plan of ours and the route
that a script would take (half-second PNG files, then imagehash) run in turns, and the least of the repeats counts. CPU
seconds are those of a process and all it started; memory is that of the largest of them. Starting Python and loading
libraries is left out: a worker does it once for hundreds of files.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fixtures.media import picture

ROUNDS_OF_STILLS = 100
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

    @property
    def is_mezzanine(self) -> bool:
        """Whether its frames stand alone, so that its usual plan isn't that of `--thorough`."""
        return self.goal < 1


_X265 = "-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params log-level=error"
SUBJECTS = (
    Subject("H.264, GOP 250", "gop250.mp4", "-c:v libx264 -preset veryfast -b:v 20M -g 250 -pix_fmt yuv420p", 1.10),
    Subject("H.264, GOP 24", "gop24.mp4", "-c:v libx264 -preset veryfast -b:v 20M -g 24 -pix_fmt yuv420p", 1.10, 4),
    Subject("HEVC 10 bit", "hevc.mp4", f"{_X265} -b:v 15M", 1.10, 4),
    Subject("HEVC 10 bit, 2160p", "hevc2160.mp4", f"{_X265} -b:v 40M", 1.10, 5, length=0.25, scale=2),
    Subject("VP9", "vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 15M -g 120", 1.10, 4),
    Subject("ProRes 422 HQ", "prores.mov", "-c:v prores_aw -profile:v 3 -pix_fmt yuv422p10le", 0.15, 5),
    Subject("DNxHR HQ, MXF", "dnxhr.mxf", "-c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p", 0.15, 5),
    Subject(
        "H.264 all-intra, MXF",
        "intra.mxf",
        "-c:v libx264 -preset veryfast -profile:v high422 -b:v 100M -g 1 -pix_fmt yuv422p10le",
        0.15,
        5,
    ),
    Subject(
        "JPEG 2000, MXF",
        "j2k.mxf",
        "-c:v libopenjpeg -compression_level 12 -pix_fmt yuv422p10le",
        0.15,
        12,
        length=0.5,
    ),
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
        plans(made, given.repeat)
        lengths(made, Path(folder))
        small_things()


def make(subject: Subject, folder: Path, seconds: float, size: str) -> Path | None:
    """The file of one subject: a window that wanders over a picture, with grain. None where ffmpeg can't make it."""
    path, part = folder / subject.file, folder / f"part-{subject.file}"
    width, height = (int(side) * subject.scale for side in size.split("x"))
    still = folder / f"{width}.png"
    if not still.exists():
        picture(1, (width * 5 // 4, height * 5 // 4)).save(still)
    lasting = seconds * subject.length / subject.loops
    wander = f"crop={width}:{height}:(iw-ow)/2*(1+sin(t*1.3)):(ih-oh)/2*(1+sin(t*0.9)),{_GRAIN}"
    shown = f"-loop 1 -framerate 24 -t {lasting} -i {still} -vf {wander} -threads 2 {subject.options}"
    done = subprocess.run([*_FFMPEG, *shown.split(), str(part)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"left out: {subject.name} ({done.stderr.strip()[:80] or done.returncode})")
        return None
    copy(part, path, loops=subject.loops - 1)
    part.unlink()
    return path


def plans(made: Sequence[tuple[Subject, Path]], repeat: int) -> None:
    """The table of plans, each as a ratio to ffmpeg's own decode of the same file."""
    print("| file | route | frames looked at | CPU | goal | wall | largest process |")
    print("|---|---|---|---|---|---|---|")
    for subject, path in made:
        runs: dict[str, list[Cost]] = {name: [] for name in _ROUTES}
        for _ in range(repeat):
            for name, (route, effort) in _ROUTES.items():
                if effort == "thorough" and not subject.is_mezzanine:
                    continue  # the same plan again
                runs[name].append(measure(route, path, effort))
        least = {name: min(costs, key=lambda cost: cost.cpu) for name, costs in runs.items() if costs}
        limit = least.pop(_DECODE)
        size = f"{limit.megabytes:.0f} MB"
        print(f"| {subject.name} | {_DECODE} | | {limit.cpu:.2f} s | | {limit.wall:.2f} s | {size} |", flush=True)
        for name, cost in least.items():
            goal = f"{subject.goal:.2f}" if name == "usual" else ""
            ratios = f"{cost.cpu / limit.cpu:.3f} | {goal} | {cost.wall / limit.wall:.2f}"
            print(f"| | {name} | {cost.frames} | {ratios} | {cost.megabytes:.0f} MB |", flush=True)
    print()


def lengths(made: Sequence[tuple[Subject, Path]], folder: Path) -> None:
    """Memory for a file and for ten times its length."""
    print("| file | largest process, 1x | 10x | growth |")
    print("|---|---|---|---|")
    for subject, path in made:
        if subject.file not in {"gop250.mp4", "prores.mov", "dnxhr.mxf"}:
            continue
        short, long = folder / f"short-{subject.file}", folder / f"long-{subject.file}"
        copy(path, short, "-t", "6")
        copy(short, long, loops=9)
        once, ten = (measure("extract", each, "usual").megabytes for each in (short, long))
        long.unlink()
        print(f"| {subject.name} | {once:.0f} MB | {ten:.0f} MB | {100 * (ten / once - 1):+.1f} % |")
    print()


def copy(source: Path, target: Path, *options: str, loops: int = 0) -> None:
    """A file's packets again, in part or several times over."""
    line = [*_FFMPEG, "-stream_loop", str(loops), "-i", str(source), *options, "-map", "0:v", "-c", "copy", str(target)]
    subprocess.run(line, check=True)


def small_things() -> None:
    """The still and the hash, which are too quick for a process of their own."""
    from detectors.fingerprint.picture import SIDE, fingerprint
    from detectors.material import Piece
    from scanner.media.extract import extract

    with tempfile.TemporaryDirectory(prefix="provscan-bench-") as folder:
        path = Path(folder, "still.jpg")
        picture(1, (1920, 1080)).save(path, quality=92)
        still = least(lambda: extract([Piece(path, "still.jpg")]), ROUNDS_OF_STILLS)
    batch = np.random.default_rng(1).integers(0, 256, (64, SIDE, SIDE), np.uint8)
    hashing = least(lambda: fingerprint(batch, np.arange(64)), ROUNDS_OF_STILLS) / 64
    print("| step | cost | goal |")
    print("|---|---|---|")
    print(f"| a 1080p JPEG still, from opening to fingerprint | {still * 1e3:.1f} ms | 4 ms |")
    print(f"| hashing one frame, as seen and mirrored | {hashing * 1e6:.0f} µs | |")


def least(work: Callable[[], object], rounds: int) -> float:
    """Seconds of CPU of the quickest of several rounds."""
    costs = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        costs.append(time.process_time() - began)
    return min(costs)


def measure(route: str, path: Path, effort: str) -> Cost:
    """Run one route in a process of its own."""
    line = [sys.executable, "-m", "benchmarks.extraction", "--measure", route, str(path), effort]
    done = subprocess.run(line, stdout=subprocess.PIPE, check=True, text=True)
    return Cost(**json.loads(done.stdout))


def measured(route: str, file: str, effort: str) -> dict[str, float]:
    """Inside that process: the cost of one call, after everything is loaded."""
    work = {"decode": _decode, "script": _script, "extract": _extract}[route]
    call = work(Path(file), effort)
    before, began = _cpu(), time.perf_counter()
    frames = call()
    wall, after = time.perf_counter() - began, _cpu()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if route == "extract":
        largest = max(largest, _own_peak())
    return {"cpu": after - before, "wall": wall, "megabytes": largest / 1024, "frames": frames}


def _cpu() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _own_peak() -> int:
    """The most memory of this process in kB. What getrusage says counts in the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1])


def _decode(path: Path, _effort: str) -> Callable[[], int]:
    from scanner.media.commands import THREADS

    line = [
        "ffmpeg",
        "-v",
        "error",
        "-nostdin",
        "-threads",
        str(THREADS),
        "-i",
        str(path),
        "-map",
        "0:v:0",
        "-f",
        "null",
        "-",
    ]
    return lambda: subprocess.run(line, check=True).returncode


def _script(path: Path, _effort: str) -> Callable[[], int]:
    import imagehash
    from PIL import Image

    def run() -> int:
        with tempfile.TemporaryDirectory() as folder:
            line = [
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-i",
                str(path),
                "-vf",
                "fps=2",
                f"{folder}/%05d.png",
            ]
            subprocess.run(line, check=True)
            return len([imagehash.phash(Image.open(each)) for each in sorted(Path(folder).iterdir())])

    return run


def _extract(path: Path, effort: str) -> Callable[[], int]:
    import av  # noqa: F401 - a worker has it loaded

    from detectors.fingerprint.picture import SIDE, fingerprint
    from detectors.material import Piece
    from scanner.media.extract import extract
    from scanner.media.tools import tools

    tools()
    fingerprint(np.zeros((1, SIDE, SIDE), np.uint8), np.arange(1))

    def run() -> int:
        extraction, _ = extract([Piece(path, path.name)], effort=effort)  # type: ignore[arg-type]  # from our own list
        assert extraction.looked
        assert not extraction.problems, extraction.problems
        return extraction.looked.frames

    return run


if __name__ == "__main__":
    main()
