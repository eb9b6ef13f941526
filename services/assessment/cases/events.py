"""What a worked case gives -> real events: the same classes, the same canonical bytes as those of the services.

Every key of `given` is a method of `Given` with the same name; `tests/cases/README.md` describes them for officials.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from contracts import assessment as asm
from contracts import personnel as per
from contracts.fact import Actor
from contracts.identifiers import Role, stream_name
from services.assessment.cases.attendance import AttendanceGiven
from services.assessment.cases.days import OPEN_END, blocks, days, span
from services.assessment.cases.script import DIGEST, VILLAGE, WHO, Script, entries, instant, official
from services.assessment.fold.findings import FoldError
from services.assessment.rules.rules import load

UNIT = "O0001"
CITY = "5301"
_AFTER_THE_OTHERS = ("check_in_voided", "leave")


class Given(AttendanceGiven):
    """Writes the facts of one person into a script."""

    def write(self, given: Mapping[str, Any]) -> None:
        """Write everything that is given, postings first. Raises FoldError for a key that does not exist."""
        for key in sorted(given, key=lambda name: (name != "posted", name in _AFTER_THE_OTHERS)):
            method = getattr(self, key, None) if key in KEYS else None
            if method is None and key != "no_record":
                raise FoldError(f"没有 given 项 {key!r} / no such key in given: {key!r}; there are {', '.join(KEYS)}")
            if method is not None:
                method(given[key], given) if key == "present" else method(given[key])

    # -- postings -----------------------------------------------------------------------------------------------------

    def posted(self, value: Any) -> None:
        for entry in entries(value):
            first, last = span(entry["days"])
            self.village = str(entry.get("village", VILLAGE))
            self.team = str(entry.get("team", "T" + self.village))
            self._add(
                "posting", first, entry.get("recorded"), per.TeamMemberAssigned, "5.2", team=self.team,
                village=self.village, unit=UNIT, unit_level=per.UnitLevel.COUNTY,
                source=per.MemberSource(entry.get("source", "assigned_unit_cadre")), starts_on=first,
            )  # fmt: skip
            self._posted.append((first, last or OPEN_END))
            if last is not None:
                self._end(entry, last)

    def _end(self, entry: Mapping[str, Any], last: date) -> None:
        how = entry.get("ended_by", "term")
        decided = entry.get("decided", last)
        recorded = entry.get("end_recorded")
        if how == "forced":
            self._ask_for_replacement(decided)
            members = {"team": self.team, "kind": per.ReplacementKind.FORCED, "decided_on": decided}
            self._add("posting", decided, None, per.ReplacementDecided, "10.3", **members)
            self._add("posting", last, recorded, per.MemberReplaced, "10.3", **members, last_day=last)
        elif how in ("ordinary", "rotation"):
            self._let_go(decided, per.WithdrawalWish("replacement" if how == "ordinary" else how))
            members = {"team": self.team, "kind": per.ReplacementKind(how), "decided_on": decided}
            self._add("posting", last, recorded, per.MemberReplaced, "8.3", **members, last_day=last)
        elif how == "withdrawn":
            approval = self._let_go(decided, per.WithdrawalWish.WITHDRAWAL)
            self._add(
                "posting", last, recorded, per.MemberWithdrawn, "8.3", team=self.team, approval=approval,
                decided_on=decided, last_day=last,
            )  # fmt: skip
        else:
            cause = per.EndingCause(how)
            self._add("posting", last, recorded, per.PostingEnded, "9.15", team=self.team, cause=cause, last_day=last)

    def _let_go(self, on: date, wish: per.WithdrawalWish) -> str:
        """The unit asks and the city office approves, as Art. 8 has it; the number of the approval."""
        case = {"team": self.team, "request": self._case("request"), "wish": wish, "reason": "见书面材料"}
        self._add("posting", on, None, per.WithdrawalRequested, "8.3", **case, on=on, evidence=(DIGEST,))
        approval = self._case("approval")
        self._add("posting", on, None, per.WithdrawalApproved, "8.3", **case, approval=approval, decided_on=on)
        return approval

    def _ask_for_replacement(self, on: date) -> None:
        """Educated in vain, then asked for and passed on by the township, as Art. 10 has it."""
        case: dict[str, Any] = {"team": self.team, "on": on}
        seen = {**case, "ground": per.MisconductGround.NOT_DILIGENT, "description": "见书面材料"}
        self._add("posting", on, None, per.MisconductRecorded, "10.1", **seen)
        self._add("posting", on, None, per.EducationGiven, "10.2", **case, content="谈话")
        self._add("posting", on, None, per.NonCorrectionRecorded, "10.2", **case, evidence=(DIGEST,))
        self._add("posting", on, None, per.ReplacementRequested, "10.3", **case)
        level = per.ReplacementLevel.TOWNSHIP
        self._add("posting", on, None, per.ReplacementEscalated, "10.3", **case, level=level)

    def replacement_decided(self, value: Any) -> None:
        for entry in entries(value):
            decided, kind = entry["decided"], per.ReplacementKind(entry["kind"])
            if kind is per.ReplacementKind.FORCED:
                self._ask_for_replacement(decided)
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

    # -- assessment ---------------------------------------------------------------------------------------------------

    def sanction(self, value: Any) -> None:
        for entry in entries(value):
            members = {"case": self._case("sanction"), "body": asm.SanctionBody.PARTY, "sanction": "警告"}
            members |= {"decided_on": entry["decided"], "visibility": entry.get("visibility", "disclosed")}
            cls = asm.DisciplinarySanctionRecorded
            self._add("assessment", entry["decided"], entry.get("recorded"), cls, "15.1", **members)

    def severe_impact(self, value: Any) -> None:
        for entry in entries(value):
            case, on, recorded = self._case("impact"), entry["found"], entry.get("recorded")
            asked = {"case": case, "observed_on": on, "finding": "书面提请"}
            self._add("assessment", on, recorded, asm.SevereImpactProposed, "15.2", **asked)
            found = {"case": case, "found_on": on, "finding": "书面认定"}
            self._add("assessment", on, recorded, asm.SevereImpactFindingMade, "15.2", **found)

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
    name
    for cls in (AttendanceGiven, Given)
    for name, member in vars(cls).items()
    if not name.startswith("_") and name != "write" and callable(member)
)
"""Everything that a case may give about a person, besides `no_record`."""


def write_common(script: Script, case: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """What a case says beside its people: ties resolved, villages, rulings of the interpreters."""
    said = {"actor": Actor(person="P900003", role=Role.COUNTY_OFFICE), "ruleset": load().ruleset, "place": VILLAGE[:6]}
    if "roles" in case:
        _roles(script, case["roles"] or {})
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


def _roles(script: Script, until: Mapping[str, Any]) -> None:
    """Every official holds the role of the case from 2016 on; those named in `until` up to that day."""
    ends = {WHO.get(name) or Role(name): last for name, last in until.items()}
    keeper = {"actor": Actor(person=official(Role.REGISTRY_KEEPER), role=Role.REGISTRY_KEEPER), "place": CITY}
    said = {**keeper, "article": "8.1", "ruleset": load().ruleset}
    for role in Role:
        if role in (Role.NONE, Role.CLOCK, Role.MEMBER):
            continue
        grant = {"grant": f"G-{role.value}", "person": official(role)}
        stream, since = f"role/{official(role)}", date(2016, 1, 1)
        granted = per.RoleGranted(**said, **grant, role=role, area=CITY, starts_on=since)
        script.add(instant(None, since), stream, granted)
        if role in ends:
            last = ends[role]
            script.add(instant(None, last), stream, per.RoleRevoked(**said, **grant, last_day=last))


def _list(value: Any) -> Sequence[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
