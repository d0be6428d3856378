"""Media that several tests look at, made once."""

from pathlib import Path

import pytest

from fixtures import media


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a long-GOP H.264 movie whose frames carry their number, a still, and a movie with sound only."""
    folder = tmp_path_factory.mktemp("shelf")
    long_gop = ("-g", "250", "-bf", "3", "-preset", "veryfast", "-movflags", "+faststart")
    media.movie(folder / "numbered.mp4", frames=120, start="10:00:00:12", counter=True, options=long_gop)
    media.still(folder / "still.png", seed=7)
    media.sound(folder / "sound.wav")
    return folder
