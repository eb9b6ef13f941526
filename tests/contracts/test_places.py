"""Divisions by date: Kunming's fourteen counties and Dongchuan's eight townships."""

from datetime import date
from importlib import resources

import pytest
import yaml

from contracts import plain_yaml
from contracts.identifiers import place_around
from contracts.places import divisions_in, load_divisions

FOLDER = resources.files("contracts") / "divisions"


@pytest.mark.parametrize("day", [date(2016, 1, 1), date(2016, 11, 23), date(2016, 11, 24), date(2017, 12, 31)])
def test_kunming_has_fourteen_counties_on_any_day(day: date) -> None:
    assert len([item for item in divisions_in("5301", day) if len(item.code) == 6]) == 14


def test_jinning_changes_its_code_when_it_becomes_a_district() -> None:
    def jinning(day: date) -> list[tuple[str, str]]:
        return [(item.code, item.name) for item in divisions_in("5301", day) if item.name_en == "Jinning"]

    assert jinning(date(2016, 11, 23)) == [("530122", "晋宁县")]
    assert jinning(date(2016, 11, 24)) == [("530115", "晋宁区")]


def test_dongchuan_has_eight_townships_and_says_which_codes_are_unverified() -> None:
    townships = [item for item in divisions_in("530113", date(2017, 6, 1)) if len(item.code) == 9]
    assert len(townships) == 8
    assert {item.name[-1] for item in townships} == {"道", "镇", "乡"}
    assert any(not item.verified for item in townships)


def test_no_code_stands_for_two_places() -> None:
    codes = [item.code for item in load_divisions()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("name", sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".yaml")))
def test_the_strict_reader_reads_what_pyyaml_reads(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert plain_yaml.load(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("places", "around"),
    [
        (["530113100201"], "530113100201"),
        (["530113100201", "530113100202"], "530113100"),
        (["530113100201", "530113101202"], "530113"),
        (["530113100201", "530114"], "5301"),
        (["530113100201", "530113100"], "530113100"),
        (["5301", "530113100"], "5301"),
        (["530113100201", "520113100201"], ""),
    ],
)
def test_the_place_around_places_is_the_smallest_that_holds_them_all(places: list[str], around: str) -> None:
    assert place_around(places) == around
    assert place_around(places[::-1]) == around
