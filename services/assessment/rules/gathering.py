"""What a ruling or a county's measure has to be checked against before it is decided (Art. 23)."""

from dataclasses import replace

from contracts.refusals import Refusal
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.rules.rules import Parameter, RulesError, load
from services.assessment.year.known import Adoptable
from services.assessment.year.sensitive import CITY_WIDE


def parameter_for(change: cmd.Setting | cmd.AdoptCountyMeasure) -> Parameter | Refusal:
    """The parameter if it may have that value, whoever wants it so."""
    try:
        name, _ = load().changed(change.parameter, change.value, {})
    except RulesError as error:
        return replace(no.NO_SUCH_PARAMETER, en=f"{no.NO_SUCH_PARAMETER.en}: {error}")
    return load().parameter(name)


def ruling(command: cmd.ProposeInterpretation) -> Refusal | None:
    """Whether every parameter named may be ruled on: what the text fixes nobody changes."""
    if any((setting.parameter, setting.value) == CITY_WIDE for setting in command.settings):
        return no.BEYOND_ONE_COUNTY
    if len({setting.parameter for setting in command.settings}) < len(command.settings):
        return no.SETTING_TWICE
    for setting in command.settings:
        parameter = parameter_for(setting)
        if isinstance(parameter, Refusal):
            return parameter
        if parameter.by == "t":
            return replace(no.FIXED_BY_TEXT, article=parameter.article)
    return None


def county_measure(command: cmd.AdoptCountyMeasure) -> Adoptable | Refusal:
    """What the county's value is measured against, where the parameter is one of those that a county may change.

    Of the text's own numbers those that are a bound on one side only: beyond it the text says nothing (decision 411).
    """
    parameter = parameter_for(command)
    if isinstance(parameter, Refusal):
        return parameter
    if parameter.by == "i":
        return replace(no.NOT_THE_COUNTYS, article=parameter.article)
    if parameter.by == "t" and parameter.stricter is None:
        return replace(no.FIXED_BY_TEXT, article=parameter.article)
    return Adoptable(parameter.at(command.valid_from), parameter.stricter, parameter.article)
