"""Continuous proof: closed years folded again from the stored bytes and compared with what was decided.

    refold(source, 2017)  ->  [CountyRefold(...), ...];  any difference is an alarm

The logs of assessment are read for what was decided, then those with anything about people but for attendance, as far
as some county's basis reaches. Then one person after the other is taken up with the streams of his or her attendance,
judged by what lies below the county's basis, and let go, so that memory does not grow with the people. What was checked
when it was written into a log is not checked again; whether an export is such a log, `roots` says. Raises FoldError.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from services.assessment.fold.determination import Head
from services.assessment.fold.reading import Fact
from services.assessment.releases import Archive
from services.assessment.replay.attended import KIND, Attended
from services.assessment.replay.closed_years import ClosedYear, Gathered, finals_of, gathered, lines_of
from services.assessment.replay.collection import no_collection
from services.assessment.replay.county_proof import CountyProof, CountyRefold, cut_of, rules_of
from services.assessment.replay.deciders import decider_of
from services.assessment.replay.earlier import COMMON_KINDS, Closed, by_release, code_sentences
from services.assessment.replay.export_pages import Export
from services.assessment.replay.exported import known_in, place_of
from services.assessment.replay.lenses import PERSON_KINDS
from services.assessment.replay.offline import read_disclosures
from services.assessment.replay.pages import Sections, Source, Stream, service_of
from services.assessment.replay.replay import replay
from services.assessment.replay.shelf import Shelf
from services.assessment.replay.shelved import Shelved

COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """`texts`: digest -> disclosure text; `erased`: digests of values that were destroyed."""

    source: Source
    year: int
    texts: Mapping[str, str]
    erased: frozenset[str]
    archive: Archive | None


def refold(
    source: Source,
    year: int,
    *,
    county: str | None = None,
    texts: Mapping[str, str] | None = None,
    erased: frozenset[str] = frozenset(),
    archive: Archive | None = None,
) -> list[CountyRefold]:
    """Every county whose year is closed, or one; in order of their codes. Each by the program that decided."""
    asked = Asked(source, year, texts or {}, erased, archive)
    with Shelf(asked.texts, kinds=(*PERSON_KINDS, *COMMON_KINDS)) as shelf, no_collection():
        closed = gathered(source, year, county, shelf)
        if not closed.years:
            return []
        found = _Refold(asked, closed, shelf).result()
    _later_versions(asked, closed.years.values(), {result.county: result for result in found})
    return found


def refold_file(
    events: Path,
    year: int,
    *,
    county: str | None = None,
    disclosures: Path | None = None,
    archive: Archive | None = None,
) -> list[CountyRefold]:
    """The same from an export."""
    texts, erased = read_disclosures(disclosures) if disclosures is not None else ({}, frozenset[str]())
    return refold(Export(events), year, county=county, texts=texts, erased=erased, archive=archive)


class _Refold:
    """The counties of one question, from what is read onto the shelf to what differs."""

    def __init__(self, asked: Asked, closed: Gathered, shelf: Shelf) -> None:
        self._asked = asked
        self._closed = closed
        self._shelf = shelf
        self._reads = Attended(asked.texts)
        self._commons: dict[frozenset[tuple[str, int]], tuple[Sequence[Fact], Mapping[str, Sequence[Head]]]] = {}
        limits = {code: one.limits for code, one in closed.years.items()}
        self._sections = Sections(limits.values())
        self._below = {code: self._sections.below(basis) for code, basis in limits.items()}

    def result(self) -> list[CountyRefold]:
        services = {service_of(log) for one in self._closed.years.values() for log in one.limits}
        for page in self._asked.source.pages(services - {KIND}):
            for section, part in self._sections.parts(page):
                self._shelf.take(part, section)
        with ExitStack() as stack:
            proofs = {code: self._proof(one) for code, one in self._closed.years.items()}
            for proof in proofs.values():
                stack.callback(proof.close)
            for block in self._shelf.blocks():
                self._compare(block, proofs)
            return [proof.end() for proof in proofs.values()]

    def _proof(self, one: ClosedYear) -> CountyProof:
        below, year = self._below[one.county], self._asked.year
        common, heads = self._common(below)
        used, cut = rules_of(one, year, common, self._closed.parameters), cut_of(one, self._asked.erased)
        decider, said = decider_of(one.first, self._asked.archive), None
        if decider.release is not None:
            job = {
                "moment": one.first["moment"],
                "erased": sorted(self._asked.erased),
                "texts": dict(self._asked.texts),
            }
            job |= {"parameters": dict(used.parameters), "calendars": dict(used.calendars)}
            everybody = (shelved for block in self._shelf.blocks() for shelved in block)
            people = {shelved.name for shelved in everybody if one.county in self._counties(shelved)}
            asked = Closed(one.county, year, one.quota["deferred"], one.limits, people)
            said = by_release(asked, decider, _placed(self._asked.source), job)
        return CountyProof(one, year, used, cut, common, heads, decider, said)

    def _common(self, below: Mapping[str, int]) -> tuple[Sequence[Fact], Mapping[str, Sequence[Head]]]:
        """Facts and, by subject, last events of what is about nobody in particular; held once for equal bases."""
        key = frozenset(below.items())
        if key not in self._commons:
            heads: dict[str, list[Head]] = {}
            for head in self._shelf.common_last(below):
                heads.setdefault(head.stream.split("/")[1], []).append(head)
            self._commons[key] = self._shelf.common(below), heads
        return self._commons[key]

    def _compare(self, block: Sequence[Shelved], proofs: Mapping[str, CountyProof]) -> None:
        """People of one block: their attendance is asked for together."""
        concerned = [(shelved, code, final) for shelved in block for code, final in self._counties(shelved).items()]
        with closing(self._attended([(shelved.name, code) for shelved, code, _ in concerned])) as attended:
            for (shelved, code, final), logs in zip(concerned, attended, strict=True):
                person, own = shelved.person(self._below[code]), shelved.last(self._below[code])
                for log, streams in logs:
                    own += (Head(log, *head) for head in self._reads.read(person, shelved.name, streams))
                proofs[code].take(shelved.name, person if person.ids or person.facts else None, final, own)

    def _attended(
        self, concerned: Sequence[tuple[str, str]]
    ) -> Generator[list[tuple[str, Sequence[Stream]]], None, None]:
        """Of each person and county the streams of attendance below the county's basis, log by log."""
        limits = {code: one.limits for code, one in self._closed.years.items()}
        logs = sorted({log for basis in limits.values() for log in basis if service_of(log) == KIND})
        by_log = [
            self._asked.source.streams(log, KIND, [(name, limits[code].get(log, 0)) for name, code in concerned])
            for log in logs
        ]
        for streams in zip(*by_log, strict=True) if logs else repeat((), len(concerned)):
            yield [*zip(logs, streams, strict=True)]

    def _counties(self, shelved: Shelved) -> dict[str, bytes | None]:
        """Closed counties in which somebody was ever posted or determined -> the event of the first determination."""
        posted = (fact.data["village"][:COUNTY_DIGITS] for fact in shelved.named("TeamMemberAssigned"))
        found: dict[str, bytes | None] = dict.fromkeys(posted)
        found |= finals_of(shelved.notes())
        return {code: final for code, final in found.items() if code in self._closed.years}


