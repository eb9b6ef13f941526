"""What can be asked about final results: lists, feedback, files, praise, the end of a term (Art. 12-14)."""

from typing import Annotated

from pydantic import Field

from contracts.assessment import ListRecipient
from contracts.fact import Frozen
from contracts.identifiers import CountyCode, OrganisationId, PersonId, Sha256, Year
from services.assessment.said import Text

Area = Annotated[str, Field(pattern=r"^[0-9]{4}([0-9]{2})?$")]


class FileLists(Frozen):
    """Both lists to one recipient; the digests are those of the papers that go out (Art. 12)."""

    county: CountyCode
    year: Year
    recipient: ListRecipient
    objects_digest: Sha256
    excellent_digest: Sha256


class FeedBack(Frozen):
    """The county office tells one unit the results of its own people (Art. 12)."""

    county: CountyCode
    year: Year
    unit: OrganisationId


class FileResult(Frozen):
    """The unit acknowledges that the result lies in the personal file (Art. 12)."""

    person: PersonId
    county: CountyCode
    year: Year


class CirculateExcellent(Frozen):
    """The office of the city (4 digits) or of a county (6) makes known who was graded 优秀 (Art. 13)."""

    area: Area
    year: Year


class WithdrawCircular(Frozen):
    """The office takes its circular back: after results issued anew nobody of the area is 优秀 (A62)."""

    area: Area
    year: Year
    reasons: Text


class NominateAdvanced(Frozen):
    """A county office puts somebody forward as an advanced worker of the year (Art. 13)."""

    person: PersonId
    county: CountyCode
    year: Year
    reasons: Text


class GiveAwardOpinion(Frozen):
    """The organisation department or the poverty office of the city on a nomination; it decides nothing (Art. 13)."""

    person: PersonId
    year: Year
    agrees: bool
    opinion: Text


class SelectAdvanced(Frozen):
    """The city office selects an advanced worker of the year (Art. 13)."""

    person: PersonId
    year: Year


class ProposeCommendation(Frozen):
    """A township puts one of its people forward for the county's commendation (Art. 13)."""

    person: PersonId
    county: CountyCode
    year: Year
    reasons: Text


class AwardCommendation(Frozen):
    """A county commends somebody (Art. 13)."""

    person: PersonId
    county: CountyCode
    year: Year


class WithdrawAward(Frozen):
    """The office of the city (4 digits) or of a county (6) takes an award back whose grade was issued anew (A62)."""

    area: Area
    person: PersonId
    year: Year
    reasons: Text


class RecordTermAssessment(Frozen):
    """The end of a term that ended in `year`, from the yearly results (Art. 14)."""

    person: PersonId
    county: CountyCode
    year: Year
    opinion: Text


Filing = FileLists | FeedBack | FileResult
Praise = CirculateExcellent | WithdrawCircular | RecordTermAssessment
AwardCommand = (
    NominateAdvanced | GiveAwardOpinion | SelectAdvanced | ProposeCommendation | AwardCommendation | WithdrawAward
)
