"""What a worked case gives about presence, leave and absence."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from contracts import attendance as att
from contracts.attendance import DayStatus, Level
from contracts.fact import Fact
from contracts.identifiers import Role
from services.assessment.cases.days import blocks, days
from services.assessment.cases.script import DIGEST, Recorder, entries, official

_OTHERS = re.compile(r"other duty days of (\d{4})")


class AttendanceGiven(Recorder):
    """Every public method is a key of `given`."""

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
            event = self._backfill(day, entry, {**members, "evidence": (DIGEST,)})
        else:
            members["method"] = att.CheckInMethod.GPS
            event = self._add("attendance", day, entry.get("recorded"), att.CheckedIn, "9.3", **members)
        self._check_ins.setdefault(day, []).append(event)

    def _backfill(self, day: date, entry: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
        """The person asks, the leader consents, the township enters it, as they do (A24)."""
        recorded = entry.get("recorded")
        case = {"record": shown["record"], "date": day}
        self._add("attendance", day, recorded, att.CheckInBackfillRequested, "9.3", **shown)
        self._add("attendance", day, recorded, att.CheckInBackfillConsented, "9.3", **case)
        consents = {"leader_consent": official(Role.TEAM_LEADER), "township_consent": official(Role.TOWNSHIP)}
        return self._add("attendance", day, recorded, att.CheckInBackfilled, "9.3", **shown, **consents)

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
