"""A determination of an earlier release is worked out by the program that made it, from an archive of releases."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from contracts.fact import Fact
from contracts.publish import is_draft
from services.assessment import releases
from services.assessment.evidence import casefile, layout, program
from services.assessment.evidence.archive import read_case, unpack
from services.assessment.evidence.comparing import compare
from services.assessment.evidence.verdict import HOLDS, NOT_REPRODUCED, UNDETERMINED, Malformed, Verdict
from services.assessment.evidence.verify import verify
from services.assessment.publication import Published
from services.assessment.releases import Archive, ReleasedProgram, ReleaseError
from services.assessment.rules import rules
from tests.assessment.evidence.signing import archived, signed_by_the_operator
from tests.assessment.evidence.world import PERSON, World, world

STYLE = f"{releases.PROGRAM}{program.STYLE}"
OLDER_STYLE = b"/* as it was */\n"


def aged(
    path: Path, folder: Path, module: str = rules.FOLD_MODULES[0], old: str = "", new: str = ""
) -> ReleasedProgram:
    """The release as if it were an earlier one: a module of its fold has other bytes, and its page looks otherwise.

    With `old`, that text of the module read `new` then.
    """
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = f"{releases.PROGRAM}services/assessment/{module}.py"
    assert old.encode() in files[name]
    files[name] = files[name].replace(old.encode(), new.encode(), 1) if old else files[name]
    files[name] += b"# an earlier release\n"
    files[STYLE] = OLDER_STYLE
    sources = {name: content for name, content in files.items() if name.startswith(releases.PROGRAM)}
    digest = program.fold_digest(
        rules.FOLD_MODULES, lambda name: sources[f"{releases.PROGRAM}services/assessment/{name}.py"]
    )
    files[releases.ABOUT] = files[releases.ABOUT].replace(rules.fold_digest().encode(), digest.encode())
    folder.mkdir()
    with zipfile.ZipFile(folder / "0.0.1.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return ReleasedProgram(folder / "0.0.1.zip")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The present program in an archive of its own."""
    folder = tmp_path_factory.mktemp("releases")
    (folder / "case.zip").write_bytes(world().bundle().archive)
    return releases.write(folder / "case.zip", folder / "archive", "0.0.2")


@pytest.fixture(scope="module")
def older(written: Path, tmp_path_factory: pytest.TempPathFactory) -> ReleasedProgram:
    return aged(written, tmp_path_factory.mktemp("older") / "archive")


def test_what_is_released_keeps_its_program_and_no_release_is_another_program_of_its_name() -> None:
    kept = {release.name: release.fold for release in Archive()}
    assert kept.get(version("zhucun"), rules.fold_digest()) == rules.fold_digest()
    assert is_draft() or rules.fold_digest() in kept.values(), "write the release before the tag (decision 413)"


def determined_by(release: ReleasedProgram, **changed: Any) -> World:
    """A world whose determination names the fold of that release."""

    def change(fact: Fact) -> Fact:
        mine = fact.NAME == "AssessmentFinalised" and getattr(fact, "person", "") == PERSON
        return fact.model_copy(update={"fold_digest": release.fold, **changed}) if mine else fact

    return world(change=change)


def bundle_of(found: World, release: ReleasedProgram) -> bytes:
    return found.bundle_of(replace(found.gathered(), release=release)).archive


@pytest.fixture(scope="module")
def case(older: ReleasedProgram, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("case") / "case.zip"
    path.write_bytes(bundle_of(determined_by(older), older))
    return path


def by(archive: Path | None, case: Path) -> Verdict:
    return verify(case, published=None if archive is None else Published(Archive(archive)))


def test_the_release_that_decided_makes_the_bundle(older: ReleasedProgram, case: Path) -> None:
    files = unpack(case.read_bytes())
    assert program.digest_of_program(program.in_case(files)) == older.program
    assert not program.is_running(program.in_case(files))
    assert OLDER_STYLE.decode() in files[layout.REPORT].decode(), "the page is that of the earlier release"


def test_a_verifier_with_the_archive_has_it_worked_out_by_that_release(older: ReleasedProgram, case: Path) -> None:
    verdict = by(older.path.parent, case)
    assert verdict.code == HOLDS, verdict.text()
    assert f"由当时的版本 {older.name} 重算" in verdict.text()


def test_a_verifier_without_it_says_that_it_cannot_vouch_for_the_page(case: Path, written: Path) -> None:
    for archive in (None, written.parent):
        verdict = by(archive, case)
        assert verdict.code == UNDETERMINED, verdict.text()
        assert "another version" in verdict.text()
        assert "this program's fold is not the one that decided" in verdict.text()


def test_what_an_earlier_release_cannot_have_decided_is_not_reproduced(older: ReleasedProgram, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(bundle_of(determined_by(older, outcome="称职"), older))
    assert by(older.path.parent, path).code == NOT_REPRODUCED
    assert by(None, path).code == UNDETERMINED, "another fold may have decided otherwise: it cannot be said"


def test_a_page_that_the_release_did_not_write_is_found(older: ReleasedProgram, case: Path, tmp_path: Path) -> None:
    files = unpack(case.read_bytes())
    files[layout.REPORT] = files[layout.REPORT].replace("不称职".encode(), "称职".encode())
    path = tmp_path / "case.zip"
    path.write_bytes(archived(signed_by_the_operator(files)))
    assert by(older.path.parent, path).code == NOT_REPRODUCED


def test_a_release_is_written_once_and_only_with_a_case_that_holds(written: Path, tmp_path: Path) -> None:
    good = tmp_path / "case.zip"
    good.write_bytes(ReleasedProgram(written).case)
    with pytest.raises(ReleaseError, match="never changed"):
        releases.write(good, written.parent, "0.0.2")
    good.write_bytes(good.read_bytes()[:-100])
    with pytest.raises(ReleaseError, match="does not verify"):
        releases.write(good, written.parent, "0.0.3")


def runs(release: ReleasedProgram, folder: Path) -> Callable[[], int]:
    (folder / "case.zip").write_bytes(release.case)
    return lambda: verify(folder / "case.zip", published=Published(Archive(release.path.parent))).code


def test_every_release_still_runs_and_none_was_changed(written: Path, tmp_path: Path) -> None:
    """Those of the project's own archive too; while nothing was released yet, the present program stands for them."""
    for release in (*Archive(), ReleasedProgram(written)):
        sources = {
            path.removeprefix("services/assessment/").removesuffix(".py"): b for path, b in release.sources.items()
        }
        digest = program.fold_digest(release.modules, sources.__getitem__)
        assert digest == release.fold, f"{release.path} was changed"
        assert runs(release, tmp_path)() == HOLDS, release.name


def test_what_another_fold_decided_by_rules_that_this_one_cannot_apply_is_undetermined(case: Path) -> None:
    found = casefile.read(read_case(case))
    fewer = json.loads(found.files[layout.PARAMETERS])
    del fewer["shortfall.threshold"]
    files = {**found.files, layout.PARAMETERS: json.dumps(fewer).encode()}
    assert compare(replace(found, files=files)).code == UNDETERMINED
    data = {**found.said, "fold_digest": rules.fold_digest()}
    decision = replace(found.decision, parsed={**found.decision.parsed, "data": data})
    named = json.loads(found.files[layout.FOLD]) | {"modules": list(rules.FOLD_MODULES)}
    own = {**files, layout.FOLD: json.dumps(named).encode()}
    with pytest.raises(Malformed):
        compare(replace(found, files=own, decision=decision))
