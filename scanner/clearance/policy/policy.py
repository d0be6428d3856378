"""The policy: which paper is needed when, and how grave each reason is at each stage. Data, read strictly.

A policy is total: every reason of the product has a verdict for every stage, so that nothing is ever left unjudged
by an oversight. A file may extend another one (see `overlays`). What no policy may change is checked here too (see
docs/policy.md).
"""

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from scanner.clearance.policy import overlays, table
from scanner.clearance.policy.policy_text import PolicyLayer, PolicyRule, PolicyText
from scanner.errors import Mistake, PolicyError
from scanner.terms.reason_texts import REASONS
from scanner.terms.reasons import ADDED_LATER, NEVER_BELOW_REVIEW, NEVER_FAIL, Reason
from scanner.terms.verdicts import Stage, Verdict
from scanner.terms.words import Need
from scanner.written import yaml_text
from scanner.written.mistakes import near, of_model, quoted

_BUILT_IN = Path(__file__).parent / "built_in"
_DEFAULT = "netflix-genai"
_BETWEEN = b"\n\x1e\n"
"""Between the files of a chain where they are kept as one text; no file that can be read holds this character."""

_Layer = TypeVar("_Layer", bound=PolicyLayer)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that was read and found total.

    `text` is the whole of it, whatever it extends; `bases` are the ids of what it extends, the nearest first. `source`
    are the bytes of its file and of those it extends, and `sha256` is theirs.
    """

    text: PolicyText
    sha256: str
    source: bytes = field(default=b"", repr=False)
    bases: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name."""
        return self.text.id

    @property
    def version(self) -> str:
        """Its version: for the built-in ones the day on which their source was read."""
        return self.text.version

    @property
    def principles(self) -> Mapping[str, PolicyRule]:
        """The rules it paraphrases, by their ids, each with its source and the day on which that was read."""
        return self.text.principles

    def verdict(self, reason: Reason, stage: Stage) -> Verdict:
        """How grave a reason is at a stage."""
        verdicts = self.text.verdicts.get(reason) or ADDED_LATER[reason]
        return verdicts[list(Stage).index(stage)]

    def asking(self, axis: str, need: Need) -> tuple[str, ...]:
        """The words of one part of its table that ask for something: `asking("use", Need.CONSENT)`."""
        return table.asking(self.text.obliges, axis, need)

    def behind(self, reason: Reason) -> tuple[str, ...]:
        """The ids of the rules that a reason rests on, as far as this policy states them."""
        named = (*REASONS[reason].principles, *self.text.rests_on.get(reason, ()))
        return tuple(key for key in dict.fromkeys(named) if key in self.text.principles)


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a chain. `key` tells it from the others, `name` is what mistakes call it."""

    key: str
    name: str
    raw: bytes


_Finder = Callable[[str, _File], _File | None]
"""Gives the file that another one extends, by the name that stands in it."""


def built_in() -> tuple[str, ...]:
    """The names of the policies that come with the product."""
    return tuple(sorted(file.stem for file in _BUILT_IN.glob("*.yaml")))


def load(name_or_path: str | Path) -> Policy:
    """A policy by its name, or from a file.

    Raises:
        PolicyError: there is none such, or it or what it extends has mistakes; it holds all of them.
    """
    name = str(name_or_path)
    first = _open(name, Path())
    if first is None:
        known = built_in()
        raise PolicyError(
            f"there is no policy {quoted(name)}{near(name, known)}", hint=f"name a file, or one of: {', '.join(known)}"
        )
    return _chained(first, lambda wanted, file: _open(wanted, Path(file.key).parent))


def read(raw: bytes, name: str) -> Policy:
    """A policy from its `source`; `name` is what mistakes call it. No file but a built-in policy is opened.

    Raises:
        PolicyError: there are mistakes in it; it holds all of them.
    """
    parts = [_File(str(place), name, part) for place, part in enumerate(raw.split(_BETWEEN))]

    def following(wanted: str, file: _File) -> _File | None:
        place = int(file.key) + 1 if file.key.isdecimal() else len(parts)
        return parts[place] if place < len(parts) else _open(wanted, None)

    return _chained(parts[0], following)


def _open(name: str, folder: Path | None) -> _File | None:
    """A built-in policy, or a file in this folder (None: no file)."""
    if name in built_in():
        path, shown = _BUILT_IN / f"{name}.yaml", name
    elif folder is None:
        return None
    else:
        path = folder / name
        shown = str(path)
    try:
        return _File(str(path.resolve()), shown, path.read_bytes())
    except (OSError, ValueError):
        return None


def _chained(first: _File, find: _Finder) -> Policy:
    """The policy of a file and all that it extends."""
    files = [first]
    layers: list[tuple[PolicyLayer, yaml_text.Document]] = []
    mistakes: list[Mistake] = []
    while len(layers) < len(files):
        file = files[-1]
        document, misread = yaml_text.read(file.raw, file.name)
        mistakes += misread
        if document is None:
            break
        wanted = document.data.get("extends")
        extends = isinstance(wanted, str)
        layer = _typed(document, PolicyLayer if extends else PolicyText, file.name, mistakes)
        mistakes += [*_strange(document, file.name), *_breaches(document, file.name)]
        mistakes += [] if extends else _gaps(document, file.name)
        if layer is None:
            break
        layers.append((layer, document))
        if isinstance(wanted, str):
            base = find(wanted, file)
            why = _unusable(wanted, base, files)
            if why or base is None:
                mistakes.append(_at(document, ("extends",), file.name, why))
                break
            files.append(base)
    text = None if mistakes else _laid(files, layers, mistakes)
    if text:
        mistakes += _kindless(text, layers[0][1], first.name)
    if mistakes or text is None:
        count = f"{len(mistakes)} mistake{'s' if len(mistakes) != 1 else ''}"
        raise PolicyError(
            f"{count} in the policy; nothing was judged",
            hint="a policy is complete or it isn't used",
            mistakes=mistakes,
        )
    source = _BETWEEN.join(file.raw for file in files)
    bases = tuple(layer.id for layer, _ in layers[1:])
    return Policy(text, hashlib.sha256(source).hexdigest(), source, bases)


def _unusable(wanted: str, base: _File | None, files: Sequence[_File]) -> str:
    """Why a policy can't be extended, empty where it can."""
    if base is None:
        known = built_in()
        near_miss = near(wanted, known) or f"; give a file beside this one, or one of {', '.join(known)}"
        return f"there is no policy {quoted(wanted)} to extend{near_miss}"
    if base.key in {file.key for file in files}:
        return f"{quoted(wanted)} extends this policy in turn; a circle has no beginning"
    return ""


