"""Who comes or goes is recorded at once, later with a reason and papers; a term runs its months (Art. 8, 9, 10)."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.fact import Fact
from contracts.personnel import EndingCause, MemberReplaced, MemberSource, PostingEnded, TeamMemberAssigned
from contracts.refusals import Code, Refusal
from services.personnel import commands as cmd
from services.personnel.teams.dating import term_ends_on
from tests.personnel.registry import (
    OTHER_TEAM,
    OTHER_VILLAGE,
    PAPERS,
    TEAM,
    TODAY,
    TOWNSHIP_OFFICE,
    Registry,
    code_of,
    member,
    members,
    names_of,
    person,
    six_strong,
)

IN_TIME, TOO_LATE = TODAY - timedelta(days=3), TODAY - timedelta(days=4)


def refusal_of(result: list[Fact] | Refusal) -> tuple[Code, str | None]:
    assert isinstance(result, Refusal), result
    return result.code, result.article


def arrive(registry: Registry, on: date, because: cmd.Because | None = None) -> list[Fact] | Refusal:
    command = cmd.AssignMember(team=TEAM, member=member(7), starts_on=on, because=because)
    return registry.when(command, TOWNSHIP_OFFICE)


def test_an_arrival_is_recorded_within_three_days_or_says_why() -> None:
    assert refusal_of(arrive(six_strong(), TOO_LATE)) == (Code.NO_EVIDENCE, "9.3")
    for on, because, late in ((IN_TIME, None, False), (TOO_LATE, PAPERS, True), (TODAY, PAPERS, False)):
        (arrived, *_) = arrive(six_strong(), on, because)  # type: ignore[misc] # a refusal would not unpack
        assert isinstance(arrived, TeamMemberAssigned)
        assert (arrived.late, arrived.reason is None, len(arrived.evidence)) == (
            late,
            because is None,
            0 if because is None else 1,
        )


def test_papers_without_a_reason_and_a_reason_without_papers_are_no_reason() -> None:
    for given in ({"reason": "迟"}, {"evidence": ["0" * 64]}, {"reason": "迟", "evidence": []}):
        with pytest.raises(ValueError, match="because"):
            cmd.EndPosting.model_validate(
                {"person": person(2), "team": TEAM, "cause": "death", "last_day": TODAY, "because": given}
            )


def test_a_death_is_recorded_within_three_days_or_says_why() -> None:
    assert refusal_of(six_strong().end(2, TOO_LATE, EndingCause.DEATH, None)) == (Code.NO_EVIDENCE, "9.3")
    facts = six_strong().end(2, TOO_LATE, EndingCause.DEATH)
    assert isinstance(facts, list)
    assert isinstance(facts[0], PostingEnded)
    assert (facts[0].late, facts[0].reason, facts[0].last_day) == (True, PAPERS.reason, TOO_LATE)
    assert names_of(six_strong().end(2, IN_TIME, EndingCause.DEATH, None))[0] == "PostingEnded"


def two_teams() -> Registry:
    registry = six_strong()
    registry.village(OTHER_VILLAGE)
    others = (member(11, MemberSource.FIRST_SECRETARY), *members(12, 13, 14, 15, 16))
    registry.form(team=OTHER_TEAM, village=OTHER_VILLAGE, members=others, leader=person(11))
    return registry


def test_a_move_is_recorded_within_three_days_or_says_why() -> None:
    def move(last_day: date, because: cmd.Because | None) -> list[Fact] | Refusal:
        fields: dict[str, Any] = {"person": person(2), "team": TEAM, "to_team": OTHER_TEAM, "because": because}
        command = cmd.MoveMember(last_day=last_day, source=MemberSource.OTHER, **fields)
        return two_teams().when(command, TOWNSHIP_OFFICE)

    assert refusal_of(move(TOO_LATE, None)) == (Code.NO_EVIDENCE, "9.3")
    assert names_of(move(IN_TIME, None))[:2] == ["PostingEnded", "TeamMemberAssigned"]
    moved = move(TOO_LATE, PAPERS)
    assert isinstance(moved, list)
    assert isinstance(moved[0], PostingEnded)
    assert isinstance(moved[1], TeamMemberAssigned)
    assert (moved[0].late, moved[1].late, moved[1].reason) == (True, False, PAPERS.reason), "arrived three days ago"


def test_an_approval_carried_out_late_takes_no_day_out_of_the_posting_without_a_reason() -> None:
    registry = six_strong()
    registry.agreed()
    registry.today = TODAY + timedelta(days=30)
    replacing = cmd.ReplaceMember(person=person(2), team=TEAM, approval="S1", last_day=TODAY)
    assert refusal_of(registry.when(replacing, TOWNSHIP_OFFICE)) == (Code.NO_EVIDENCE, "9.3")
    facts = registry.when(replacing.model_copy(update={"because": PAPERS}), TOWNSHIP_OFFICE)
    assert isinstance(facts, list)
    assert isinstance(facts[0], MemberReplaced)
    assert facts[0].late


@pytest.mark.parametrize("cause", [EndingCause.ILLNESS, EndingCause.TRANSFER_BY_LAW])
def test_what_could_stand_for_the_citys_approval_needs_papers(cause: EndingCause) -> None:
    assert refusal_of(six_strong().end(2, cause=cause, because=None)) == (Code.NO_EVIDENCE, "8.3")
    assert names_of(six_strong().end(2, cause=cause))[0] == "PostingEnded"
    assert names_of(six_strong().end(2, cause=EndingCause.RETIREMENT, because=None))[0] == "PostingEnded"


def test_a_posting_does_not_end_by_a_move_to_nowhere() -> None:
    assert refusal_of(six_strong().end(2, cause=EndingCause.MOVE)) == (Code.WRONG_STATE, "5.2")


@pytest.mark.parametrize(
    ("starts_on", "months", "last"),
    [
        (date(2017, 1, 1), 24, date(2018, 12, 31)),
        (date(2017, 3, 31), 12, date(2018, 3, 30)),
    ],
)
def test_a51_a_term_runs_its_months(starts_on: date, months: int, last: date) -> None:
    assert term_ends_on(starts_on, months) == last


def test_a51_a_term_ends_when_its_months_have_run_and_earlier_with_a_reason() -> None:
    registry = six_strong()
    registry.today = date(2018, 12, 31)
    assert refusal_of(registry.end(2, date(2018, 12, 30), because=None)) == (Code.NO_EVIDENCE, "9.15")
    assert "TermCompleted" in names_of(registry.end(2, date(2018, 12, 31), because=None))
    assert "TermCompleted" in names_of(registry.end(3, date(2018, 12, 30)))


def test_a_forced_case_is_not_gone_round_by_an_early_term_or_a_transfer() -> None:
    def under_way() -> Registry:
        registry = six_strong()
        registry.misconduct()
        registry.educate()
        registry.not_corrected()
        assert names_of(registry.request()) == ["ReplacementRequested"]
        return registry

    for cause in (EndingCause.TERM, EndingCause.TRANSFER_BY_LAW):
        assert refusal_of(under_way().end(2, cause=cause)) == (Code.WRONG_STATE, "10.3")
    for cause in (EndingCause.DEATH, EndingCause.ILLNESS, EndingCause.RETIREMENT):
        assert names_of(under_way().end(2, cause=cause))[0] == "PostingEnded"
    run = under_way()
    run.today = date(2018, 12, 31)
    assert code_of(run.end(2, date(2018, 12, 30))) is Code.WRONG_STATE
    assert names_of(run.end(2, date(2018, 12, 31)))[0] == "PostingEnded", "the term has run"
