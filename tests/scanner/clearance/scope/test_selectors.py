import unicodedata
from fractions import Fraction

from scanner.clearance.paper.model import Selector
from scanner.clearance.scope.blankets import too_broad
from scanner.clearance.scope.roster import Roster
from scanner.clearance.scope.selectors import Picked, pick
from scanner.seen import SeenAsset
from scanner.terms.coverage import EVERYTHING, NOTHING, Frames
from scanner.timecode import Clock
from tests.scanner.clearance.drops import movie, sequence, still


def picked(selector: dict[str, str], *subjects: SeenAsset, root: str = ".") -> Picked:
    return pick(Selector.model_validate(selector), Roster.of(subjects, root, "the_drop"))


def blanket(selector: dict[str, str], *subjects: SeenAsset) -> str:
    roster = Roster.of(subjects, ".", "the_drop")
    return too_broad([pick(Selector.model_validate(selector), roster).reach], roster.totals(), 0.5)[0]


def paths(selector: dict[str, str], *subjects: SeenAsset, root: str = ".") -> list[str]:
    return [subjects[index].path for index in picked(selector, *subjects, root=root).frames]


def test_names_on_disk_with_combining_accents_are_found() -> None:
    name = "VFX/Éternaute_010.mov"
    on_disk = movie(unicodedata.normalize("NFD", name))
    assert on_disk.path != name
    assert paths({"path": name}, on_disk) == [on_disk.path]
    assert paths({"path": "VFX/Éternaute_*"}, on_disk) == [on_disk.path]


def test_a_path_that_equals_an_asset_is_meant_literally() -> None:
    both = (movie("VFX/shot_[v1].mov"), movie("VFX/shot_v.mov"))
    assert paths({"path": "VFX/shot_[v1].mov"}, *both) == ["VFX/shot_[v1].mov"]
    assert blanket({"path": "VFX/shot_[v1].mov"}, *both) == ""
    assert paths({"path": "VFX/shot_[v1].mov"}, both[1]) == ["VFX/shot_v.mov"]


def test_hostile_names_are_selected_as_reports_print_them() -> None:
    for name in ("a\nb.mov", "#x.mov", "caf\\xe9.mov", "a\\\\b.mov", "<script>.mov", "-rf.mov", "%s.mov"):
        assert paths({"path": name.replace("\n", "?")}, movie(name)) == [name]


def test_sequences_by_their_counter_in_either_spelling_and_by_path_too() -> None:
    plates = (sequence("VFX/plate.%04d.exr"), sequence("VFX/wide.%05d.exr"), movie("VFX/plate.mov"))
    for written in ("VFX/plate.####.exr", "VFX/plate.%04d.exr", "VFX/plate.#.exr", "VFX/plate.%d.exr"):
        assert paths({"sequence": written}, *plates) == ["VFX/plate.%04d.exr"], written
        assert not blanket({"sequence": written}, *plates)
        assert paths({"path": written}, *plates) == ["VFX/plate.%04d.exr"], written
    assert paths({"sequence": "VFX/wide.####.exr"}, *plates) == []
    assert paths({"sequence": "VFX/*.####.exr"}, *plates) == ["VFX/plate.%04d.exr"]
    assert paths({"sequence": "VFX/plate.mov"}, *plates) == []


def test_a_checksum_covers_all_copies_and_with_a_path_both_must_fit() -> None:
    subjects = (movie("a.mov", sha256="ab" * 32), movie("b/c.mov", sha256="ab" * 32), movie("d.mov", sha256="cd" * 32))
    assert paths({"sha256": "AB" * 32}, *subjects) == ["a.mov", "b/c.mov"]
    assert paths({"sha256": "ab" * 32, "path": "a.mov"}, *subjects) == ["a.mov"]
    changed = picked({"sha256": "ab" * 32, "path": "d.mov"}, *subjects)
    assert (dict(changed.frames), set(changed.changed)) == ({}, {2})


def test_every_key_of_an_entry_must_fit() -> None:
    subjects = (movie("VFX/TLW_010_a.mov"), movie("VFX/TLW_020_a.mov"), movie("TLW_010.mov"))
    assert paths({"shot": "TLW_010", "path": "VFX/*"}, *subjects) == ["VFX/TLW_010_a.mov"]