def _laid(
    files: Sequence[_File], layers: Sequence[tuple[PolicyLayer, yaml_text.Document]], mistakes: list[Mistake]
) -> PolicyText | None:
    """All layers, each on those that it extends; mistakes show where one is milder, or names a rule there isn't."""
    text: PolicyText | None = None
    for file, (layer, document) in reversed(list(zip(files, layers, strict=True))):
        if text is not None and not layer.allow_loosen:
            mistakes += [
                _at(document, each.loc, file.name, f"{each.message}; a policy may only tighten what it extends")
                for each in overlays.loosenings(layer, text)
            ]
        if isinstance(layer, PolicyText):
            text = overlays.whole(layer, _shipped())
        elif text is not None:
            text = overlays.lay(layer, text)
        mistakes += _unfounded(layer, text, document, file.name)
    return text


@functools.cache
def _shipped() -> PolicyText:
    """The text of the default policy, from which older ones have what their lists can't say."""
    document, _ = yaml_text.read((_BUILT_IN / f"{_DEFAULT}.yaml").read_bytes(), _DEFAULT)
    return PolicyText.model_validate(document.data if document else {})


def _kindless(text: PolicyText, document: yaml_text.Document, file: str) -> list[Mistake]:
    """Words that ask for a consent, while nothing says which kinds of consent cover them."""
    asking = [
        word
        for axis in ("use", "involves")
        for need in (Need.CONSENT, Need.ESTATE_CONSENT)
        for word in table.asking(text.obliges, axis, need)
        if word not in text.consent_kinds
    ]
    return [
        _at(document, ("consent_kinds",), file, f"consent_kinds has no row for {word}, which asks for a consent")
        for word in dict.fromkeys(asking)
    ]


