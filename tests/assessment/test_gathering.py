"""Between the fold and the commit: a log that has moved on sends the caller back without closing the key."""

from dataclasses import replace

import pytest

from contracts.refusals import Code
from services.assessment.state import CountyYear, PersonFile, State
from services.assessment.year.gathering import assert_present
from services.runtime.commands import Refused
from tests.assessment.office import DIGESTS, PERSON, person, shown

STREAM = f"assessment/{PERSON}/2017"
KNOWN = replace(shown(person()), folded={STREAM: 3, "county/530113/2017": 1})


@pytest.mark.parametrize(
    "state",
    [
        PersonFile(versions=((STREAM, 4),)),
        PersonFile(versions=((STREAM, 3), (f"assessment/{PERSON}/2018", 1))),
        CountyYear(versions=(("county/530113/2017", 2),)),
    ],
)
def test_a_fact_recorded_after_the_fold_makes_the_caller_come_again(state: State) -> None:
    with pytest.raises(Refused) as refused:
        assert_present(KNOWN, {"key": state})
    assert refused.value.refusal.code is Code.NOT_SEALED


@pytest.mark.parametrize(
    "state", [PersonFile(), PersonFile(versions=((STREAM, 3),)), CountyYear(versions=(("county/530113/2017", 1),))]
)
def test_what_was_folded_may_be_decided_on(state: State) -> None:
    assert_present(KNOWN, {"key": state})
    assert_present(DIGESTS, {"key": PersonFile(versions=((STREAM, 9),))})
