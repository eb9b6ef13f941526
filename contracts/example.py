"""One example of each event version: fixed values, ids and salts, so that the bytes are the same everywhere.

The values are those of one invented team of 2017. They are chosen by the name of a field, and by event where one name
means different things. A new field name without a value here is an error, not a guess.
"""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from contracts import canonical
from contracts.catalogue import EVENTS
from contracts.envelope import Encoded, encode, leaf_hash
from contracts.event_articles import ANY, articles_of
from contracts.example_events import BY_EVENT, sha256_of
from contracts.example_events import EVENT as _EVENT
from contracts.example_money import VALUES as MONEY_VALUES
from contracts.fact import Fact

ORIGIN = "zhucun.demo"
_RECORDED = datetime(2017, 5, 12, 9, 30, 0, 250_000, tzinfo=UTC)


_HEADER: dict[str, Any] = {"ruleset": "kunming-2016-1", "place": "530113101201"}

_ACTOR: dict[str, dict[str, Any]] = {
    "attendance": {"person": "P000101", "role": "MB", "organisation": "O0101"},
    "personnel": {"person": "P000801", "role": "XO", "organisation": "O0801"},
    "assessment": {"person": "P000801", "role": "XO", "organisation": "O0801"},
    "finance": {"person": "P000601", "role": "TF", "organisation": "O0601"},
}
_REFUSING = {"attendance": "9.9", "personnel": "8.3", "assessment": "15.3", "finance": "19.1"}
"""By which clause the refused command of the example was refused."""

