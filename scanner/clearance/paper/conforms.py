"""The timelines that deliveries name (`conform`): read with the paper, since they are paper.

They lie beside the declarations file as evidence does. What is wrong with one is a mistake in the paper; that one isn't
there is a fact for the judgement. Works on what was written rather than on the model, so that one mistyped date doesn't
hide the mistakes of an edit list.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from scanner.clearance.paper.crosscheck import Written
from scanner.clearance.paper.evidence import LeadsOutError
from scanner.clearance.paper.model import PaperFile
from scanner.clearance.timelines import reading
from scanner.clearance.timelines.model import Timeline
from scanner.errors import Mistake
from scanner.written import scalars
from scanner.written.yaml_text import Loc


@dataclass
class Conforms:
    """What was read: by (delivery, its place among the conforms) the timeline, the files, and mistakes."""

    timelines: dict[tuple[str, int], Timeline] = field(default_factory=dict)
    files: list[PaperFile] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_conforms(
    sheets: Sequence[tuple[Written, PaperFile]],
    get: Callable[[PaperFile, str], bytes | None],
    where: Callable[[Written, str], str],
) -> Conforms:
    """Read every timeline that the deliveries of these files name.

    Args:
        sheets: the declarations files.
        get: the bytes of a file that one of them names, None where there is none: a fact for the judgement.
        where: how mistakes name that file.
    """
    conforms = Conforms()
    rate = _rate(sheet for sheet, _ in sheets)
    for sheet, file in sheets:
        known: dict[str, Timeline | None] = {}
        for key, loc, name in _named(sheet):
            if name not in known:
                known[name] = None
                try:
                    raw = get(file, scalars.inner_path(name))
                except ValueError:
                    continue  # the model says what is wrong with the name
                except LeadsOutError as error:
                    conforms.mistakes.append(sheet.mistake(loc, f"file: {error}"))
                    continue
                if raw is None:
                    continue
                conforms.files.append(PaperFile(name, hashlib.sha256(raw).hexdigest(), raw, file.sha256))
                if rate is not None:  # else the model says what is wrong with the production's
                    known[name], faults = reading.read(raw, name, rate)
                    shown = where(sheet, name)
                    conforms.mistakes += [Mistake(shown, fault.line, fault.column, fault.message) for fault in faults]
            timeline = known[name]
            if timeline:
                conforms.timelines[key] = timeline
    return conforms


def _named(sheet: Written) -> Iterator[tuple[tuple[str, int], Loc, str]]:
    deliveries = sheet.document.data.get("deliveries")
    for index, delivery in enumerate(deliveries if isinstance(deliveries, list) else []):
        conforms = delivery.get("conform") if isinstance(delivery, dict) else None
        alone = isinstance(conforms, dict)
        rows = [conforms] if alone else conforms if isinstance(conforms, list) else []
        for place, row in enumerate(rows):
            loc: Loc = ("deliveries", index, "conform", *(() if alone else (place,)), "file")
            if isinstance(row, dict) and isinstance(row.get("file"), str):
                yield (str(delivery.get("id")).strip(), place), loc, row["file"].strip()


def _rate(sheets: Iterable[Written]) -> Fraction | None:
    for sheet in sheets:
        production = sheet.document.data.get("production")
        try:
            return scalars.rate(production.get("fps") if isinstance(production, dict) else None)
        except ValueError:
            continue
    return None
