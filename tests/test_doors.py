"""The plan of the house holds: who may import whom, and which room alone touches what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {
    "scanner.__main__": 7,
    "scanner.cli": 6,
    "scanner.run": 5,
    "scanner.library": 4,
    "scanner.report": 3,
    "scanner.media": 3,
    "scanner.demo": 5,  # builds a drop with the media room's programs; the command line scans it
    "scanner.clearance": 2,
    "scanner.drop": 2,
    "scanner.catalogue": 2,
    "scanner.config": 2,
    "scanner.written": 1.5,
    "scanner.terms": 1.2,
    "scanner.trust": 4,
    "scanner.globs": 1,
    "scanner.spans": 1,
    "scanner.timecode": 1,
    "scanner.examination": 1.3,
    "scanner.errors": 0,
    "scanner": 0,
    "detectors": 1,
}
BESIDE = {
    ("scanner.catalogue", "scanner.drop"): "a remembered digest belongs to a file as the walk saw it",
    ("scanner.spans", "detectors"): "the report's form of a detector's span",
    ("scanner.spans", "scanner.timecode"): "the same, with its labels",
}
ALONE = {
    "subprocess": ("scanner/media/program.py",),
    "sqlite3": ("scanner/catalogue/",),
    "cv2": ("detectors/fingerprint/", "detectors/matching/"),
    "faiss": ("detectors/matching/",),
    "c2pa": ("detectors/credentials/",),
    "pebble": ("scanner/run/looking/workers.py",),
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("scanner", "detectors"):
        for file in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), file


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def room(module: str) -> str:
    return max((name for name in FLOORS if f"{module}.".startswith(f"{name}.")), key=len)


@pytest.mark.parametrize(("module", "file"), list(modules()), ids=[name for name, _ in modules()])
def test_a_room_uses_only_lower_floors(module: str, file: Path) -> None:
    own = room(module)
    for name in imports(file):
        if name.split(".")[0] not in {"scanner", "detectors"}:
            continue
        other = room(name)
        if other != own and (own, other) not in BESIDE:
            assert FLOORS[other] < FLOORS[own], f"{module} reaches up or sideways to {name}"


def test_detectors_import_nothing_from_scanner() -> None:
    for module, file in modules():
        if module.startswith("detectors"):
            assert not [name for name in imports(file) if name.split(".")[0] == "scanner"], module


@pytest.mark.parametrize("library", ALONE)
def test_one_room_alone_touches(library: str) -> None:
    users = [
        file.relative_to(ROOT).as_posix()
        for _, file in modules()
        if any(name.split(".")[0] == library for name in imports(file))
    ]
    assert users, f"nothing uses {library}"
    assert [user for user in users if not user.startswith(ALONE[library])] == []


def test_every_module_belongs_to_a_room_of_the_plan() -> None:
    strays = [module for module, _ in modules() if room(module) == "scanner" and module != "scanner"]
    assert strays == []
