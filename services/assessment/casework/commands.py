"""What can be asked about cases of one person: sanctions, severe effect, investigations (Art. 15.1, 15.2)."""

from typing import Annotated

from pydantic import Field

from contracts.assessment import InvestigationResult, SanctionBody
from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, CountyCode, PersonId
from services.assessment.said import Text


class RecordSanction(Frozen):
    """A party or administrative sanction, from discipline inspection only (Art. 15.1)."""

    person: PersonId
    county: CountyCode
    case: CaseId
    body: SanctionBody
    sanction: Annotated[str, Field(min_length=1, max_length=200)]
    decided_on: CivilDate


class ProposeSevereImpact(Frozen):
    """The township asks the county office to find severe bad effect; discipline inspection may report it (A58)."""

    person: PersonId
    county: CountyCode
    case: CaseId
    observed_on: CivilDate
    finding: Text


class RecordSevereImpact(Frozen):
    """The county office's written finding of severe bad effect, on what the township or discipline inspection asked
    it to find under the same case number (Art. 15.2, A58)."""

    person: PersonId
    county: CountyCode
    case: CaseId
    found_on: CivilDate
    finding: Text


class OpenInvestigation(Frozen):
    person: PersonId
    county: CountyCode
    case: CaseId
    opened_on: CivilDate


class CloseInvestigation(Frozen):
    person: PersonId
    county: CountyCode
    case: CaseId
    closed_on: CivilDate
    result: InvestigationResult


CaseCommand = RecordSanction | ProposeSevereImpact | RecordSevereImpact | OpenInvestigation | CloseInvestigation
