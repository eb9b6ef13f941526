"""What a project must have before money of it is spent: its chain, its notice, its budget (Art. 20)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from contracts.money import FundKind
from contracts.refusals import Refusal
from services.finance.books.account import Account, PaymentState
from services.finance.projects import refusals as no
from services.finance.projects.state import Meeting, Project, Stage


def missing_step(project: Project) -> Refusal | None:
    """The first step of its chain that the project has not taken, as the refusal that names it."""
    fiscal = project.kind is FundKind.FISCAL_POVERTY
    if project.stage is Stage.UNKNOWN:
        return no.PROJECT_UNKNOWN
    if project.stage is Stage.REJECTED:
        return no.REJECTED
    if project.stage < Stage.DETERMINED:
        return no.NO_MEETING
    if fiscal and project.stage < Stage.DOCUMENTED:
        return no.NO_TOWNSHIP_DOCUMENT
    if project.stage < Stage.SETTLED:
        return no.NO_APPROVAL if fiscal else no.NO_CONSENT
    return None


def held_back(project: Project, rules: Mapping[str, Any]) -> Refusal | None:
    """Why the next payment waits although the chain is complete: the notice in the village (A82)."""
    if project.objections:
        return no.OBJECTION_OPEN
    if project.kind.value in rules["notice.kinds"] and not project.plan_posted:
        return no.PLAN_NOT_POSTED
    return None


def beyond_budget(project: Project, account: Account, name: str, amount: int) -> Refusal | None:
    """More than the project's own amount, together with what it already took; fen."""
    left = project.amount - project.borne_before - account.borne_by_project(name)
    return no.beyond_the_project(left, amount) if amount > left else None


def unsettled(project: Project, account: Account, name: str, rules: Mapping[str, Any]) -> Refusal | None:
    """What of the project's payments out of this book must be settled before it leaves the team's hands."""
    payments = {key: one for key, one in account.payments.items() if one.project == name}
    if any(one.state is PaymentState.RESERVED for one in payments.values()):
        return no.PAYMENT_UNDER_WAY
    if project.objections:
        return no.OBJECTION_OPEN
    paid = {key for key, one in payments.items() if one.state is PaymentState.DISBURSED}
    if project.kind.value in rules["notice.kinds"] and not paid <= project.uses_posted:
        return no.USE_NOT_POSTED
    return None


def quorate(meeting: Meeting, rules: Mapping[str, Any]) -> bool:
    """Enough representatives present, and enough of those in favour, with team and committees there (A83)."""
    needed: dict[str, str] = rules["vr.quorum"]
    return (
        meeting.all_parties
        and meeting.representatives > 0
        and _enough(meeting.present, meeting.representatives, needed["present"])
        and _enough(meeting.in_favour, meeting.present, needed["yes"])
    )


def _enough(some: int, of: int, share: str) -> bool:
    """`2/3`: at least that share; `1/2+`: more than it."""
    wanted = Fraction(share.rstrip("+")) * of
    return some > wanted if share.endswith("+") else some >= wanted


def weighs(project: Project, amount: int, site: str, rules: Mapping[str, Any]) -> bool:
    """Whether a change must go through the chain again: another site, or too far from what last went through (A85)."""
    distance = abs(amount - project.weighed_amount) * 100
    return site != project.weighed_site or distance > rules["project.change_pct"] * project.weighed_amount