def _later_versions(asked: Asked, years: Iterable[ClosedYear], results: Mapping[str, CountyRefold]) -> None:
    """The few results that were issued anew, each by its own basis and the program that decided it."""
    again = sorted((one.county, *which) for one in years for which in one.later)
    if not again:
        return
    lines = (line for page in asked.source.pages() for line in lines_of(page))
    known = list(known_in(lines, {person for _, person, _ in again}, asked.texts))
    now = f"{asked.year + 1}-12-31"  # beside the point: only what was known and in force then is compared
    for code, person, version in again:
        found = replay(
            known, person, asked.year, now=now, version=version, erased=asked.erased, search=False,
            archive=asked.archive,
        )  # fmt: skip
        results[code].determinations += 1
        if found["undetermined"]:
            results[code].undetermined.append(person)
        elif found["differs"]:
            results[code].differs(person, version, found["differs"])


def _placed(source: Source) -> Iterator[tuple[str, int, str, bytes]]:
    """Log, index, stream and bytes of every line."""
    for page in source.pages():
        for index, line in enumerate(lines_of(page), page.first):
            yield page.log, index, place_of(line)[1], line


def refold_text(results: Sequence[CountyRefold]) -> str:
    """One line per county and year, and every difference in a sentence."""
    if not results:
        return "尚无已审定的县 no county's year is closed"
    lines = []
    for one in results:
        state = "一致 agrees" if not one.differences else f"不一致 {len(one.differences)} 处 differences"
        lines.append(f"{one.county} {one.year}: 认定 determinations {one.determinations}，{state}")
        lines += code_sentences(one.code)
        if one.undetermined:
            names = "、".join(dict.fromkeys(one.undetermined))
            lines.append(f"  {names}: 内容已销毁或未披露，无法判定 undetermined: erased or not disclosed")
        for difference in one.differences:
            members = "，".join(str(member["member"]) for member in difference["differs"])
            who = difference["person"] or one.county
            lines.append(f"  {who} 第 {difference['determination'] or '-'} 次 version: {members} 与记录不同 differ")
    return "\n".join(lines)
