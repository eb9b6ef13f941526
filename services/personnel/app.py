"""Personnel as the runtime hosts it."""

from pathlib import Path

from services.personnel.api import router
from services.personnel.projections import STAFFING
from services.personnel.reactions import work
from services.personnel.state import evolve, initial
from services.runtime.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="personnel",
    title="人事",
    router=router,
    initial=initial,
    evolve=evolve,
    parameters=Path(__file__).with_name("parameters.yaml"),
    projections=(STAFFING,),
    consumes=("assessment",),
    work=work,
)
