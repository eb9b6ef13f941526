"""Facts kept between folds: brought forward by what was sealed since, read anew where a value was erased."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts import disclosure
from contracts.assessment import DisciplinarySanctionRecorded, SanctionBody
from contracts.fact import Actor
from contracts.identifiers import Role
from services.assessment.year import kept as kept_module
from services.assessment.year.kept import KeptFacts
from services.ledger.material import NotSealedError
from tests.ledger.desk import FOREIGN, KINDS, Desk, open_desk
from tests.ledger.world import ASSESSMENT

PERSON = "P000001"
SANCTION = DisciplinarySanctionRecorded(
    actor=Actor(person="P900001", role=Role.DISCIPLINE),
    article="15.1",
    ruleset="kunming-2016-1",
    place="530113",
    person=PERSON,
    case="JW-1",
    body=SanctionBody.PARTY,
    sanction="党内警告",
    decided_on=date(2017, 6, 1),
)


@pytest.fixture
async def desk(postgres_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(postgres_url, tmp_path) as desk:
        yield desk


def facts_of(desk: Desk) -> KeptFacts:
    async def disclosures(origin: str, events: Collection[str]) -> Mapping[str, str]:
        return await desk.store.disclosures(events) if origin == ASSESSMENT else {}

    return KeptFacts(desk.material, FOREIGN, disclosures)


async def known(kept: KeptFacts, *subjects: str) -> dict[str, Any]:
    """What the fold would be given of the subjects, in a form that can be compared."""
    async with kept.of(KINDS, subjects or (PERSON,)) as facts:
        people = {
            name: (sorted(one.check_ins()), [(fact.id, dict(fact.data)) for fact in one.in_order()])
            for name, one in facts.reader.people.items()
        }
        sizes = {origin: basis.size for origin, basis in facts.bases.items()}
        return {"people": people, "heads": dict(facts.heads), "sizes": sizes, "events": facts.events}


async def test_what_was_kept_and_brought_forward_is_what_is_read_anew(desk: Desk) -> None:
    kept = facts_of(desk)
    for number in range(3):
        await desk.world.log.grow(3, persons=2)
        await desk.receive()
        await desk.record(f"assessment/{PERSON}/201{number}", fact=SANCTION)
        await desk.seal()
        brought_forward = await known(kept)
        assert brought_forward == await known(facts_of(desk))
        assert brought_forward["events"] == sum(head.version for head in brought_forward["heads"].values())
    assert await known(kept, PERSON, "P000002") == await known(facts_of(desk), PERSON, "P000002")


async def test_where_much_was_sealed_since_everything_is_read_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = facts_of(desk)
    await desk.world.log.grow(3)
    await desk.receive()
    await known(kept)
    monkeypatch.setattr(kept_module, "MOST_SINCE", 1)
    await desk.world.log.grow(3)
    await desk.receive()
    assert await known(kept) == await known(facts_of(desk))


async def test_an_erased_value_is_not_kept_either(desk: Desk) -> None:
    kept = facts_of(desk)
    event = await desk.record(f"assessment/{PERSON}/2017", fact=SANCTION)
    await desk.seal()
    ((_, data),) = (await known(kept))["people"][PERSON][1]
    assert data["decided_on"] == "2017-06-01"
    digests = await desk.store.disclosed_members(event)
    await desk.store.erase(event, [digest for digest, name in digests.items() if name == "decided_on"])
    ((_, data),) = (await known(kept))["people"][PERSON][1]
    assert "decided_on" not in data
    assert len(data[disclosure.SD]) == 3


async def test_what_is_not_sealed_is_refused_and_what_was_kept_still_serves(desk: Desk) -> None:
    kept = facts_of(desk)
    await desk.record(f"assessment/{PERSON}/2017", fact=SANCTION)
    await desk.seal()
    before = await known(kept)
    await desk.record(f"assessment/{PERSON}/2018", fact=SANCTION)
    with pytest.raises(NotSealedError):
        await known(kept)
    await desk.seal()
    after = await known(kept)
    assert (before["events"], after["events"]) == (1, 2)
    assert after == await known(facts_of(desk))


async def test_facts_that_a_fold_failed_on_are_read_anew(desk: Desk) -> None:
    kept = facts_of(desk)
    await desk.record(f"assessment/{PERSON}/2017", fact=SANCTION)
    await desk.seal()
    with pytest.raises(LookupError):
        async with kept.of(KINDS, (PERSON,)) as facts:
            facts.reader.people.clear()
            raise LookupError
    assert await known(kept) == await known(facts_of(desk))


async def test_only_so_much_is_kept_and_the_latest_used_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = facts_of(desk)
    monkeypatch.setattr(kept_module, "MOST_EVENTS", 2)
    await desk.world.log.grow(6, persons=3)
    await desk.receive()
    readers = []
    for person in ("P000001", "P000002", "P000002", "P000001"):
        async with kept.of(KINDS, (person,)) as facts:
            readers.append(facts.reader)
    assert readers[1] is readers[2]
    assert readers[0] is not readers[3]
