"""Files that are put in place whole or not at all, and that survive a power cut once they are."""

import os
from pathlib import Path


def put_in_place(path: Path, content: bytes) -> None:
    """Write a file beside its place, sync it, and rename it. A link in its place is replaced, and never followed.

    Raises:
        OSError: it can't be written; what was there before is still whole.
    """
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)  # of a run that was killed
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe, as fsync makes bytes.

    Raises:
        OSError: the folder can't be opened or synced.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
