"""What a report comes to: the worst verdict, whether everything was examined, the exit code, and one sentence.

Only counts what the judgement said; it judges nothing itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from scanner.report.model import AssetRow, Report, VerdictWord
from scanner.terms.choices import FailOn
from scanner.terms.reasons import Reason

VERDICTS: tuple[VerdictWord, ...] = get_args(VerdictWord)
"""From nothing against it to the worst."""

CLEAR, FAILED, REVIEW, INCOMPLETE = 0, 1, 3, 4
_FAILING: Mapping[FailOn, frozenset[str]] = {
    FailOn.FAIL: frozenset({"fail"}),
    FailOn.REVIEW: frozenset({"fail", "review"}),
    FailOn.NEVER: frozenset(),
}


def worst(verdicts: Iterable[VerdictWord]) -> VerdictWord:
    """The worst of them; `pass` where there is none."""
    return max(verdicts, key=VERDICTS.index, default="pass")


def lacks_examination(asset: AssetRow) -> bool:
    """Whether the asset should have been examined and was not: everything but files that hold no media."""
    other = asset["kind"] == "other" and all(problem["code"] == Reason.SCAN_OTHER_FILE for problem in asset["problems"])
    return not asset["examined"] and not other


def exit_code(report: Report, fail_on: FailOn = FailOn.FAIL) -> int:
    """The code that `scan` ends with for this report: 0, 1, 3 or 4; the most severe wins, 1 over 4 over 3 over 0."""
    if report["outcome"] in _FAILING[fail_on]:
        return FAILED
    if not report["complete"] or not report["run"]["completed"]:
        return INCOMPLETE
    return REVIEW if report["outcome"] == "review" and fail_on is not FailOn.NEVER else CLEAR


def because(report: Report) -> str:
    """Why the outcome is what it is, in one sentence or two."""
    counts = report["counts"]
    failing, reviewable = counts["fail"], counts["review"]
    clauses = [f"{_many(failing, 'finding')} {'fails' if failing == 1 else 'fail'}"] if failing else []
    if reviewable:
        noun = str(reviewable) if failing else _many(reviewable, "finding")
        clauses.append(f"{noun} {'needs' if reviewable == 1 else 'need'} review")
    if clauses:
        first = f"{' and '.join(clauses)}."
    elif not counts["assets"]:
        first = "Nothing was delivered that could be examined."
    else:
        first = "Nothing fails or needs review." if counts["info"] else "Nothing was found against this drop."
    return " ".join((first, *_further_sentences(report)))


def _further_sentences(report: Report) -> list[str]:
    unexamined = sum(map(lacks_examination, report["assets"]))
    waived = report["counts"]["waived"]
    sentences = [f"{_many(waived, 'finding')} {'is' if waived == 1 else 'are'} waived."] if waived else []
    if not report["run"]["completed"]:
        sentences.append("The run was stopped before its end: this report is of what was done until then.")
    if unexamined:
        sentences.append(f"{unexamined} of {_many(len(report['assets']), 'asset')} could not be examined.")
    if not any(row["entries"] for row in report["run"]["inputs"]["references"]):
        sentences.append("No reference works were compared.")
    return [*sentences, *_left_out(report)]


def _left_out(report: Report) -> Iterator[str]:
    """What is missing from the verdict because somebody asked for that, or because it was hidden and holds no media."""
    files = Counter(row.get("cause") for row in report["skipped"])
    counts = [(files[cause], f"by --{cause}") for cause in ("include", "exclude") if files[cause]]
    if counts:
        (count, option), *more = counts
        also = "".join(f" and {number} {others}" for number, others in more)
        yield f"{_many(count, 'file')} {'was' if count == 1 else 'were'} left out {option}{also}."
    if files["hidden"]:
        hidden = files["hidden"]
        yield f"{_many(hidden, 'hidden file')} {'was' if hidden == 1 else 'were'} left out."


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
