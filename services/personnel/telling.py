"""Who is told of what (`domain.md` 3.1, mark N): the roles that hear of an event in their area, and how it reads."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from contracts.identifiers import Role
from services.ledger.projection import Delivered
from services.runtime.service import WorkItem

CO, CZ, XO, XZ, XP, XN, TP = (
    Role.CITY_OFFICE,
    Role.CITY_ORGANISATION,
    Role.COUNTY_OFFICE,
    Role.COUNTY_ORGANISATION,
    Role.COUNTY_POVERTY,
    Role.COUNTY_AGRICULTURE,
    Role.TOWNSHIP,
)
VS, VD, LD, MB = Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR, Role.TEAM_LEADER, Role.MEMBER
DU, AU = Role.DISPATCHING_UNIT, Role.ASSIGNED_UNIT

TOLD: Mapping[str, tuple[str, str, str, tuple[Role, ...]]] = {
    "CandidateNominated": ("被提名为驻村人选", "was nominated", "3", (CO, XO, XZ)),
    "ChiefCaptainProposed": ("被推荐为总队长或副总队长", "was proposed as chief captain or deputy", "4.2", (CZ,)),
    "ChiefCaptainAppointed": ("任总队长或副总队长", "was appointed chief captain or deputy", "4.2", (CO, XO, XZ)),
    "TeamFormed": ("工作队已组建", "the team was formed", "5.1", (CO, XZ, XP, VS, VD, LD, DU, AU)),
    "TeamMemberAssigned": ("派驻工作队", "was posted", "5.2", (MB, DU)),
    "LeaderAppointed": ("任工作队队长", "was appointed leader", "5.4", (XO, XZ, VS, VD, LD, MB, DU, AU)),
    "LeaderNotFirstSecretaryDetected": (
        "队长不是第一书记（参照执行）",
        "leads without being first secretary",
        "5.4",
        (XO, TP),
    ),
    "ActingLeaderDesignated": ("临时负责工作队", "stands in as leader", "9.10", (XO, VS, VD, LD)),
    "AnnualPlanAdopted": ("年度工作计划已制定", "the annual plan was adopted", "7.1", (XO, TP, MB, DU, AU)),
    "AnnualPlanReviewed": ("年度工作计划已审核", "the annual plan was reviewed", "7.1", (LD,)),
    "MonthlyReportSubmitted": ("月报已报送", "the monthly report was submitted", "7.2", (MB,)),
    "WithdrawalRequested": ("派出单位申请撤回或更换", "withdrawal or replacement asked for", "8", (CZ, TP, LD, MB, AU)),
    "WithdrawalApproved": ("撤回或更换已获批准", "withdrawal or replacement approved", "8", (XO, TP, LD, MB, DU, AU)),
    "WithdrawalRefused": ("撤回或更换未获批准", "withdrawal or replacement refused", "8", (XO, TP, LD, MB, DU, AU)),
    "MemberWithdrawn": ("被撤回", "was withdrawn", "8", (XO, LD, MB, DU, VS, VD)),
    "MemberReplaced": ("被更换", "was replaced", "8", (XO, TP, LD, MB, DU, VS, VD)),
    "PostingEnded": ("派驻结束", "posting ended", "5", (XO, LD, MB, DU)),
    "SecondmentDetected": ("被抽调，已查实", "secondment detected", "9.14", (XO, TP, LD, DU)),
    "EducationGiven": ("受到教育帮助", "was educated", "10", (MB, DU)),
    "ReplacementRequested": ("被要求调整更换", "replacement requested", "10", (CO, CZ, XZ, XP, MB, DU)),
    "ReplacementRejected": ("调整更换的要求未获同意", "replacement rejected", "10", (TP, LD, MB, DU)),
    "SuccessorProposed": ("接替人选已推荐", "a successor was named", "10.3", (XO, TP, LD, AU)),
    "TermFellDue": ("任期届满", "the months of the term have run", "9.15", (XO, TP, LD, MB, DU)),
    "PromotionBarEnded": ("不得提拔任用期满", "the bar on promotion is over", "16.1", (CZ, XZ)),
    "CompensatoryLeaveGranted": ("获一次性补假", "was granted compensatory leave", "9.15", (XO, TP)),
    "TrainingHeld": ("业务培训已举办", "a training was held", "11", (LD,)),
    "TrainingShortfallDetected": (
        "年度培训次数或天数不足",
        "trainings of the year fell short",
        "11",
        (XO, XZ, XP, XN, TP),
    ),
    "TrainingAttended": ("参加了业务培训", "attended a training", "11", (MB,)),
    "MonthlyReportOverdue": ("月报逾期未送达", "monthly report overdue", "7.2", (XO, TP, LD, DU)),
    "MeetingHeld": ("工作例会已召开", "a work meeting was held", "21.1", (LD,)),
}
"""Event -> Chinese, English, article, and who is told. A unit hears of its own people, a member of himself.

