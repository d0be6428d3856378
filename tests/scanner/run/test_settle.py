"""Settling: an option comes before the declarations, those before the configuration, and that before the default."""

from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from detectors.credentials.signing import Authority
from scanner.config import Config
from scanner.errors import UsageError
from scanner.run.order import Order
from scanner.run.settle import Options, Surroundings, settle, settle_rematch
from scanner.terms.verdicts import Stage
from scanner.trust.lists import keep, read_list_file

PAPER = """\
schema: provscan/declarations/1
production: {title: The Long Winter, id: TLW-1, timezone: Pacific/Auckland, fps: "24"}
deliveries:
  - {id: EP103-A, stage: temp, root: ., delivered: 2026-03-31}
  - {id: EP104-A, stage: final, root: ep104}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "EP103-A").mkdir()
    (tmp_path / "paper.yaml").write_text(PAPER, encoding="utf-8")
    return tmp_path


def order(place: Path, drop: str = "EP103-A", given: Config | None = None, **options: Any) -> Order:  # noqa: ANN401 - handed on to Options
    def today(zone: tzinfo) -> date:
        return datetime(2026, 4, 1, 20, tzinfo=UTC).astimezone(zone).date()

    environment = {"PROVSCAN_CACHE": str(place / "cache"), "PROVSCAN_DATA": str(place / "data")}
    around = Surroundings(place, environment, today)
    return settle(Path(drop), Options(**options), given or Config(), around)


def test_without_anything_the_strictest_holds(place: Path) -> None:
    found = order(place)
    grounds = found.grounds
    assert (grounds.context.stage, grounds.stage_from, grounds.policy.id) == ("final", "default", "netflix-genai")
    assert (grounds.context.as_of, grounds.context.delivered) == (date(2026, 4, 1), date(2026, 4, 1))
    assert grounds.paper is None
    assert found.out == place / "EP103-A.provscan"
    assert (found.cache, found.data) == (place / "cache", place / "data")


def test_the_declarations_say_stage_date_and_time_zone(place: Path) -> None:
    grounds = order(place, declarations=(Path("paper.yaml"),)).grounds
    assert (grounds.context.stage, grounds.stage_from) == ("temp", "declarations")
    assert grounds.delivery == "EP103-A"
    assert grounds.context.delivered == date(2026, 3, 31)
    assert grounds.context.as_of == date(2026, 4, 2)  # already tomorrow in Auckland


def test_an_option_comes_before_the_declarations_and_the_configuration(place: Path) -> None:
    given = Config(stage=Stage.PRE_PRODUCTION, jobs=7, policy="unheard-of")
    found = order(
        place, given=given, declarations=(Path("paper.yaml"),), stage="final", delivered=date(2026, 1, 1),
        as_of=date(2026, 5, 5), policy="netflix-genai", jobs=2,
    )  # fmt: skip
    assert (found.grounds.context.stage, found.grounds.stage_from, found.jobs) == ("final", "option", 2)
    assert (found.grounds.context.delivered, found.grounds.context.as_of) == (date(2026, 1, 1), date(2026, 5, 5))


def test_the_configuration_comes_before_the_default(place: Path) -> None:
    found = order(place, given=Config(stage=Stage.TEMP, jobs=7))
    assert (found.grounds.context.stage, found.grounds.stage_from, found.jobs) == ("temp", "config", 7)


def test_a_delivery_is_found_by_its_root_and_named_by_an_option(place: Path) -> None:
    (place / "ep104").mkdir()
    by_root = order(place, "ep104", declarations=(Path("paper.yaml"),))
    assert by_root.grounds.delivery == "EP104-A"
    by_name = order(place, declarations=(Path("paper.yaml"),), delivery="EP104-A")
    assert by_name.grounds.delivery == "EP104-A"


def test_a_delivery_that_nobody_can_tell_is_a_usage_error(place: Path) -> None:
    (place / "unnamed").mkdir()
    with pytest.raises(UsageError):
        order(place, "unnamed", declarations=(Path("paper.yaml"),))
    with pytest.raises(UsageError):
        order(place, delivery="EP103-A")


@pytest.mark.parametrize(
    "options",
    [
        {"declarations": (Path("absent.yaml"),)},
        {"references": (Path("absent"),)},
        {"trust": (Path("absent.pem"),)},
        {"trust": (Path("paper.yaml"),)},
        {"policy": "unheard-of"},
        {"out": Path("EP103-A/reports")},
    ],
    ids=[
        "no declarations",
        "no references",
        "no anchor",
        "an anchor without certificate",
        "no policy",
        "into the drop",
    ],
)
def test_what_is_wrong_is_found_before_anything_is_opened(place: Path, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        order(place, **options)
    assert caught.value.exit_code == 2


def test_an_output_folder_that_leads_into_the_drop_by_a_link_is_refused(place: Path) -> None:
    (place / "link").symlink_to(place / "EP103-A")
    with pytest.raises(UsageError):
        order(place, out=Path("link/reports"))


def test_nothing_is_remembered_where_nobody_wants_it(place: Path) -> None:
    nowhere = order(place, no_cache=True)
    assert (nowhere.cache, nowhere.data) == (None, None)
    assert order(place, cache=Path("mine")).cache == place / "mine"


def test_archived_drops_are_matched_against_the_references_given_or_configured(place: Path) -> None:
    environment = {"PROVSCAN_CACHE": str(place / "cache"), "PROVSCAN_DATA": "data"}
    around = Surroundings(place, environment, lambda _zone: date(2026, 4, 1))
    (place / "library").mkdir()
    given = Config(references=(place / "EP103-A",), jobs=3)
    found = settle_rematch((Path("library"),), "EP103", None, Path("out"), given, around)
    assert (found.references, found.drop, found.as_of) == ((place / "library",), "EP103", None)
    assert (found.out, found.data, found.cache, found.jobs) == (place / "out", place / "data", place / "cache", 3)
    found = settle_rematch((), None, date(2027, 1, 1), None, given, around)
    assert (found.references, found.out, found.as_of) == (given.references, place, date(2027, 1, 1))
    with pytest.raises(UsageError) as caught:
        settle_rematch((), None, None, None, Config(), around)
    assert "--references" in caught.value.hint
    with pytest.raises(UsageError):
        settle_rematch((Path("absent"),), None, None, None, Config(), around)


def test_lists_that_are_kept_and_those_that_are_named_both_count_in_a_fixed_order(place: Path) -> None:
    authority = Authority.make("Example CA")
    for name in ("z.pem", "a.pem"):
        (place / name).write_bytes(authority.certificate_pem)
    keep(place / "data", read_list_file(place / "z.pem", "manifest", "m"))
    for named in (("z.pem", "a.pem"), ("a.pem", "z.pem")):
        found = order(place, trust=tuple(map(Path, named)))
        assert [one.name for one in found.trust] == ["a", "m", "z"]
    assert [one.name for one in order(place).trust] == ["m"]
