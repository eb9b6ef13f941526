"""The fold against a slow, independent reading of `domain.md` 2.0 that looks at one day after another."""

from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.calendar import load_calendar
from tests.assessment.histories import PERSON, History, days_between, folded, histories, lines_of

EFFECTIVE = date(2016, 4, 27)
CALENDARS = {year: load_calendar(year) for year in (2016, 2017)}


def inside(day: date, spans: tuple[tuple[date, date], ...]) -> bool:
    return any(first <= day <= last for first, last in spans)


def duty(day: date) -> bool:
    return CALENDARS[day.year].is_duty_day(day)


def status_by_hand(history: History, day: date) -> str | None:
    spans = history.spans
    if day < EFFECTIVE or not inside(day, history.posted):
        return None
    checked_in = day in history.present and not inside(day, spans["found_absent"])
    order = [
        (day in history.corrected, history.corrected.get(day, "")),
        (inside(day, spans["travel"]), "TRAVEL"),
        (inside(day, spans["training"]), "TRAINING"),
        (inside(day, spans["seconded"]), "SECONDED"),
        (inside(day, spans["leave"]), "LEAVE"),
        (checked_in, "ONPOST"),
        (not duty(day), "REST"),
        (inside(day, spans["justified"]), "EXCUSED"),
        (True, "ABSENT"),
    ]
    return next(status for holds, status in order if holds)


def runs_by_hand(history: History, last: date, basis: str, rest_in_run: str) -> list[list[date]]:
    """Every run from the beginning of the measures, as lists of counted days."""
    runs: list[list[date]] = []
    current: list[date] = []
    rests: list[date] = []
    for day in days_between(EFFECTIVE, last):
        status = status_by_hand(history, day)
        if status == "ABSENT":
            current += [*rests, day] if rest_in_run == "count" and basis == "duty" and current else [day]
            rests = []
        elif status == "PENDING":
            continue
        elif status == "REST" and basis == "calendar":
            if current:
                current.append(day)
        elif status == "REST" and rest_in_run != "break":
            rests.append(day) if current else None
        else:
            if current:
                runs.append(current)
            current, rests = [], []
    return [*runs, current] if current else runs


def faults_by_hand(history: History, year: int) -> dict[str, int]:
    """Leaves overstayed in the year, and those not closed on the first duty day back: nobody closes any here."""
    overstayed = late = 0
    for _, end in history.spans["leave"]:
        following = [(day, status_by_hand(history, day)) for day in days_between(end, date(year, 12, 31))[1:]]
        day, status = next(((day, status) for day, status in following if status != "REST"), (end, None))
        overstayed += status == "ABSENT" and day.year == year
        back = False
        for day, status in following:
            if status is None or (status == "LEAVE" and not back):
                break
            back = back or status == "ONPOST"
            if back and duty(day):
                late += day.year == year
                break
    return {"closed_late": late, "overstayed": overstayed}


def d3_by_hand(history: History, year: int, on_post: int) -> bool:
    """From half a year up, prorated in integers (A03-A06)."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    posted = [day for day in days_between(first, last) if status_by_hand(history, day)]
    half_a_year, since = len(posted) >= 183, EFFECTIVE
    for before, day in pairwise([date.min, *posted]):
        since = since if (day - before).days == 1 else day
        until = day + timedelta(days=1)
        months = (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
        half_a_year = half_a_year or months >= 6
    return half_a_year and on_post * len(days_between(first, last)) < 200 * len(posted)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(), year=st.sampled_from([2016, 2017]))
def test_statuses_runs_and_absences_are_those_counted_by_hand(history: History, year: int) -> None:
    lines, texts = lines_of(history)
    for basis, rest_in_run in product(("duty", "calendar"), ("bridge", "break", "count")):
        changes: dict[str, Any] = {"absence__basis": basis, "absence__rest_in_run": rest_in_run}
        shown = folded(lines, texts, year, None, **changes)["persons"][PERSON]
        first, last = date(year, 1, 1), date(year, 12, 31)
        by_hand = {day: status_by_hand(history, day) for day in days_between(first, last)}
        assert shown["days"] == {day.isoformat(): status for day, status in by_hand.items() if status}
        runs = [run for run in runs_by_hand(history, last, basis, rest_in_run) if any(day >= first for day in run)]
        assert [run["length"] for run in shown["runs"]] == [len(run) for run in runs]
        assert [run["start"] for run in shown["runs"]] == [run[0].isoformat() for run in runs]
        assert shown["absences"] == sum(day >= first for run in runs for day in run)
        assert shown["posted_days"] == sum(status is not None for status in by_hand.values())
        if shown["posted_days"]:
            assert ("D4" in shown["grounds"]) == d4_by_hand(runs, first)
        counted = {"ONPOST", "TRAVEL", "TRAINING"}
        assert shown["on_post_days"] == sum(status in counted for status in by_hand.values())
        if shown["posted_days"]:
            assert ("D3" in shown["grounds"]) == d3_by_hand(history, year, shown["on_post_days"])
            closing = next(finding for finding in shown["findings"] if finding["article"] == "9.12")
            assert closing["values"] == faults_by_hand(history, year)


def d4_by_hand(runs: list[list[date]], first: date) -> bool:
    crossing = any(len(run) > 15 and run[15] >= first for run in runs)
    own = any(sum(day >= first for day in run) > 15 for run in runs)
    return crossing or own or sum(day >= first for run in runs for day in run) > 30


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories())
def test_the_open_run_of_one_year_is_carried_into_the_next(history: History) -> None:
    lines, texts = lines_of(history)
    before = folded(lines, texts, 2016)["persons"][PERSON]
    after = folded(lines, texts, 2017)["persons"][PERSON]
    posted_on_new_year = "2017-01-01" in after["days"]
    assert after["carry_in_run"] == (before["carry_out_run"] if posted_on_new_year else 0)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(), day=st.dates(date(2017, 1, 1), date(2017, 12, 31)))
def test_another_check_in_never_takes_a_day_on_post_away(history: History, day: date) -> None:
    before = folded(*lines_of(history), 2017)["persons"][PERSON]
    more = History(history.posted, history.present | {day}, history.spans, history.corrected)
    after = folded(*lines_of(more), 2017)["persons"][PERSON]
    assert after["on_post_days"] >= before["on_post_days"]
    duty_basis_absences = after["absences"] <= before["absences"]
    assert duty_basis_absences
