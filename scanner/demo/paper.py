"""The demo's paper: declarations, approvals and licences as a production would hand them in, and their evidence.

The texts lie in `files/`; checksums are filled in when they are written, since they pin files that are only made then.
"""

import hashlib
import re
from importlib import resources
from pathlib import Path

_CHECKSUM = re.compile(r"<sha256 of ([^>]+)>")
_FILES = resources.files("scanner.demo") / "files"


def text(name: str) -> str:
    """One of the demo's texts."""
    return (_FILES / name).read_text(encoding="utf-8")


def write(paper: Path, drop: Path) -> Path:
    """Write the paper into an existing folder and give the declarations file.

    Raises:
        OSError: a file of the drop that the paper pins isn't there.
    """
    evidence = paper / "evidence"
    evidence.mkdir(exist_ok=True)
    for letter in (_FILES / "evidence").iterdir():
        (evidence / letter.name).write_bytes(letter.read_bytes())

    def checksum(pinned: re.Match[str]) -> str:
        within = paper if pinned[1].startswith("evidence/") else drop
        return hashlib.sha256((within / pinned[1]).read_bytes()).hexdigest()

    declarations = paper / "declarations.yaml"
    declarations.write_text(_CHECKSUM.sub(checksum, text("declarations.yaml")), encoding="utf-8")
    return declarations
