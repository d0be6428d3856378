"""The plan of the house holds: who may import whom, which room alone touches what, and that nothing outgrows its room.

A room is a folder or a file directly inside `scanner`; `detectors` is one room. docs/design.md draws the same plan.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS: Sequence[frozenset[str]] = (
    frozenset({"scanner.errors", "scanner.timecode", "scanner.globs", "scanner.durable"}),
    frozenset({"detectors", "scanner.written"}),
    frozenset({"scanner.terms", "scanner.spans", "scanner.trust"}),
    frozenset({"scanner.examination", "scanner.config"}),
    frozenset({"scanner.drop"}),
    frozenset({"scanner.catalogue", "scanner.media", "scanner.seen"}),
    frozenset({"scanner.library", "scanner.clearance", "scanner.demo", "scanner.parts"}),
    frozenset({"scanner.report"}),
    frozenset({"scanner.run"}),
    frozenset({"scanner.cli"}),
    frozenset({"scanner.__main__"}),
)
"""From the ground up: a room imports rooms on lower floors alone. `scanner` itself (its version) is below them all."""

FOLDERS: Mapping[str, Sequence[str]] = {
    "detectors": (".", "fingerprint", "matching", "markers", "credentials", "__init__"),
    "detectors.markers": (".", "walkers", "rulebook", "match"),
    "detectors.matching": (".", "picture", "film", "sound"),
    "scanner.clearance": ("timelines", "policy", "paper", "scope", "rules"),
    "scanner.clearance.paper": (".", "sheets", "documents", "reader"),
    "scanner.drop": (".", "packages"),
    "scanner.media": (".", "pixels", "facts", "timecodes", "decode", "asset"),
    "scanner.parts": (
        "source",
        "structures",
        "starts",
        "ends",
        "archives",
        "documents",
        "stills",
        "recesses",
        ".",
    ),
    "scanner.report": (".", "page", "writing"),
    "scanner.run": ("looking", "."),
}
"""The folders inside a room, from the lowest up: each imports those before it alone. `.` are the files beside them; a
file that stands elsewhere among the folders is named."""

ALONE = {
    "subprocess": ("scanner/media/program.py",),
    "sqlite3": ("scanner/catalogue/",),
    "cv2": ("detectors/fingerprint/", "detectors/matching/"),
    "faiss": ("detectors/matching/",),
    "c2pa": ("detectors/credentials/",),
    "pebble": ("scanner/run/looking/workers.py",),
    "csv": ("scanner/written/",),
    "pikepdf": ("scanner/parts/documents/",),
    "libarchive": ("scanner/parts/archives/unpackers.py",),
}
"""Libraries that one room alone touches. Writing a table is no reading: `WRITES_TABLES` may import `csv`."""
WRITES_TABLES = frozenset({"scanner/library/sheet.py", "scanner/library/hashlist.py"})

MOST_LINES = 400
MOST_FILES = 16
DOUBLES: Mapping[str, str] = {}
"""Public class names that stand more than once, each with the reason why it means one thing all the same."""


@cache
def modules() -> Mapping[str, Path]:
    files = (file for package in ("scanner", "detectors") for file in sorted((ROOT / package).rglob("*.py")))
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports, wherever it does: our own modules by their full names, of others the top name."""
    names = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= (inside & modules().keys()) or {node.module}
    return frozenset(name if name in modules() else name.split(".")[0] for name in names)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "detectors" else ".".join(parts[:2])


def floor(module: str) -> int:
    return next((number for number, rooms in enumerate(FLOORS) if room(module) in rooms), -1)


def shelf_in(house: str, module: str) -> str:
    """In which of the folders of a room, or of a folder inside one, a module lies: as `FOLDERS` names it."""
    inside = module.removeprefix(house).strip(".").split(".")[0] or "__init__"
    return inside if inside in FOLDERS[house] else "."


@pytest.mark.parametrize("module", modules())
def test_a_room_uses_only_lower_floors(module: str) -> None:
    others = [name for name in imports(module) & modules().keys() if room(name) not in {room(module), "scanner"}]
    up = [name for name in others if floor(name) >= floor(module)]
    assert up == [], f"{module} reaches up or sideways"


@pytest.mark.parametrize("house", FOLDERS)
def test_a_folder_inside_a_room_uses_only_those_before_it(house: str) -> None:
    order = {name: place for place, name in enumerate(FOLDERS[house])}
    inside = [module for module in modules() if f"{module}.".startswith(f"{house}.")]
    up = [
        f"{module} -> {name}"
        for module in inside
        for name in imports(module) & set(inside)
        if order[shelf_in(house, name)] > order[shelf_in(house, module)]
    ]
    assert up == []


def test_every_folder_inside_a_room_has_its_place() -> None:
    homes = {".".join(file.parent.relative_to(ROOT).parts) for file in modules().values()}
    nested = {home for home in homes if home.count(".") > (0 if home.startswith("detectors") else 1)}
    assert {home for home in nested if home.split(".")[-1] not in FOLDERS.get(home.rpartition(".")[0], ())} == set()


def test_nothing_runs_in_a_circle() -> None:
    graph = {module: (imports(module) & modules().keys()) - {module} for module in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


def test_detectors_import_nothing_from_scanner() -> None:
    strangers = [
        module
        for module in modules()
        if module.startswith("detectors") and any(name.split(".")[0] == "scanner" for name in imports(module))
    ]
    assert strangers == []


def test_every_module_belongs_to_a_room_of_the_plan() -> None:
    assert [module for module in modules() if module != "scanner" and floor(module) < 0] == []


@pytest.mark.parametrize("library", ALONE)
def test_one_room_alone_touches(library: str) -> None:
    users = [modules()[module].relative_to(ROOT).as_posix() for module in modules() if library in imports(module)]
    assert users, f"nothing uses {library}"
    strangers = [user for user in users if not user.startswith(ALONE[library])]
    assert [user for user in strangers if not (library == "csv" and user in WRITES_TABLES)] == []


def test_no_file_and_no_folder_outgrows_the_head() -> None:
    files = modules().values()
    long = {file.relative_to(ROOT).as_posix(): count for file in files if (count := _lines(file)) > MOST_LINES}
    folders = Counter(file.parent.relative_to(ROOT).as_posix() for file in files if file.name != "__init__.py")
    assert long == {}
    assert {folder: count for folder, count in folders.items() if count > MOST_FILES} == {}


def test_a_public_class_name_means_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for module in modules():
        for name in _classes(module):
            homes.setdefault(name, []).append(module)
    doubles = {name: where for name, where in homes.items() if len(where) > 1}
    assert {name: where for name, where in doubles.items() if name not in DOUBLES} == {}
    assert [name for name in DOUBLES if name not in doubles] == [], "listed, and no double any more"


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def _classes(module: str) -> Iterator[str]:
    """Public names of kinds of things: classes, and aliases of types."""
    for node in tree(module).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _is_alias(node.annotation):
            yield from [node.target.id] * (not node.target.id.startswith("_"))


def _is_alias(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == "TypeAlias"


def test_the_plan_is_the_one_that_the_design_page_draws() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^ *(\w+(?:\.py)?)/? {2,}\S", page.split("```")[1], re.MULTILINE))
    rooms = {name.rpartition(".")[2] for level in FLOORS for name in level} - {"__main__"}
    assert {name for name in rooms if name not in drawn and f"{name}.py" not in drawn} == set()
