"""What matching reaches, against what it should: `python -m benchmarks.matching`.

One table, put together from the three benches of pictures, films and sound, each of which says more when run by itself.
Figures stand with what they were counted of. The corpus beside the project is used where it is there; else media is
made, and the table says so. It takes an hour or two; `--step 8` asks with every eighth picture only.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmarks import matching_pictures as pictures
from benchmarks import matching_sound as sound
from benchmarks import matching_video as video
from benchmarks.programmes import play
from detectors.fingerprint.picture import SIDE, fingerprint
from fixtures.media import picture

_ROUNDS = 200
_BATCH = 64


def main() -> None:
    """Measure, and print the table row by row."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--step", type=int, default=1, help="ask with each of so many pictures only (default: 1)")
    asked.add_argument("--folder", type=Path, help="keep media and fingerprints here, and use them again")
    asked.add_argument("--no-peers", action="store_true", help="leave out what others find of the same pictures")
    given = asked.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory(prefix="provscan-bench-") as temporary:
        folder = given.folder or Path(temporary)
        print("| what | goal | measured |", "|---|---|---|", sep="\n", flush=True)
        every: tuple[Iterator[str], ...] = (
            of_pictures(given.step),
            of_films(folder / "films"),
            of_sound(folder / "packages"),
            costs(),
        )
        for rows in every:
            for row in rows:
                print(row, flush=True)
        if not given.no_peers:
            peers = Path(temporary) / "peers"
            peers.mkdir()
            print("\n| peer, of pictures | mean recall | false matches |", "|---|---|---|", sep="\n")
            print(*pictures.peers(pictures.material(), max(given.step, 4), peers), sep="\n")


def of_pictures(step: int) -> Iterator[str]:
    """Rows of pictures after 32 changes, and of pictures that have nothing to do with each other."""
    lot = pictures.material()
    yield from pictures.rows(lot, pictures.measured(lot, step))
    yield pictures.unrelated(lot)


def of_films(folder: Path) -> Iterator[str]:
    """Rows of stretches of films in programmes."""
    rounds = [play(seed, folder) for seed in video.SEEDS]
    ours, peer = video.score(rounds, video.ours), video.score(rounds, video.vpdq(1, 31, cuts=False))
    pieces = f"{ours.splits} split" if ours.splits else "none split"
    found = f"{video.share(ours.found, ours.truth)} / {video.share(ours.found, ours.pieces)}, {pieces}"
    yield f"| video segments: recall / precision | >= 0.98 / 0.98 | {found} |"
    others = f"{video.share(peer.found, peer.truth)} / {video.share(peer.found, peer.pieces)}"
    yield f"| the same by vPDQ's published rule, 1 a second, 31 bits | | {others} |"
    near = sum(error <= video.NEAR_FRAMES for error in ours.edges)
    ends = f"{statistics.median(ours.edges):.1f} frames / {video.share(near, len(ours.edges))}"
    film = f"{statistics.median(ours.film_edges):.1f} frames"
    yield f"| in and out: median / within 2 frames; in the film | <= 1 / >= 85 %; <= 2 | {ends}; {film} |"
    speeds = video.score([play(seed, folder, ("speed+4", "speed-4")) for seed in video.SPEED_SEEDS], video.ours)
    yield f"| sped up or slowed by 4 % | >= 17 of 18 | {speeds.found} of {speeds.truth} |"


def of_sound(folder: Path) -> Iterator[str]:
    """Rows of music under speech and at another speed."""
    for what, goal, measured, peer in sound.rows(folder):
        yield f"| {what} | {goal} | {measured}; {peer} |"


def costs() -> Iterator[str]:
    """Rows of what hashes and searches cost."""
    one = np.asarray(picture(1, (SIDE, SIDE)).convert("L"), np.uint8)[None]
    many = np.stack([np.asarray(picture(seed, (SIDE, SIDE)).convert("L"), np.uint8) for seed in range(_BATCH)])
    alone = _least(lambda: fingerprint(one, np.zeros(1, np.int64)))
    batch = _least(lambda: fingerprint(many, np.arange(_BATCH))) / _BATCH
    hashes = f"{batch * 1e6:.0f} µs in batches of {_BATCH}, {alone * 1e6:.0f} µs alone"
    yield f"| all hashes of one frame, from 128 x 128 grey | <= 300 µs | {hashes} |"
    yield pictures.search_cost()
    line = [sys.executable, "-m", "benchmarks.matching_video", "--scale"]  # its memory is that of a process of its own
    told = subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()
    yield f"| a two-hour programme against a million hashes | <= 60 s, <= 1 GB | {told} |"


def _least(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(_ROUNDS):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return min(spent)


if __name__ == "__main__":
    main()
