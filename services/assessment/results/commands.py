"""What can be asked about final results: lists, feedback, files, praise, the end of a term (Art. 12-14)."""

from typing import Annotated

from pydantic import Field

from contracts.assessment import ListRecipient
from contracts.fact import Frozen
from contracts.identifiers import CountyCode, OrganisationId, PersonId, Sha256, Year

Text = Annotated[str, Field(min_length=1, max_length=4_000)]


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

    area: Annotated[str, Field(pattern=r"^[0-9]{4}([0-9]{2})?$")]
    year: Year


class SelectAdvanced(Frozen):
    """The city office selects an advanced worker of the year (Art. 13)."""

    person: PersonId
    year: Year


class AwardCommendation(Frozen):
    """A county commends somebody (Art. 13)."""

    person: PersonId
    county: CountyCode
    year: Year


class RecordTermAssessment(Frozen):
    """The end of a term that ended in `year`, from the yearly results (Art. 14)."""

    person: PersonId
    county: CountyCode
    year: Year
    opinion: Text


Filing = FileLists | FeedBack | FileResult
Praise = CirculateExcellent | SelectAdvanced | AwardCommendation | RecordTermAssessment
