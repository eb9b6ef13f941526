"""Duty days: the committed notices say what an independent package says, day by day, and count from publication."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from importlib import resources

import chinese_calendar
import pytest
import yaml

from contracts import plain_yaml
from contracts.calendar import DutyCalendar, Holiday, NoCalendar, Revision, available_years, load_calendar

CHINA = timezone(timedelta(hours=8))


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def year_of(year: int) -> list[date]:
    return list(days(date(year, 1, 1), date(year, 12, 31)))


def test_there_is_a_calendar_for_each_year_from_2016_to_the_last() -> None:
    years = available_years()
    assert years == tuple(range(2016, years[-1] + 1))
    assert years[-1] >= 2026


@pytest.mark.parametrize("year", available_years())
def test_each_day_of_each_year_agrees_with_an_independent_calendar(year: int) -> None:
    calendar = load_calendar(year)
    assert [day for day in year_of(year) if calendar.is_duty_day(day) != chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize(
    ("first", "last", "all_days", "duty_days"),
    [
        (date(2016, 1, 1), date(2016, 12, 31), 366, 250),
        (date(2016, 4, 27), date(2016, 12, 31), 249, 172),
        (date(2017, 1, 1), date(2017, 12, 31), 365, 249),
    ],
)
def test_the_first_two_years_have_the_duty_days_counted_by_hand(
    first: date, last: date, all_days: int, duty_days: int
) -> None:
    calendar = load_calendar(first.year)
    counted = [calendar.is_duty_day(day) for day in days(first, last)]
    assert (len(counted), sum(counted)) == (all_days, duty_days)


def test_the_extended_spring_festival_of_2020_counts_from_its_publication() -> None:
    calendar = load_calendar(2020)
    before, after = datetime(2020, 1, 26, 23, 59, tzinfo=CHINA), datetime(2020, 1, 27, 0, 0, tzinfo=CHINA)
    friday, make_up_saturday, sunday = date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)
    assert [calendar.is_duty_day(day, before) for day in (friday, make_up_saturday, sunday)] == [True, True, False]
    assert [calendar.is_duty_day(day, after) for day in (friday, make_up_saturday, sunday)] == [False, False, False]
    assert not calendar.is_duty_day(friday)
    assert calendar.is_duty_day(date(2020, 2, 3), after)


def test_a_revision_says_nothing_of_the_days_it_does_not_mention() -> None:
    calendar = load_calendar(2019)
    early, late = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 4, 1, tzinfo=UTC)
    assert calendar.is_duty_day(date(2019, 5, 2), early)
    assert not calendar.is_duty_day(date(2019, 5, 2), late)
    assert calendar.is_duty_day(date(2019, 4, 28), late)
    assert [day for day in year_of(2019) if calendar.is_duty_day(day, early) != calendar.is_duty_day(day, late)] == [
        date(2019, 4, 28),
        date(2019, 5, 2),
        date(2019, 5, 3),
        date(2019, 5, 5),
    ]


def test_the_notice_of_the_next_year_may_move_days_of_this_one() -> None:
    calendar = load_calendar(2018)
    assert calendar.is_duty_day(date(2018, 12, 29))
    assert not calendar.is_duty_day(date(2018, 12, 31))
    assert calendar.is_duty_day(date(2018, 12, 31), datetime(2018, 6, 1, tzinfo=UTC))


def test_a_year_is_judged_by_its_first_notice_even_before_that_was_published() -> None:
    assert not load_calendar(2017).is_duty_day(date(2017, 1, 27), datetime(2016, 1, 1, tzinfo=UTC))


def test_the_day_of_publication_is_a_civil_day_in_china() -> None:
    calendar = load_calendar(2020)
    assert len(calendar.known(datetime(2020, 1, 26, 15, 59, 59, tzinfo=UTC))) == 1
    assert len(calendar.known(datetime(2020, 1, 26, 16, 0, 0, tzinfo=UTC))) == 2


def test_a_year_without_a_calendar_says_what_to_do() -> None:
    missing = available_years()[-1] + 1
    with pytest.raises(NoCalendar, match=rf"(?s)通知.*calendars/{missing}\.yaml.*State Council") as refused:
        load_calendar(missing)
    assert refused.value.year == missing
    with pytest.raises(NoCalendar):
        load_calendar(2015)


def test_a_day_of_another_year_and_an_instant_without_zone_are_mistakes() -> None:
    calendar = load_calendar(2017)
    with pytest.raises(ValueError, match="not a day of 2017"):
        calendar.is_duty_day(date(2018, 1, 1))
    with pytest.raises(ValueError, match="time zone"):
        calendar.is_duty_day(date(2017, 1, 1), datetime(2017, 1, 1))


@pytest.mark.parametrize("year", available_years())
def test_the_canonical_form_is_the_whole_calendar(year: int) -> None:
    calendar = load_calendar(year)
    again = DutyCalendar.from_canonical(calendar.canonical())
    assert again.revisions == calendar.revisions
    assert again.digest() == calendar.digest()
    assert len({load_calendar(other).digest() for other in available_years()}) == len(available_years())


@pytest.mark.parametrize("year", available_years())
def test_each_calendar_names_its_notices(year: int) -> None:
    for revision in load_calendar(year).revisions:
        assert revision.title.startswith("国务院办公厅关于")
        assert revision.notice is not None or revision.source_note
        assert revision.published.year in (year - 1, year)


@pytest.mark.parametrize("year", available_years())
def test_the_strict_reader_reads_what_pyyaml_reads(year: int) -> None:
    text = (resources.files("contracts") / "calendars" / f"{year}.yaml").read_text(encoding="utf-8")
    assert plain_yaml.load(text) == yaml.safe_load(text)


GOOD = Revision(date(2016, 12, 1), "t", None, (Holiday("元旦", date(2017, 1, 1), date(2017, 1, 2)),), (), "n")


@pytest.mark.parametrize(
    "revisions",
    [
        (),
        (GOOD, replace(GOOD, published=date(2016, 11, 1))),
        (replace(GOOD, workdays=(date(2018, 1, 1),)),),
        (replace(GOOD, workdays=(date(2017, 1, 2),)),),
        (replace(GOOD, holidays=(Holiday("元旦", date(2017, 1, 2), date(2017, 1, 1)),)),),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(revisions: tuple[Revision, ...]) -> None:
    with pytest.raises(ValueError, match=r"revision|publication|mentions|holiday"):
        DutyCalendar(2017, revisions)