_VALUES: dict[str, Any] = {
    "activity": "household_help",
    "agency": "dongchuan-finance",
    "adopted": "kunming-2016-1",
    "agenda": "听取汇报，部署下一步工作",
    "absences": 2,
    "after": "称职",
    "agrees": True,
    "allotment": "allotment-2017-01",
    "amount": 5_000_000,
    "appropriation": "appropriation-2017-01",
    "approval": "approval-2017-01",
    "approved_by": "P000501",
    "assessment": _EVENT,
    "ability": True,
    "accepted": True,
    "asked": 1,
    "attendees": 32,
    "attestation": "政治素质好，业务能力强",
    "area": "530113101",
    "basis": [
        {"origin": "zhucun.demo/attendance", "size": 1024, "root": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}
    ],
    "before": "不称职",
    "body": "party",
    "calendars_digest": sha256_of("calendars"),
    "candidates": [{"person": "P000101", "score": 9_500, "on_post": 239, "absences": 0}],
    "by_version": 2,
    "carry_out_run": 3,
    "case": "case-2017-01",
    "cause": "term",
    "check": "check-2017-05",
    "chosen": ["P000101", "P000102"],
    "claim": "当月两日系经批准的因公出差",
    "clause": "15.4",
    "clear_results": True,
    "closes_on": "2017-05-31",
    "closed_on": "2017-05-12",
    "confirmed_on": "2017-05-12",
    "commendation": "昆联发〔2018〕3号",
    "code": "AUTH",
    "cohort": sha256_of("cohort"),
    "command": "GrantLeave",
    "content": "集中学习驻村工作纪律",
    "contribution": "contribution-2017-01",
    "corrects": 1,
    "county": "530113",
    "credit_code": "11530113015117301U",
    "date": "2017-05-12",
    "days": 15,
    "decision": "decision-1",
    "decisions": ["decision-1", "decision-2"],
    "department": "O0901",
    "decided_on": "2017-05-11",
    "deferred": ["P000103"],
    "delegate": "P000704",
    "delegated": True,
    "delegated_by": "P000701",
    "description": "连续多日不在村且未说明去向",
    "details": ["name", "telephone"],
    "determined_on": "2018-01-20",
    "determination": 1,
    "device_time": "2017-05-12T00:41:07.000000Z",
    "digest": sha256_of("calendar"),
    "due_on": "2017-04-30",
    "duty": "6.4",
    "document": "昆联发〔2016〕1号",
    "edition": 1,
    "effective_from": "2016-04-27",
    "emergency": True,
    "ends_on": "2017-05-18",
    "entry": "entry-2017-05-12",
    "evidence": [sha256_of("evidence")],
    "evidence_count": 1,
    "evidence_digest": canonical.digest([_EVENT]),
    "excellent": 36,
    "excellent_digest": sha256_of("excellent"),
    "expires": "2017-12-31T16:00:00.000000Z",
    "fed_back_on": "2018-01-22",
    "findings": [
        {"article": "15.3", "outcome": "met", "values": {"threshold": 200, "days": 199, "note": None}},
        {"article": "15.4", "outcome": "not_met", "values": {"longest_run": 4, "crossing": False}},
    ],
    "experience": "党员联户带动搬迁",
    "fold_digest": sha256_of("fold"),
    "forced": False,
    "formed_on": "2017-01-03",
    "found_on": "2017-05-11",
    "observed_on": "2017-05-11",
    "grade": "称职",
    "grounds": ["D3"],
    "grant": "grant-01",
    "granted_on": "2017-06-02",
    "granted_by": "township",
    "held": 0,
    "inputs": sha256_of("inputs"),
    "item": "item-2017-05",
    "issuers": ["昆明市农村扶贫开发工作领导小组"],
    "joined": ["P000107"],
    "joint_with": "P000902",
    "key": "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK",
    "kind": "work",
    "last_day": "2017-05-31",
    "again": False,
    "late": False,
    "leader": "P000100",
    "leader_consent": "P000100",
    "leave": "leave-2017-01",
    "leave_days": 12,
    "left": ["P000101"],
    "legal_basis": ["云贫开发〔2015〕23号", "昆发〔2015〕18号", "昆办通〔2015〕80号"],
    "level": "county",
    "manifest": [
        {
            "origin": "zhucun.demo/attendance",
            "stream": "attendance/P000101/2017",
            "version": 218,
            "head": sha256_of("head"),
        }
    ],
    "lifted_on": "2018-02-20",
    "maximum": 36,
    "medium": "云南日报",
    "meeting": "meeting-2017-05",
    "members": ["P000100", "P000101", "P000102", "P000103", "P000104", "P000105"],
    "method": "gps",
    "metrics": [{"metric": "postings", "count": 3}],
    "month": "2017-04",
    "measure": "measure-2017-01",
    "months": 24,
    "moment": "2018-01-20T02:00:00.000000Z",
    "name": "喆㛃",
    "need": "lodging",
    "nominated_on": "2017-05-12",
    "needed": 200,
    "notice": "国办发明电〔2016〕17号",
    "objects": 180,
    "objects_digest": sha256_of("objects"),
    "on": "2017-05-12",
    "on_post": 239,
    "on_time": True,
    "without_signal": True,
    "opened_on": "2017-05-10",
    "matter": "formation",
    "opinion": "情况属实，同意",
    "organisation": "O0101",
    "organiser": "county",
    "outcome": "称职",
    "outside_unit_quota": False,
    "overnight": True,
    "paid_on": "2017-05-12",
    "parameter": "attendance.sync_horizon_days",
    "parameters": {"onpost.threshold": 200, "half_year.rule": {"days": 183, "months": 6}},
    "parameters_digest": sha256_of("parameters"),
    "payment": "payment-2017-01",
    "person": "P000101",
    "people_below_days": 0,
    "persons": 2,
    "photos": [sha256_of("photo")],
    "places": ["530113"],
    "politics": True,
    "post": "县委副书记",
    "preferences": ["reserve_cadre", "full_party_member"],
    "problems": "蓄水池管网老化",
    "progress": "完成入户走访",
    "project": "project-2017-01",
    "purpose": "到区里参加产业项目评审",
    "rank": "chief",
    "raised_on": "2018-02-10",
    "possible": 138,
    "reached_on": "2017-05-12",
    "reason": "家中老人住院需要照料",
    "reasons": "出勤满足要求，群众评议良好",
    "received_on": "2017-05-12",
    "recipient": "530113101",
    "record": "device-7.000412",
    "refused_article": "9",
    "registered_poor": True,
    "rejected_by": "township",
    "relation": "assigned",
    "request": "request-2017-01",
    "requested_by": "P000101",
    "result": "sanctioned",
    "returned_on": "2017-05-12",
    "revision": 1,
    "round": "round-2017-01",
    "role": "TP",
    "rows": [
        {"person": "P000101", "unit": "O0101", "leader": False, "days": "RPPPPRRPPPPPRRPPPTTRRPPLLPRRRPP", "posted": 31}
    ],
    "rule_mode": "mandatory",
    "rules_digest": sha256_of("rules"),
    "ruling": "ruling-2017-01",
    "sanction": "党内警告",
    "scope_key": "zhucun.demo/scope/dongchuan-finance+f2702c74+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
    "score": 8_650,
    "seed": sha256_of("seed"),
    "since": "2017-05-12",
    "source": "county",
    "starts_on": "2017-05-15",
    "status": "ONPOST",
    "strength": 6,
    "successor": "P000107",
    "summary": "发展中药材种植",
    "supersedes": _EVENT,
    "supports": True,
    "target": "attendance/P000101/2017",
    "tied": ["P000101", "P000102", "P000103"],
    "team": "T53011301",
    "tasks_done_well": True,
    "term_ended_on": "2017-05-31",
    "text": "走访贫困户五户",
    "teams": ["T53011301"],
    "text_digest": sha256_of("text"),
    "township_consent": "P000501",
    "topic": "精准识别与动态管理",
    "trainers": 2,
    "training": "training-2017-05",
    "travel": "travel-2017-01",
    "unit": "O0101",
    "unit_level": "city",
    "upheld": True,
    "use": "office",
    "valid_from": "2017-01-01",
    "value": 14,
    "version": 1,
    "village": "530113101201",
    "voids": _EVENT,
    "wanted": 12,
    "wish": "replacement",
    "year": 2017,
    "years": [{"year": 2017, "determination": 1, "outcome": "称职"}],
}

