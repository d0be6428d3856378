"""What others ask for the same movie: `python -m benchmarks.peers`. Needs a network, or an index that pip can reach.

vpdq, perception and videohash2 are each installed into a virtual environment of their own, under a temporary folder,
because they bring other builds of the same libraries along; nothing of ours sees them. They look at the very file that
we look at, in turns with us and with ffmpeg's plain decode. One that can't be installed is named with the reason. As in
`benchmarks.extraction`, starting Python and loading libraries is left out.
"""

import argparse
import json
import re
import subprocess
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.extraction import SUBJECTS, Cost, make, measure

_PATIENCE = 900  # seconds for one installation
_TELLING = (r"Package '[^']+'.* not found", r"No matching distribution found.*", r"fatal error: .*")
_MEASURE = """
import json, resource, sys, time
def cpu():
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
{load}
before, began = cpu(), time.perf_counter()
frames = {call}
cost = {{"cpu": cpu() - before, "wall": time.perf_counter() - began, "frames": frames}}
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:"))
largest = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print("\\n" + json.dumps({{**cost, "megabytes": largest / 1024}}))
"""


@dataclass(frozen=True)
class Peer:
    """One way of using another's library: pip's name for it, what is loaded, and a call that gives how many hashes."""

    name: str
    package: str
    load: str
    call: str


_PERCEPTION = "from perception import hashers"
_FRAMEWISE = "hashers.FramewiseHasher(frame_hasher=hashers.PHash(), interframe_threshold=0, frames_per_second={})"
_PHASHES = f"len({_FRAMEWISE}.compute(sys.argv[1]))"
PEERS = (
    Peer("vpdq, two a second", "vpdq", "import vpdq", "len(vpdq.computeHash(sys.argv[1], seconds_per_hash=0.5))"),
    Peer("vpdq, every frame", "vpdq", "import vpdq", "len(vpdq.computeHash(sys.argv[1], seconds_per_hash=0))"),
    Peer("perception, PHash, two a second", "perception", _PERCEPTION, _PHASHES.format("2")),
    Peer("perception, PHash, every frame", "perception", _PERCEPTION, _PHASHES.format("None")),
    Peer(
        "videohash2, one for all",
        "videohash2",
        "from videohash2 import VideoHash",
        "len([VideoHash(sys.argv[1]).hash])",
    ),
)


def main() -> None:
    """Install what can be installed, make the movie, measure, and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=20, help="length of the movie (default: 20)")
    asked.add_argument("--size", default="1920x1080", help="its size (default: 1920x1080)")
    asked.add_argument("--repeat", type=int, default=2, help="how often each is measured (default: 2)")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="provscan-peers-") as folder:
        installed = {
            package: install(package, Path(folder)) for package in dict.fromkeys(peer.package for peer in PEERS)
        }
        path = make(SUBJECTS[0], Path(folder), given.seconds, given.size)
        assert path
        table(path, {name: python for name, python in installed.items() if isinstance(python, Path)}, given.repeat)
    for package, python in installed.items():
        if isinstance(python, str):
            print(f"* {package} could not be installed: {python}")


def install(package: str, folder: Path) -> Path | str:
    """The Python of a new environment that holds the package, or why it doesn't."""
    place = folder / package
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    line = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        return f"it took more than {_PATIENCE} seconds"
    if not done.returncode:
        return python
    said = f"{done.stdout}\n{done.stderr}"
    told = next((found[0] for pattern in _TELLING if (found := re.search(pattern, said))), "")
    return told or next((line for line in reversed(said.splitlines()) if line.strip()), str(done.returncode))


def table(path: Path, installed: dict[str, Path], repeat: int) -> None:
    """Everybody in turns, as ratios to ffmpeg's decode of the same file."""
    chosen = [peer for peer in PEERS if peer.package in installed]
    runs: dict[str, list[Cost]] = {}
    failed: dict[str, str] = {}
    for _ in range(repeat):
        runs.setdefault("ffmpeg's decode", []).append(measure("decode", path))
        runs.setdefault("provscan, every frame, details and sound", []).append(measure("extract", path))
        for peer in chosen:
            cost = run(peer, installed[peer.package], path)
            if isinstance(cost, Cost):
                runs.setdefault(peer.name, []).append(cost)
            else:
                failed[peer.name] = cost
    limit, *_ = least = [min(costs, key=lambda cost: cost.cpu) for costs in runs.values()]
    print(f"H.264, GOP 250: ffmpeg's decode takes {limit.cpu:.2f} s of CPU, {limit.wall:.2f} s of wall time.\n")
    print("| who | hashes | CPU | wall | largest process |")
    print("|---|---|---|---|---|")
    for name, cost in list(zip(runs, least, strict=True))[1:]:
        ratios = f"{cost.cpu / limit.cpu:.3f} | {cost.wall / limit.wall:.2f} | {cost.megabytes:.0f} MB"
        print(f"| {name} | {cost.frames} | {ratios} |")
    print()
    for name, why in failed.items():
        print(f"* {name} failed on this file: {why}")


def run(peer: Peer, python: Path, path: Path) -> Cost | str:
    """What one peer needs for the file, or the last thing it said."""
    script = _MEASURE.format(load=peer.load, call=peer.call)
    done = subprocess.run([str(python), "-c", script, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        return next((line for line in reversed(done.stderr.splitlines()) if line.strip()), str(done.returncode))[:120]
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
