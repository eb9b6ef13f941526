"""State of what is under way to take somebody out of a team."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from contracts import personnel as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One request of the unit: what it wishes, and what the city office said."""

    wish: fact.WithdrawalWish
    opinion: bool | None = None
    """Whether the county office supports it; None while it has said nothing."""
    approval: str | None = None
    approved_on: date | None = None
    refused: bool = False

    @property
    def decided(self) -> bool:
        return self.refused or self.approval is not None


@dataclass(frozen=True, slots=True)
class ReplacementChain:
    """How far a forced replacement has come (Art. 10): misconduct, education, non-correction, request, each level.

    Misconduct and education are the first of their kind, the others the latest.
    """

    misconduct_on: date | None = None
    educated_on: date | None = None
    education_count: int = 0
    not_corrected_on: date | None = None
    requested_on: date | None = None
    passed: tuple[fact.ReplacementLevel, ...] = ()
    """Levels that passed the request on, in order."""
    used_up: date | None = None
    """The failure to correct on which a rejected request rested: another one must follow."""
    proposed: str | None = None
    """Who the unit names as successor."""


def withdrawals_after(state: dict[str, Withdrawal], recorded: Recorded) -> dict[str, Withdrawal]:
    """The requests after one more fact of the person's postings."""
    match recorded.fact:
        case fact.WithdrawalRequested(request=request, wish=wish):
            return {**state, request: Withdrawal(wish)}
        case fact.WithdrawalCountyOpinionGiven(request=request, supports=supports):
            return {**state, request: replace(state[request], opinion=supports)}
        case fact.WithdrawalApproved(request=request, approval=approval, decided_on=on):
            return {**state, request: replace(state[request], approval=approval, approved_on=on)}
        case fact.WithdrawalRefused(request=request):
            return {**state, request: replace(state[request], refused=True)}
    return state


def approved(state: Mapping[str, Withdrawal], approval: str) -> Withdrawal | None:
    """The request that the city office approved under that number."""
    return next((asked for asked in state.values() if asked.approval == approval), None)


def chain_after(chain: ReplacementChain, recorded: Recorded) -> ReplacementChain:
    """The chain after one more fact of the person's postings."""
    match recorded.fact:
        case fact.MisconductRecorded(on=on):
            return replace(chain, misconduct_on=min(chain.misconduct_on or on, on))
        case fact.EducationGiven(on=on):
            first = min(chain.educated_on or on, on)
            return replace(chain, educated_on=first, education_count=chain.education_count + 1)
        case fact.NonCorrectionRecorded(on=on):
            return replace(chain, not_corrected_on=max(chain.not_corrected_on or on, on))
        case fact.ReplacementRequested(on=on):
            return replace(chain, requested_on=on, passed=())
        case fact.ReplacementEscalated(level=level):
            return replace(chain, passed=(*chain.passed, level))
        case fact.ReplacementRejected():
            return replace(chain, requested_on=None, passed=(), used_up=chain.not_corrected_on)
        case fact.SuccessorProposed(successor=successor):
            return replace(chain, proposed=successor)
    return chain
