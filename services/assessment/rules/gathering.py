"""What a ruling or a county's measure has to be checked against before it is decided (Art. 23)."""

from dataclasses import replace

from contracts.refusals import Refusal
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.rules.rules import Parameter, RulesError, load
from services.assessment.year.known import Adoptable
from services.assessment.year.sensitive import CITY_WIDE


def parameter_for(change: cmd.Setting | cmd.AdoptCountyMeasure) -> Parameter | Refusal:
    """The parameter if it may have that value, whoever wants it so; what the text fixes nobody changes."""
    try:
        name, _ = load().changed(change.parameter, change.value, {})
    except RulesError as error:
        return replace(no.NO_SUCH_PARAMETER, en=f"{no.NO_SUCH_PARAMETER.en}: {error}")
    parameter = load().parameter(name)
    return replace(no.FIXED_BY_TEXT, article=parameter.article) if parameter.by == "t" else parameter


def ruling(command: cmd.ProposeInterpretation) -> Refusal | None:
    """Whether every parameter named may be ruled on."""
    if any((setting.parameter, setting.value) == CITY_WIDE for setting in command.settings):
        return no.BEYOND_ONE_COUNTY
    found = [parameter_for(setting) for setting in command.settings]
    return next((problem for problem in found if isinstance(problem, Refusal)), None)


def county_measure(command: cmd.AdoptCountyMeasure) -> Adoptable | Refusal:
    """What the county's value is measured against, where the parameter is one of those that a county may change."""
    parameter = parameter_for(command)
    if isinstance(parameter, Refusal):
        return parameter
    if parameter.by != "c":
        return replace(no.NOT_THE_COUNTYS, article=parameter.article)
    return Adoptable(parameter.at(command.valid_from), parameter.stricter, parameter.article)
