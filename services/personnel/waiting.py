"""Open work: what the rows of personnel's views ask of whom, as work items (Art. 5, 7, 8, 10)."""

from collections.abc import Iterator
from typing import Any

from contracts.identifiers import Role
from contracts.personnel import ReportRecipient
from services.runtime.service import WorkItem

Row = dict[str, Any]

STAGES = {Role.TOWNSHIP: "township", Role.COUNTY_OFFICE: "county", Role.CITY_OFFICE: "city"}
"""The level at which each office acts on a forced replacement."""
_STEP = {
    "township": ("escalate-replacement", "逐级上报", "to be passed on"),
    "county": ("decide-replacement", "决定", "to be decided"),
    "city": ("decide-replacement", "市级决定", "to be decided by the city"),
}
HEAR_OF_TEAMS = (Role.TOWNSHIP, Role.COUNTY_OFFICE, Role.CITY_OFFICE)
"""Who is told of a team below the minimum (`domain.md` R5.3, 3.4)."""
RECEIVES = {
    Role.DISPATCHING_UNIT: ReportRecipient.DISPATCHING_UNIT,
    Role.ASSIGNED_UNIT: ReportRecipient.ASSIGNED_UNIT,
    Role.TOWNSHIP: ReportRecipient.TOWNSHIP,
    Role.COUNTY_OFFICE: ReportRecipient.COUNTY_OFFICE,
}
"""Who acknowledges monthly reports in which recipient role (Art. 7.2)."""
_WISHES = {"withdrawal": "撤回", "replacement": "更换", "rotation": "轮换"}


def replacement(row: Row, stage: str) -> WorkItem:
    """A forced replacement that waits for the reader's level."""
    command, zh, en = _STEP[stage]
    return _approval(
        row,
        command,
        f"{row['team']} 要求调整更换 {row['person']}，待{zh}",
        f"replacement of {row['person']}: {en}",
        "10",
    )


def withdrawal(row: Row, role: Role, county_is_asked: bool) -> WorkItem | None:
    """A unit's request that waits for this office, if it does."""
    zh, en = f"{row['person']}（{row['team']}）{_WISHES[row['wish']]}申请", f"{row['wish']} of {row['person']}"
    about = {"request": row["request"]}
    if row["approval"] is not None:
        if role is not Role.TOWNSHIP:
            return None
        command = "withdraw-member" if row["wish"] == "withdrawal" else "replace-member"
        approved = {"approval": row["approval"]}
        return _approval(
            row, command, f"{zh}已获市联席办批准，待办理", f"{en}: approved, to be carried out", "8", **approved
        )
    if role is Role.CITY_OFFICE:
        return _approval(row, "approve-withdrawal", f"{zh}待批准", f"{en}: to be decided", "8", **about)
    if role is Role.COUNTY_OFFICE and county_is_asked and row["opinion"] is None:
        return _approval(row, "give-county-opinion", f"{zh}待提意见", f"{en}: your opinion is asked", "8", **about)
    return None


def successor(row: Row) -> WorkItem:
    """The unit is to name who shall come."""
    zh, en = f"{row['person']}（{row['team']}）将离队，请推荐接替人选", f"{row['person']} is to leave: name a successor"
    return _approval(row, "propose-successor", zh, en, "10.3", unit=row["unit"])


def leave(row: Row) -> WorkItem:
    """The unit is to grant compensatory leave that somebody asked for."""
    return WorkItem(
        kind="approval",
        title=f"{row['person']} 申请一次性补假",
        title_en=f"{row['person']} asks for compensatory leave",
        stream=row["stream"],
        since=row["since"].isoformat(),
        article="9.15",
        place=row["village"],
        command="grant-compensatory-leave",
        fields={"person": row["person"], "unit": row["unit"]},
    )


def team(row: Row, role: Role) -> Iterator[WorkItem]:
    """What a team's state asks of an office: people, a leader, confirmation."""
    if row["weak_since"] is not None:
        yield _notice(
            row,
            "weak_since",
            f"{row['team']} 现有{row['strength']}人，低于规定人数，须补员",
            f"{row['team']} has {row['strength']} people, fewer than the measures ask for",
            "5.3",
        )
    if row["leaderless_since"] is not None:
        zh, en = f"{row['team']} 队长空缺，须任命第一书记为队长", f"{row['team']} has no leader"
        if role is Role.TOWNSHIP:
            yield _of_team(row, "leaderless_since", "appoint-leader", zh, en, "5.4")
        else:
            yield _notice(row, "leaderless_since", zh, en, "5.4")
    if row["other_leader_since"] is not None:
        zh, en = (
            f"{row['team']} 队长不是第一书记（参照执行的村）",
            f"{row['team']} is led by somebody who is no first secretary",
        )
        yield _notice(row, "other_leader_since", zh, en, "5.4")
    if row["unconfirmed_since"] is not None and role is Role.COUNTY_OFFICE:
        zh, en = f"{row['team']} 已组建，待县级联席办确认", f"{row['team']} was formed and is to be confirmed"
        yield _of_team(row, "unconfirmed_since", "confirm-team", zh, en, "5.1")


