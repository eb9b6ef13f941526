"""The commands about leave: asked with papers, approved by two levels, closed or overstayed; absence and its proof."""

from datetime import date
from typing import Any

from contracts.identifiers import Role
from contracts.refusals import Code
from deploy.local.demonstration.attendance_steps import ATTENDANCE, Uploads
from deploy.local.demonstration.clockwork import instant, later
from deploy.local.demonstration.lives import Granted, Leave, Life
from deploy.local.demonstration.population import Township
from deploy.local.demonstration.steps import Phase, paper

PAPERLESS = "文请假"
SELF_APPROVING = "雷按章"
IMPATIENT = "孟未批"


def leaves(uploads: Uploads) -> None:
    """Every leave of everybody, with the steps that were taken."""
    for life in uploads.cast.lives.values():
        for number, leave in enumerate(life.leaves, start=1):
            _leave(uploads, life, number, leave)


class _Desk:
    """Where the steps of one leave are put on the script."""

    def __init__(self, uploads: Uploads, life: Life, number: int, leave: Leave) -> None:
        self.uploads = uploads
        self.life = life
        self.leave = leave
        self.case = f"QJ{number}-{leave.first:%Y%m%d}"
        stay = life.stay_on(leave.first)
        if stay is None:
            raise ValueError(f"{life.person} is not posted on {leave.first}")
        self.stay = stay
        self.township: Township = uploads.cast.team(stay.team).township

    def add(self, day: date, clock: str, command: str, caller: str, refusal: Code | None = None, **more: Any) -> None:
        """One step of this leave."""
        self.uploads.script.add(
            Phase.YEAR,
            instant(day, clock),
            ATTENDANCE,
            command,
            caller,
            {"person": self.life.person, "leave": self.case, **more},
            lane=self.township.code,
            after=[self.uploads.wait_for(self.life.person, self.leave.first)],
            refusal=refusal,
        )


def _leave(uploads: Uploads, life: Life, number: int, leave: Leave) -> None:
    desk = _Desk(uploads, life, number, leave)
    asked = max(later(leave.first, -3), desk.stay.first)
    body: dict[str, Any] = {
        "kind": leave.kind.value,
        "starts_on": leave.first,
        "ends_on": leave.last,
        "reason": _reason(leave),
        "evidence": [paper("请假证明", life.person, desk.case)],
    }
    if life.name == PAPERLESS:
        desk.add(asked, "09:00", "request-leave", life.person, Code.NO_EVIDENCE, **{**body, "evidence": []})
    desk.add(asked, "09:10", "request-leave", life.person, **body)
    _approvals(desk, asked)
    if leave.granted is Granted.FULLY:
        _return(desk)


def _approvals(desk: _Desk, asked: date) -> None:
    """Leader then township; for a leader township then county. Nobody speaks in his own case or out of turn."""
    cast, life = desk.uploads.cast, desk.life
    township = cast.officer(Role.TOWNSHIP_LEADER, desk.township)
    county = cast.officer(Role.COUNTY_OFFICE)
    first, second = (township, county) if life.leader else (cast.leader_of(desk.stay.team), township)
    if life.name == SELF_APPROVING:
        desk.add(asked, "10:00", "approve-leave", life.person, Code.SELF)
        desk.add(asked, "10:10", "approve-leave", county, Code.WRONG_STATE)
    desk.add(asked, "15:00", "approve-leave", first)
    if desk.leave.granted is Granted.FULLY:
        desk.add(later(asked, 1), "10:00", "approve-leave", second)
    elif life.name == IMPATIENT:
        desk.add(asked, "16:00", "approve-leave", first, Code.WRONG_STATE)


def _return(desk: _Desk) -> None:
    leave = desk.leave
    if leave.returned is None:
        since = later(leave.last, 1)
        caller = desk.uploads.cast.officer(Role.TOWNSHIP, desk.township)
        desk.add(later(leave.last, 4), "17:00", "record-overstay", caller, since=since)
        return
    desk.add(leave.closed or leave.returned, "18:00", "close-leave", desk.life.person, returned_on=leave.returned)


def _reason(leave: Leave) -> str:
    return {"personal": "家中有事", "sick": "住院治疗", "maternity": "产假", "family": "照料家人"}.get(
        leave.kind.value, "其他事由"
    )


def proofs(uploads: Uploads) -> None:
    """Absence that turned out to have a good reason: the township accepts the proof (A23)."""
    for life in uploads.cast.lives.values():
        if life.proven is None:
            continue
        first, last = life.proven
        stay = life.stays[0]
        township = uploads.cast.team(stay.team).township
        body = {
            "person": life.person,
            "starts_on": first,
            "ends_on": last,
            "reason": "突发疾病急诊留观",
            "evidence": [paper("急诊病历", life.person, first)],
        }
        caller = uploads.cast.officer(Role.TOWNSHIP, township)
        uploads.script.add(
            Phase.YEAR,
            instant(date(2017, 7, 20), "10:00"),
            ATTENDANCE,
            "justify-absence",
            caller,
            body,
            lane=township.code,
        )
