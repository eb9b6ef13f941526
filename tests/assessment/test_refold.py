"""Closed years folded again from an export: agreement, and every kind of difference noticed."""

import json
from datetime import date
from pathlib import Path

import pytest

from contracts import disclosure
from contracts.assessment import Grade
from services.assessment.fold.fold import canonical_bytes
from services.assessment.replay.closed_years import closed_years
from services.assessment.replay.export_pages import Export
from services.assessment.replay.lines import LineError
from services.assessment.replay.refold import refold_file, refold_text
from tests.assessment.kept import Kept
from tests.assessment.office import OTHER, PERSON
from tests.assessment.test_disputes import ALL_YEAR, SHORT, finalised, w57


def written(kept: Kept, path: Path) -> tuple[Path, Path]:
    """The logs as `zhucun export` writes them."""
    events, disclosures = path / "events.jsonl", path / "disclosures"
    events.write_bytes(b"".join(piece.body + b"\n" for piece in kept.pieces))
    disclosures.write_text("".join(text + "\n" for text in kept.texts.values()), encoding="utf-8")
    return events, disclosures


def altered(events: Path, old: bytes, new: bytes) -> None:
    text = events.read_bytes()
    assert text.count(old), old
    events.write_bytes(text.replace(old, new, 1))


def test_a_closed_year_comes_out_as_it_was_decided_every_version(tmp_path: Path) -> None:
    events, disclosures = written(w57(), tmp_path)
    (found,) = refold_file(events, 2017, disclosures=disclosures)
    assert (found.county, found.determinations, found.differences) == ("530113", 2, [])
    assert "一致" in refold_text([found])


def test_what_was_erased_or_is_not_disclosed_is_undetermined_and_no_alarm(tmp_path: Path) -> None:
    sanctioned = {**SHORT, "sanction": {"decided": date(2017, 6, 1)}}
    events, disclosures = written(finalised(**sanctioned), tmp_path)
    assert refold_file(events, 2017, disclosures=disclosures)[0].undetermined == []
    (closed,) = refold_file(events, 2017)
    assert (closed.differences, closed.undetermined) == ([], [PERSON])
    kept = finalised(**sanctioned)
    texts = [text for text in kept.texts.values() if disclosure.read(text)[0] != "decided_on"]
    erased = [json.dumps({"digest": d, "text": None}) for d, text in kept.texts.items() if text not in texts]
    disclosures.write_text("\n".join([*texts, *erased]) + "\n", encoding="utf-8")
    (gone,) = refold_file(events, 2017, disclosures=disclosures)
    assert (gone.differences, gone.undetermined) == ([], [PERSON])
    assert "无法判定" in refold_text([gone])


def test_a_changed_day_below_the_basis_is_an_alarm(tmp_path: Path) -> None:
    events, disclosures = written(finalised(**SHORT), tmp_path)
    altered(events, b'"date":"2017-03-07"', b'"date":"2017-03-11"')
    (difference,) = refold_file(events, 2017, disclosures=disclosures)[0].differences
    assert difference["person"] == PERSON
    assert "不一致 1 处" in refold_text(refold_file(events, 2017, disclosures=disclosures))


def test_a_changed_second_version_is_an_alarm(tmp_path: Path) -> None:
    events, disclosures = written(w57(), tmp_path)
    lines = events.read_bytes().splitlines()
    final = next(n for n, line in enumerate(lines) if b'"determination":2' in line and b"AssessmentFinalised" in line)
    event = json.loads(lines[final])
    event["data"]["outcome"] = "优秀"
    lines[final] = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    events.write_bytes(b"\n".join(lines) + b"\n")
    (difference,) = refold_file(events, 2017, disclosures=disclosures)[0].differences
    assert (difference["determination"], [one["member"] for one in difference["differs"]]) == (2, ["outcome"])


def test_somebody_who_belongs_on_the_list_and_was_never_determined_is_an_alarm(tmp_path: Path) -> None:
    kept = Kept().given(name=OTHER, posted=ALL_YEAR, present=f"{ALL_YEAR} duty")
    whole = finalised(**SHORT)
    events, disclosures = written(whole, tmp_path)
    foreign = [piece.body.replace(b"zhucun.demo/", b"zhucun.more/") for piece in kept.pieces]
    events.write_bytes(b"\n".join(foreign) + b"\n" + events.read_bytes())
    assert refold_file(events, 2017, disclosures=disclosures)[0].differences == []
    altered(events, b'"objects":1', b'"objects":2')
    (difference,) = refold_file(events, 2017, disclosures=disclosures)[0].differences
    assert difference["differs"][0]["member"] == "objects"


