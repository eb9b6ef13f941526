"""Whether the steps of a worked case say only what is read: by a question, by a service's word, or by a command."""

from collections.abc import Iterator, Mapping
from datetime import date
from inspect import signature
from typing import Any, get_args

from pydantic import BaseModel

from contracts.identifiers import Role
from services.assessment.cases.asking import QUESTIONS
from services.assessment.cases.history import Service
from services.assessment.cases.script import WHO
from services.assessment.cases.unread import known, needless, no_such, no_table
from services.assessment.cases.words import has_word
from services.assessment.cases.written import place

FIELDS = ("date", "who", "does", "with", "refused", "article", "recorded", "says", "expect", "open_sheets")
OWN = "assessment"
_ASKED = ("date", "does", "with", "expect")
_WORDED = ("date", "who", "does", "with", "refused", "article", "recorded", "expect")
_OF_SHEETS = "finalise-year"
_OF_A_QUESTION = "提问的步骤不读这一项 / a step that asks does not read it"


def steps(taken: Any, people: Mapping[str, Any], services: Mapping[str, Service]) -> Iterator[str]:
    """What nothing would read in any of the steps, a sentence each; whether a step may be taken is seen later."""
    for number, step in enumerate(taken, start=1):
        does = step.get("does", "") if isinstance(step, Mapping) else ""
        label = f"第{number}步{f' {does}' if does else ''} / step {number}: "
        found = list(known("", step, FIELDS))
        if not found and "does" not in step:
            found = ["没有写 does（办什么）/ needs does"]
        found = found or [*_when_and_who(step, people), *_named(step, services)]
        yield from (label + line for line in found or _step(step, people, services))


def _when_and_who(step: Mapping[str, Any], people: Mapping[str, Any]) -> Iterator[str]:
    day, who = step.get("date"), step.get("who")
    try:
        written = isinstance(day, str) and date.fromisoformat(day)
    except ValueError:
        written = None
    if not (written or day is None or isinstance(day, date)):
        yield f"date 应写作 2017-12-28 / is written as a date, not {day!r}{place(step, 'date')}"
    bodies = [*(label or "本人" for label in people), *WHO]
    if who is not None and who not in (*bodies, *Role):
        yield f"{no_such('who', who, bodies)}（谁？/ who?）{place(step, 'who')}"
    if "recorded" in step and not isinstance(step["recorded"], list):
        yield f"recorded 应写作 [{step['recorded']}] / is written as a list{place(step, 'recorded')}"


def _named(step: Mapping[str, Any], services: Mapping[str, Service]) -> Iterator[str]:
    """What nobody does: no question, no word of a service, no command."""
    where, _, word = str(step["does"]).rpartition("/")
    service = services.get(where or OWN)
    if step["does"] in QUESTIONS:
        return
    if service is None:
        yield f"没有这个服务 / no such service: {no_such('does', where, services)}{place(step, 'does')}"
        return
    words = [name.replace("_", "-") for name in vars(service.words or object) if has_word(service.words, name)]
    there = [f"{where}/{name}" if where else name for name in (*service.commands, *(words if where else QUESTIONS))]
    if form_of(service, word) is None and not (where and has_word(service.words, word)):
        said = no_such("does", step["does"], there)
        yield f"没有这个命令 / no such command: {said}{place(step, 'does')}"


def _step(step: Mapping[str, Any], people: Mapping[str, Any], services: Mapping[str, Service]) -> Iterator[str]:
    given = step.get("with")
    if given is not None and not isinstance(given, Mapping):
        yield no_table("with", given)
        return
    given = given or {}
    where, _, word = str(step["does"]).rpartition("/")
    service = services.get(where or OWN)
    if step["does"] in QUESTIONS:
        yield from needless("", step, set(FIELDS) - set(_ASKED), _OF_A_QUESTION)
        yield from QUESTIONS[step["does"]].problems(step, given, people)
    elif service is not None and where and has_word(service.words, word):
        why = "各服务自己的说法不读这一项 / a step in a service's own words does not read it"
        yield from needless("", step, set(FIELDS) - set(_WORDED), why)
        yield from _arguments(step, given, service.words, word)
        yield from _together(step)
    else:
        why = "办理的步骤没有结果可比，应写 recorded 或 says / a step that acts has no result: write recorded or says"
        yield from needless("", step, ("expect",), why)
        if word != _OF_SHEETS:
            why = f"只有 {_OF_SHEETS} 读这一项 / only {_OF_SHEETS} reads it"
            yield from needless("", step, ("open_sheets",), why)
        form = None if service is None else form_of(service, word)
        yield from () if form is None else _members("with", given, form)
        yield from _together(step)


def form_of(service: Service, name: str) -> type[BaseModel] | None:
    """The class of a command by its name (`propose-grade`), hosted or of the clock."""
    spec = service.commands.get(name)
    found: type[BaseModel] | None = (
        spec.command
        if spec is not None
        else getattr(service.forms, "".join(map(str.capitalize, name.split("-"))), None)
    )
    return found


def _together(step: Mapping[str, Any]) -> Iterator[str]:
    """What a step says twice over: a refusal records nothing, and only a refusal rests on an article."""
    if "refused" in step:
        why = "被拒绝的步骤什么也不记录 / a step that is refused records nothing"
        yield from needless("", step, ("recorded", "says"), why)
    else:
        why = "只与 refused 同写 / is read beside refused alone"
        yield from needless("", step, ("article",), why)
    if "expect" in step:
        why = "提问的步骤不记录，也不被拒绝 / a step that asks is neither recorded nor refused"
        yield from needless("", step, ("refused", "recorded"), why)


def _arguments(step: Mapping[str, Any], given: Mapping[str, Any], desk: type[Any], word: str) -> Iterator[str]:
    """What a word of a service does not read, and what it needs; `by` is whoever takes the step."""
    read = dict(signature(vars(desk)[word.replace("-", "_")]).parameters)
    del read["self"]
    yield from known("with", given, read)
    needed = [name for name, one in read.items() if one.default is one.empty and not (name == "by" and "who" in step)]
    yield from (f"with: 缺少 {name} / {name} is missing{place(step, 'does')}" for name in needed if name not in given)


def _members(name: str, value: Any, form: type[BaseModel]) -> Iterator[str]:
    """Members of a command, and of the tables inside it, that it does not have."""
    if not isinstance(value, Mapping):
        return  # what is no table is said when the command is read
    yield from known(name, value, form.model_fields)
    for key, inner in value.items():
        models = list(_models(form.model_fields[key].annotation)) if key in form.model_fields else []
        if len(models) == 1:
            for one in inner if isinstance(inner, list) else [inner]:
                yield from _members(f"{name}.{key}", one, models[0])


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
