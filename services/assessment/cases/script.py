"""The events of a worked case in the making, written as the services write theirs."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import Any

from contracts.disclosure import digest_of
from contracts.envelope import encode
from contracts.fact import Actor, Fact
from contracts.identifiers import Role, stream_name
from services.assessment.fold.findings import FoldError
from services.assessment.replay.authority import MATRIX
from services.assessment.rules.rules import load

BEIJING = timezone(timedelta(hours=8))
VILLAGE = "530113100201"
DIGEST = "0" * 64
WHO = {
    "市联席办": Role.CITY_OFFICE, "市委组织部": Role.CITY_ORGANISATION, "市扶贫办": Role.CITY_POVERTY,
    "县联席办": Role.COUNTY_OFFICE, "县组织部门": Role.COUNTY_ORGANISATION, "县扶贫部门": Role.COUNTY_POVERTY,
    "乡镇": Role.TOWNSHIP, "乡镇分管领导": Role.TOWNSHIP_LEADER, "派出单位": Role.DISPATCHING_UNIT,
    "纪检监察": Role.DISCIPLINE, "队长": Role.TEAM_LEADER, "时钟": Role.CLOCK, "市财政": Role.CITY_FINANCE,
    "县财政": Role.COUNTY_FINANCE, "县扶贫开发领导小组": Role.COUNTY_LEADING_GROUP, "乡镇财务": Role.TOWNSHIP_FINANCE,
    "村党组织书记": Role.VILLAGE_SECRETARY, "村委会主任": Role.VILLAGE_DIRECTOR, "队员": Role.MEMBER,
    "村两委": Role.VILLAGE_COMMITTEES, "村民代表": Role.VILLAGE_REPRESENTATIVES, "投入单位": Role.INVESTOR,
}  # fmt: skip
"""The bodies of the measures as officials name them."""
_SPACE = uuid.UUID("6b0f3c53-4f0e-5c1e-9d6a-2016042710e1")
_MORNING = time(8, 0, tzinfo=BEIJING)


@dataclass(slots=True)
class Script:
    """Events of a case in the making: recorded instant, stream, fact, and whether its values stay hidden or erased."""

    case: str
    entries: list[tuple[datetime, str, Fact, str]] = field(default_factory=list)

    def add(self, recorded: datetime, stream: str, fact: Fact, visibility: str = "disclosed") -> str:
        """Add a fact; returns the id its event will have."""
        self.entries.append((recorded, stream, fact, visibility))
        return self.id_of(len(self.entries) - 1)

    def id_of(self, index: int) -> str:
        return str(uuid.uuid5(_SPACE, f"{self.case}/{index}"))

    def _salt(self, index: int) -> bytes:
        """A case is the same on every run, and no two events share a salt."""
        return uuid.uuid5(_SPACE, f"{self.case}/{index}/salt").bytes

    def encoded(self) -> tuple[list[bytes], dict[str, str], frozenset[str]]:
        """Event bytes per stream in order of recording, disclosures by digest, and the digests that were erased."""
        heads: dict[str, tuple[int, bytes | None]] = {}
        lines: list[bytes] = []
        texts: dict[str, str] = {}
        erased: set[str] = set()
        order = sorted(range(len(self.entries)), key=lambda index: self.entries[index][0])
        for index in order:
            recorded, stream, fact, visibility = self.entries[index]
            version, prev = heads.get(stream, (0, None))
            event = encode(
                fact, service=fact.SERVICE, event_id=self.id_of(index), origin=f"zhucun.demo/{fact.SERVICE}",
                stream=stream, version=version + 1, prev=prev, recorded=recorded, correlation=f"case-{index}",
                causation=None, salt=partial(self._salt, index),
            )  # fmt: skip
            heads[stream] = version + 1, event.leaf
            lines.append(event.body)
            if visibility == "disclosed":
                texts |= {digest_of(text): text for text in event.disclosures}
            elif visibility == "erased":
                erased |= {digest_of(text) for text in event.disclosures}
        return lines, texts, frozenset(erased)


def entries(value: Any) -> list[dict[str, Any]]:
    """One entry or several; a bare text is its `days`."""
    many = value if isinstance(value, list) else [value]
    return [entry if isinstance(entry, dict) else {"days": entry} for entry in many]


def instant(value: Any, default: date) -> datetime:
    """When something was recorded: an instant with offset, or a date (eight in the morning), else the default date."""
    if value is None:
        return datetime.combine(default, _MORNING)
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > len("2017-01-01") else date.fromisoformat(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise FoldError(f"{value} needs a time zone, for instance +08:00")
        return value
    return datetime.combine(value, _MORNING)


def author_of(name: str, person: str) -> Actor:
    """Who says a fact about a person in a case: whoever the matrix has speak first, the person or an official."""
    role = MATRIX[name].split()[0]
    code = Role(role.rstrip("=!"))
    return Actor(person=person if role.endswith("=") else official(code), role=code)


def official(role: Role) -> str:
    """The one official of that role in the world of the cases."""
    return f"P9{list(Role).index(role):05d}"


class Recorder:
    """Records facts of one person in a script."""

    def __init__(self, script: Script, person: str) -> None:
        self.script = script
        self.person = person
        self.village = VILLAGE
        self.team = "T" + VILLAGE
        self._cases = 0
        self._check_ins: dict[date, list[str]] = {}
        self._spoken_for: set[date] = set()
        self._posted: list[tuple[date, date]] = []
        self._said: dict[str, Any] = {"ruleset": load().ruleset, "place": VILLAGE}

    def _add(self, kind: str, on: date, recorded: Any, cls: type[Fact], article: str, /, **members: Any) -> str:
        """Record a fact about `on`; `recorded` as in :func:`instant`, by default that morning."""
        visibility = members.pop("visibility", "disclosed")
        year = members.pop("stream_year", on.year)
        actor = author_of(cls.NAME, self.person)
        said = {**self._said, "actor": actor, "place": self.village, "article": article, "person": self.person}
        stream = stream_name(kind, self.person, year)
        return self.script.add(instant(recorded, on), stream, cls(**said, **members), visibility)

    def _case(self, word: str) -> str:
        self._cases += 1
        return f"{word}-{self._cases}"