def plan(row: Row) -> WorkItem:
    """An annual plan that the township is to review."""
    return WorkItem(
        kind="approval",
        title=f"{row['team']} {row['year']}年度工作计划待审核",
        title_en=f"annual plan of {row['team']} for {row['year']}: to be reviewed",
        stream=f"report/{row['team']}/{row['year']}",
        since=row["adopted_on"].isoformat(),
        article="7.1",
        place=row["village"],
        command="review-annual-plan",
        fields={"team": row["team"], "year": str(row["year"])},
    )


def captain(row: Row) -> WorkItem:
    """Somebody whom a unit named as chief captain or deputy."""
    return WorkItem(
        kind="approval",
        title=f"{row['unit']} 推荐 {row['person']} 任 {row['county']} 总队长或副总队长，待决定",
        title_en=f"{row['unit']} proposes {row['person']} as {row['rank']} captain: to be decided",
        stream=f"chief-captain/{row['person']}",
        since=row["on_day"].isoformat(),
        article="4.2",
        place=row["county"],
        command="appoint-chief-captain",
        fields={"person": row["person"], "county": row["county"], "rank": row["rank"]},
    )


def term(row: Row) -> WorkItem:
    """A term whose months have run."""
    return WorkItem(
        kind="approval",
        title=f"{row['person']}（{row['team']}）任期已于 {row['due_on'].isoformat()} 届满，待办理",
        title_en=f"the term of {row['person']} in {row['team']} ran out on {row['due_on'].isoformat()}",
        stream=f"posting/{row['person']}/{row['due_on'].year}",
        since=row["due_on"].isoformat(),
        article="9.15",
        place=row["village"],
        command="end-posting",
        fields={"person": row["person"], "team": row["team"], "cause": "term"},
    )


def officer(row: Row) -> WorkItem:
    """A unit has people posted, and nobody may act for it (A71: nor for a body that stands for a unit)."""
    return WorkItem(
        kind="approval",
        title=f"{row['unit']} 有派驻人员，尚无人可代表该单位办理，请授予 DU 职责",
        title_en=f"nobody may act for {row['unit']}, which has people posted: grant the role DU",
        stream=f"organisation/{row['unit']}",
        since=row["since"].isoformat(),
        article="8.1",
        place=row["village"],
        command="grant-role",
        fields={"role": "DU", "organisation": row["unit"]},
    )


def report(row: Row, recipient: ReportRecipient, organisation: str | None) -> WorkItem:
    """A monthly report that waits for its receipt."""
    fields = {"team": row["team"], "month": row["month"], "recipient": recipient.value}
    return WorkItem(
        kind="approval",
        title=f"{row['team']} {row['month']} 月报待签收",
        title_en=f"report of {row['team']} for {row['month']}: receipt to be given",
        stream=f"report/{row['team']}/{row['month'][:4]}",
        since=row["first_on"].isoformat(),
        article="7.2",
        place=row["village"],
        command="acknowledge-report",
        fields=fields | ({"organisation": organisation} if organisation else {}),
    )


def _approval(row: Row, command: str, zh: str, en: str, article: str, **more: Any) -> WorkItem:
    return WorkItem(
        kind="approval",
        title=zh,
        title_en=en,
        stream=row["stream"],
        since=row["since"].isoformat(),
        article=article,
        place=row["village"],
        command=command,
        fields={"person": row["person"], "team": row["team"], **more},
    )


def _of_team(row: Row, since: str, command: str, zh: str, en: str, article: str) -> WorkItem:
    item = _notice(row, since, zh, en, article)
    return item.model_copy(update={"kind": "approval", "command": command, "fields": {"team": row["team"]}})


def _notice(row: Row, since: str, zh: str, en: str, article: str) -> WorkItem:
    return WorkItem(
        kind="notice",
        title=zh,
        title_en=en,
        stream=f"team/{row['team']}",
        since=row[since].isoformat(),
        article=article,
        place=row["village"],
    )