def test_years_and_counties_that_are_not_closed_are_not_compared(tmp_path: Path) -> None:
    events, disclosures = written(finalised(**SHORT), tmp_path)
    assert refold_file(events, 2016, disclosures=disclosures) == []
    assert refold_file(events, 2017, county="530114", disclosures=disclosures) == []
    assert closed_years(Export(events)) == [2017]
    assert "尚无" in refold_text([])


def test_a_file_that_is_no_export_is_one_sentence(tmp_path: Path) -> None:
    events, disclosures = written(finalised(**SHORT), tmp_path)
    events.write_bytes(events.read_bytes() + b"{}\n")
    with pytest.raises(LineError, match="line"):
        refold_file(events, 2017, disclosures=disclosures)


def county_of_three() -> Kept:
    """A year final with one person proposed as 优秀, for whom there is no place among three."""
    kept = Kept()
    names = (PERSON, OTHER, "P000077")
    for name in names:
        kept.given(name=name, posted=ALL_YEAR, present=f"{ALL_YEAR} duty")
    office = kept.office.opened()
    kept.record(office.facts)
    for name in names:
        kept.record(office.propose(kept.shown(), name, Grade.EXCELLENT if name == OTHER else Grade.COMPETENT))
    kept.record(office.review(kept.shown(), *names))
    office.today = date(2018, 1, 20)
    kept.record(office.finalise(kept.shown()))
    return kept


def test_whoever_waited_for_a_place_is_compared_and_whoever_confirmed_does_not_matter(tmp_path: Path) -> None:
    events, disclosures = written(county_of_three(), tmp_path)
    (found,) = refold_file(events, 2017, disclosures=disclosures)
    assert (found.determinations, found.differences) == (3, [])
    lines = events.read_bytes().splitlines()
    finals = [n for n, line in enumerate(lines) if b"AssessmentFinalised.v1" in line]
    said = [("place", "530113"), ("article", "12"), ("outcome", "优秀")]
    for place, (member, value) in zip(finals, said, strict=True):
        event = json.loads(lines[place])
        event["data"][member] = value
        lines[place] = canonical_bytes(event)
    events.write_bytes(b"\n".join(lines) + b"\n")
    (difference,) = refold_file(events, 2017, disclosures=disclosures)[0].differences
    assert [one["member"] for one in difference["differs"]] == ["outcome"], "the words of an official are no part of it"


def test_what_lies_beyond_the_basis_of_a_county_does_not_count(tmp_path: Path) -> None:
    """The record of a day arrives after the year was closed; a second county closes its year after that."""
    kept = finalised(**SHORT)
    kept.given(recorded=date(2018, 3, 1), present="2017-03-08")
    kept.given(recorded=date(2018, 3, 1), name=OTHER, posted=ALL_YEAR)
    events, disclosures = written(kept, tmp_path)
    (found,) = refold_file(events, 2017, disclosures=disclosures)
    assert (found.determinations, found.differences) == (1, [])
    closing = next(line for line in events.read_bytes().splitlines() if b"QuotaComputed.v1" in line)
    final = next(line for line in events.read_bytes().splitlines() if b"AssessmentFinalised.v1" in line)
    sizes = {origin: sum(piece.origin == origin for piece in kept.pieces) for origin in {p.origin for p in kept.pieces}}
    other = []
    for number, line in enumerate((closing, final)):
        event = json.loads(line.replace(b"530113", b"530114"))
        event["id"] = f"00000000-0000-4000-8000-00000000000{number}"
        if number:
            event["data"]["basis"] = [{**entry, "size": sizes[entry["origin"]]} for entry in event["data"]["basis"]]
        other.append(canonical_bytes(event))
    events.write_bytes(events.read_bytes() + b"\n".join(other) + b"\n")
    first, second = refold_file(events, 2017, disclosures=disclosures)
    assert (first.county, first.differences) == ("530113", []), "read as far as its own basis"
    (difference,) = [one for one in second.differences if one["person"] == PERSON]
    assert difference["determination"] == 1 and second.county == "530114"


def test_an_export_is_read_alike_however_its_logs_are_mixed(tmp_path: Path) -> None:
    events, disclosures = written(w57(), tmp_path)
    lines = events.read_bytes().splitlines()
    apart = sorted(lines, key=lambda line: json.loads(line)["origin"])
    wanted = refold_file(events, 2017, disclosures=disclosures)
    events.write_bytes(b"\n".join(apart))
    assert refold_file(events, 2017, disclosures=disclosures) == wanted
    events.write_bytes(b"\r\n\r\n".join(lines) + b"\r\n")
    assert refold_file(events, 2017, disclosures=disclosures) == wanted
