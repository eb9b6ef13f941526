"""A city's year as event bytes: real classes, real canonical bytes, chained per stream.

Nine in ten events are check-ins: of every fourth person those of a village's kiosk, of the others those of a telephone,
one in seven without the night. They are cut from moulds, each a real event with its varying members taken out; the
first, and one in ten thousand after it, is read back by the contracts to see that the moulds are true.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from contracts import attendance as att
from contracts import envelope
from contracts.assessment import Grade, GradeProposed, GradeReviewed
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import MemberSource, TeamMemberAssigned, UnitLevel, VillageRegistered
from contracts.personnel import RuleMode as Mode
from contracts.proofs import leaf_hash

PEOPLE = 2_424
TEAM_OF = 6
YEAR = 2017
ORIGIN = "zhucun.demo"
_FIRST, _DAYS = date(YEAR, 1, 1), 365
_SALT = b"\x05" * 16
_GRADES = 48
"""More than anybody has of other events that are no check-ins."""


@dataclass(slots=True)
class _Person:
    name: str
    village: str
    team: str
    stream: bytes
    told: tuple[bytes, bytes, bytes]
    """Name, village and team as they stand in a check-in."""
    away: set[int] = field(default_factory=set)
    """Days of the year, from 0, on which no check-in is written: trips, leave, and absences."""
    version: int = 0
    prev: bytes = b""
    """Of the attendance stream of the year."""


class _On(NamedTuple):
    """A day as it stands in a check-in: its text, and the beginnings of the ids of the first and the second one."""

    text: bytes
    ids: tuple[bytes, bytes]

    @classmethod
    def day(cls, day: date) -> "_On":
        first, second = (str(UUID(int=(day.toordinal() * 2 + again) << 64))[:24].encode() for again in range(2))
        return cls(day.isoformat().encode(), (first, second))


class Row(NamedTuple):
    """An event for the log of `service`."""

    service: str
    version: int
    id: str
    stream: bytes
    leaf: bytes
    body: bytes


def events(people: int) -> Iterator[Row]:
    """Every event of the year, in the order of the logs. Nobody is determined yet."""
    city = [_person(number) for number in range(people)]
    for number, person in enumerate(city):
        if number % TEAM_OF == 0:
            yield from _written(person, number, [_registered(person)])
        yield from _written(person, number, [_assigned(person), *_year_of(person, number)])
    kiosk, day_and_night, by_day = _mould(kiosk=True), _mould(), _mould(overnight=False)
    for day in range(_DAYS):
        on = _On.day(_FIRST + timedelta(days=day))
        for number, person in enumerate(city):
            if day in person.away:
                continue
            twice = number % 4 == 0 and (number + day) % 5 == 0
            mould = kiosk if number % 4 == 0 else by_day if (number + day) % 7 == 0 else day_and_night
            for again in range(2 if twice else 1):
                yield _cut(mould, person, number, on, again)
    for number, person in enumerate(city):
        yield from _written(person, number, _graded(person, number), after=_GRADES)


def places(people: int) -> Iterator[tuple[str, str]]:
    """Person and county."""
    for number in range(people):
        person = _person(number)
        yield person.name, person.village[:6]


def _person(number: int) -> _Person:
    county, village = divmod(number // TEAM_OF, 34)
    place = f"5301{county % 90 + 10:02d}{100 + county // 90:03d}{201 + village:03d}"
    name = f"P{number + 1:08d}"
    told = name.encode(), place.encode(), f"T{number // TEAM_OF:06d}".encode()
    return _Person(name, place, f"T{number // TEAM_OF:06d}", f"attendance/{name}/{YEAR}".encode(), told)


def _year_of(person: _Person, number: int) -> list[Fact]:
    """Two trips, two leaves with their chain, four spot checks, and some days without any record."""
    facts: list[Fact] = []
    said = _said(person)
    member = {**said, "person": person.name}
    for trip in range(2):
        first = 40 + 120 * trip + number % 60
        span = {"starts_on": _day(first), "ends_on": _day(first + 2)}
        named = {**member, "travel": f"X{trip}"}
        facts += [
            att.OfficialTravelRequested(**named, **span, purpose="到市里开会", evidence=()),
            att.OfficialTravelApproved(**named, **span),
            att.OfficialTravelClosed(**named, last_day=_day(first + 2)),
        ]
        person.away.update(range(first, first + 3))
    for leave in range(2):
        first = 20 + 150 * leave + number % 90
        span = {"starts_on": _day(first), "ends_on": _day(first + 3)}
        named = {**member, "leave": f"L{leave}"}
        kind = {"kind": att.LeaveKind.PERSONAL}
        facts += [
            att.LeaveRequested(**named, **span, **kind, reason="家事", evidence=()),
            att.LeaveApprovedByLeader(**named),
            att.LeaveGranted(**named, **span, **kind, granted_by=att.Level.TOWNSHIP),
            att.LeaveClosed(**named, returned_on=_day(first + 4), closed_on=_day(first + 4)),
        ]
        person.away.update(range(first, first + 4))
    for quarter in range(4):
        found = {"check": f"C{quarter}", "finding": att.SpotCheckFinding.PRESENT}
        facts.append(att.PersonSpotChecked(**member, date=_day(50 + 91 * quarter), **found))
    person.away.update(range(number % 23, _DAYS, 23))
    return facts


def _graded(person: _Person, number: int) -> list[Fact]:
    """Every fourth is proposed as 优秀, more than there are places; the county office upholds it."""
    said = {**_said(person), "article": "12", "person": person.name, "county": person.village[:6], "year": YEAR}
    grade = Grade.COMPETENT if number % 4 else Grade.EXCELLENT
    proposed = GradeProposed(**said, grade=grade, score=8000 + number * 37 % 1500, inputs="0" * 64, reasons="群众评议")
    return [proposed, GradeReviewed(**said, grade=grade, upheld=True)]


def _registered(person: _Person) -> Fact:
    mode = Mode.MANDATORY
    return VillageRegistered(**_said(person), village=person.village, registered_poor=True, rule_mode=mode)


def _assigned(person: _Person) -> Fact:
    return TeamMemberAssigned(
        **_said(person),
        person=person.name,
        team=person.team,
        village=person.village,
        unit="O0001",
        unit_level=UnitLevel.COUNTY,
        source=MemberSource.OTHER,
        starts_on=_FIRST,
    )


def _said(person: _Person) -> dict[str, Any]:
    actor = Actor(person="P900000010", role=Role.TOWNSHIP_LEADER, organisation="O0002")
    return {"actor": actor, "article": "9.2", "ruleset": "kunming-2016-1", "place": person.village}


def _day(number: int) -> date:
    return _FIRST + timedelta(days=number)


def _written(person: _Person, number: int, facts: list[Fact], after: int = 0) -> Iterator[Row]:
    """Events other than check-ins; those of attendance go into the person's stream of the year. `after`: so many were
    written before.
    """
    heads: dict[str, tuple[int, bytes]] = {}
    for place, fact in enumerate(facts, after):
        own = fact.SERVICE == "attendance"
        stream = fact.STREAM.format(person=person.name, village=person.village, year=YEAR)
        before, prev = (person.version, person.prev) if own else heads.get(stream, (0, b""))
        version = before + 1
        event = envelope.encode(
            fact,
            service=fact.SERVICE,
            event_id=str(UUID(int=(number * 64 + place) << 64 | (1 << 40) + len(facts))),
            origin=f"{ORIGIN}/{fact.SERVICE}",
            stream=stream,
            version=version,
            prev=prev or None,
            recorded=datetime(YEAR, 1, 1, 9, tzinfo=UTC),
            correlation=f"c-{number}-{place}",
            causation=None,
            salt=lambda: _SALT,
        )
        heads[stream] = version, event.leaf
        if own:
            person.version, person.prev = heads[stream]
        yield Row(fact.SERVICE, version, event.id, stream.encode(), event.leaf, event.body)


_HOLES = ("@correlation", "P000000001", "2017-09-09", "T000001", "530113100201", "K@record")


def _mould(*, kiosk: bool = False, overnight: bool = True) -> bytes:
    """The bytes of a check-in with %s where members vary, in the order of :func:`_cut`."""
    correlation, person, day, team, village, record = _HOLES
    fact = att.CheckedIn(
        actor=Actor(person=person, role=Role.MEMBER, organisation="O0001", via="P900000030" if kiosk else None),
        article="9.3",
        ruleset="kunming-2016-1",
        place=village,
        person=person,
        team=team,
        village=village,
        date=date.fromisoformat(day),
        method=att.CheckInMethod.KIOSK if kiosk else att.CheckInMethod.GPS,
        record=record.replace("@", "_"),
        device_time=datetime.combine(date.fromisoformat(day), time(11, 30), UTC),
        overnight=overnight,
    )
    event = envelope.encode(
        fact,
        service="attendance",
        event_id=str(UUID(int=7)),
        origin=f"{ORIGIN}/attendance",
        stream=f"attendance/{person}/{YEAR}",
        version=999_999,
        prev=b"\x07" * 32,
        recorded=datetime.combine(date.fromisoformat(day), time(12, 30), UTC),
        correlation=correlation,
        causation=None,
        salt=lambda: _SALT,
    )
    body = event.body
    assert b"%" not in body, "a mould is filled in with %"
    for hole in (*_HOLES[:5], "K_record", str(UUID(int=7)), "07" * 32, "999999"):
        body = body.replace(hole.encode(), b"%s")
    return body


def _cut(mould: bytes, person: _Person, number: int, on: _On, again: int) -> Row:
    day, (name, village, team) = on.text, person.told
    person.version += 1
    own = b"%s%012x" % (on.ids[again], number + 1)
    body = mould % (
        b"u-%s-%d" % (day, number // 108),
        name,
        day,
        day,
        name,
        village,
        b"K%s-%s-%d" % (day, name, again),
        team,
        village,
        own,
        person.prev.hex().encode(),
        day,
        name,
        b"%d" % person.version,
    )
    person.prev = leaf_hash(body)
    return Row("attendance", person.version, own.decode(), person.stream, person.prev, body)
