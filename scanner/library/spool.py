"""A plain folder's works for the length of a run: laid out like a library, in files without a name.

Nothing of them is kept in memory that can be large, and nothing is left behind: the system takes the files back when
the run ends, however it ends.
"""

import os
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import numpy as np

from scanner.catalogue.shelf import Block, Inventory, LibraryError, WorkRow
from scanner.library.contents import Contents
from scanner.library.store import KINDS, Bytes, Opened

_PLACE = Path("/var/tmp")  # noqa: S108 - a folder for large files that outlive memory; the files have no name there
_ALIGNED = 8


def spooled(folder: Path, every: Iterable[Contents]) -> Opened:
    """The contents of the works of a plain folder, as if they were a library's.

    Raises:
        LibraryError: there is no room for them.
    """
    works: list[WorkRow] = []
    blocks: dict[tuple[str, str], Block] = {}
    try:
        with ExitStack() as stack:
            files = {kind: stack.enter_context(_unnamed()) for kind in KINDS}
            for contents in every:
                works.append(contents.work)
                for kind, data in contents.blocks.items():
                    key = contents.work.content
                    blocks[key, kind] = Block(key, kind, kind, files[kind].tell(), len(data), "")
                    files[kind].write(data + bytes(-len(data) % _ALIGNED))
            maps = {kind: _mapped(file) for kind, file in files.items()}
    except OSError as error:
        raise LibraryError(
            f"there is no room for what is looked up of {folder}: {error.strerror}",
            hint="name a folder with room in TMPDIR, or make a library of it with `references add`",
        ) from error
    return Opened(folder, Inventory(works=tuple(works)), maps, blocks)


def _unnamed() -> IO[bytes]:
    room = None if "TMPDIR" in os.environ or not os.access(_PLACE, os.W_OK) else _PLACE
    return tempfile.TemporaryFile(dir=room)


def _mapped(file: IO[bytes]) -> Bytes:
    file.flush()
    if not file.tell():
        return np.zeros(0, np.uint8)
    mapped: Bytes = np.memmap(file, np.uint8, "r")
    return mapped
