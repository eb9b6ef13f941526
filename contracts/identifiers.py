"""Identifiers and scalar types that every service and subscriber shares.

Source: `domain.md` 0.1 (bodies), GB/T 2260 and the statistical division codes (12 digits; the first 9 name the
township, the first 6 the county). Identifiers are opaque: they never hold a name or an identity number.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, PlainSerializer

from contracts.canonical import MAX_INTEGER as MAX_INTEGER
from contracts.sensitivity import Sensitivity

OPEN = Sensitivity.OPEN
RESTRICTED = Sensitivity.RESTRICTED
ERASABLE = Sensitivity.ERASABLE

PersonId = Annotated[str, Field(pattern=r"^P[0-9]{6,12}$"), OPEN]
TeamId = Annotated[str, Field(pattern=r"^T[0-9]{4,16}$"), OPEN]
OrganisationId = Annotated[str, Field(pattern=r"^O[0-9]{4,12}$"), OPEN]
CaseId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"), OPEN]
"""A client's own name for a leave, a trip, a payment, a device record: unique within its stream."""
EventId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"), OPEN]

CountyCode = Annotated[str, Field(pattern=r"^[0-9]{6}$"), OPEN]
TownshipCode = Annotated[str, Field(pattern=r"^[0-9]{9}$"), OPEN]
VillageCode = Annotated[str, Field(pattern=r"^[0-9]{12}$"), OPEN]
PlaceCode = Annotated[str, Field(pattern=r"^[0-9]{4}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?$"), OPEN]
"""City (4 digits), county (6), township (9) or village (12): a place lies in every place whose code is its prefix."""

Year = Annotated[int, Field(ge=2016, le=2200), OPEN]
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER), OPEN]
Fen = Annotated[int, Field(ge=0, le=MAX_INTEGER), OPEN]
"""Money: integer fen (0.01 yuan), never a float."""
PositiveFen = Annotated[int, Field(gt=0, le=MAX_INTEGER), OPEN]
CentiScore = Annotated[int, Field(ge=0, le=10_000), OPEN]
"""A score of 0 to 100 points in hundredths of a point."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), OPEN]
Article = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]?)(\.[0-9]{1,2})?$"), OPEN]
"""Article and clause of the measures, for instance `15.4`; `0` is the notice that carries them."""
RuleSetId = Annotated[str, Field(min_length=1, max_length=64), OPEN]
ParameterName = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"), OPEN]
Flag = Annotated[bool, OPEN]
Token = Annotated[str, Field(pattern=r"^[0-9A-Za-z一-鿿〔〕“”（）()./:_ -]{1,128}$"), OPEN]
"""A short open word: a command name, a document number such as 昆联发〔2016〕1号. Never free text."""
FreeText = Annotated[str, Field(min_length=1, max_length=4_000), ERASABLE]
"""Anything a person typed: always behind a digest (`ledger.md` 6)."""


def format_instant(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` (UTC), the only form of an instant inside an event."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def parse_instant(text: str) -> datetime:
    """The inverse of :func:`format_instant`; raises ValueError for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


Instant = Annotated[
    AwareDatetime,
    PlainSerializer(format_instant, return_type=str, when_used="json"),
    OPEN,
]
CivilDate = Annotated[date, OPEN]
"""A date in Asia/Shanghai."""


class Role(StrEnum):
    """Bodies and people that may act (`domain.md` 0.1)."""

    CITY_OFFICE = "CO"
    CITY_ORGANISATION = "CZ"
    CITY_POVERTY = "CP"
    CITY_FINANCE = "CF"
    COUNTY_OFFICE = "XO"
    COUNTY_ORGANISATION = "XZ"
    COUNTY_POVERTY = "XP"
    COUNTY_AGRICULTURE = "XN"
    COUNTY_FINANCE = "XF"
    COUNTY_LEADING_GROUP = "XL"
    TOWNSHIP = "TP"
    TOWNSHIP_HEAD = "TM"
    TOWNSHIP_LEADER = "TL"
    TOWNSHIP_FINANCE = "TF"
    VILLAGE_SECRETARY = "VS"
    VILLAGE_DIRECTOR = "VD"
    VILLAGE_COMMITTEES = "V2"
    VILLAGE_REPRESENTATIVES = "VR"
    TEAM_LEADER = "LD"
    MEMBER = "MB"
    DISPATCHING_UNIT = "DU"
    ASSIGNED_UNIT = "AU"
    CHIEF_CAPTAIN = "CC"
    INVESTOR = "IN"
    DISCIPLINE = "DI"
    AUDIT = "AD"
    SUBSCRIBER = "SB"
    REGISTRY_KEEPER = "RK"
    """Keeps organisations, villages and role grants (`domain.md` REG rows)."""
    KIOSK = "KI"
    """A device account of a village or township that carries records authored by the people posted there."""
    CLOCK = "CK"
    """The passing of time: author of what is overdue, of warnings and of a year's closing. Nobody holds it."""
    NONE = "-"
    """Nobody's role: an authenticated person who tried an act that no role of theirs covers (refusals only)."""


def county_of(place: str) -> str | None:
    """The six-digit county code of a place, or None for the city itself."""
    return place[:6] if len(place) >= 6 else None


def township_of(place: str) -> str | None:
    """The nine-digit township code of a place, or None above township level."""
    return place[:9] if len(place) >= 9 else None


def lies_in(place: str, area: str) -> bool:
    """Whether `place` is `area` or inside it."""
    return place.startswith(area)


def place_around(places: Sequence[str]) -> str:
    """The smallest place in which all of these lie, the empty code where that is larger than a city."""
    areas = (places[0][:digits] for digits in (12, 9, 6, 4))
    return next((area for area in areas if all(lies_in(place, area) for place in places)), "")


def stream_name(kind: str, subject: str, year: int | None = None) -> str:
    """`kind/subject` or `kind/subject/year`; the second segment is whom or what the stream follows."""
    return f"{kind}/{subject}" if year is None else f"{kind}/{subject}/{year}"
