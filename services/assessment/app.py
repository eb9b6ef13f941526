"""Assessment as the runtime hosts it."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from services.assessment.api import router
from services.assessment.evidence_routes import Custody
from services.assessment.projections import DETERMINATIONS, SHEETS
from services.assessment.reactions import Desk, work
from services.assessment.state import evolve, initial
from services.assessment.year.dossier import Dossiers
from services.assessment.year.kept import KeptFacts
from services.ledger.material import Material
from services.runtime.service import Means, ServiceDefinition


def extras(means: Means) -> Mapping[str, Any]:
    """`dossiers`: folds what this service knows. `desk`: remembers folds for the open work of the county office.
    `custody`: where evidence is taken from."""

    async def disclosures(origin: str, events: Collection[str]) -> Mapping[str, str]:
        if origin == means.origin:
            return await means.store.disclosures(events)
        return await means.feeds[origin].disclosures(events)

    material = Material(means.pool, own=means.origin)
    foreign = tuple(sorted(means.feeds))
    kept = KeptFacts(material, foreign, disclosures)
    dossiers = Dossiers(material, means.origin, foreign, disclosures, kept)
    return {"dossiers": dossiers, "desk": Desk(), "custody": Custody(means)}


SERVICE = ServiceDefinition(
    name="assessment",
    title="考核",
    router=router,
    initial=initial,
    evolve=evolve,
    parameters=Path(__file__).with_name("parameters.yaml"),
    projections=(DETERMINATIONS, SHEETS),
    consumes=("attendance", "finance", "personnel"),
    work=work,
    extras=extras,
)