def _unfounded(layer: PolicyLayer, text: PolicyText | None, document: yaml_text.Document, file: str) -> list[Mistake]:
    """Reasons that are said to rest on a rule which isn't there."""
    known = text.principles if text else {}
    return [
        _at(document, ("rests_on", code, place), file, f"there is no principle {quoted(key)}{near(key, known)}")
        for code, rules in layer.rests_on.items()
        for place, key in enumerate(rules)
        if key not in known
    ]


def _typed(document: yaml_text.Document, model: type[_Layer], file: str, mistakes: list[Mistake]) -> _Layer | None:
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        mistakes += of_model(error, model, document, file)
        return None


def _strange(document: yaml_text.Document, file: str) -> list[Mistake]:
    """Reasons that don't exist."""
    named: dict[yaml_text.Loc, str] = {}
    for section in ("verdicts", "rests_on"):
        rows = document.data.get(section)
        named |= {(section, code): code for code in (rows if isinstance(rows, dict) else ())}
    for section in ("unwaivable", "only_approvers_waive"):
        codes = document.data.get(section)
        for index, code in enumerate(codes if isinstance(codes, list) else []):
            named[section, index] = str(code)
    return [
        _at(document, loc, file, f"there is no reason {quoted(code)}{near(code, REASONS)}")
        for loc, code in named.items()
        if code not in REASONS
    ]


def _gaps(document: yaml_text.Document, file: str) -> list[Mistake]:
    """Reasons and words without a row, in a policy that extends none."""
    gaps: list[tuple[yaml_text.Loc, str]] = []
    rows = document.data.get("verdicts")
    if isinstance(rows, dict):
        missing = [code for code in REASONS if code not in rows and code not in ADDED_LATER]
        gaps += [(("verdicts",), f"no verdicts for {code}") for code in missing]
    obliges = document.data.get("obliges")
    for axis, words in table.AXES.items() if isinstance(obliges, dict) else ():
        stated = obliges.get(axis) if isinstance(obliges, dict) else None
        unstated = [word for word in words if not isinstance(stated, dict) or word not in stated]
        gaps += [(("obliges", axis), f"{axis} has no row for {word}; [] asks for nothing") for word in unstated]
    if obliges is None and "require_approval" not in document.data:
        gaps.append(((), "obliges is missing here: what asks for approval, consent and the rest"))
    return [_at(document, loc, file, message) for loc, message in gaps]


def _breaches(document: yaml_text.Document, file: str) -> list[Mistake]:
    """What no policy may say."""
    breaches: list[tuple[yaml_text.Loc, str]] = []
    stages = document.data.get("stages")
    if isinstance(stages, list) and stages != list(Stage):
        breaches.append((("stages",), f"expected [{', '.join(Stage)}], the order of the verdicts"))
    params = document.data.get("params")
    if isinstance(params, dict) and params.get("hint_counts_as_evidence") == "true":
        breaches.append(
            (("params", "hint_counts_as_evidence"), "a hint alone is never evidence; only false is accepted")
        )
    rows = document.data.get("verdicts")
    for code, row in rows.items() if isinstance(rows, dict) else ():
        words = set(row) if isinstance(row, list) and all(isinstance(each, str) for each in row) else set()
        if code in NEVER_FAIL and Verdict.FAIL in words:
            breaches.append((("verdicts", code), f"{code} rests on weak observations alone and is never a fail"))
        if code in NEVER_BELOW_REVIEW and words & {Verdict.PASS, Verdict.INFO}:
            breaches.append((("verdicts", code), f"{code} is never below review: nobody has looked inside"))
    return [_at(document, loc, file, message) for loc, message in breaches]


def _at(document: yaml_text.Document, loc: yaml_text.Loc, file: str, message: str) -> Mistake:
    place = document.keys.get(loc) or document.place(loc)
    return Mistake(file, place.line, place.column, message)
