"""Unpublished rules, calendars of one's own, parameters that no ruling set: an installed verifier sees them."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from contracts import canonical
from contracts.assessment import CountyMeasureAdopted
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from services.assessment.evidence import layout
from services.assessment.evidence.archive import unpack
from services.assessment.evidence.verdict import HOLDS, INTEGRITY, NOT_REPRODUCED, UNDETERMINED
from services.assessment.evidence.verify import verify
from services.assessment.fold import determination
from services.assessment.fold.civil import cut_at
from services.assessment.fold.reading import Reader
from services.assessment.publication import Published
from services.assessment.rules import rules
from tests.assessment.evidence.signing import archived, signed_by_the_operator
from tests.assessment.evidence.world import DECIDED, OWN, PERSON, YEAR, World, world
from tests.assessment.office import COUNTY


def naming(**digests: str) -> World:
    """A determination that names other rules."""

    def change(fact: Fact) -> Fact:
        mine = fact.NAME == "AssessmentFinalised" and getattr(fact, "person", "") == PERSON
        return fact.model_copy(update=digests) if mine else fact

    return world(change=change)


def codes(found: World, files: dict[str, bytes], tmp_path: Path) -> tuple[int, int]:
    """With the bundle's own means, and with what was published."""
    made = unpack(found.bundle().archive) | files
    path = tmp_path / "case.zip"
    path.write_bytes(archived(signed_by_the_operator(made)))
    alone = verify(path, trusted=found.policy())
    return alone.code, verify(path, trusted=found.policy(), published=Published()).code


def test_an_honest_determination_rests_on_published_rules(tmp_path: Path) -> None:
    assert codes(world(), {}, tmp_path) == (HOLDS, HOLDS)


def test_a_threshold_of_the_operators_own_is_found(tmp_path: Path) -> None:
    """The bundle's own program sees that the parameters are those that the determination names, and no more."""
    parameters: dict[str, Any] = {**rules.fold_rules(YEAR).parameters, "quota.pct": 1}
    found = naming(parameters_digest=canonical.digest(parameters))
    changed = {layout.PARAMETERS: canonical.encode(parameters)}
    assert codes(found, changed, tmp_path) == (HOLDS, NOT_REPRODUCED)


def test_a_clause_of_the_operators_own_is_found(tmp_path: Path) -> None:
    files = unpack(world().bundle().archive)
    name = f"{layout.RULES}{rules.DEFAULT}.yaml"
    changed = {name: files[name] + b"# as we read it\n"}
    parts = [hashlib.sha256(files[one]).hexdigest() for one in (layout.MEASURES, layout.COVERAGE)]
    parts.append(hashlib.sha256(changed[name]).hexdigest())
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    alone, published = codes(naming(rules_digest=digest), changed, tmp_path)
    assert (alone, published) == (HOLDS, UNDETERMINED)


def test_a_calendar_of_the_operators_own_is_found(tmp_path: Path) -> None:
    calendars = strict_copy(dict(rules.calendars()))
    calendars["2016"]["source"] = "ours"
    digest = determination.calendars_digest(calendars, YEAR, cut_at(DECIDED.isoformat()))
    changed = {layout.CALENDARS: canonical.encode(calendars)}
    alone, published = codes(naming(calendars_digest=digest), changed, tmp_path)
    assert (alone, published) == (HOLDS, UNDETERMINED)


def strict_copy(value: Any) -> Any:
    return canonical.decode(canonical.encode(value))


def test_parameters_that_are_not_those_of_the_determination_break_it(tmp_path: Path) -> None:
    parameters: dict[str, Any] = {**rules.fold_rules(YEAR).parameters, "quota.pct": 1}
    assert codes(world(), {layout.PARAMETERS: canonical.encode(parameters)}, tmp_path) == (INTEGRITY, INTEGRITY)


def test_rules_of_now_that_nobody_issued_are_found(tmp_path: Path) -> None:
    """What is shown beside the determination, as that of today, is held against what is known here too."""
    found = world()
    found.now = {"absence.year_limit": 60}
    path = tmp_path / "case.zip"
    path.write_bytes(found.bundle().archive)
    assert verify(path).code == HOLDS
    assert verify(path, published=Published()).code == UNDETERMINED


def test_a_county_measure_of_mid_year_is_followed_day_by_day(tmp_path: Path) -> None:
    """What held before it is worked out from the record like everything else that the parameters say (A89)."""
    found = world(final=False)
    office = Actor(person="P000701", role=Role.COUNTY_OFFICE)
    adopted = CountyMeasureAdopted(
        actor=office, article="23.4", ruleset=rules.DEFAULT, place=COUNTY, county=COUNTY, measure="XB-1",
        parameter="onpost.min_checkins", value=2, valid_from=date(2017, 10, 1),
    )  # fmt: skip
    log = found.logs[OWN]
    log.add(adopted, f"rules/{rules.DEFAULT}", datetime(2017, 9, 20, tzinfo=UTC), bytes(16))
    found.finalise()
    reader = Reader(cut_at("2018-02-01"))
    reader.read(json.loads(body) for body in log.bodies)
    used = rules.fold_rules(YEAR, common=reader.common, county=COUNTY)
    before = {"parameter": "onpost.min_checkins", "until": "2017-09-30", "value": 1}
    assert used.parameters["rules.earlier_values"] == [before]
    made = found.bundle_of(replace(found.gathered(), then=used, now=used))
    path = tmp_path / "case.zip"
    path.write_bytes(made.archive)
    assert verify(path, trusted=found.policy(), published=Published()).code == HOLDS
    assert "2017-09-30 及以前为 1" in unpack(made.archive)[layout.REPORT].decode()
