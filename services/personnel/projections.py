"""View `staffing`: the teams' strength and leaders, replacements and withdrawals under way, from personnel's own log.

Who is posted where stands in the view `directory` that all four services keep; other views are beside their subjects.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from services.ledger.projection import Delivered, Projection
from services.personnel.registry.projection import REGISTRY
from services.personnel.selection.projection import SELECTION
from services.personnel.telling import keep
from services.personnel.term.projection import STANDING, TERMS
from services.personnel.training.projection import TRAINING
from services.personnel.work.projection import WORK

_STAGE = """
    insert into forced (person, team, stage, village, stream, since)
    values (%(person)s, %(team)s, %(stage)s, %(place)s, %(stream)s, %(on)s)
    on conflict (person, team) do update set stage = excluded.stage, stream = excluded.stream, since = excluded.since
"""
_STEP = """
    insert into step (event, idx, name, person, team, village, ground, request, late, on_day)
    values (%(event)s, %(index)s, %(name)s, %(person)s, %(team)s, %(place)s, %(ground)s, %(request)s,
        coalesce(%(late)s, false), coalesce(%(on)s, %(last_day)s, %(decided_on)s, %(starts_on)s)::date)
"""
_LEFT = (
    "delete from forced where person = %(person)s and team = %(team)s",
    "delete from withdrawal where person = %(person)s and team = %(team)s",
    "delete from member where person = %(person)s and team = %(team)s",
)

_STATEMENTS: dict[str, tuple[str, ...]] = {
    "TeamFormed": (
        """
        insert into strength (team, village, strength, changed_on, unconfirmed_since)
        values (%(team)s, %(village)s, cardinality(%(members)s::text[]), %(formed_on)s, %(formed_on)s)
        """,
    ),
    "TeamFormationConfirmed": ("update strength set unconfirmed_since = null where team = %(team)s",),
    "TeamDissolved": ("delete from strength where team = %(team)s",),
    "TeamRosterChanged": ("update strength set strength = %(strength)s, changed_on = %(on)s where team = %(team)s",),
    "TeamUnderstrengthDetected": (
        "update strength set weak_since = least(weak_since, %(on)s::date) where team = %(team)s",
    ),
    "TeamStrengthRestored": ("update strength set weak_since = null where team = %(team)s",),
    "LeaderVacancyDetected": (
        "update strength set leaderless_since = %(on)s, other_leader_since = null where team = %(team)s",
    ),
    "LeaderAppointed": (
        "update strength set leaderless_since = null, other_leader_since = null where team = %(team)s",
    ),
    "LeaderNotFirstSecretaryDetected": ("update strength set other_leader_since = %(on)s where team = %(team)s",),
    "TeamMemberAssigned": (
        """
        insert into member (person, team, unit, village, starts_on)
        values (%(person)s, %(team)s, %(unit)s, %(village)s, %(starts_on)s)
        on conflict (person, team) do update set unit = excluded.unit, starts_on = excluded.starts_on
        """,
        _STEP,
    ),
    "MisconductRecorded": (_STEP,),
    "EducationGiven": (_STEP,),
    "NonCorrectionRecorded": (_STEP,),
    "ReplacementRequested": (_STAGE, _STEP),
    "ReplacementEscalated": (_STAGE, _STEP),
    "ReplacementRejected": (_LEFT[0], _STEP),
    "ReplacementDecided": (_STEP,),
    "SuccessorProposed": (
        "update forced set proposed = %(successor)s where person = %(person)s and team = %(team)s",
        "update withdrawal set proposed = %(successor)s where person = %(person)s and team = %(team)s",
    ),
    "WithdrawalRequested": (
        """
        insert into withdrawal (person, team, request, wish, village, stream, since)
        values (%(person)s, %(team)s, %(request)s, %(wish)s, %(place)s, %(stream)s, %(on)s)
        """,
        _STEP,
    ),
    "WithdrawalCountyOpinionGiven": (
        """
        update withdrawal set opinion = %(supports)s
        where person = %(person)s and team = %(team)s and request = %(request)s
        """,
        _STEP,
    ),
    "WithdrawalApproved": (
        """
        update withdrawal set approval = %(approval)s
        where person = %(person)s and team = %(team)s and request = %(request)s
        """,
        _STEP,
    ),
    "WithdrawalRefused": (
        """
        delete from withdrawal where person = %(person)s and team = %(team)s and request = %(request)s
        """,
        _STEP,
    ),
    "JointOpinionGiven": (
        """
        insert into opinion (event, team, village, matter, person, month, supports, role, unit, on_day)
        values (%(event)s, %(team)s, %(place)s, %(matter)s, %(about)s, %(month)s, %(supports)s, %(role)s, %(body)s,
            %(on)s)
        """,
    ),
    "CompensatoryLeaveRequested": (
        """
        insert into leave_asked (person, unit, village, stream, since)
        values (%(person)s, %(unit)s, %(place)s, %(stream)s, %(on)s)
        on conflict (person) do update set unit = excluded.unit, since = excluded.since
        """,
    ),
    "CompensatoryLeaveGranted": ("delete from leave_asked where person = %(person)s",),
    "MemberReplaced": (*_LEFT, _STEP),
    "MemberWithdrawn": (*_LEFT, _STEP),
    "PostingEnded": (*_LEFT, _STEP),
}
_MAY_BE_ABSENT = ("ground", "request", "late", "on", "decided_on", "last_day", "starts_on")
_NEXT = {None: "township", "township": "county", "county": "city"}
"""Which level acts after the one that passed the request on."""


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the staffing forward, in log order; facts about other matters change nothing here."""
    for event in events:
        name = event.type.removeprefix("zhucun.personnel.").removesuffix(".v1")
        actor = event.data["actor"]
        told = event.data | {
            "stream": event.stream,
            "event": event.id,
            "index": event.index,
            "about": event.data.get("person"),
        }
        told |= {"role": actor["role"], "body": actor.get("organisation"), "month": event.data.get("month")}
        told |= {member: event.data.get(member) for member in _MAY_BE_ABSENT} | {"name": name}
        if name in ("ReplacementRequested", "ReplacementEscalated"):
            told["stage"] = _NEXT[event.data.get("level")]
        await keep(cursor, event, name)
        for statement in _STATEMENTS.get(name, ()):
            await cursor.execute(statement, told)


STAFFING = Projection(
    name="staffing",
    generation=5,
    ddl=files("services.personnel").joinpath("views.sql").read_text("utf-8"),
    sources=("personnel",),
    apply=apply,
)
PROJECTIONS = (REGISTRY, STAFFING, SELECTION, WORK, TRAINING, STANDING, TERMS)