Bodies that are heard (mark C) are told of what they may give an opinion on.
"""
_OF_THE_TEAM = ("LeaderAppointed", "AnnualPlanAdopted", "MonthlyReportSubmitted")
"""What a member hears of his whole team."""

_ADD = """
    insert into notice (event, name, stream, place, person, team, month, late, unit, recorded_on)
    values (%(event)s, %(name)s, %(stream)s, %(place)s, %(person)s, %(team)s, %(month)s, %(late)s,
        coalesce(%(unit)s, (select m.unit from member m where m.person = %(person)s limit 1)),
        (%(recorded)s::timestamptz at time zone 'Asia/Shanghai')::date)
"""
_FOR = """
    select event, name, stream, place, person, team, month, late, unit, recorded_on from notice
    where name = any(%(names)s) and recorded_on between %(since)s::date and %(today)s::date and (
        case when %(of_self)s then person = %(caller)s
                 or (name = any(%(of_the_team)s) and starts_with(place, %(area)s))
             when %(unit)s::text is not null then unit = %(unit)s
             else starts_with(place, %(area)s) or starts_with(%(area)s, place) end)
    order by recorded_on desc, event limit %(limit)s
"""


async def keep(cursor: AsyncCursor[Any], event: Delivered, name: str) -> None:
    """Adds the notice of an event of which somebody is told; called before its posting is forgotten."""
    if name in TOLD:
        absent = {"person": None, "team": None, "month": None, "late": False, "unit": event.data.get("organisation")}
        told = {"event": event.id, "name": name, "stream": event.stream, "recorded": event.recorded}
        await cursor.execute(_ADD, absent | event.data | told)


async def notices(
    cursor: AsyncCursor[Any], caller: str, held: Mapping[str, Any], since: date, today: date, limit: int
) -> list[WorkItem]:
    """What somebody with that role was told in the days from `since` to `today`, the latest first."""
    role = Role(held["role"])
    names = [name for name, (_, _, _, roles) in TOLD.items() if role in roles]
    asked = {
        "names": names,
        "since": since,
        "today": today,
        "of_self": role is MB,
        "of_the_team": list(_OF_THE_TEAM),
        "unit": held["organisation"] if role is DU else None,
        "caller": caller,
        "area": held["area"],
        "limit": limit,
    }
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(_FOR, asked)
        return [_notice(row) for row in await rows.fetchall()]


def _notice(row: Mapping[str, Any]) -> WorkItem:
    zh, en, article, _ = TOLD[row["name"]]
    unit = row["unit"] if row["name"] == "MonthlyReportOverdue" else None
    who = " ".join(one for one in (row["team"], row["person"], unit, row["month"]) if one)
    if row["late"]:  # dated back, with a reason that `/movements` shows
        zh, en = f"{zh}（补登）", f"{en} (recorded late)"
    return WorkItem(
        kind="notice",
        title=f"{who} {zh}".strip(),
        title_en=f"{who}: {en}" if who else en,
        stream=row["stream"],
        since=row["recorded_on"].isoformat(),
        article=article,
        place=row["place"],
    )
