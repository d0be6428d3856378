"""Whether a library of reference works is whole: every file, every block of prints, every row of its catalogue."""

from collections.abc import Iterator
from pathlib import Path

from scanner.catalogue import shelf
from scanner.catalogue.shelf import Inventory, LibraryError
from scanner.library.store import digest, mapped, require_terms


def check(folder: Path) -> list[str]:
    """Everything that is wrong with the library in a folder, a sentence each; none where it is whole.

    Bytes that nothing names, as a writer that was killed leaves them, are nothing wrong.
    """
    try:
        inventory = shelf.read(folder, thorough=True)
        require_terms(folder, inventory)
    except LibraryError as error:
        return [str(error)]
    return [*_catalogue(inventory), *_files(folder, inventory)]


def _catalogue(inventory: Inventory) -> Iterator[str]:
    """Rows that lead nowhere."""
    works = {work.content for work in inventory.works}
    named = {name.content for name in inventory.names}
    for name in inventory.names:
        if name.content not in works:
            yield f"{name.id} is the name of nothing"
    for work in inventory.works:
        if work.content not in named:
            yield f"the content {work.content} has no name"
    for block in inventory.blocks:
        if block.start + block.size > inventory.files.get(block.file, 0):
            yield f"{block.file} ends before the {block.kind} of {_called(inventory, block.content)}"


def _files(folder: Path, inventory: Inventory) -> Iterator[str]:
    """Files and blocks that are not what was written."""
    for name, size in inventory.files.items():
        try:
            data = mapped(folder / name, size)
        except LibraryError as error:
            yield str(error)
            continue
        for block in inventory.blocks:
            if block.file == name and digest(data[block.start : block.start + block.size].data) != block.sha256:
                yield f"the {block.kind} of {_called(inventory, block.content)} are not what was written"


def _called(inventory: Inventory, content: str) -> str:
    return next((name.id for name in inventory.names if name.content == content), content)
