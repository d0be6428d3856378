"""Reference works that were recognised in an asset, and the licences that allow them or don't.

A licence is for one reference by its id. A possible match is a question, never more; material made with AI that
resembles a reference is its own reason.
"""

from functools import partial

from detectors.observation import Kind, Observation
from scanner.clearance.paper.model import Licence
from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.rules.disclosure import positive, signs_of
from scanner.clearance.rules.faults import (
    PaperFault,
    evidence_faults,
    gravity,
    least_faulty,
    note,
    reach_faults,
    term_faults,
)
from scanner.globs import nfc
from scanner.seen import MatchFacts
from scanner.terms.coverage import NOTHING, Frames, union
from scanner.terms.patterns import same_name
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import mildest
from scanner.terms.wording import listed, plain
from scanner.written.answers import Known


def licence_faults(case: Case, licence: Licence, frames: Frames, *, ai: bool) -> list[PaperFault]:
    """What keeps a licence from allowing the reference in these frames (in layers); nothing where it does.

    `ai` says whether the material was made or changed with AI there.
    """
    context, key, scope = case.court.context, licence.id, licence.scope
    out = Reason.LICENCE_OUT_OF_SCOPE
    again = f"In licences, beside {key}: one of {plain(licence.reference)} that holds, with its `scope` and `evidence`."
    faults = list(term_faults(case, "licences", key, Reason.LICENCE_EXPIRED, licence.ends))
    if licence.revoked and licence.revoked <= context.as_of:
        sentence = f"{key} was revoked on {licence.revoked}"
        faults.append(PaperFault(Reason.LICENCE_EXPIRED, sentence, write=again))
    for day, what in ((context.delivered, "after delivery on"), (context.as_of, "and it is judged as of")):
        if licence.starts and licence.starts > day:
            faults.append(PaperFault(out, f"{key} begins on {licence.starts}, {what} {day}", write=again))
            break
    if scope.assets:
        chosen = [case.court.pick(selector) for selector in scope.assets]
        if frames - union([picked.frames.get(case.index) or NOTHING for picked in chosen]):
            write = f"In licences, {key}: have it extended, then write `scope.assets`."
            faults.append(PaperFault(out, f"{key} is for other assets or frames", write=write))
    if ai and scope.ai_modification_allowed is Known.NO:
        faults.append(PaperFault(out, f"{key} doesn't allow changes made with AI", write=again))
    faults += reach_faults(case, key, out, scope.media, scope.territories)
    faults += evidence_faults(case, "licences", key, changed=Reason.LICENCE_MISSING, missing=Reason.LICENCE_MISSING)
    note(case, "licences", key, faults)
    return faults


def judge_matches(case: Case) -> None:
    """Add what follows from every reference that was recognised in the asset."""
    observations = case.subject.observations
    made = signs_of(observations).made
    ai = union([case.region(observations[index]) for index in made] + [claim.frames for claim in positive(case)])
    for index, observation in enumerate(observations):
        if observation.kind is Kind.MATCH:
            for scene in _scenes(case, observation):
                _match(case, index, observation, scene, ai & scene)


def _scenes(case: Case, observation: Observation) -> list[Frames]:
    """What a match is about: one place, but for a master with a timeline where licences are for some of its shots."""
    region = case.region(observation)
    reached = [
        case.layers.touched(case.court.pick(selector).frames.get(case.index) or NOTHING)
        for licence in _licences_for(case, MatchFacts.from_json(observation.facts))
        for selector in licence.scope.assets
    ]
    runs = [run for part in region for run in case.scenes(part, reached)]
    return [region] if len(runs) <= len(region.ranges) else [Frames.of(run) for run in runs]


def _match(case: Case, index: int, observation: Observation, scene: Frames, ai: Frames) -> None:
    match = MatchFacts.from_json(observation.facts)
    reference = nfc(match.reference)
    name, level = plain(match.title or reference), plain(match.level)
    held = _licences_for(case, match)
    faults = [licence_faults(case, licence, case.layers.lift(scene), ai=bool(ai)) for licence in held]
    good = [licence.id for licence, wrong in zip(held, faults, strict=True) if not wrong]
    span = observation.span if scene == case.region(observation) else None
    tell = partial(case.add, frames=scene, observations=[index], about=[reference], span=span)
    if _own(case, match):
        tell(Reason.IP_OWN_MATERIAL, f"{name} was recognised in {HERE}; it belongs to the production.")
    elif good:
        tell(Reason.IP_LICENSED, f"{name} was recognised in {HERE}; it is licensed: {listed(good)}.")
        for key in good:
            case.court.tally.use("licences", key, case.asset)
    elif not observation.strength.established:
        tell(Reason.IP_POSSIBLE_MATCH, f"Something in {HERE} resembles {name}; somebody should look.")
    elif ai:
        least = least_faulty(case, faults) if held else []
        cap = gravity(case, least) if least and all(fault.cap for fault in least) else None
        why = f" {listed(fault.sentence for wrong in faults for fault in wrong)}." if held else ""
        message = f"Material made with AI in {HERE} resembles {name} ({level}).{why}"
        tell(Reason.IP_AI_RESEMBLES_REFERENCE, message, cap=cap, write=" ".join(fault.write for fault in least))
    elif not held:
        tell(Reason.IP_UNLICENSED_MATCH, f"{name} was recognised in {HERE} ({level}); no licence names it.")
    else:
        most = case.verdict(Reason.IP_UNLICENSED_MATCH)
        for fault in least_faulty(case, faults):
            message = f"{name} was recognised in {HERE} ({level}); {fault.sentence}."
            tell(fault.reason, message, cap=mildest(most, fault.cap or most), write=fault.write)


def _own(case: Case, match: MatchFacts) -> bool:
    paper = case.court.paper
    holders = {same_name(holder) for holder in (paper.production.rights_holders if paper else ())}
    return match.own or same_name(match.owner) in holders


def _licences_for(case: Case, match: MatchFacts) -> list[Licence]:
    """The licences for the work that was recognised, by their ids."""
    reference = nfc(match.reference)
    licences = case.court.paper.licences if case.court.paper else ()
    return sorted((each for each in licences if nfc(each.reference) == reference), key=lambda each: each.id)
