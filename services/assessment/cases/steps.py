"""What officials do in a worked case, step by step, decided by the services' own decisions (`tests/cases/README.md`).

    steps:
      - {date: 2018-01-10, who: 乡镇, does: propose-grade, with: {grade: 称职}, refused: DISQUALIFIED}

A step is recorded or refused; what the case names of that is compared, and every difference is a sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from pydantic import ValidationError

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.assessment.cases.asking import QUESTIONS
from services.assessment.cases.comparing import plain
from services.assessment.cases.events import UNIT
from services.assessment.cases.form_steps import OWN, form_of
from services.assessment.cases.history import History, Service, States
from services.assessment.cases.knowing import known_elsewhere, known_of
from services.assessment.cases.script import BEIJING, DIGEST, VILLAGE, WHO, official
from services.assessment.cases.sentences import sentences_of
from services.assessment.cases.words import Desk, has_word, take
from services.assessment.fold.findings import FoldError
from services.assessment.results.filing import list_digest
from services.runtime.decisions import Act, Decided, Decision
from services.runtime.duties import CLOCK

FIRST_DAY = (3, 1)
"""Month and day of the first step that names no date."""
_OPENING = time(9, 0, tzinfo=BEIJING)
_PAPERS = {"reasons": "见书面材料", "opinion": "见书面意见", "claim": "见异议书", "finding": "见书面认定"}
"""What a command needs in words, where the case does not turn on them."""


class Steps:
    """Carries out the steps of one case. `names`: label of a person in the case -> person."""

    def __init__(self, history: History, names: Mapping[str, str], year: int, services: Mapping[str, Service]) -> None:
        self.history, self.names, self.year, self.services = history, names, year, services
        self._at: datetime | None = None
        self._desks: dict[str, Desk] = {}

    def carry_out(self, steps: Sequence[Mapping[str, Any]]) -> list[str]:
        """Every step in order; what came out otherwise than written, a sentence each."""
        found: list[str] = []
        for number, step in enumerate(steps, start=1):
            label = f"第{number}步 {step['does']} / step {number}: "
            found += [label + line for line in self._step(step)]
        return found

    def _step(self, step: Mapping[str, Any]) -> list[str]:
        where, _, word = str(step["does"]).rpartition("/")
        service = self.services.get(where)
        if service is not None and has_word(service.words, word):
            return self._worded(where, service, word, step)
        now = self._instant(step.get("date"))
        self.history.until(now)
        if step["does"] in QUESTIONS:
            try:
                return QUESTIONS[step["does"]].ask(self, step, now)
            except FoldError as error:
                return [str(error)]
        try:
            decision, events = self._decided(step, now)
        except ValidationError as error:
            decision, events = _malformed(error), []
        return _compared(step, decision, events)

    def _worded(self, where: str, service: Service, word: str, step: Mapping[str, Any]) -> list[str]:
        """A step in the words of a service, at its desk; without a date on the day that the desk has come to."""
        if where not in self._desks:
            self._desks[where] = service.words()
            self._desks[where].today = date(self.year, *FIRST_DAY)
        desk = self._desks[where]
        if "date" in step:
            desk.today = _day(step["date"])
        return take(desk, word, step, self.actor(step).role if "who" in step else None)

    def _instant(self, on: Any) -> datetime:
        """Steps of one day follow each other by the minute; one without a date is of the day of the step before."""
        before = date(self.year, *FIRST_DAY) if self._at is None else self._at.astimezone(BEIJING).date()
        day = before if on is None else _day(on)
        begun = datetime.combine(day, _OPENING)
        self._at = begun if self._at is None or begun > self._at else self._at + timedelta(minutes=1)
        if self._at.astimezone(BEIJING).date() != day:
            raise FoldError(f"{day}: the steps of a case follow each other in time")
        return self._at

    def _decided(self, step: Mapping[str, Any], now: datetime) -> tuple[Decision, list[Any]]:
        where, _, name = str(step["does"]).rpartition("/")
        service = self.services.get(where or OWN)
        if service is None:
            raise FoldError(f"{where}: 没有这个服务 / no such service; there are {', '.join(sorted(self.services))}")
        states = States(self.history, service)
        spec = service.commands.get(name)
        form = form_of(service, name)
        if form is None:
            raise FoldError(f"{name}: 没有这个命令 / no such command; there are {', '.join(sorted(service.commands))}")
        by = self.actor(step)
        command = form(**self._members(form, name, step.get("with") or {}, states, now))
        own = where in ("", OWN)
        known = (
            known_of(name, command, by.person, self.history, states, now)
            if own
            else known_elsewhere(command, self.history)
        )
        if isinstance(known, Refusal):
            return known, []
        if "open_sheets" in step:
            known = replace(known, open_sheets=tuple(map(str, step["open_sheets"])))
        if spec is not None and not _may(by, spec.authority(command, known)):
            return _not_authorised(spec.article), []
        rules = service.parameters.at(now.astimezone(BEIJING).date())
        act: Act[Any, Any] = Act(command, by, now, now.astimezone(BEIJING).date(), rules, known)
        decision = service.decide(act, states)
        if isinstance(decision, Refusal):
            return decision, []
        return decision, [self.history.append(emit.fact, emit.stream, now) for emit in decision.emits]

    def actor(self, step: Mapping[str, Any]) -> Actor:
        """Whoever takes the step: a person of the case, or the official of a body."""
        who = str(step.get("who", ""))
        if who in self.names:
            return Actor(person=self.names[who], role=Role.MEMBER)
        try:
            role = WHO.get(who) or Role(who)
        except ValueError as error:
            raise FoldError(f"{who!r}: 谁？/ who? one of {', '.join([*self.names, *WHO])}") from error
        if role is Role.CLOCK:
            return CLOCK
        return Actor(person=official(role), role=role, organisation=UNIT if role is Role.DISPATCHING_UNIT else None)

    def _members(self, form: Any, name: str, given: Mapping[str, Any], states: States, now: datetime) -> dict[str, Any]:
        """The members of a command: those written in the case, and the ordinary ones that it leaves out."""
        county = str(given.get("county", VILLAGE[:6]))
        everybody = tuple(self.names.values())
        ordinary: dict[str, Callable[[], Any]] = {
            "county": lambda: county,
            "area": lambda: county,
            "year": lambda: self.year,
            "unit": lambda: UNIT,
            "person": lambda: everybody[0],
            "persons": lambda: everybody,
            "case": lambda: "AJ-1",
            "evidence": lambda: (DIGEST,),
            "score": lambda: 8_000,
            "village": lambda: VILLAGE,
            "township": lambda: VILLAGE[:9],
            "digest": lambda: self.history.year(county, self.year, now, sensitive=True).sensitive_digest,
            **{word: partial(str, text) for word, text in _PAPERS.items()},
        }
        if name == "file-lists":
            ordinary |= {
                "objects_digest": lambda: self._list_digest(states, county, now, excellent=False),
                "excellent_digest": lambda: self._list_digest(states, county, now, excellent=True),
            }
        members = {key: self._named(value) for key, value in given.items()}
        for key, field in form.model_fields.items():
            if key not in members and field.is_required() and key in ordinary:
                members[key] = ordinary[key]()
        return members

    def _list_digest(self, states: States, county: str, now: datetime, *, excellent: bool) -> str:
        command = type("Asked", (), {"area": county, "county": county, "year": self.year})
        name = "circulate-excellent" if excellent else "file-lists"
        return list_digest(known_of(name, command, "", self.history, states, now).persons)

    def _named(self, value: Any) -> Any:
        if isinstance(value, list):
            return tuple(self._named(one) for one in value)
        if isinstance(value, dict):
            return {key: self._named(one) for key, one in value.items()}
        return self.names.get(value, value) if isinstance(value, str) else value

    def labelled(self, value: Any) -> Any:
        """People under the labels of the case."""
        labels = {person: label for label, person in self.names.items()}
        if isinstance(value, list | tuple):
            return [self.labelled(one) for one in value]
        return labels.get(value, value) if isinstance(value, str) else value


def _day(on: Any) -> date:
    return date.fromisoformat(on) if isinstance(on, str) else on


def _may(by: Actor, needed: Any) -> bool:
    roles = set(needed.roles)
    as_member = by.role is Role.MEMBER and Role.TEAM_LEADER in roles
    speaks = needed.organisation is None or by.organisation == needed.organisation
    return (by.role in roles or as_member) and speaks


def _malformed(error: ValidationError) -> Refusal:
    zh, en = zip(*(line.split(" / ", 1) for line in sentences_of(error)), strict=True)
    return Refusal(
        Code.MALFORMED, "；".join(zh), "; ".join(en), "按命令的写法填写", "write the command as it is described"
    )


def _not_authorised(article: str) -> Refusal:
    return Refusal(
        Code.AUTH, "无此权限", "not for this body to do", "由有权机构办理", "have the right body do it", article
    )


def _compared(step: Mapping[str, Any], decision: Decision, events: Sequence[Any]) -> list[str]:
    refused = step.get("refused")
    if isinstance(decision, Refusal):
        return _refusal(step, decision)
    if refused is not None:
        return [f"应当拒绝（{refused}），却记录了 / expected a refusal ({refused}); it was recorded"]
    assert isinstance(decision, Decided)
    found: list[str] = []
    names = [type(event.fact).NAME for event in events]
    if "recorded" in step and names != step["recorded"]:
        wanted, got = "、".join(step["recorded"]), "、".join(names) or "没有 nothing"
        found.append(f"应记录 {wanted}，实记录 {got} / expected these facts: {wanted}; got {got}")
    for name, members in (step.get("says") or {}).items():
        said = [event.fact.model_dump(mode="json") for event in events if name == type(event.fact).NAME]
        due = {key: plain(value) for key, value in members.items()}
        if not any(all(one.get(key) == value for key, value in due.items()) for one in said):
            found.append(f"没有 {name} 写明 {due} / no {name} says {due}; it says {said or 'nothing'}")
    return found


def _refusal(step: Mapping[str, Any], refusal: Refusal) -> list[str]:
    refused = step.get("refused")
    shown = f"{refusal.code.value} {refusal.zh} / {refusal.en}"
    if refused is None:
        return [f"应当记录，却被拒绝：{shown}"]
    if refused != refusal.code.value and str(refused) not in refusal.zh:
        return [f"应以 {refused} 拒绝，实为 / expected the refusal {refused}, got {shown}"]
    article = step.get("article")
    if article is not None and str(article) != refusal.article:
        return [
            f"拒绝应依据第 {article} 条，实为 {refusal.article} / expected article {article}, got {refusal.article}"
        ]
    return []
