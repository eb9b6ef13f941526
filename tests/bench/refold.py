"""Row `refold`: stub."""
from tests.bench.ground import Ground
from tests.bench.measuring import Figure
async def measure(ground: Ground) -> list[Figure]:
    return []
