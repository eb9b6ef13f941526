"""Civil days in Asia/Shanghai as plain integers, and the cut that says what was known.

A day is its proleptic Gregorian ordinal (`date.toordinal`), a moment the number of microseconds since ordinal 0 began
in Beijing (UTC+8, no daylight saving time since 1991). Fixed by A28.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

from services.assessment.fold.findings import FoldError

BEIJING = timezone(timedelta(hours=8))
HOUR = 3_600_000_000
DAY = 24 * HOUR
FAR = date.max.toordinal()
"""The last day of a posting whose end is not known."""

ORDINALS: dict[str, int] = {}
"""Days that :func:`ordinal` has parsed, for whoever looks up many at once."""


@cache
def ordinal(text: str) -> int:
    """The day of `YYYY-MM-DD`; raises FoldError for anything else. Remembered, for there are few different days."""
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise FoldError(f"{text!r} is not a civil date YYYY-MM-DD") from error
    if day.isoformat() != text:
        raise FoldError(f"{text!r} is not a civil date YYYY-MM-DD")
    ORDINALS[text] = day.toordinal()
    return ORDINALS[text]


@cache
def iso(day: int) -> str:
    """`YYYY-MM-DD` of a day. Remembered as :func:`ordinal` is."""
    return date.fromordinal(day).isoformat()


def first_of(year: int) -> int:
    """1 January."""
    return date(year, 1, 1).toordinal()


def last_of(year: int) -> int:
    """31 December."""
    return date(year, 12, 31).toordinal()


@cache
def year_of(day: int) -> int:
    """The calendar year of a day."""
    return date.fromordinal(day).year


@cache
def months_later(day: int, months: int) -> int:
    """The same day of the month `months` later, or that month's last day where there is none."""
    start = date.fromordinal(day)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1).toordinal() + start.day - 1, following.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class Cut:
    """What the fold may know. Without `moment` everything is known and every year is over.

    moment: microseconds as above; `recorded` is the same moment in the form of `recordedtime`, for comparison.
    basis: log origin -> size; an event counts when its index is below the size (`ledger.md` 5). Events of an origin
        that is not named do not count. None: no such cut.
    erased: digests of sensitive values that were destroyed.
    """

    moment: int | None = None
    recorded: str | None = None
    basis: Mapping[str, int] | None = None
    erased: frozenset[str] = field(default_factory=frozenset)

    def last_day(self, horizon_end: int) -> int:
        """The last day that has a status: one that had begun at the cut, at most `horizon_end`."""
        return horizon_end if self.moment is None else min(horizon_end, (self.moment - 1) // DAY)

    def first_pending(self, hours: int) -> int:
        """From this day on a day without a record is still waited for: `hours` after its 24:00 are not over."""
        return FAR if self.moment is None else (self.moment - hours * HOUR) // DAY

    def year_is_over(self, year: int, hours: int) -> bool:
        """Whether 31 December, 24:00, and the sync horizon after it have passed."""
        return self.moment is None or self.moment >= (last_of(year) + 1) * DAY + hours * HOUR

    @property
    def hours(self) -> tuple[int, ...]:
        """Equal for cuts that give every answer here alike, as long as the horizons asked for are whole hours."""
        return () if self.moment is None else ((self.moment - 1) // HOUR, self.moment // HOUR)

    def day_reached(self, day: int) -> bool:
        """Whether `day` had begun at the cut."""
        return self.moment is None or day * DAY < self.moment


def cut_at(as_of: str | None, basis: Mapping[str, int] | None = None, erased: frozenset[str] = frozenset()) -> Cut:
    """The cut at an instant (`2017-06-20T08:00:00Z`, any offset) or at the end of a Beijing day (`2017-06-20`).

    Raises FoldError when `as_of` is neither, or lies at an end of the calendar.
    """
    if as_of is None:
        return Cut(basis=basis, erased=erased)
    try:
        moment = _moment(as_of)
        return Cut(moment, _recorded(moment), basis, erased)
    except OverflowError as error:
        raise FoldError(f"{as_of!r} is too far away") from error


def _moment(as_of: str) -> int:
    if len(as_of) == len("2017-06-20"):
        return (ordinal(as_of) + 1) * DAY
    try:
        instant = datetime.fromisoformat(as_of)
    except ValueError as error:
        raise FoldError(f"{as_of!r} is neither an instant nor a date") from error
    if instant.tzinfo is None:
        raise FoldError(f"{as_of!r} needs a time zone, for instance +08:00 or Z")
    local = instant.astimezone(BEIJING)
    return local.toordinal() * DAY + (local - local.replace(hour=0, minute=0, second=0, microsecond=0)) // _TICK


_TICK = timedelta(microseconds=1)


def _recorded(moment: int) -> str:
    day, rest = divmod(moment, DAY)
    if day > FAR:
        raise OverflowError(day)
    start = datetime.fromordinal(day).replace(tzinfo=BEIJING)
    instant = (start + rest * _TICK).astimezone(UTC)
    return instant.isoformat(timespec="microseconds").replace("+00:00", "Z")


def beijing_day(recorded: str) -> int:
    """The Beijing day of a `recordedtime`."""
    return datetime.fromisoformat(recorded).astimezone(BEIJING).toordinal()
