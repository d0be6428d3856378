"""What looking inside files costs, against not looking, and what bombs do: `python -m benchmarks.parts`.

Everything is made in a temporary folder. Routes that are compared run in turns, each in a process of its own, and the
least CPU of the repeats counts; loading libraries is left out. Bombs go through the real command: wall seconds from its
start to its end, and its largest process.
"""

import argparse
import gzip
import json
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.extraction import Cost
from fixtures import inside_documents, sounds
from fixtures.command import provscan
from fixtures.media import picture
from fixtures.pdfs import PdfMaker

STILLS, PICTURES = 1000, 20
_GIB = 1 << 30
_BLOCK = 1 << 20


def main() -> None:
    """Make the files, measure, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--repeat", type=int, default=3, help="how often each is measured (default: 3)")
    asked.add_argument("--seconds", type=float, default=20, help="length of the movie (default: 20)")
    asked.add_argument("--only", choices=("stills", "movie", "docx", "bombs"), action="append", help="repeatable")
    asked.add_argument("--bomb", choices=tuple(_BOMBS), action="append", help="one of the bombs; repeatable")
    asked.add_argument("--measure", nargs=2, metavar=("ROUTE", "PATH"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        print(json.dumps(measured(*given.measure)))
        return
    chosen = given.only or ("stills", "movie", "docx", "bombs")
    with tempfile.TemporaryDirectory(prefix="provscan-bench-") as name:
        folder = Path(name)
        if {"stills", "movie", "docx"} & {*chosen}:
            print("| what | without | with | more | goal |")
            print("|---|---|---|---|---|")
        if "stills" in chosen:
            stills(folder / "stills", given.repeat)
        if "movie" in chosen:
            movie(folder / "movie", given.repeat, given.seconds)
        if "docx" in chosen:
            docx(folder / "docx", given.repeat)
        if "bombs" in chosen:
            bombs(folder / "bombs", given.bomb or [*_BOMBS])


def stills(folder: Path, repeat: int) -> None:
    """A row: small JPEG and PNG files with nothing in them."""
    folder.mkdir()
    for number in range(STILLS):
        picture(number, (320, 180)).save(folder / f"{_letters(number)}.{'jpg' if number % 2 else 'png'}")
    off, on = in_turns([("gather without", folder), ("gather", folder)], repeat)
    more = f"{1e3 * (on.cpu - off.cpu) / STILLS:.2f} ms each"
    print(f"| {STILLS:,} stills | {off.cpu:.2f} s | {on.cpu:.2f} s | {more} | 3 ms each |", flush=True)


def movie(folder: Path, repeat: int, seconds: float) -> None:
    """A row: a movie with one picture and two tracks of sound; what is more is listing it, once it was looked at."""
    folder.mkdir()
    still, tunes, file = folder / "still.png", [folder / f"{seed}.wav" for seed in (1, 2)], folder / "a.mp4"
    picture(1, (1920 * 5 // 4, 1080 * 5 // 4)).save(still)
    for seed, tune in enumerate(tunes, 1):
        sounds.sound(tune, [sounds.tune(seed, seconds), sounds.tune(seed + 9, seconds)])
    wander = "crop=1920:1080:(iw-ow)/2*(1+sin(t*1.3)):(ih-oh)/2*(1+sin(t*0.9)),noise=alls=6:allf=t"
    line = f"ffmpeg -v error -nostdin -y -loop 1 -framerate 24 -t {seconds} -i {still} -i {tunes[0]} -i {tunes[1]}"
    coded = f"-map 0 -map 1 -map 2 -vf {wander} -c:v libx264 -preset veryfast -b:v 20M -pix_fmt yuv420p -c:a aac {file}"
    subprocess.run([*line.split(), *coded.split()], check=True)
    decode, listing = in_turns([("decode", file), ("list", file)], repeat)
    more = f"{100 * listing.cpu / decode.cpu:.2f} %"
    whole = f"{decode.cpu:.2f} s (ffmpeg's decode)"
    print(f"| a movie of {seconds:g} s, two sounds | {whole} | {listing.cpu:.3f} s | {more} | 2 % |", flush=True)


def docx(folder: Path, repeat: int) -> None:
    """A row: a document of pictures against the same pictures loose."""
    loose, packed = folder / "loose", folder / "packed"
    for place in (loose, packed):
        place.mkdir(parents=True)
    for number in range(PICTURES):
        picture(number, (1280, 720)).save(loose / f"{_letters(number)}.jpg", quality=92)
    members = {f"word/media/{path.name}": path.read_bytes() for path in sorted(loose.iterdir())}
    inside_documents.docx(packed / "a.docx", members)
    off, on = in_turns([("gather", loose), ("gather", packed)], repeat)
    more = f"{1e3 * (on.cpu - off.cpu):.0f} ms"
    print(f"| a docx of {PICTURES} pictures | {off.cpu:.2f} s (loose) | {on.cpu:.2f} s | {more} | 50 ms |", flush=True)


def _letters(number: int) -> str:
    """A name that makes no sequence with others."""
    return f"{number:04}".translate(str.maketrans("0123456789", "abcdefghij"))


def bombs(folder: Path, chosen: Sequence[str]) -> None:
    """The table of bombs, each alone in a drop, and of a small picture to hold them against."""
    print("\n| bomb | bytes | CPU | wall | largest process | exit code | told as |")
    print("|---|---|---|---|---|---|---|")
    for name in chosen:
        drop = folder / name.replace(" ", "-") / "drop"
        drop.mkdir(parents=True)
        path = _BOMBS[name](drop)
        cost = one_alone("command", drop)
        report = json.loads((drop.parent / "out" / "report.json").read_text(encoding="utf-8"))
        reasons = dict.fromkeys(row["reason"] for asset in report["assets"] for row in asset["findings"])
        costs = f"{cost.cpu:.1f} s | {cost.wall:.1f} s | {cost.megabytes:.0f} MB"
        told = ", ".join(reasons) or "nothing"
        print(f"| {name} | {path.stat().st_size:,} | {costs} | {cost.frames} | {told} |", flush=True)
        path.unlink()


def in_turns(routes: Sequence[tuple[str, Path]], repeat: int) -> list[Cost]:
    """The least CPU of each route."""
    runs = [[one_alone(route, path) for route, path in routes] for _ in range(repeat)]
    return [min(costs, key=lambda cost: cost.cpu) for costs in zip(*runs, strict=True)]


def one_alone(route: str, path: Path) -> Cost:
    """Run one route in a process of its own."""
    line = [sys.executable, "-m", "benchmarks.parts", "--measure", route, str(path)]
    done = subprocess.run(line, stdout=subprocess.PIPE, check=True, text=True)
    return Cost(**json.loads(done.stdout))


def measured(route: str, path: str) -> dict[str, float]:
    """Inside that process: the cost of one call, after everything is loaded."""
    call = _ROUTES[route](Path(path))
    before, began = _cpu(), time.perf_counter()
    value = call()
    wall, cpu = time.perf_counter() - began, _cpu() - before
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"cpu": cpu, "wall": wall, "megabytes": largest / 1024, "frames": value}


def _cpu() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _gather(path: Path) -> Callable[[], int]:
    from fixtures.gathered import gathered

    place = Path(tempfile.mkdtemp(dir=path.parent))
    warm = place / "warm"
    warm.mkdir()
    picture(1, (64, 48)).save(warm / "a.jpg")
    inside_documents.docx(warm / "b.docx", {"word/media/a.png": inside_documents.png()})
    with gathered(warm, place / "warm-cache"):
        pass

    def run() -> int:
        with gathered(path, place / "cache") as found:
            return sum(1 for _ in found.gathering.looked_at(found.drop))

    return run


def _gather_without(path: Path) -> Callable[[], int]:
    from scanner.run.looking import insides

    insides.BOUNDS = replace(insides.BOUNDS, depth=0)
    return _gather(path)


def _decode(path: Path) -> Callable[[], int]:
    from scanner.media.commands import THREADS

    line = f"ffmpeg -v error -nostdin -threads {THREADS} -i {path} -map 0 -f null -"
    return lambda: subprocess.run(line.split(), check=True).returncode


def _list(path: Path) -> Callable[[], int]:
    from detectors.material import Piece
    from scanner.media.asset.extract import extract
    from scanner.parts.listing import list_parts
    from scanner.parts.source import Bounds

    piece = Piece(path, path.name)
    extract([piece])
    return lambda: len(list_parts(piece, path.parent / "spool", Bounds()).listing.parts)


def _command(drop: Path) -> Callable[[], int]:
    return lambda: provscan(drop.parent, "scan", "drop", "--out", "out").code


_ROUTES: dict[str, Callable[[Path], Callable[[], int]]] = {
    "gather": _gather,
    "gather without": _gather_without,
    "decode": _decode,
    "list": _list,
    "command": _command,
}


def _zeros(size: int) -> Iterator[bytes]:
    block = bytes(_BLOCK)
    for _ in range(size // _BLOCK):
        yield block


def _small(drop: Path) -> Path:
    picture(1, (320, 180)).save(drop / "a.png")
    return drop / "a.png"


def _zip(drop: Path) -> Path:
    path = drop / "a.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.mov", "w", force_zip64=True) as member,
    ):
        for block in _zeros(4 * _GIB):
            member.write(block)
    return path


def _dense(drop: Path) -> Path:
    """A member of a gigabyte that no ratio gives away: the largest that is taken out."""
    path = drop / "a.zip"
    noise = zlib.compress(picture(1, (640, 360)).tobytes(), 1)[: _BLOCK // 64].ljust(_BLOCK // 64, b"x")
    block = noise + bytes(_BLOCK - len(noise))
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.mov", "w", force_zip64=True) as member,
    ):
        for _ in range(_GIB // _BLOCK):
            member.write(block)
    return path


def _gz(drop: Path) -> Path:
    path = drop / "a.tar.gz"
    with gzip.open(path, "wb", 1) as file:
        for block in _zeros(4 * _GIB):
            file.write(block)
    return path


def _nested(drop: Path) -> Path:
    path, inner = drop / "a.zip", inside_documents.png()
    for level in range(6):
        name = "a.png" if not level else "a.zip"
        inside_documents.zipped(path, {f"{number}-{name}": inner for number in range(16)})
        inner = path.read_bytes()
    return path


def _pdf(drop: Path) -> Path:
    packer = zlib.compressobj(1)
    packed = b"".join(map(packer.compress, _zeros(_GIB))) + packer.flush()
    maker = PdfMaker()
    maker.pixels(packed, (1 << 15, 1 << 15))
    return maker.save(drop / "a.pdf")


def _entities(drop: Path) -> Path:
    path = drop / "a.svg"
    rows = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12))
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "words">{rows}]><svg>&e11;</svg>', "utf-8")
    return path


def _png(drop: Path) -> Path:
    path, side = drop / "a.png", 60_000
    packer = zlib.compressobj(1)
    row = bytes(side * 3 + 1)
    data = b"".join(packer.compress(row) for _ in range(side // 4)) + packer.flush()
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    whole = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(whole))
    return path


_BOMBS: dict[str, Callable[[Path], Path]] = {
    "no bomb, a small picture": _small,
    "zip, 4 GiB in one member": _zip,
    "zip, 1 GiB at a ratio of less than 200": _dense,
    "gzip, 4 GiB": _gz,
    "zips in zips, 16 to the sixth pictures": _nested,
    "PDF, an image of 1 GiB": _pdf,
    "XML entities": _entities,
    "PNG of 60,000 x 60,000": _png,
}

if __name__ == "__main__":
    main()