_OF_SERVICE: dict[str, dict[str, Any]] = {
    "attendance": {
        "candidates": ["T53011301", "T53011302", "T53011303"],
        "due_on": "2017-06-15",
        "measure": "run",
        "month": "2017-05",
        "on_post": 61,
    },
    "assessment": {"days": sha256_of("days"), "opinion": "同意，群众评价好"},
    "finance": MONEY_VALUES,
}
"""What a service alone means by a field's name."""


def example_fact(event_type: str) -> Fact:
    """The fact of the example; every optional field is filled. Raises LookupError for a field without a value here."""
    cls = EVENTS[event_type]
    service = event_type.split(".")[1]
    article = articles_of(event_type)[0]
    members = _HEADER | {"actor": _ACTOR[service], "article": _REFUSING[service] if article == ANY else article}
    values = _VALUES | _OF_SERVICE.get(service, {})
    for name in cls.model_fields.keys() - members.keys():
        if (cls.__name__, name) in BY_EVENT:
            members[name] = BY_EVENT[cls.__name__, name]
        elif name in values:
            members[name] = values[name]
        else:
            raise LookupError(f"contracts/example.py has no value for {cls.__name__}.{name}")
    return cls.model_validate(members)


def example(event_type: str) -> Encoded:
    """The example as an event: bytes, leaf and disclosures. `CheckedIn` follows another event, the rest come first."""
    fact = example_fact(event_type)
    _, service, name, _ = event_type.split(".")
    known = {"person": "P000101", "year": 2017} | fact.model_dump(mode="json")
    follows = name == "CheckedIn"
    salts = (hashlib.sha256(f"{event_type}/{number}".encode()).digest()[:16] for number in range(100))
    return encode(
        fact,
        service=service,
        event_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:zhucun:example:{event_type}")),
        origin=f"{ORIGIN}/{service}",
        stream=fact.STREAM.format_map(known),
        version=2 if follows else 1,
        prev=leaf_hash(b"the event before") if follows else None,
        recorded=_RECORDED,
        correlation=f"example-{name}",
        causation=_EVENT if follows else None,
        salt=lambda: next(salts),
    )
