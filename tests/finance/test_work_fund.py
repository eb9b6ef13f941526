"""The yearly minimum that a dispatching unit owes (Art. 18, A74)."""

from datetime import date

import pytest

from services.finance.books.work_fund import UnitPosting, due, posts_filled
from tests.finance.treasury import PARAMETERS, fen

RULES = PARAMETERS.at(date(2017, 12, 31))


def posted(starts_on: date, last_day: date | None = None, level: str = "city", unit: str = "O0001") -> UnitPosting:
    return UnitPosting("T0001", unit, level, starts_on, last_day)


@pytest.mark.parametrize(
    ("level", "given", "shortfall"), [("city", "25000", "5000"), ("county", "15000", "0"), ("province", "0", "0")]
)
def test_w65_three_people_of_a_unit_and_what_it_gave(level: str, given: str, shortfall: str) -> None:
    postings = [posted(date(2017, 1, 1), level=level)] * 3
    (line,) = due(postings, 2017, {"O0001": fen(given)}, RULES)
    assert (line.posts, line.shortfall) == (3, fen(shortfall))


def test_a_provincial_unit_has_no_minimum_in_the_text() -> None:
    (line,) = due([posted(date(2017, 1, 1), level="province")], 2017, {}, RULES)
    assert line.minimum is None


def test_w74_a_successor_of_the_same_unit_is_no_second_post() -> None:
    replaced = [posted(date(2017, 1, 1), date(2017, 7, 14)), posted(date(2017, 7, 15))]
    assert posts_filled(replaced, 2017) == 1
    (line,) = due(replaced, 2017, {"O0001": fen("10000")}, RULES)
    assert line.shortfall == 0


def test_only_postings_of_that_year_count() -> None:
    assert posts_filled([posted(date(2016, 5, 1), date(2016, 12, 31))], 2017) == 0
    assert posts_filled([posted(date(2016, 5, 1), date(2017, 1, 1))], 2017) == 1
    assert posts_filled([posted(date(2018, 1, 1))], 2017) == 0


def test_each_unit_with_people_in_the_team_has_its_own_line() -> None:
    postings = [posted(date(2017, 1, 1)), posted(date(2017, 1, 1), unit="O0002", level="county")]
    lines = due(postings, 2017, {}, RULES)
    assert [(line.unit, line.shortfall) for line in lines] == [("O0001", fen("10000")), ("O0002", fen("5000"))]
