"""The whole plan: every command of the demonstration in the order of its simulated instants."""

from dataclasses import dataclass

from deploy.local.demonstration import (
    assessment_steps,
    attendance_steps,
    check_steps,
    leave_steps,
    personnel_steps,
    sheet_steps,
    unusual_steps,
)
from deploy.local.demonstration.cast import SEED, Cast
from deploy.local.demonstration.finance_steps import finance
from deploy.local.demonstration.project_steps import projects
from deploy.local.demonstration.steps import Script, Step, digest


@dataclass(frozen=True, slots=True)
class Plan:
    """The cast and all steps; the same seed gives the same bytes."""

    cast: Cast
    steps: tuple[Step, ...]

    def digest(self) -> str:
        """SHA-256 over all steps."""
        return digest(self.steps)


def make_plan(seed: int = SEED) -> Plan:
    """The plan of a seed. Pure: no clock, no network, no environment."""
    cast, script = Cast(seed), Script()
    personnel_steps.registry(script, cast)
    personnel_steps.teams(script, cast)
    assessment_steps.rules(script, cast)
    settled = personnel_steps.arrivals_and_departures(script, cast)
    personnel_steps.trainings(script, cast)
    personnel_steps.secondments(script, cast)
    uploads = attendance_steps.check_ins(script, cast, settled)
    unusual_steps.unusual(uploads)
    attendance_steps.travel(uploads)
    leave_steps.leaves(uploads)
    leave_steps.proofs(uploads)
    check_steps.spot_checks(uploads)
    sheet_steps.sheets(uploads)
    finance(script, cast)
    projects(script, cast)
    assessment_steps.cases(script, cast)
    assessment_steps.january(script, cast)
    assessment_steps.afterwards(script, cast)
    return Plan(cast, script.sorted())
