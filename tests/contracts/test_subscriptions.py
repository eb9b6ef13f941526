"""The matrix, the documents for subscribers, correction chains and keys: what needs no server."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from contracts import publish
from contracts.catalogue import EVENTS
from contracts.envelope import Envelope, decode
from contracts.event_articles import ANY, articles_of
from contracts.event_names import name_of, unused
from contracts.example import example
from contracts.identifiers import Role
from contracts.scopes import PostedBy, Scope, ScopeError, deciding_day, matrix, receivers, unit_on
from contracts.sensitivity import Sensitivity
from contracts.subscriber import nkey
from contracts.subscriber.corrections import last_words

SPOT_CHECK = "zhucun.attendance.PersonSpotChecked.v1"
COUNTY_ROLES = {"XZ", "XP", "XF", "XL", "DI"}


def test_the_matrix_has_the_roles_of_the_measures_and_no_other() -> None:
    assert set(matrix()) == {"DU", "CZ", "CO", "XZ", "XP", "XF", "XL", "DI", "AD"}


def test_medical_reasons_and_sanctions_are_disclosed_to_nobody_but_who_sent_them() -> None:
    opened = {
        (row.role, grant.event, name) for row in matrix().values() for grant in row.events for name in grant.disclose
    }
    sanction = "assessment.DisciplinarySanctionRecorded"
    assert opened == {(Role.DISCIPLINE, sanction, "body"), (Role.DISCIPLINE, sanction, "decided_on")}


def test_only_audit_receives_refusals_and_names() -> None:
    assert {row.role for row in receivers("zhucun.finance.CommandRefused.v1")} == {Role.AUDIT}
    assert {row.role for row in receivers("zhucun.personnel.PersonDetailsRecorded.v1")} == {Role.AUDIT}


@pytest.mark.parametrize(
    ("role", "places", "organisation"),
    [
        ("XX", ["530113"], None),
        ("XF", [], None),
        ("XF", ["53"], None),
        ("XF", ["53011x"], None),
        ("XF", ["530113"], "O0101"),
        ("DU", [], None),
        ("DU", ["530113"], "O0101"),
        ("AD", ["5301"], None),
    ],
)
def test_a_scope_that_is_not_complete_or_too_wide_is_refused(
    role: str, places: list[str], organisation: str | None
) -> None:
    with pytest.raises(ScopeError):
        Scope.of(role, places, organisation)


@pytest.mark.parametrize("role", sorted(COUNTY_ROLES))
def test_a_place_is_seen_with_all_that_lies_in_it_and_nothing_beside(role: str) -> None:
    scope = Scope.of(role, ["530113"])
    for event_type, cls in EVENTS.items():
        grant = next((grant for grant in scope.row.events if grant.covers(event_type)), None)
        data = {"place": "530113100201", **(dict(grant.where) if grant else {})}
        assert (scope.grant(event_type, data, ()) is not None) is (grant is not None), cls
        for outside in ("530127102204", "5301", "530114", "53011"):
            assert scope.grant(event_type, data | {"place": outside}, ()) is None


def test_what_a_line_asks_of_a_member_decides() -> None:
    discipline = Scope.of("DI", ["530113"])
    assert discipline.grant(SPOT_CHECK, {"place": "530113", "finding": "absent"}, ()) is not None
    assert discipline.grant(SPOT_CHECK, {"place": "530113", "finding": "present"}, ()) is None
    assert discipline.grant(SPOT_CHECK, {"place": "530113"}, ()) is None


def test_a_persons_unit_is_that_of_the_day_and_of_the_year_that_a_result_is_about() -> None:
    postings = [PostedBy("O0101", "2017-01-01"), PostedBy("O0102", "2018-01-01")]
    assert unit_on(postings, "2016-12-31") is None
    assert unit_on(postings, "2017-12-31") == "O0101"
    assert unit_on(postings, "2018-01-01") == "O0102"
    assert deciding_day("assessment/P000101/2017", "2018-01-20") == "2017-12-31"
    assert deciding_day("attendance/P000101/2018", "2018-01-20") == "2018-01-20"


def test_every_event_is_described_to_subscribers_with_a_schema_that_is_there() -> None:
    described: set[str] = set()
    for path in (publish.FOLDER / "asyncapi").glob("*.json"):
        document = json.loads(path.read_bytes())
        assert document["asyncapi"] == "3.0.0"
        messages = document["components"]["messages"]
        for channel in document["channels"].values():
            for name, reference in channel["messages"].items():
                assert reference == {"$ref": f"#/components/messages/{name}"}
                assert name in messages
            named = {part.strip("{}") for part in channel["address"].split(".") if part.startswith("{")}
            assert named == channel.get("parameters", {}).keys()
        for operation in document["operations"].values():
            assert operation["channel"]["$ref"].removeprefix("#/channels/") in document["channels"]
        for name, message in messages.items():
            if name != "checkpoint":
                schema = (path.parent / message["payload"]["schema"]["$ref"]).resolve()
                assert json.loads(schema.read_bytes())["title"] == name
                described.add(name)
    assert described == set(EVENTS)


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_every_event_has_a_chinese_name_and_says_what_it_means(event_type: str) -> None:
    called = name_of(event_type)
    assert any("\u4e00" <= character <= "\u9fff" for character in called.title)
    assert called.meaning.rstrip().endswith((".", "!", "?", "。", ")")), called.meaning
    assert unused() == []


def test_the_page_shows_every_event_without_script_or_network() -> None:
    page = (publish.FOLDER / "asyncapi" / "events.html").read_text("utf-8")
    assert [name for name in EVENTS if f'id="{name}"' not in page] == []
    shown = {
        name: re.search(rf'id="{re.escape(name)}".*?依据条款 articles (.*?) · ', page, re.DOTALL) for name in EVENTS
    }
    for name, found in shown.items():
        assert found is not None
        assert found.group(1) == "、".join(articles_of(name)).replace(ANY, "任一 any")
    assert "<td><td>" not in page  # every field has its unit, its values or its kind
    assert "派出单位 DU (finding = absent)" in page
    assert "纪检监察机关 DI (公开 with body，公开 with decided_on)" in page
    assert not [word for word in ("<script", "http://", "https://", "src=") if word in page]
    assert "分 fen" in page


def correction(event: Envelope, name: str, corrected: str, minutes: int) -> Envelope:
    return event.model_copy(
        update={
            "id": name,
            "data": {**event.data, "supersedes": corrected},
            "recordedtime": event.recordedtime + timedelta(minutes=minutes),
        }
    )


def test_the_end_of_a_chain_of_corrections_holds() -> None:
    first = decode(example("zhucun.attendance.AbsenceRecorded.v1").body)
    second, third = correction(first, "b", first.id, 1), correction(first, "c", "b", 2)
    rival = correction(first, "d", first.id, -1)
    found = last_words([third, rival, first, second])
    assert {name: event.id for name, event in found.items()} == {first.id: "c", "b": "c", "c": "c", "d": "d"}
    with pytest.raises(ValueError, match="lead back"):
        last_words([second, correction(first, first.id, "b", 1)])


def test_keys_are_written_as_nats_writes_them() -> None:
    seed = nkey.seed_of(bytes(range(32)))
    assert (seed[:2], len(seed)) == ("SU", 58)
    public = nkey.public_of(seed)
    assert (public[0], len(public)) == ("U", 56)
    for damaged in (seed[:-1] + ("A" if seed[-1] != "A" else "B"), seed[:-2], public, "", "SU!"):
        with pytest.raises(nkey.NkeyError):
            nkey.public_of(damaged)


def test_no_erasable_member_can_be_disclosed_for_good() -> None:
    from contracts import scopes

    row = matrix()["DI"]
    grant = next(grant for grant in row.events if grant.disclose)
    erasable = replace(grant, disclose=("sanction",))
    cls = EVENTS["zhucun.assessment.DisciplinarySanctionRecorded.v1"]
    assert cls.sensitivity("sanction") is Sensitivity.ERASABLE
    with pytest.raises(ScopeError, match="sanction"):
        scopes._check(cls, erasable)
