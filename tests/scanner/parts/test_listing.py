"""The engine: what one part costs is bounded, whatever a reader gives."""

import time
import zipfile
from pathlib import Path

import pytest

from fixtures.inside_documents import listed, png, zipped
from scanner.parts.source import Bounds


def test_the_clock_is_looked_at_within_one_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(range(256)) * (1 << 14)
    zipped(tmp_path / "a.zip", {"a.png": png(), "large.bin": content, "c.png": png()}, zipfile.ZIP_STORED)
    moments = iter([*[0.0] * 5, *range(1, 1000)])  # time flies as soon as the large member is read
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    found = listed(tmp_path / "a.zip", tmp_path / "spool", Bounds(seconds=6))
    first, large, last = found.listing.parts
    assert not first.why_not
    assert large.why_not == last.why_not == "looking for parts took longer than it may"
    assert not found.lasting
    assert len(list((tmp_path / "spool").iterdir())) == 1
