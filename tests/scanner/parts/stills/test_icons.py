"""The sizes of an ICO that show something else are parts."""

from fixtures import inside_stills as made
from tests.scanner.parts.conftest import Lister


def test_each_picture_that_the_largest_does_not_show_is_a_part(parts_of: Lister) -> None:
    parts = parts_of(made.icon((1, 48), (2, 64), (1, 128)), "a.ico")
    assert parts.ids == ["icon:0", "icon:1", "icon:2"]
    assert parts.looked_at == ["icon:1", "icon:2"]
    assert parts["icon:0"].harmless == "a size of the same picture"
    assert parts["icon:1"].where == "icon 2 of 3 (64 x 64)"


def test_bitmaps_are_drawn(parts_of: Lister) -> None:
    parts = parts_of(made.icon((1, 48), (2, 64), bitmap_format="bmp"), "a.ico")
    assert parts.looked_at == ["icon:0", "icon:1"]
    assert parts.picture("icon:1").size == (64, 64)


def test_a_place_behind_the_end_is_told(parts_of: Lister) -> None:
    parts = parts_of(made.icon((1, 48), (2, 64))[:40], "a.ico")
    assert parts.looked_at == []
    assert all(part.why_not or part.harmless for part in parts.by_id.values())
