"""Looking into one file: what every detector sees in it, by the scan's own examination, and nothing judged.

It gathers as a scan does and remembers in the same place, so a file that was scanned is inspected without opening a
decoder. A credential beside the file is read with it.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from detectors import DetectorSettings
from detectors.credentials.status import as_of
from scanner import __version__
from scanner.catalogue import Catalogue
from scanner.drop.assets import Drop
from scanner.drop.packages.compare import compare
from scanner.drop.packages.index import Index
from scanner.drop.walk import walk
from scanner.media.tools import tools
from scanner.report.build import InspectionFacts, inspection
from scanner.report.model import Inspection
from scanner.run.compiling import compile_dossier
from scanner.run.delivered import Delivered
from scanner.run.inputs import degraded, detector_inputs, machine, overdue, trust_inputs
from scanner.run.looking.examine import detectors_of, initialise
from scanner.run.looking.gather import Gathering, Watcher
from scanner.run.looking.house_detectors import find_house_detectors
from scanner.run.looking.workers import Workers
from scanner.run.order import InspectOrder
from scanner.terms.verdicts import Stage


def inspect(order: InspectOrder, watcher: Watcher) -> Inspection:
    """Everything that is seen in a file.

    Raises:
        ProvscanError: nothing can be examined here at all. What is wrong with the file is in the inspection.
        KeyboardInterrupt: the person stopped it; there is nothing to tell then.
    """
    machine(1, allow_degraded=order.allow_degraded)  # says what is missing before anything is tried
    drop = walk(order.file)
    (file,) = drop.assets
    settings = DetectorSettings(trust=order.trust, rules=order.rules, without_exiftool=tools().exiftool is None)
    detectors = detectors_of(settings)
    house_detectors, absent = find_house_detectors()
    with (
        Catalogue(order.cache) as catalogue,
        Workers(1, initialise, (settings,)) as workers,
        closing(Gathering(catalogue, workers, detectors, order.effort, house_detectors)) as gathering,
    ):
        drop_with_sidecars = _with_sidecars(drop)
        gathering.gather(drop_with_sidecars, (), watcher, threads=1, reread=False)
        if gathering.interrupted:
            raise KeyboardInterrupt
        comparison = compare([], Index(drop_with_sidecars), gathering.digests(drop_with_sidecars))
        dossier = compile_dossier(drop_with_sidecars, gathering, Delivered(comparison, Stage.FINAL, "default"))
        result = next(result for result in dossier.assets if result.asset.path == file.path)
        facts = InspectionFacts(
            version=__version__,
            as_of=order.as_of.isoformat(),
            trust=tuple(trust_inputs(order.trust)),
            detectors=tuple(detector_inputs((*detectors, *house_detectors))),
            degraded=(*degraded(), *overdue(order.trust, order.as_of), *absent, *gathering.incomplete_answers(drop)),
        )
    return inspection(replace(result, observations=as_of(result.observations, order.as_of)), facts)


def _with_sidecars(drop: Drop) -> Drop:
    """The file with the credentials that lie beside it; with `name.c2pa` all that this could be the credential of."""
    (file,) = drop.assets
    (member,) = file.members
    name, stem = member.name, Path(member.name).stem
    names = {f"{name}.c2pa", f"{stem}.c2pa"}
    if (drop.root / f"{stem}.c2pa").is_file():
        names |= {path.name for path in drop.root.iterdir() if path.stem == stem}
    paths = (drop.root / neighbour_name for neighbour_name in sorted(names - {name}))
    neighbours = [walk(path) for path in paths if path.is_file()]
    neighbour_assets = (asset for neighbour in neighbours if neighbour.root == drop.root for asset in neighbour.assets)
    return replace(drop, assets=(file, *neighbour_assets))
