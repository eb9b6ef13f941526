"""Finance as the runtime hosts it."""

from pathlib import Path

from services.finance.api import router
from services.finance.duties import DUTIES
from services.finance.oversight.projections import OVERSIGHT
from services.finance.projections import BALANCES
from services.finance.projects.projections import PROJECTS, VILLAGES
from services.finance.reactions import work
from services.finance.state import evolve, initial
from services.runtime.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="finance",
    title="资金",
    router=router,
    initial=initial,
    evolve=evolve,
    parameters=Path(__file__).with_name("parameters.yaml"),
    projections=(BALANCES, PROJECTS, VILLAGES, OVERSIGHT),
    consumes=("assessment", "personnel"),
    work=work,
    duties=DUTIES,
)
