"""Personnel as the runtime hosts it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.ledger.own_tables import OwnTables
from services.personnel.api import router
from services.personnel.people.vault import Vault
from services.personnel.projections import PROJECTIONS
from services.personnel.reactions import reactions, work
from services.personnel.state import evolve, initial
from services.personnel.term.clock import BAR_ENDED, TERM_DUE
from services.personnel.training.compliance import TRAINING_SHORTFALL
from services.personnel.work.clock import REPORT_OVERDUE
from services.runtime.service import Means, ServiceDefinition

HERE = Path(__file__).parent
PEOPLE_KEY = "people"
"""Name of the key under which people's details are sealed."""


def _extras(means: Means) -> Mapping[str, Any]:
    return {"vault": Vault(means.pool, means.secret(PEOPLE_KEY), means.origin)}


SERVICE = ServiceDefinition(
    name="personnel",
    title="人事",
    router=router,
    initial=initial,
    evolve=evolve,
    parameters=HERE / "parameters.yaml",
    tables=OwnTables("people", (HERE / "people" / "tables.sql",)),
    secrets=(PEOPLE_KEY,),
    projections=PROJECTIONS,
    consumes=("assessment",),
    work=work,
    reactions=reactions,
    duties=(REPORT_OVERDUE, TRAINING_SHORTFALL, TERM_DUE, BAR_ENDED),
    extras=_extras,
)
