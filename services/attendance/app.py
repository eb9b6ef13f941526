"""Attendance as the runtime hosts it."""

from pathlib import Path

from services.attendance.api import router
from services.attendance.duties import DUTIES
from services.attendance.projections import REGISTER
from services.attendance.reactions import work
from services.attendance.sheet_projections import SHEETS
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
    # `looked`: when the clock last went through everybody's days (`duties.py`).
    extras=lambda _means: {"looked": {}},
    duties=DUTIES,
)
