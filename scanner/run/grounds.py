"""What a drop is judged by: policy, paper, stage and dates, in a form that can be kept and taken up again years later.

Kept are the texts themselves, not what was made of them: a policy and declarations are read anew by whoever judges
again. What became of the evidence files is kept as a fact, since they may be gone by then.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from pydantic import Base64Bytes, TypeAdapter

from scanner.clearance.paper import reader
from scanner.clearance.paper.model import Paper, PaperFile
from scanner.clearance.policy import policy
from scanner.clearance.policy.policy import Policy
from scanner.clearance.scope.context import Context
from scanner.report.model import StageFrom
from scanner.terms.verdicts import Stage
from scanner.terms.words import Proof


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that a judgement rests on besides what was seen in the drop."""

    policy: Policy
    context: Context
    stage_from: StageFrom
    paper: Paper | None = None

    @property
    def production(self) -> str:
        """The id of the production; empty where no paper names one."""
        return self.paper.production.id if self.paper else ""

    @property
    def delivery(self) -> str:
        """The id of the delivery; empty where no paper names one."""
        return self.context.delivery.id if self.context.delivery else ""


@dataclass(frozen=True, slots=True)
class _File:
    """A `PaperFile` as it is kept: what people write need not be UTF-8."""

    name: str
    sha256: str
    content: Base64Bytes
    named_by: str = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """Grounds as they are kept. `proofs`: section and id of an entry, and what became of its evidence."""

    policy: _File
    paper: tuple[_File, ...]
    evidence: tuple[tuple[str, str], ...]
    proofs: tuple[tuple[str, str, Proof], ...]
    stage: Stage
    stage_from: StageFrom
    delivery: str | None
    delivered: date
    as_of: date
    drop_name: str


def grounds_to_json(grounds: Grounds) -> bytes:
    """The grounds as JSON, the same for the same grounds."""
    paper, context = grounds.paper, grounds.context
    files = paper.files if paper else ()
    stored = _Written(
        policy=_File(grounds.policy.id, grounds.policy.sha256, grounds.policy.source),
        paper=tuple(_File(file.name, file.sha256, file.content, file.named_by) for file in files),
        evidence=tuple((file.name, file.sha256) for file in paper.evidence) if paper else (),
        proofs=tuple((*entry, proof) for entry, proof in sorted(paper.proofs.items())) if paper else (),
        stage=context.stage,
        stage_from=grounds.stage_from,
        delivery=context.delivery.id if context.delivery else None,
        delivered=context.delivered,
        as_of=context.as_of,
        drop_name=context.drop_name,
    )
    return _adapter().dump_json(stored)


def grounds_from_json(raw: bytes) -> Grounds:
    """The grounds that `grounds_to_json` wrote.

    Raises:
        PolicyError: this version can't read the policy any more.
        PaperError: the same, of the declarations.
    """
    stored = _adapter().validate_json(raw)
    proofs = {(section, key): proof for section, key, proof in stored.proofs}
    files = [PaperFile(file.name, file.sha256, file.content, file.named_by) for file in stored.paper]
    evidence = [PaperFile(name, digest) for name, digest in stored.evidence]
    paper = reader.again(files, evidence, proofs) if files else None
    context = Context(
        stage=stored.stage,
        delivery=paper.delivery(stored.delivery, stored.drop_name) if paper and stored.delivery is not None else None,
        delivered=stored.delivered,
        as_of=stored.as_of,
        drop_name=stored.drop_name,
    )
    return Grounds(policy.read(stored.policy.content, stored.policy.name), context, stored.stage_from, paper)


@cache
def _adapter() -> TypeAdapter[_Written]:
    return TypeAdapter(_Written)
