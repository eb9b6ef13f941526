"""What a county's list says of others stays out of a bundle that does not hang on it, and nothing else can."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts import canonical
from services.assessment.bundle_sources import county_list_of_others, in_question, withheld
from services.assessment.evidence import layout
from services.assessment.evidence.archive import unpack
from services.assessment.evidence.verdict import HOLDS, INTEGRITY, MALFORMED
from tests.assessment.evidence.signing import archived, signed_by_the_operator
from tests.assessment.evidence.test_mirrors import mirrored
from tests.assessment.evidence.verifying import verified, verify_bytes
from tests.assessment.evidence.world import OTHERS, OWN, PERSON, YEAR, World, world
from tests.assessment.office import COUNTY

LIST = layout.log_path(OWN, layout.WITHHELD)


@pytest.fixture(scope="module")
def proposed() -> World:
    """Another of the county was proposed as 优秀; the person of the case has a sanction and was not."""
    found = world(final=False)
    grade = {"year": YEAR, "grade": "优秀", "score": 9500}
    found.tell({"present": "2017-01-01..2017-12-31 duty", "grade": grade}, OTHERS[0], "grade")
    found.finalise()
    return found


def without_others(found: World) -> dict[str, Any]:
    """What the sources gather, with what concerns others withheld."""
    hidden = county_list_of_others([piece for log in found.logs.values() for piece in log.pieces()], PERSON)
    gathered = found.gathered()
    own = next(log for log in gathered.logs if log.origin == OWN)
    pieces = {piece.index: piece for piece in found.logs[OWN].pieces() if piece.index in own.events}
    closed = [piece for piece in pieces.values() if piece.id in hidden]
    events = {index: body for index, body in own.events.items() if pieces[index].id not in hidden}
    fewer = replace(own, events=events, withheld=[withheld(piece) for piece in closed])
    return {"logs": [fewer if log is own else log for log in gathered.logs]}


@pytest.fixture(scope="module")
def archive(proposed: World) -> bytes:
    return proposed.bundle_of(replace(proposed.gathered(), **without_others(proposed))).archive


def test_it_verifies_and_names_nobody_else(proposed: World, archive: bytes, tmp_path: Path) -> None:
    everything = b"".join(unpack(proposed.bundle().archive).values())
    assert OTHERS[0].encode() in everything, "the list names whoever was proposed"
    shown = b"".join(unpack(archive).values())
    assert not [other for other in OTHERS if other.encode() in shown]
    verdict = verify_bytes(archive, proposed.policy(), mirrored(proposed, tmp_path))
    assert verdict.code == HOLDS, verdict.text()
    assert "by their hashes alone" in verdict.text()


def test_the_list_is_in_question_where_the_person_was_proposed(proposed: World) -> None:
    pieces = [piece for log in proposed.logs.values() for piece in log.pieces()]
    assert in_question(pieces, OTHERS[0], YEAR)
    assert not in_question(pieces, PERSON, YEAR)


def changed(files: dict[str, bytes], **members: Any) -> dict[str, bytes]:
    """The first entry of what was withheld changed, and the list signed by the operator's own key."""
    first, *others = json.loads(files[LIST])
    return signed_by_the_operator({**files, LIST: canonical.encode([{**first, **members}, *others])})


@pytest.mark.parametrize(
    "members",
    [
        {"leaf": "0" * 64},
        {"index": 0},
        {"version": 9},
        {"stream": f"assessment/{PERSON}/{YEAR}"},
        {"stream": f"county/{COUNTY}/2016"},
        {"stream": "rules/kunming-2016-1"},
    ],
)
def test_what_is_said_of_it_cannot_be_otherwise(proposed: World, archive: bytes, members: dict[str, Any]) -> None:
    assert verified(changed(unpack(archive), **members), proposed.policy()) == INTEGRITY


@pytest.mark.parametrize("content", [b"[]", b"{}", b"[1]", b'[{"index":-1,"leaf":"","stream":"","version":1}]'])
def test_a_list_in_another_form_is_malformed(proposed: World, archive: bytes, content: bytes) -> None:
    assert verified(signed_by_the_operator({**unpack(archive), LIST: content}), proposed.policy()) == MALFORMED


def test_an_event_of_the_person_cannot_be_withheld(proposed: World, archive: bytes) -> None:
    """Not even with its true leaf at its true place, which leads to the signed root."""
    files = unpack(archive)
    sanction = next(n for n in files if n.startswith(layout.EVENTS) and b"DisciplinarySanction" in files[n])
    index = int(sanction.rpartition("/")[2].removesuffix(".json"))
    piece = next(piece for piece in proposed.logs[OWN].pieces() if piece.index == index)
    more = {name: content for name, content in files.items() if name not in (sanction, layout.DISCLOSURES)}
    more |= {LIST: canonical.encode([*json.loads(files[LIST]), withheld(piece)]), layout.DISCLOSURES: b""}
    verdict = verify_bytes(archived(signed_by_the_operator(more)), proposed.policy())
    assert verdict.code == INTEGRITY
    assert "of the county's list alone something may be" in verdict.text()
