"""A small day count of its own, read from the planned commands alone: neither the lives nor the services are asked."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from contracts.calendar import load_calendar
from deploy.local.demonstration.steps import Step

CALENDARS = {year: load_calendar(year) for year in (2016, 2017)}


@dataclass
class Diary:
    """What the commands say of one person."""

    postings: list[tuple[date, date]] = field(default_factory=list)
    present: set[date] = field(default_factory=set)
    on_duty_elsewhere: set[date] = field(default_factory=set)
    seconded: set[date] = field(default_factory=set)
    leave: set[date] = field(default_factory=set)
    excused: set[date] = field(default_factory=set)
    found_absent: set[date] = field(default_factory=set)

    def status(self, day: date) -> str:
        """The status of a posted day, first match wins (`domain.md` 2.0)."""
        if day in self.on_duty_elsewhere:
            return "onpost"
        if day in self.seconded:
            return "seconded"
        if day in self.leave:
            return "leave"
        if day in self.present and day not in self.found_absent:
            return "onpost"
        if not CALENDARS[day.year].is_duty_day(day):
            return "rest"
        return "excused" if day in self.excused else "absent"

    def count(self, year: int) -> dict[str, int]:
        """Counts of the year and the longest run that touches it; runs reach back to the first posting."""
        counts: dict[str, int] = defaultdict(int)
        run, touches = 0, False
        posted = sorted({day for first, last in self.postings for day in between(first, last) if day.year <= year})
        for day in posted:
            status = self.status(day)
            run, touches = next_run(status, run, touches or day.year == year)
            if status == "absent" and day.year == year:
                counts["longest_run"] = max(counts["longest_run"], run)
            if day.year == year:
                counts["posted"] += 1
                counts[status] += 1
        return counts


def next_run(status: str, run: int, touches: bool) -> tuple[int, bool]:
    """Absent adds one, rest is passed over, everything else ends the run."""
    if status == "absent":
        return run + 1, touches
    return (run, touches) if status == "rest" else (0, touches)


def between(first: date, last: date) -> Iterator[date]:
    """Every day of an interval, both ends included."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def diaries(steps: Sequence[Step]) -> dict[str, Diary]:
    """Person -> diary, from the steps that are not refused."""
    found: dict[str, Diary] = defaultdict(Diary)
    asked: dict[tuple[str, str], dict[str, Any]] = {}
    words: dict[tuple[str, str], int] = defaultdict(int)
    for step in steps:
        if step.refusal is not None:
            continue
        body = step.body
        match step.command:
            case "check-in-batch":
                if "refused" not in step.records:
                    for record in body["records"]:
                        found[record["person"]].present.add(date.fromisoformat(record["date"]))
            case "check-in":
                found[body["person"]].present.add(date.fromisoformat(body["date"]))
            case "request-backfill":
                asked[body["person"], body["record"]] = dict(body)
            case "backfill-check-in":
                late = asked[body["person"], body["record"]]
                found[body["person"]].present.add(date.fromisoformat(late["date"]))
            case "correct-day":
                found[body["person"]].on_duty_elsewhere.add(date.fromisoformat(body["date"]))
            case "request-travel":
                asked[body["person"], body["travel"]] = dict(body)
            case "approve-travel":
                found[body["person"]].on_duty_elsewhere.update(span(asked[body["person"], body["travel"]]))
            case "request-leave":
                asked[body["person"], body["leave"]] = dict(body)
            case "approve-leave":
                words[body["person"], body["leave"]] += 1
                if words[body["person"], body["leave"]] == 2:
                    found[body["person"]].leave.update(span(asked[body["person"], body["leave"]]))
            case "justify-absence":
                found[body["person"]].excused.update(span(body))
            case "record-spot-check":
                for finding in body["findings"]:
                    if finding["finding"] == "absent":
                        found[finding["person"]].found_absent.add(date.fromisoformat(body["date"]))
            case _:
                postings(step, found)
    return found


def postings(step: Step, found: dict[str, Diary]) -> None:
    """Arrivals, departures, training and secondment."""
    body = step.body
    open_end = date(2017, 12, 31)
    match step.command:
        case "form-team":
            for member in body["members"]:
                found[member["person"]].postings.append((date.fromisoformat(body["formed_on"]), open_end))
        case "assign-member":
            found[body["member"]["person"]].postings.append((date.fromisoformat(body["starts_on"]), open_end))
        case "replace-member" | "decide-replacement" | "end-posting":
            last = date.fromisoformat(body["last_day"])
            diary = found[body["person"]]
            diary.postings[-1] = (diary.postings[-1][0], last)
            successor = body.get("successor")
            if successor:
                found[successor["person"]].postings.append((last + timedelta(days=1), open_end))
        case "move-member":
            last, diary = date.fromisoformat(body["last_day"]), found[body["person"]]
            diary.postings[-1] = (diary.postings[-1][0], last)
            diary.postings.append((last + timedelta(days=1), open_end))
        case "record-training":
            for person in body["persons"]:
                found[person].on_duty_elsewhere.update(span(body))
        case "record-secondment":
            first, last = date.fromisoformat(body["starts_on"]), date.fromisoformat(body["last_day"])
            found[body["person"]].seconded.update(between(first, last))


def span(body: dict[str, Any] | Any) -> Iterator[date]:
    """The days of a command with `starts_on` and `ends_on`."""
    return between(date.fromisoformat(body["starts_on"]), date.fromisoformat(body["ends_on"]))
