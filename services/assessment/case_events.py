"""What a worked case gives -> real events: the same classes, the same canonical bytes as those of the services.

Every key of `given` is a method of `Given` with the same name; `tests/cases/README.md` describes them for officials.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import Any

from contracts import assessment as asm
from contracts import attendance as att
from contracts import personnel as per
from contracts.attendance import DayStatus, Level
from contracts.disclosure import digest_of
from contracts.envelope import encode
from contracts.fact import Actor, Fact
from contracts.identifiers import Role, stream_name
from services.assessment.case_days import OPEN_END, blocks, days, span
from services.assessment.findings import FoldError
from services.assessment.rules import load

BEIJING = timezone(timedelta(hours=8))
VILLAGE = "530113100201"
UNIT = "O0001"
DIGEST = "0" * 64
_SPACE = uuid.UUID("6b0f3c53-4f0e-5c1e-9d6a-2016042710e1")
_OTHERS = re.compile(r"other duty days of (\d{4})")
_AFTER_THE_OTHERS = ("check_in_voided", "leave")
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


class Given:
    """Writes the facts of one person into a script."""

    def __init__(self, script: Script, person: str) -> None:
        self.script = script
        self.person = person
        self.village = VILLAGE
        self.team = "T" + VILLAGE
        self._cases = 0
        self._check_ins: dict[date, list[str]] = {}
        self._spoken_for: set[date] = set()
        self._posted: list[tuple[date, date]] = []
        self._said: dict[str, Any] = {
            "actor": Actor(person=person, role=Role.MEMBER), "ruleset": load().ruleset, "place": VILLAGE,
        }  # fmt: skip

    def write(self, given: Mapping[str, Any]) -> None:
        """Write everything that is given, postings first. Raises FoldError for a key that does not exist."""
        for key in sorted(given, key=lambda name: (name != "posted", name in _AFTER_THE_OTHERS)):
            method = getattr(self, key, None) if key in KEYS else None
            if method is None and key != "no_record":
                raise FoldError(f"没有 given 项 {key!r} / no such key in given: {key!r}; there are {', '.join(KEYS)}")
            if method is not None:
                method(given[key], given) if key == "present" else method(given[key])

    def _add(self, kind: str, on: date, recorded: Any, cls: type[Fact], article: str, /, **members: Any) -> str:
        """Record a fact about `on`; `recorded` as in :func:`instant`, by default that morning."""
        visibility = members.pop("visibility", "disclosed")
        year = members.pop("stream_year", on.year)
        said = {**self._said, "place": self.village, "article": article, "person": self.person}
        stream = stream_name(kind, self.person, year)
        return self.script.add(instant(recorded, on), stream, cls(**said, **members), visibility)

    def _case(self, word: str) -> str:
        self._cases += 1
        return f"{word}-{self._cases}"

    # -- postings -----------------------------------------------------------------------------------------------------

    def posted(self, value: Any) -> None:
        for entry in entries(value):
            first, last = span(entry["days"])
            self.village = str(entry.get("village", VILLAGE))
            self.team = str(entry.get("team", "T" + self.village))
            self._add(
                "posting", first, entry.get("recorded"), per.TeamMemberAssigned, "5.2", team=self.team,
                village=self.village, unit=UNIT, unit_level=per.UnitLevel.CITY,
                source=per.MemberSource(entry.get("source", "assigned_unit_cadre")), starts_on=first,
            )  # fmt: skip
            self._posted.append((first, last or OPEN_END))
            if last is not None:
                self._end(entry, last)

    def _end(self, entry: Mapping[str, Any], last: date) -> None:
        how = entry.get("ended_by", "term")
        decided = entry.get("decided", last)
        recorded = entry.get("end_recorded")
        if how in ("ordinary", "forced", "rotation"):
            members = {"team": self.team, "kind": per.ReplacementKind(how), "decided_on": decided}
            self._add("posting", decided, None, per.ReplacementDecided, "10.3", **members)
            self._add("posting", last, recorded, per.MemberReplaced, "10.3", **members, last_day=last)
        elif how == "withdrawn":
            self._add(
                "posting", last, recorded, per.MemberWithdrawn, "8.3", team=self.team, approval=self._case("approval"),
                decided_on=decided, last_day=last,
            )  # fmt: skip
        else:
            cause = per.EndingCause(how)
            self._add("posting", last, recorded, per.PostingEnded, "9.15", team=self.team, cause=cause, last_day=last)

    def replacement_decided(self, value: Any) -> None:
        for entry in entries(value):
            decided, kind = entry["decided"], per.ReplacementKind(entry["kind"])
            cls = per.ReplacementDecided
            self._add(
                "posting", decided, entry.get("recorded"), cls, "10.3", team=self.team, kind=kind, decided_on=decided
            )

    def seconded(self, value: Any) -> None:
        for entry in entries(value):
            first, last = span(entry["days"])
            self._spoken_for.update(days(f"{first}..{last or first}"))
            self._add(
                "posting", first, entry.get("recorded"), per.SecondmentDetected, "9.14", unit=UNIT, starts_on=first
            )
            if last is not None:
                self._add("posting", last, None, per.SecondmentEnded, "9.14", unit=UNIT, last_day=last)

    def training(self, value: Any) -> None:
        for entry in entries(value):
            for first, last in blocks(days(entry["days"])):
                self._add(
                    "posting", first, entry.get("recorded"), per.TrainingAttended, "11.3", starts_on=first,
                    ends_on=last, training=self._case("training"), organiser=per.TrainingLevel.COUNTY,
                )  # fmt: skip

    # -- presence -----------------------------------------------------------------------------------------------------

    def present(self, value: Any, given: Mapping[str, Any]) -> None:
        """A check-in on each day, except those of `no_record`."""
        left_out = set(days(given["no_record"])) if "no_record" in given else set()
        self._spoken_for |= left_out
        for entry in entries(value):
            for day in days(entry["days"]):
                if day not in left_out:
                    for _ in range(entry.get("times", 1)):
                        self._check_in(day, entry)

    def _check_in(self, day: date, entry: Mapping[str, Any]) -> None:
        self._spoken_for.add(day)
        village = str(entry.get("village", self.village))
        members: dict[str, Any] = {"team": self.team, "village": village, "date": day}
        members["record"] = entry.get("record", self._case("record"))
        if entry.get("backfilled"):
            members |= {"evidence": (DIGEST,), "leader_consent": "P900001", "township_consent": "P900002"}
            event = self._add("attendance", day, entry.get("recorded"), att.CheckInBackfilled, "9.3", **members)
        else:
            members["method"] = att.CheckInMethod.GPS
            event = self._add("attendance", day, entry.get("recorded"), att.CheckedIn, "9.3", **members)
        self._check_ins.setdefault(day, []).append(event)

    def check_in_voided(self, value: Any) -> None:
        for entry in entries(value):
            for day in days(entry["days"]):
                for event in self._check_ins.get(day, ()):
                    self._add(
                        "attendance", day, entry.get("recorded", day + timedelta(days=1)), att.CheckInVoided, "8.4",
                        date=day, voids=event, reason="抽查不在岗",
                    )  # fmt: skip

    def found_absent(self, value: Any) -> None:
        self._spot_checked(value, att.SpotCheckFinding.ABSENT)

    def found_present(self, value: Any) -> None:
        self._spot_checked(value, att.SpotCheckFinding.PRESENT)

    def found_excused(self, value: Any) -> None:
        self._spot_checked(value, att.SpotCheckFinding.EXCUSED)

    def _spot_checked(self, value: Any, finding: att.SpotCheckFinding) -> None:
        for entry in entries(value):
            for day in days(entry["days"]):
                members = {"date": day, "check": self._case("check"), "finding": finding}
                self._add("attendance", day, entry.get("recorded"), att.PersonSpotChecked, "8.4", **members)

    def travel(self, value: Any) -> None:
        for entry in entries(value):
            self._spoken_for.update(days(entry["days"]))
            for first, last in blocks(days(entry["days"])):
                trip = {"travel": self._case("travel"), "stream_year": first.year}
                members = {**trip, "starts_on": first, "ends_on": last}
                self._add("attendance", first, entry.get("recorded"), att.OfficialTravelApproved, "9.2", **members)
                if "last_day" in entry:
                    closed = {**trip, "last_day": entry["last_day"]}
                    self._add("attendance", entry["last_day"], None, att.OfficialTravelClosed, "9.2", **closed)

    # -- leave and absence --------------------------------------------------------------------------------------------

    def leave(self, value: Any) -> None:
        for entry in entries(value):
            found = _OTHERS.fullmatch(str(entry["days"]))
            for first, last in blocks(self._others(int(found[1])) if found else days(entry["days"])):
                self._leave(entry, first, last)

    def _others(self, year: int) -> list[date]:
        """Posted duty days of the year of which the case says nothing else."""
        duty = [day for day in days(f"{year}-01-01..{year}-12-31 duty") if day not in self._spoken_for]
        return [day for day in duty if any(first <= day <= last for first, last in self._posted)]

    def _leave(self, entry: Mapping[str, Any], first: date, last: date) -> None:
        case = {"leave": self._case("leave"), "stream_year": first.year}
        interval = {**case, "kind": att.LeaveKind(entry.get("kind", "personal")), "starts_on": first, "ends_on": last}
        asked = first - timedelta(days=2)
        papers = {"reason": "见证明材料", "evidence": (DIGEST,)}
        self._add("attendance", asked, None, att.LeaveRequested, "9.9", **interval, **papers)
        first_step = entry.get("approved_only_by")
        if first_step in (None, "leader"):
            self._add("attendance", asked, None, att.LeaveApprovedByLeader, "9.10", **case)
        elif first_step == "township":
            self._add("attendance", asked, None, att.LeaveApprovedByTownship, "9.11", **case)
        if first_step is not None:
            return
        by = Level(entry.get("granted_by", "township"))
        hidden = {"visibility": entry.get("visibility", "disclosed")}
        granted = entry.get("recorded", asked)
        self._add("attendance", asked, granted, att.LeaveGranted, "9.10", **interval, granted_by=by, **hidden)
        for key, cls in (("extended_to", att.LeaveExtended), ("shortened_to", att.LeaveShortened)):
            if key in entry:
                changed = entry.get(key.replace("_to", "_on"), last)
                self._add("attendance", changed, None, cls, "9.12", **case, ends_on=entry[key])
        if "returned" in entry:
            closed = entry.get("closed_on", entry["returned"])
            members = {**case, "returned_on": entry["returned"], "closed_on": closed}
            self._add("attendance", closed, None, att.LeaveClosed, "9.12", **members)
        if "withdrawn_on" in entry:
            self._add("attendance", entry["withdrawn_on"], None, att.LeaveWithdrawn, "9.9", **case)
        if "overstay_noticed" in entry:
            since = {**case, "since": last + timedelta(days=1)}
            self._add("attendance", entry["overstay_noticed"], None, att.LeaveOverstayed, "9.12", **since)

    def absence_recorded(self, value: Any) -> None:
        for entry in entries(value):
            for day in days(entry["days"]):
                self._add("attendance", day, entry.get("recorded"), att.AbsenceRecorded, "15.4", date=day)

    def justified(self, value: Any) -> None:
        self._decided(value, att.AbsenceJustified)

    def justification_rejected(self, value: Any) -> None:
        self._decided(value, att.JustificationRejected)

    def _decided(self, value: Any, cls: type[Fact]) -> None:
        for entry in entries(value):
            for first, last in blocks(days(entry["days"])):
                members: dict[str, Any] = {"starts_on": first, "ends_on": last, "reason": "见证明材料"}
                if cls is att.AbsenceJustified:
                    members["evidence"] = (DIGEST,)
                self._add("attendance", first, entry.get("recorded", last), cls, "15.4", **members)

    def rest_day_recorded(self, value: Any) -> None:
        for day in days(value):
            self._add("attendance", day, None, att.RestDayRecorded, "9.3", date=day)

    def corrected(self, value: Any) -> None:
        for entry in entries(value):
            for day in days(entry["days"]):
                members = {"date": day, "status": DayStatus(entry["status"]), "reason": "见更正材料"}
                self._add("attendance", day, entry.get("recorded"), att.DayStatusCorrected, "9.3", **members)

    # -- assessment ---------------------------------------------------------------------------------------------------

    def sanction(self, value: Any) -> None:
        for entry in entries(value):
            members = {"case": self._case("sanction"), "body": asm.SanctionBody.PARTY, "sanction": "警告"}
            members |= {"decided_on": entry["decided"], "visibility": entry.get("visibility", "disclosed")}
            cls = asm.DisciplinarySanctionRecorded
            self._add("assessment", entry["decided"], entry.get("recorded"), cls, "15.1", **members)

    def severe_impact(self, value: Any) -> None:
        for entry in entries(value):
            members = {"case": self._case("impact"), "found_on": entry["found"], "finding": "书面认定"}
            self._add(
                "assessment", entry["found"], entry.get("recorded"), asm.SevereImpactFindingMade, "15.2", **members
            )

    def investigation(self, value: Any) -> None:
        for entry in entries(value):
            case, opened = self._case("investigation"), entry["opened"]
            self._add("assessment", opened, None, asm.InvestigationOpened, "15.1", case=case, opened_on=opened)
            if "closed" in entry:
                result = asm.InvestigationResult(entry.get("result", "cleared"))
                members = {"case": case, "closed_on": entry["closed"], "result": result, "stream_year": opened.year}
                self._add("assessment", entry["closed"], None, asm.InvestigationClosed, "15.1", **members)

    def grade(self, value: Any) -> None:
        """`{grade: 称职, score: 8500}` for one year; `reviewed: false` leaves the county office's word out."""
        for entry in value if isinstance(value, list) else [value]:
            year = entry["year"]
            on = entry.get("proposed", date(year + 1, 1, 8))
            members = {
                "county": entry.get("county", self.village[:6]),
                "year": year,
                "grade": asm.Grade(entry["grade"]),
            }
            scored = {"score": entry.get("score", 8000), "inputs": DIGEST, "reasons": "综合考勤和实绩"}
            at = {"stream_year": year}
            self._add("assessment", on, None, asm.GradeProposed, "12.2", **members, **scored, **at)
            if entry.get("reviewed", True):
                after = on + timedelta(days=1)
                self._add("assessment", after, None, asm.GradeReviewed, "12.3", **members, upheld=True, **at)

    def shortfall_reviewed(self, value: Any) -> None:
        for entry in value if isinstance(value, list) else [value]:
            year, outcome = entry["year"], asm.ShortfallOutcome(entry["outcome"])
            members = {"year": year, "outcome": outcome, "reasons": "复核意见", "stream_year": year}
            self._add("assessment", date(year + 1, 1, 10), None, asm.ShortfallReviewed, "15.3", **members)


