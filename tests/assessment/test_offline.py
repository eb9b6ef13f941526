"""`zhucun assess` on a file: what it takes, what it refuses, and what hidden values do."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.assessment.cases.events import Given
from services.assessment.cases.script import Script
from services.assessment.fold.civil import cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import canonical_bytes, fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay import lines as event_lines
from services.assessment.replay import offline
from services.assessment.replay.lines import LineError
from services.assessment.rules import rules
from tests.assessment.histories import PERSON

Write = Callable[[bytes], Path]
YEAR = "2017-01-01..2017-12-31"
GIVEN: dict[str, Any] = {
    "posted": "2017-01-01..",
    "present": f"{YEAR} duty",
    "no_record": "2017-06-01..2017-06-23",
    "leave": {"days": "2017-06-01..2017-06-08", "kind": "sick"},
    "sanction": {"decided": date(2017, 5, 2)},
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def file(content: bytes) -> Path:
        path = tmp_path / "events.jsonl"
        path.write_bytes(content)
        return path

    return file


def script(given: dict[str, Any]) -> tuple[list[bytes], dict[str, str], frozenset[str]]:
    written = Script("offline")
    Given(written, PERSON).write(given)
    return written.encoded()


LINES, TEXTS, _ = script(GIVEN)


def disclosed(tmp_path: Path, *entries: str) -> Path:
    path = tmp_path / "disclosures"
    path.write_text("\n".join(entries), encoding="utf-8")
    return path


def test_lines_may_come_in_any_order_and_twice_and_with_blank_ones_between(write: Write) -> None:
    once = offline.assess(write(b"\n".join(LINES)), 2017)
    again = offline.assess(write(b"\r\n\n".join([*reversed(LINES), *LINES[:40], b""])), 2017)
    assert again.pop("lines") == once.pop("lines") + 40
    assert canonical_bytes(again) == canonical_bytes(once)


def test_without_disclosures_the_sanction_is_undetermined_and_with_them_it_is_a_ground(
    write: Write, tmp_path: Path
) -> None:
    path = write(b"\n".join(LINES))
    hidden = offline.assess(path, 2017)["persons"][PERSON]
    assert (hidden["outcome"], hidden["grounds"]) == ("undetermined", [])
    opened = offline.assess(path, 2017, disclosures=disclosed(tmp_path, *TEXTS.values()))["persons"][PERSON]
    assert (opened["outcome"], opened["grounds"]) == ("不称职", ["D1"])


def test_a_destroyed_value_is_told_from_one_that_is_not_shown(write: Write, tmp_path: Path) -> None:
    erased = [json.dumps({"digest": digest, "text": None}) for digest in TEXTS]
    shown = offline.assess(write(b"\n".join(LINES)), 2017, disclosures=disclosed(tmp_path, *erased))["persons"][PERSON]
    outcomes = {finding["article"]: finding["outcome"] for finding in shown["findings"]}
    assert (shown["outcome"], outcomes["15.1"]) == ("undetermined", "erased")


def test_a_hidden_sanction_does_not_hide_another_ground(write: Write) -> None:
    lines, _, _ = script({**GIVEN, "severe_impact": {"found": date(2017, 9, 1)}})
    shown = offline.assess(write(b"\n".join(lines)), 2017)["persons"][PERSON]
    assert (shown["outcome"], shown["grounds"]) == ("不称职", ["D2"])


def test_disclosures_may_be_json_and_a_bad_one_names_its_line(write: Write, tmp_path: Path) -> None:
    entries = [json.dumps({"text": text}) for text in TEXTS.values()]
    shown = offline.assess(write(b"\n".join(LINES)), 2017, disclosures=disclosed(tmp_path, *entries))
    assert shown["persons"][PERSON]["grounds"] == ["D1"]
    with pytest.raises(LineError, match="line 2: disclosures: not a disclosure"):
        offline.read_disclosures(disclosed(tmp_path, entries[0], "§§"))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[]", "not an event"),
        (b"7", "not an event"),
        (b'{"data":{}}', "'type' is missing"),
        (b'{"a":1,"a":2,"data":{}}', "duplicate key"),
        (b"\xff\xfe", "not UTF-8"),
        (LINES[5][:-1], "not JSON"),
        (LINES[5].replace(b'"2017-', b'"2017-13-', 1), "not a civil date"),
        (LINES[5].replace(b'"person":"P000001","place"', b'"place"'), "'person' is missing"),
        (LINES[5].replace(b"CheckedIn.v1", b"CheckedIn.v2"), "newer than this fold"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_bad_line_is_named_by_its_number(write: Write, line: bytes, reason: str) -> None:
    with pytest.raises(LineError) as refused:
        offline.assess(write(b"\n".join([LINES[0], LINES[1], line, LINES[2]])), 2017)
    assert refused.value.line == 3
    assert reason in str(refused.value)


def test_one_id_with_two_contents_is_refused(write: Write) -> None:
    check_in = next(line for line in LINES if b"CheckedIn" in line)
    forged = check_in.replace(b'"method":"gps"', b'"method":"kiosk"')
    assert forged != check_in
    with pytest.raises(LineError, match=r"line 2: event .* comes twice with different content"):
        offline.assess(write(check_in + b"\n" + forged + b"\n"), 2017)


def test_settings_and_county_and_instants_are_passed_on(write: Write) -> None:
    path = write(b"\n".join(LINES))
    changed = offline.assess(path, 2017, settings=["absence.basis=calendar"], county="530113")
    assert changed["rules"]["changed"] == {"absence.basis": "calendar"}
    assert changed["persons"][PERSON]["absences"] > offline.assess(path, 2017)["persons"][PERSON]["absences"]
    assert offline.assess(path, 2017, county="530128")["persons"] == {}
    assert offline.assess(path, 2017, as_of="2017-03-01")["persons"][PERSON]["outcome"] == "YEAR_OPEN"
    for wrong in ("yesterday", "2017-13-01", "2017-03-01T10:00:00"):
        with pytest.raises(FoldError):
            offline.assess(path, 2017, as_of=wrong)


@pytest.mark.parametrize(
    ("county", "said"), [("东川区", "东川区为 530113"), ("5301", "如 530113"), ("某县", "如 530113")]
)
def test_a_county_is_a_code_and_anything_else_is_not_taken_for_an_empty_one(
    write: Write, county: str, said: str
) -> None:
    path = write(b"\n".join(LINES))
    with pytest.raises(FoldError, match=said):
        offline.assess(path, 2017, county=county)
    assert "没有人员 / nobody" in offline.summary(offline.assess(path, 2017, county="530199"))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FoldError, match="No such file"):
        offline.assess(tmp_path / "nothing.jsonl", 2017)


def test_the_result_names_the_exact_rules(write: Write) -> None:
    said = offline.assess(write(b"\n".join(LINES)), 2017)["rules"]
    assert said["ruleset"] == "昆联发〔2016〕1号"
    assert said["fold_digest"] == rules.fold_digest()
    assert all(len(said[name]) == 64 for name in ("rules_digest", "parameters_digest", "fold_digest"))


def _county_of_five(*grades: tuple[str, int]) -> list[bytes]:
    """Five people of one county, graded, and one of another: who is 优秀 waits for everybody."""
    written = Script("county")
    for number, (grade, score) in enumerate(grades):
        given = {"posted": YEAR, "present": f"{YEAR} duty", "grade": {"year": 2017, "grade": grade, "score": score}}
        Given(written, f"P00000{number}").write(given)
    far = {"posted": [{"days": YEAR, "village": "530114100201"}], "present": f"{YEAR} duty"}
    Given(written, "P000009").write(far)
    return written.encoded()[0]


@pytest.mark.parametrize("county", [None, "530113", "530114", "530115"])
def test_one_person_after_the_other_is_the_fold_of_all_at_once(write: Write, county: str | None) -> None:
    lines = _county_of_five(("优秀", 9200), ("优秀", 9100), ("称职", 8000), ("优秀", 9000), ("称职", 8100))
    reader = Reader(cut_at(None))
    event_lines.read_lines(lines, reader, {})
    whole = fold_read(reader, rules.fold_rules(2017), year=2017, cut=cut_at(None), county=county)
    assert sorted(whole["persons"]) == {None: [*(f"P00000{n}" for n in range(5)), "P000009"],
        "530113": [f"P00000{n}" for n in range(5)], "530114": ["P000009"], "530115": []}[county]  # fmt: skip
    found = offline.assess(write(b"\n".join(lines)), 2017, county=county)
    assert {key: found[key] for key in whole} == whole
    assert list(found["persons"]) == sorted(found["persons"])
    assert b"".join(offline.pieces(found)) == canonical_bytes(found)


def test_an_explanation_has_the_clause_the_parameters_the_days_and_the_events(write: Write, tmp_path: Path) -> None:
    path = write(b"\n".join(LINES))
    text = offline.explain(path, PERSON, 2017, disclosures=disclosed(tmp_path, *TEXTS.values()))
    assert "违法违纪违规，受党纪政纪处分的；" in text
    assert "每年在岗时间不少于200天（含因公出差）。" in text
    assert "absence.run_limit = 15" in text
    assert "2017-06-09..2017-06-23" not in text, "rest days are not days of absence"
    assert "2017-06-12..2017-06-16" in text
    sanction = next(json.loads(line)["id"] for line in LINES if b"DisciplinarySanction" in line)
    check_in = next(json.loads(line)["id"] for line in LINES if b"CheckedIn" in line)
    assert sanction in text
    assert check_in in text
    with pytest.raises(FoldError, match="say nothing of P999999"):
        offline.explain(path, "P999999", 2017)


def test_an_explanation_from_parsed_events_is_the_same(write: Write) -> None:
    explained = offline.explain_events([json.loads(line) for line in LINES], person=PERSON, year=2017)
    assert explained["text"] == offline.explain(write(b"\n".join(LINES)), PERSON, 2017)
    assert explained["result"]["outcome"] == "undetermined"


def inputs(given: dict[str, Any], year: int = 2017) -> str:
    written = Script("inputs")
    Given(written, PERSON).write(given)
    reader = Reader(cut_at(None))
    event_lines.read_lines(written.encoded()[0], reader, {})
    result = fold_read(reader, rules.fold_rules(year), year=year, cut=cut_at(None))
    return str(result["persons"][PERSON]["inputs"])


def test_the_digest_of_the_inputs_knows_the_facts_of_the_year_and_not_the_officials_steps() -> None:
    year = {"posted": "2017-01-01..", "present": "2017-01-03..2017-01-20"}
    before = inputs(year)
    assert inputs({**year, "sanction": {"decided": date(2017, 3, 1)}}) != before
    assert inputs({**year, "travel": "2017-12-30..2018-01-05"}) != before
    assert inputs({**year, "travel": "2018-01-02..2018-01-05"}) == before
    assert inputs({**year, "present": ["2017-01-03..2017-01-20", "2018-01-02"]}) == before
    assert inputs({**year, "severe_impact": {"found": date(2018, 3, 1)}}) == before
    assert inputs({**year, "grade": {"year": 2017, "grade": "称职"}}) == before


@pytest.mark.parametrize("as_of", ["2016-06-30", "2016-12-31", "2017-01-01", "2017-01-01T00:00:00+08:00"])
def test_a_cut_before_or_at_the_beginning_of_the_year_is_an_open_year(write: Write, as_of: str) -> None:
    shown = offline.assess(write(b"\n".join(LINES)), 2017, as_of=as_of)["persons"].get(PERSON)
    if shown is not None:
        assert shown["outcome"] in ("YEAR_OPEN", "NOT_POSTED")
        assert len(shown["days"]) == (as_of == "2017-01-01")
