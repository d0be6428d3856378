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
        stages = [submission.stage for submission in self.comparison.submissions.get(asset, ()) if submission.stage]
        return max([self.stage, *stages], key=lambda stage: list(Stage).index(stage))

    def hindrances(self, asset: str) -> tuple[Problem, ...]:
        """What the manifests tell that kept an asset from being examined in full."""
        return tuple(self.comparison.hindrances.get(asset, ()))

    def remarks(self, asset: str) -> tuple[Remark, ...]:
        """What the manifests show about an asset."""
        differences = self.comparison.differences.get(asset, ())
        remarks = [Remark(difference.code, difference.message) for difference in differences]
        return (*remarks, *self._stage_mismatch(asset))

    def absences(self) -> tuple[Remark, ...]:
        """What the manifests show about no asset."""
        absences = self.comparison.absences
        return tuple(Remark(absence.problem.code, absence.problem.message, absence.about) for absence in absences)

    def _stage_mismatch(self, asset: str) -> Iterator[Remark]:
        differing = [
            f"submitted for {submission.word} ({submission.stage}) in {submission.by}"
            for submission in self.comparison.submissions.get(asset, ())
            if submission.stage and submission.stage != self.stage
        ]
        statement = _STATED.get(self.stage_from)
        if differing and statement:
            listing = listed(list(dict.fromkeys(differing)), 2)
            message = f"{listing}, while {statement} {self.stage}; it is judged as {self.stage_of(asset)}"
            yield Remark(Reason.STAGE_MANIFEST_MISMATCH, message)
