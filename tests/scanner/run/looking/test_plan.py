"""The plan: what the catalogue holds is not made again, and equal parts are made once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from detectors.fingerprint.prints import PRINT_KINDS, Prints
from detectors.material import Material
from detectors.observation import Observation
from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset, Member
from scanner.examination import Detection, Extraction
from scanner.media.asset.extract import VERSION
from scanner.media.decode.plans import Effort
from scanner.run.looking.plan import EVIDENCE_VERSION, EXTRACTION_VERSION, Unit, extraction_version, jobs, missing_tasks


@dataclass(frozen=True)
class Eye:
    """A detector that is never asked to look."""

    id: str
    version: str = "1"
    reads_names: bool = False

    def handles(self, _material: Material) -> bool:
        return True

    def observe(self, _material: Material) -> Iterable[Observation]:
        return ()


CREDENTIALS, MARKERS = Eye("credentials"), Eye("markers", reads_names=True)
EYES = (CREDENTIALS, MARKERS)
USUAL: Effort = "usual"
EFFORTS: tuple[Effort, ...] = (USUAL, "thorough", "quick")


def unit(path: str, content: str, size: int = 1) -> Unit:
    return Unit(Asset(path, (Member(path, size, 0, 0, 0),)), Path("/drop"), content)


def parts(units: list[Unit], catalogue: Catalogue) -> list[tuple[str, bool, tuple[str, ...]]]:
    tasks = missing_tasks([(one, EYES, "usual") for one in units], catalogue)
    return [(task.unit.asset.path, task.extract is not None, task.detectors) for task in tasks]


def test_an_extraction_is_remembered_by_the_algorithm_of_every_kind_of_prints() -> None:
    assert EXTRACTION_VERSION.split("+", 1) == [VERSION, "+".join(kind.algorithm for kind in PRINT_KINDS)]
    assert EXTRACTION_VERSION == "8+pdq/2+orb/1+chromaprint/1+landmark/1"  # frozen: a change looks at everything again
    assert EVIDENCE_VERSION == "6+pdq/2+orb/1+chromaprint/1+landmark/1"  # frozen: a change draws every picture again


def test_everything_is_wanted_of_a_content_never_seen() -> None:
    with Catalogue(None) as catalogue:
        assert parts([unit("a.mov", "c1")], catalogue) == [("a.mov", True, ("credentials", "markers"))]


def test_what_is_remembered_is_not_wanted_again() -> None:
    with Catalogue(None) as catalogue:
        catalogue.keep_extraction("c1", ".mov", extraction_version("usual"), Extraction("video"), Prints())
        catalogue.keep_detection("c1", "", "credentials", "1", Detection())
        assert parts([unit("a.mov", "c1")], catalogue) == [("a.mov", False, ("markers",))]
        catalogue.keep_detection("c1", "a.mov", "markers", "1", Detection())
        assert parts([unit("a.mov", "c1")], catalogue) == []


def test_another_version_of_a_detector_looks_again_alone() -> None:
    with Catalogue(None) as catalogue:
        catalogue.keep_extraction("c1", ".mov", extraction_version("usual"), Extraction("video"), Prints())
        catalogue.keep_detection("c1", "", "credentials", "0", Detection())
        catalogue.keep_detection("c1", "a.mov", "markers", "1", Detection())
        assert parts([unit("a.mov", "c1")], catalogue) == [("a.mov", False, ("credentials",))]


def test_another_plan_looks_again_and_leaves_the_first_alone() -> None:
    with Catalogue(None) as catalogue:
        catalogue.keep_extraction("c1", ".mov", extraction_version("usual"), Extraction("video"), Prints())
        for effort in EFFORTS:
            tasks = list(missing_tasks([(unit("a.mov", "c1"), (), effort)], catalogue))
            assert [task.extract for task in tasks] == ([] if effort == USUAL else [effort])


def test_twins_are_looked_at_once_but_for_their_names() -> None:
    twins = [unit("x/a.mov", "c1"), unit("y/a.mov", "c1"), unit("b.mov", "c1")]
    with Catalogue(None) as catalogue:
        assert parts(twins, catalogue) == [
            ("x/a.mov", True, ("credentials", "markers")),
            ("b.mov", False, ("markers",)),
        ]


def test_the_same_bytes_under_another_extension_are_extracted_anew() -> None:
    with Catalogue(None) as catalogue:
        assert [row[1] for row in parts([unit("a.mov", "c1"), unit("a.txt", "c1")], catalogue)] == [True, True]


def test_a_reference_that_is_also_delivered_is_extracted_once() -> None:
    with Catalogue(None) as catalogue:
        tasks = list(
            missing_tasks([(unit("a.png", "c1"), EYES, "usual"), (unit("poster.png", "c1"), (), "usual")], catalogue)
        )
    assert [task.unit.asset.path for task in tasks] == ["a.png"]


def test_the_largest_go_first_and_have_the_most_time() -> None:
    with Catalogue(None) as catalogue:
        tasks = missing_tasks(
            [(unit("a.png", "c1", 10), EYES, "usual"), (unit("b.mov", "c2", 10**9), EYES, "usual")], catalogue
        )
        ordered = jobs(tasks)
    assert [task.unit.asset.path for job in ordered for task in job.task] == ["b.mov", "a.png"]
    assert ordered[0].timeout > ordered[1].timeout > 60
