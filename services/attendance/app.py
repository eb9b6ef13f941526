"""Attendance as the runtime hosts it."""

from pathlib import Path

from services.attendance.api import router
from services.attendance.duties import DUTIES
from services.attendance.projections import REGISTER
from services.attendance.reactions import work
from services.attendance.sheets.projection import SHEETS
from services.attendance.state import evolve, initial
from services.runtime.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="attendance",
    title="考勤",
    router=router,
    initial=initial,
    evolve=evolve,
    parameters=Path(__file__).with_name("parameters.yaml"),
    projections=(REGISTER, SHEETS),
    consumes=("assessment", "personnel"),
    work=work,
    duties=DUTIES,
)
