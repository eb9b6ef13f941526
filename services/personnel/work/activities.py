"""Which duty of Art. 6 or 7 each kind of work serves, in the order of the text."""

from collections.abc import Mapping

from contracts.personnel import Activity

DUTY_OF: Mapping[Activity, str] = {
    Activity.POLICY: "6.1",
    Activity.REGISTER_UPDATE: "6.2",
    Activity.HOUSEHOLD_CAUSE: "6.3",
    Activity.VILLAGE_PLAN: "6.3",
    Activity.INDUSTRY: "6.4",
    Activity.HOUSEHOLD_HELP: "6.4",
    Activity.PROJECT_PLANNING: "6.4",
    Activity.PROJECT_IMPLEMENTATION: "6.4",
    Activity.PROJECT_ACCEPTANCE: "6.4",
    Activity.FUND_SUPERVISION: "6.4",
    Activity.VILLAGER_TRAINING: "6.5",
    Activity.PARTY_BUILDING: "6.6",
    Activity.DISPUTE_MEDIATION: "6.6",
    Activity.AFFAIRS_DISCLOSURE: "6.6",
    Activity.ACCOUNTS_DISCLOSURE: "6.6",
    Activity.PLAN_MILESTONE: "7.3",
    Activity.AD_HOC_REPORT: "7.3",
    Activity.FUNDS_INSPECTION: "7.4",
    Activity.PROJECTS_INSPECTION: "7.4",
    Activity.REGISTER_INSPECTION: "7.4",
    Activity.MEMBERS_INSPECTION: "7.4",
    Activity.FIRST_SECRETARY: "7.5",
    Activity.PARTY_YEAR: "7.6",
    Activity.ELECTION: "7.6",
    Activity.STUDY: "7.6",
    Activity.CIVILITY: "7.6",
}
"""Article 7 is the leader's alone."""

PROJECT_STAGES = frozenset({Activity.PROJECT_PLANNING, Activity.PROJECT_IMPLEMENTATION, Activity.PROJECT_ACCEPTANCE})
"""The three stages of a project in which the team takes part (Art. 6): each names the project."""


def is_the_leaders(activity: Activity) -> bool:
    """Whether the duty is one of Article 7."""
    return DUTY_OF[activity].startswith("7.")
