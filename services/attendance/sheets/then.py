"""What the duties of a place were judged by, as it was known at an instant (`queries.py`: as it is known now)."""

from datetime import datetime
from typing import Any

from contracts.identifiers import format_instant
from services.attendance.leave.state import Step
from services.attendance.register.then import people
from services.attendance.said import begun
from services.attendance.sheets.queries import Standing, sheets_and_visits
from services.runtime.context import Context


async def standing_at(context: Context, place: str, at: datetime) -> Standing:
    """Postings as personnel had told them, leaves as the log had them, sheets and visits recorded up to then."""
    postings: list[dict[str, Any]] = []
    leaves: list[dict[str, Any]] = []
    async for person, known, register in people(context, place, at):
        postings += [
            {"team": post.team, "village": post.village, "starts_on": post.starts_on, "last_day": post.last_day}
            for post in known.posts[person]
            if post.village.startswith(place)
        ]
        leaves += [
            {
                "person": person,
                "leave": case,
                "place": leave.place,
                "ends_on": leave.ends_on,
                "closing_due": leave.closing_due,
                "overstayed_since": leave.overstayed_since,
            }
            for case, leave in register.leaves.items()
            if leave.step is Step.GRANTED and leave.ends_on < begun(at) and leave.place.startswith(place)
        ]
    leaves.sort(key=lambda row: (row["ends_on"], row["person"]))
    sheets, visited = await sheets_and_visits(context.service.views, place, format_instant(at))
    return Standing(postings, sheets, leaves, visited)
