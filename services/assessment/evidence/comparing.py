"""Whether the recorded outcome follows from the case, by the program that decided: this one, or one of its releases."""

from dataclasses import dataclass
from typing import Protocol

from services.assessment.evidence import layout, program, strict
from services.assessment.evidence.casefile import CaseFile
from services.assessment.evidence.derived import Derived, derive
from services.assessment.evidence.verdict import HOLDS, NOT_REPRODUCED, UNDETERMINED, Malformed


@dataclass(frozen=True, slots=True)
class Compared:
    """What came out. `code` is that of the verdict; `closed` are events whose sensitive value was not at hand."""

    code: int
    sentence: str
    differences: tuple[str, ...]
    closed: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Release(Protocol):
    """The program of an earlier release, from an archive that did not come with the case."""

    @property
    def name(self) -> str: ...

    @property
    def program(self) -> str:
        """Digest of all of it (`program.digest_of_program`)."""
        ...

    def derive(self, case: CaseFile) -> Derived:
        """What it makes of the case; raises Malformed."""
        ...


class Releases(Protocol):
    """Released programs by the digest of their fold."""

    def of_fold(self, digest: str) -> Release | None: ...


def compare(case: CaseFile, releases: Releases | None = None) -> Compared:
    """Derives everything anew and compares it with what was recorded and written. Raises Malformed."""
    release, notes = None, []
    known = program.is_running_fold(fold_modules(case), case.said["fold_digest"])
    if not known and releases is not None:
        release = releases.of_fold(case.said["fold_digest"])
    if release is not None:
        notes.append(f"由当时的版本 {release.name} 重算 worked out by the release that decided")
    elif not known:
        notes.append("所用计算程序与认定所记的版本不同 this program's fold is not the one that decided")
    try:
        again = derive(case) if release is None else release.derive(case)
    except Malformed as error:
        if known or release is not None:
            raise
        return Compared(UNDETERMINED, f"{error}", (), (), tuple(notes))
    travelling = program.in_case(case.files)
    same = (
        program.is_running(travelling) if release is None else program.digest_of_program(travelling) == release.program
    )
    if not same:
        notes.append(
            "包内所附程序不是本程序所知的版本，请勿运行 "
            "the program in the case is none that is known here: do not run it"
        )
    return _judged(case, again, decided=known or release is not None, same=same, notes=tuple(notes))


def fold_modules(case: CaseFile) -> list[str]:
    """The modules of the fold, as the case names them."""
    named = strict.members(strict.load(case.files.get(layout.FOLD, b""), layout.FOLD), layout.FOLD, modules=list)
    return [str(module) for module in named["modules"]]


def _judged(case: CaseFile, again: Derived, *, decided: bool, same: bool, notes: tuple[str, ...]) -> Compared:
    """`decided`: by the fold that decided; `same`: by the very program that wrote the files of the case."""
    pages = tuple(
        f"{name} is not what follows from the events"
        for name, content in again.files.items()
        if case.files.get(name) != content
    )
    differences = (*again.differences, *pages)
    if not differences:
        sentence = f"结论 {case.said['outcome']} 由所附事件重算得出，网页与重算一致 reproduced, and so is the page"
        return Compared(HOLDS, sentence, (), again.closed, notes)
    if again.closed:
        code, sentence = UNDETERMINED, f"{len(again.closed)} 个敏感值未披露或已销毁 not disclosed"
    elif again.differences:
        code = NOT_REPRODUCED if decided else UNDETERMINED
        sentence = again.differences[0]
    elif same:
        code, sentence = NOT_REPRODUCED, pages[0]
    else:
        code = UNDETERMINED
        sentence = (
            f"结论 {case.said['outcome']} 重算得出；所附网页由另一版本程序写成，未能核对 "
            "reproduced, but the page was written by another version of the program and is not vouched for"
        )
    return Compared(code, sentence, differences, again.closed, notes)
