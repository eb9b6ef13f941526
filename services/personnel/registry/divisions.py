"""Whether a place lies in a county of Kunming that has its code on the day: the committed divisions, read once."""

from datetime import date
from functools import cache

from contracts.identifiers import county_of
from contracts.places import Division, divisions_in

CITY = "5301"
COUNTY_DIGITS = 6


def in_force(place: str, day: date) -> bool:
    """True for the city itself, and for a place whose county has this code on the day."""
    county = county_of(place)
    return place == CITY or any(division.code == county for division in _counties(day))


@cache
def _counties(day: date) -> tuple[Division, ...]:
    return tuple(division for division in divisions_in(CITY, day) if len(division.code) == COUNTY_DIGITS)
