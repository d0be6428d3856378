"""What the manifests in a drop mean for its judgement: stages that they raise, and what they show of the delivery."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.drop.packages.compare import Comparison
from scanner.drop.packages.entries import listed
from scanner.examination import Problem
from scanner.report.model import StageFrom
from scanner.seen import Remark
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage

_STATED = {
    "option": "the command says",
    "declarations": "the declarations say",
    "config": "the configuration says",
}
"""Who stated the drop's stage; a default states nothing that a manifest could contradict."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The manifests held against the drop, and the drop's own stage with where it came from.

    Assets are named by their presentable paths.
    """

    comparison: Comparison
    stage: Stage
    stage_from: StageFrom

    def stage_of(self, asset: str) -> Stage:
        """The stage an asset is judged at: a manifest may raise the drop's, never lower it."""
        stated = [each.stage for each in self.comparison.submissions.get(asset, ()) if each.stage]
        return max([self.stage, *stated], key=lambda stage: list(Stage).index(stage))

    def hindrances(self, asset: str) -> tuple[Problem, ...]:
        """What the manifests tell that kept an asset from being examined in full."""
        return tuple(self.comparison.hindrances.get(asset, ()))

    def remarks(self, asset: str) -> tuple[Remark, ...]:
        """What the manifests show about an asset."""
        differences = self.comparison.differences.get(asset, ())
        return (*(Remark(each.code, each.message) for each in differences), *self._stages(asset))

    def absences(self) -> tuple[Remark, ...]:
        """What the manifests show about no asset."""
        return tuple(Remark(each.problem.code, each.problem.message, each.about) for each in self.comparison.absences)

    def _stages(self, asset: str) -> Iterator[Remark]:
        others = [
            f"submitted for {each.word} ({each.stage}) in {each.by}"
            for each in self.comparison.submissions.get(asset, ())
            if each.stage and each.stage != self.stage
        ]
        who = _STATED.get(self.stage_from)
        if others and who:
            said = listed(list(dict.fromkeys(others)), 2)
            message = f"{said}, while {who} {self.stage}; it is judged as {self.stage_of(asset)}"
            yield Remark(Reason.STAGE_MANIFEST_MISMATCH, message)