KEYS = tuple(
    name for name in vars(Given) if not name.startswith("_") and name not in ("write",) and callable(vars(Given)[name])
)
"""Everything that a case may give about a person, besides `no_record`."""


def write_common(script: Script, case: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """What a case says beside its people: ties resolved, villages, rulings of the interpreters."""
    said = {"actor": Actor(person="P900003", role=Role.COUNTY_OFFICE), "ruleset": load().ruleset, "place": VILLAGE[:6]}
    for tie in _list(case.get("ties_resolved")):
        year, county = tie["year"], str(tie.get("county", VILLAGE[:6]))
        chosen = tuple(names[label] for label in tie["chosen"])
        members = {"county": county, "year": year, "chosen": chosen, "reasons": "综合比较"}
        resolved = asm.TieResolved(**said, article="12.6", **members)
        script.add(instant(tie.get("recorded"), date(year + 1, 1, 15)), stream_name("county", county, year), resolved)
    for village in _list(case.get("villages")):
        mode = per.RuleMode(village["mode"])
        members = {"village": village["village"], "registered_poor": mode is per.RuleMode.MANDATORY, "rule_mode": mode}
        registered = per.VillageRegistered(**said, article="2.1", **members)
        script.add(instant(None, date(2016, 1, 4)), stream_name("village", village["village"]), registered)
    for ruling in _list(case.get("rulings")):
        members = {
            "ruling": f"ruling-{ruling['parameter']}",
            "parameter": ruling["parameter"],
            "value": ruling["value"],
        }
        members |= {"valid_from": ruling["valid_from"], "joint_with": "P900004"}
        issued = asm.InterpretationIssued(**said, article="23.2", **members)
        script.add(instant(ruling.get("recorded"), ruling["valid_from"]), "rules/kunming-2016-1", issued)


def _list(value: Any) -> Sequence[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
