"""One exiftool for all tests of marks, as a worker has one for all its assets."""

from collections.abc import Iterator

import pytest

from scanner.media.facts.tags import ExifTool


@pytest.fixture(scope="session")
def exiftool() -> Iterator[ExifTool]:
    """An exiftool that stays open."""
    with ExifTool() as one:
        yield one
