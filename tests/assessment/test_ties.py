"""A tie at the line of 优秀: townships are heard on their own people, the county office resolves it (Art. 12, A61)."""

from contracts.fact import Actor, Fact
from contracts.refusals import Code, Refusal
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.year.known import YearShown
from tests.assessment.office import (
    COUNTY,
    OTHER,
    PERSON,
    TOWNSHIP,
    VILLAGE,
    YEAR,
    Office,
    code_of,
    facts_of,
    person,
    shown,
)

HERE, THERE = VILLAGE[:9], "530113101"
THIRD = "P000009"


def heard(
    office: Office, known: YearShown, *supports: str, township: str = HERE, by: Actor = TOWNSHIP
) -> list[Fact] | Refusal:
    command = cmd.GiveTieOpinion(township=township, county=COUNTY, year=YEAR, supports=supports, opinion="实绩更突出")
    return office.when(command, by, known)


def tied(*names: str) -> YearShown:
    """A county of ten with two places, one taken, in which these people tie for the other."""
    best = person("P000010", "优秀")
    rest = [person(f"P00002{number}", "称职") for number in range(9 - len(names))]
    return shown(best, *rest, *(person(name) for name in names), waiting_tie=names)


def test_what_a_township_says_names_the_tie_and_whom_it_puts_first() -> None:
    (given,) = facts_of(heard(Office().opened(), tied(PERSON, OTHER), OTHER))
    said = given.model_dump()
    assert (said["article"], said["place"], said["township"]) == ("12.6", HERE, HERE)
    assert (said["tied"], said["supports"]) == (tuple(sorted((PERSON, OTHER))), (OTHER,))


def test_the_choice_names_the_opinions_on_this_tie_and_is_free() -> None:
    office, known = Office().opened(), tied(PERSON, OTHER)
    heard(office, known, OTHER)
    (resolved,) = facts_of(office.resolve(known, PERSON))
    said = resolved.model_dump()
    assert (said["chosen"], len(said["heard"])) == ((PERSON,), 1)


def test_a_choice_without_opinions_names_none_and_waits_for_none() -> None:
    (resolved,) = facts_of(Office().opened().resolve(tied(PERSON, OTHER), PERSON))
    assert resolved.model_dump()["heard"] is None


def test_whoever_joins_the_tie_makes_it_another_and_it_is_spoken_on_again() -> None:
    office, two, three = Office().opened(), tied(PERSON, OTHER), tied(PERSON, OTHER, THIRD)
    heard(office, two, OTHER)
    assert heard(office, two, PERSON) == no.ALREADY_RECORDED
    (resolved,) = facts_of(office.resolve(three, PERSON))
    assert resolved.model_dump()["heard"] is None, "what was said of two says nothing of three"
    assert len(facts_of(heard(office, three, PERSON))) == 1


def test_a_township_speaks_of_its_own_people_among_those_who_tie() -> None:
    office, known = Office().opened(), tied(PERSON, OTHER)
    assert heard(office, known, PERSON, township=THERE) == no.about(no.NOT_THE_TOWNSHIPS, [PERSON])
    assert heard(office, known, "P000404") == no.about(no.NOT_THE_TOWNSHIPS, ["P000404"])
    assert heard(office, known, PERSON, "P000020") == no.about(no.NOT_TIED, ["P000020"])


def test_nobody_is_heard_where_there_is_no_tie_or_on_his_own() -> None:
    office = Office().opened()
    assert heard(office, shown(person()), PERSON) == no.NO_TIE
    oneself = TOWNSHIP.model_copy(update={"person": OTHER})
    assert heard(office, tied(PERSON, OTHER), PERSON, by=oneself) == no.SELF
    assert code_of(heard(Office(), tied(PERSON, OTHER), PERSON)) is Code.WRONG_STATE
