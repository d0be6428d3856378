"""Settling: an option comes before the declarations, those before the configuration, and that before the default."""

from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from scanner.config import Config
from scanner.errors import UsageError
from scanner.run.order import Order
from scanner.run.settle import Options, Surroundings, settle

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

    environment = {"PROVSCAN_CACHE": str(place / "cache")}
    around = Surroundings(place, environment, today)
    return settle(Path(drop), Options(**options), given or Config(), around)


def test_without_anything_the_strictest_holds(place: Path) -> None:
    found = order(place)
    assert (found.context.stage, found.stage_from, found.policy.id) == ("final", "default", "netflix-genai")
    assert (found.context.as_of, found.context.delivered) == (date(2026, 4, 1), date(2026, 4, 1))
    assert found.out == place / "EP103-A.provscan"
    assert found.cache == place / "cache"
    assert found.paper is None


def test_the_declarations_say_stage_date_and_time_zone(place: Path) -> None:
    found = order(place, declarations=(Path("paper.yaml"),))
    assert (found.context.stage, found.stage_from) == ("temp", "declarations")
    assert found.context.delivery is not None
    assert found.context.delivery.id == "EP103-A"
    assert found.context.delivered == date(2026, 3, 31)
    assert found.context.as_of == date(2026, 4, 2)  # already tomorrow in Auckland


def test_an_option_comes_before_the_declarations_and_the_configuration(place: Path) -> None:
    given = Config(stage="pre-production", jobs=7, policy="unheard-of")
    found = order(
        place, given=given, declarations=(Path("paper.yaml"),), stage="final", delivered=date(2026, 1, 1),
        as_of=date(2026, 5, 5), policy="netflix-genai", jobs=2,
    )  # fmt: skip
    assert (found.context.stage, found.stage_from, found.jobs) == ("final", "option", 2)
    assert (found.context.delivered, found.context.as_of) == (date(2026, 1, 1), date(2026, 5, 5))


def test_the_configuration_comes_before_the_default(place: Path) -> None:
    found = order(place, given=Config(stage="temp", jobs=7))
    assert (found.context.stage, found.stage_from, found.jobs) == ("temp", "config", 7)


def test_a_delivery_is_found_by_its_root_and_named_by_an_option(place: Path) -> None:
    (place / "ep104").mkdir()
    by_root = order(place, "ep104", declarations=(Path("paper.yaml"),))
    assert by_root.context.delivery is not None
    assert by_root.context.delivery.id == "EP104-A"
    by_name = order(place, declarations=(Path("paper.yaml"),), delivery="EP104-A")
    assert by_name.context.delivery is not None
    assert by_name.context.delivery.id == "EP104-A"


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
    assert order(place, no_cache=True).cache is None
    assert order(place, cache=Path("mine")).cache == place / "mine"