def test_frames_of_a_movie_count_from_zero_or_from_the_first_frame_stated() -> None:
    frames = picked({"path": "a.mov", "frames": "10-19, 30"}, movie("a.mov")).frames
    assert frames == {0: Frames.of((10, 19), (30, 30))}
    plate = {"path": "a.mov", "frames": "1001-1100", "first_frame": "1001"}
    assert picked(plate, movie("a.mov")).frames == {0: Frames.of((0, 99))}
    early = {"path": "a.mov", "frames": "990-1010", "first_frame": "1001"}
    assert picked(early, movie("a.mov")).frames == {0: Frames.of((0, 9))}


def test_frames_of_a_sequence_are_its_file_numbers_whatever_first_frame_says() -> None:
    plate = {"path": "p.%04d.exr", "frames": "1001-1100", "first_frame": "1001"}
    assert picked(plate, sequence("p.%04d.exr")).frames == {0: Frames.of((1001, 1100))}


def test_frames_that_an_asset_does_not_have_are_a_problem() -> None:
    outside = picked({"path": "a.mov", "frames": "1001-1240"}, movie("a.mov"))
    assert outside.frames == {0: NOTHING}
    hint = "a plate's own numbers need first_frame, the number that its first frame has"
    assert outside.problems == (f"chooses frames that a.mov doesn't have: it counts 0-239; {hint}",)
    unframed = picked({"path": "a.png", "frames": "0-1"}, still("a.png"))
    assert unframed.frames == {0: None}
    assert "which has none" in unframed.problems[0]


def test_timecode_is_the_asset_s_own() -> None:
    tc = {"path": "a.mov", "tc": "01:00:02:00-01:00:03:23"}
    assert picked(tc, movie("a.mov")).frames == {0: Frames.of((48, 95))}
    plate = sequence("a.mov", clock=Clock.of(Fraction(24), "01:00:00:00"))
    assert picked(tc, plate).frames == {0: Frames.of((1049, 1096))}
    drop = movie("a.mov", clock=Clock.of(Fraction(30000, 1001), "00:00:59;00"))
    frames = picked({"path": "a.mov", "tc": "00:00:59;28-00:01:00;02"}, drop).frames
    assert frames == {0: Frames.of((28, 30))}


def test_timecode_that_an_asset_cannot_have_selects_nothing() -> None:
    fast = {"path": "a.mov", "tc": "01:00:02:00-01:00:03:29"}
    assert picked(fast, movie("a.mov")).frames == {0: None}
    assert "does not exist at 24 frames a second" in picked(fast, movie("a.mov")).problems[0]
    assert picked(fast, movie("a.mov", clock=None)).frames == {0: None}
    before = {"path": "a.mov", "tc": "00:59:00:00-00:59:59:23"}
    assert picked(before, movie("a.mov")).frames == {0: NOTHING}


def test_an_asset_of_unknown_length_has_frames_to_choose_from() -> None:
    assert picked({"path": "a.mov"}, movie("a.mov", frames=None)).frames == {0: EVERYTHING}
    assert picked({"path": "a.mov", "frames": "5-9"}, movie("a.mov", frames=None)).frames == {0: Frames.of((5, 9))}


def test_paths_count_from_the_root_of_the_delivery() -> None:
    subjects = (movie("out/VFX/a.mov"), movie("VFX/a.mov"))
    assert paths({"path": "VFX/a.mov"}, *subjects, root="out") == ["out/VFX/a.mov"]
    assert paths({"path": "VFX/a.mov"}, subjects[1], root="the_drop") == ["VFX/a.mov"]
    assert paths({"path": "VFX/a.mov"}, subjects[1], root="elsewhere") == []


def test_a_name_that_is_nearly_right_is_hinted_at() -> None:
    for written in ("vfx/A.mov", "VFX\\a.MOV", "VFX/A.*"):
        (problem,) = picked({"path": written}, movie("VFX/a.mov")).problems
        assert "VFX/a.mov differs from it only in" in problem


def test_one_match_is_never_most_of_a_drop() -> None:
    assert not blanket({"path": "VFX/*"}, movie("VFX/a.mov"))
    assert blanket({"path": "VFX/*"}, movie("VFX/a.mov"), movie("VFX/b.mov"))
    assert not blanket({"path": "VFX/*"}, *(movie(f"{where}/{n}.mov") for where in ("VFX", "x") for n in "ab"))
    assert blanket({"shot": "*"}, movie("VFX/a.mov"))
