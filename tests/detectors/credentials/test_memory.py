import tempfile
import threading
from pathlib import Path

import pytest

from detectors.credentials import memory
from detectors.credentials.memory import LARGE, places, room_for


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A large file, on a machine with room for one."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(memory, "places", lambda: 1)
    path = tmp_path / "large.mov"
    with path.open("wb") as file:
        file.truncate(LARGE)
    return path


def test_large_files_are_read_one_after_another_where_only_one_fits(large: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with room_for(large):
            order.append("second")

    other = threading.Thread(target=second)
    with room_for(large):
        other.start()
        other.join(0.2)
        order.append("first")
        assert other.is_alive()
    other.join(5)
    assert order == ["first", "second"]


def test_small_ones_wait_for_nobody(large: Path) -> None:
    small = large.with_name("small.mov")
    small.write_bytes(b"small")
    with room_for(large), room_for(small):
        pass


def test_as_many_are_read_at_a_time_as_fit(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "places", lambda: 2)
    with room_for(large), room_for(large):
        assert len(list(large.parent.glob("*.lock"))) == 2


def test_a_place_is_given_back_when_reading_fails(large: Path) -> None:
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), room_for(large):
            raise ValueError("broken")


def test_where_no_lock_can_be_had_nobody_waits(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(large.parent / "gone"))
    with room_for(large), room_for(large):
        pass


def test_a_link_in_the_place_of_a_lock_is_not_followed(large: Path) -> None:
    target = large.with_name("elsewhere")
    with room_for(large):
        (lock,) = large.parent.glob("*.lock")
    lock.unlink()
    lock.symlink_to(target)
    with room_for(large):
        pass
    assert not target.exists()


def test_there_is_always_room_for_one() -> None:
    assert places() >= 1
