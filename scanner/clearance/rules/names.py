"""What a file is called, where that speaks against its stage: temporary material in a final delivery.

A name is no evidence of what is in a file: it is a question to people, never a fail, and never an answer either.
"""

import re
from itertools import pairwise

from scanner.clearance.rules.case import Case
from scanner.terms.coverage import Frames
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict
from scanner.terms.wording import plain

TEMPORARY = frozenset(
    {
        *("temp", "tmp", "tempcomp", "tempvfx", "tempfx", "slapcomp", "placeholder", "wip"),
        *("animatic", "previs", "previz", "postvis", "postviz"),
    }
)
"""Words by which cutting rooms and vendors mark what is to be replaced. One word or two: `post_vis` is `postvis`."""

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTERS = re.compile(r"[^\W\d_]+")


def judge_name(case: Case, approved: Frames) -> None:
    """Add the question that a telling name raises, where the stage makes it one.

    It is answered where written approval covers all of the asset (`approved`, in layers), and moot where the paper
    itself says that the material is temporary.
    """
    subject = case.subject
    if subject.kind == "other" or case.verdict(Reason.STAGE_TEMP_HINT_IN_FINAL) is Verdict.PASS:
        return
    word = temporary(subject.path)
    declared_temporary = any(finding.reason == Reason.STAGE_TEMP_IN_FINAL for finding in case.findings.values())
    if word and not declared_temporary and case.whole - case.layers.full(approved):
        message = f"The name says {plain(word)!r}, and this is a {subject.stage} delivery."
        case.add(Reason.STAGE_TEMP_HINT_IN_FINAL, message, about=(word,))


def temporary(path: str) -> str | None:
    """The word of a file's or folder's name that says it is temporary, as one word in small letters; None without one.

    >>> temporary("VFX/TLW_0010_PostVis_v02.mov")
    'postvis'
    >>> temporary("VFX/TLW_temple_v02.mov")
    """
    for name in reversed(path.split("/")):
        words: list[str] = _LETTERS.findall(_HUMP.sub(" ", name).casefold())
        marker = next((each for each in (*words, *(f"{a}{b}" for a, b in pairwise(words))) if each in TEMPORARY), None)
        if marker:
            return marker
    return None
