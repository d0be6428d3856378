"""The names that a production watches over, looked for in the prompts that files carry.

Whole words, whatever their case and accents; an underscore parts words, because names of models are written with it. In
scripts that put no spaces between words the name may stand anywhere.
"""

import re
import unicodedata
from functools import lru_cache

from scanner.clearance.rules.case import HERE, Case
from scanner.terms.coverage import union
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict
from scanner.terms.wording import plain

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters with a stroke, and ligatures, that no decomposition of Unicode takes apart."""


def judge_prompts(case: Case) -> None:
    """A finding for each watched name that a prompt in the asset names; never a fail where only weak marks hold it."""
    paper = case.court.paper
    prompts = [(index, each) for index, each in enumerate(case.subject.observations) if each.prompt]
    for name in dict.fromkeys(paper.watch_names) if paper and prompts else ():
        basis = [index for index, each in prompts if names(each.prompt, name)]
        if basis:
            observations = case.observed(basis)
            case.add(
                Reason.AI_PROMPT_NAMES_PROTECTED,
                f"A prompt in {HERE} names {plain(name)!r}, which the production watches over.",
                frames=union([case.region(each) for each in observations]),
                observations=basis,
                about=(folded(name),),
                cap=None if any(each.strength.established for each in observations) else Verdict.REVIEW,
            )


def names(text: str, name: str) -> bool:
    """Whether a text names somebody or something.

    >>> names("portrait of ADÀ ÁCTOR's twin, 85mm", "Ada Actor"), names("a radar, actors", "Ada Actor")
    (True, False)
    """
    sought = folded(name)
    if not sought.strip():
        return False
    if _UNSPACED.search(name):
        return sought.replace(" ", "") in folded(text).replace(" ", "")
    return sought in folded(text)


@lru_cache(maxsize=64)
def folded(text: str) -> str:
    """The words of a text without case and accents, with a space before and after each."""
    shown = "".join(each for each in text if unicodedata.category(each) != "Cf")  # what can't be seen parts no word
    small = unicodedata.normalize("NFKD", shown).casefold()
    bare = "".join(each for each in small if not unicodedata.combining(each)).translate(_LETTERS)
    return f" {' '.join(_WORD.findall(bare))} "
