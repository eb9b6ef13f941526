"""Released programs of the fold, kept so that every determination can be worked out again by the one that made it.

`releases/<version>.zip` holds what lies below `data/verifier/` in the bundles of that release, its rules, and one such
bundle (`case.zip`) by which a test sees that it still runs. It imports the standard library only, so that a later
Python is all that can break it. `python -m services.assessment.releases write CASE.zip` adds the present one, once per
release; nothing in the archive is ever changed.
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from services.assessment.evidence import derived, layout, program
from services.assessment.evidence.casefile import CaseFile
from services.assessment.evidence.derived import Derived
from services.assessment.evidence.verdict import HOLDS, Malformed
from services.assessment.evidence.verify import verify
from services.assessment.rules import rules

ARCHIVE = rules.HERE / "releases"
SECONDS = 600
PROGRAM, RULES, ABOUT, CASE = "program/", "rules/", "release.json", "case.zip"
_RUN = "import sys; sys.path.insert(0, sys.argv[1]); from {0} import main; sys.exit(main(sys.argv[2:]))"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class ReleasedProgram:
    """One release, as it lies in the archive."""

    path: Path

    @cached_property
    def _files(self) -> Mapping[str, bytes]:
        with zipfile.ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @cached_property
    def _about(self) -> Mapping[str, str]:
        found: Mapping[str, str] = json.loads(self._files[ABOUT])
        return found

    @property
    def name(self) -> str:
        return self._about["version"]

    @property
    def fold(self) -> str:
        """Digest of its fold."""
        return self._about["fold_digest"]

    @property
    def modules(self) -> Sequence[str]:
        """The modules of its fold, in the order of the digest."""
        return self._about["modules"].split()

    @property
    def rules_digest(self) -> str:
        """Digest of its rules."""
        return self._about["rules_digest"]

    @property
    def program(self) -> str:
        return program.digest_of_program(self.sources)

    @cached_property
    def sources(self) -> Mapping[str, bytes]:
        """Its program, by the paths that modules have."""
        return _below(self._files, PROGRAM)

    @cached_property
    def rules(self) -> Mapping[str, bytes]:
        """Its rules, by the paths that they have in a case."""
        return {layout.RULES + name: content for name, content in _below(self._files, RULES).items()}

    @property
    def case(self) -> bytes:
        """A bundle that it made."""
        return self._files[CASE]

    def derive(self, case: CaseFile) -> Derived:
        """What it makes of the case; raises Malformed."""
        with self._installed() as top:
            bag = top.parent / "case"
            _write(bag, case.files)
            try:
                return derived.from_text(self._run(program.DERIVER, top, bag))
            except (LookupError, TypeError, ValueError) as error:
                raise Malformed(f"release {self.name} does not answer: {type(error).__name__}") from error

    def ask(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Its answer to a job (`replay/answering.py` has the form); raises Malformed."""
        with self._installed() as top:
            path = top.parent / "job.json"
            path.write_text(json.dumps(job, ensure_ascii=True), encoding="ascii")
            try:
                found: dict[str, Any] = json.loads(self._run(program.ANSWERER, top, path))
            except ValueError as error:
                raise Malformed(f"release {self.name} does not answer: {type(error).__name__}") from error
        return found

    @contextmanager
    def _installed(self) -> Iterator[Path]:
        """Its program in a folder that nobody else can read, for as long as it is needed."""
        with tempfile.TemporaryDirectory(prefix="zhucun-release-") as private:
            top = Path(private) / "program"
            _write(top, self.sources)
            yield top

    def _run(self, module: str, top: Path, subject: Path) -> str:
        """What a module of it prints about a path, in a process of its own without any installed package."""
        command = [sys.executable, "-I", "-S", "-B", "-c", _RUN.format(module), str(top), str(subject)]
        try:
            done = subprocess.run(  # noqa: S603 -- a program of the archive; what it works on reaches it as files
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Malformed(f"release {self.name} does not answer within {SECONDS} seconds") from error
        if done.returncode != 0:
            raise Malformed(f"release {self.name} cannot answer: {done.stderr.strip()[-300:]}")
        return done.stdout


@dataclass(frozen=True)
class Archive:
    """All releases in a folder."""

    folder: Path = ARCHIVE

    def __iter__(self) -> Iterator[ReleasedProgram]:
        return (ReleasedProgram(path) for path in sorted(self.folder.glob("*.zip")))

    def of_fold(self, digest: str) -> ReleasedProgram | None:
        """The latest release with that fold."""
        return next((one for one in reversed([*self]) if one.fold == digest), None)

    def of_rules(self, digest: str) -> ReleasedProgram | None:
        """The latest release with those rules."""
        return next((one for one in reversed([*self]) if one.rules_digest == digest), None)


class ReleaseError(Exception):
    """The present program cannot be added; one sentence says why."""


def write(case: Path, folder: Path = ARCHIVE, name: str | None = None) -> Path:
    """Add the present program with a bundle that it has made; raises ReleaseError."""
    name = version("zhucun") if name is None else name
    path = folder / f"{name}.zip"
    if path.exists():
        raise ReleaseError(f"{path} is there, and a release is never changed")
    if verify(case).code != HOLDS:
        raise ReleaseError(f"{case} does not verify")
    about = {
        "version": name,
        "fold_digest": rules.fold_digest(),
        "modules": " ".join(rules.FOLD_MODULES),
        "rules_digest": rules.rules_digest(),
    }
    files = {PROGRAM + file: content for file, content in program.sources().items()}
    files |= {RULES + file.removeprefix(layout.RULES): content for file, content in rule_files().items()}
    files |= {ABOUT: json.dumps(about, indent=1, sort_keys=True).encode("ascii"), CASE: case.read_bytes()}
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            archive.writestr(zipfile.ZipInfo(file, _EPOCH), files[file], zipfile.ZIP_DEFLATED)
    return path


def rule_files() -> dict[str, bytes]:
    """The present rules by the paths that they have in a case: text, clauses, parameters with their dates."""
    name = rules.DEFAULT
    return {
        layout.MEASURES: rules.measures_text().encode("utf-8"),
        layout.COVERAGE: (rules.HERE / "coverage.yaml").read_bytes(),
        f"{layout.RULES}{name}.yaml": (rules.HERE / "parameters" / f"{name}.yaml").read_bytes(),
    }


def _below(files: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    return {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    if sys.argv[1:2] != ["write"] or len(sys.argv) != 3:
        sys.exit("python -m services.assessment.releases write CASE.zip")
    try:
        print(write(Path(sys.argv[2])))
    except ReleaseError as refusal:
        sys.exit(str(refusal))
