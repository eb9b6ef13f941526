"""What can be asked about the rules themselves: adopted, interpreted, made stricter by a county (Art. 23)."""

from typing import Annotated

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, CountyCode, ParameterName, Year
from contracts.rules import ParameterValue
from services.assessment.said import Text


class AdoptRules(Frozen):
    """Puts the rule set that this service runs on record, by digest (Art. 23)."""

    ruleset: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,64}$")]


class PublishCalendar(Frozen):
    """Puts the duty calendar of a year on record, by digest."""

    year: Year


class Setting(Frozen):
    """One parameter and the value that it shall have."""

    parameter: ParameterName
    value: ParameterValue


class ProposeInterpretation(Frozen):
    """One of the two interpreters asks the other for a ruling on one or several parameters (Art. 23)."""

    ruling: CaseId
    settings: tuple[Setting, ...] = Field(min_length=1, max_length=100)
    valid_from: CivilDate
    reasons: Text


class IssueInterpretation(Frozen):
    """The other interpreter agrees: only now it holds (Art. 23)."""

    ruling: CaseId


class AdoptCountyMeasure(Frozen):
    """A county's own rule: stricter, or where the text is silent (Art. 23)."""

    county: CountyCode
    measure: CaseId
    parameter: ParameterName
    value: ParameterValue
    valid_from: CivilDate


Ruling = ProposeInterpretation | IssueInterpretation | AdoptCountyMeasure
RulesCommand = AdoptRules | PublishCalendar | Ruling
