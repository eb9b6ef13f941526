"""The notice board of a village: public, without a login, and without anybody's name (Art. 20)."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from services.finance.projects import queries as project_queries
from services.finance.statements.pages import notice_page
from services.runtime.context import BEIJING, HostedService

Village = Annotated[str, Path(pattern=r"^[0-9]{12}$")]


def notice_board() -> APIRouter:
    """The one public route of the service."""
    routes = APIRouter(tags=["public"])

    @routes.get("/notices/{village}", summary="村公示栏（公开）", response_class=HTMLResponse)
    async def notices(village: Village, http: Request) -> str:
        service: HostedService = http.app.state.service
        today = service.now(http).astimezone(BEIJING).date()
        async with service.views.reading("projects") as cursor:
            found = await project_queries.projects(cursor, village)
        async with service.views.reading("balances") as cursor:
            payments = await project_queries.paid(cursor, village)
        posted = [one for one in found if one["notices"]]
        rules = await service.rules.at(today, village)
        shown = project_queries.with_uses(posted, payments, rules["notice.kinds"])
        return notice_page(village, shown, shown_on=today)

    return routes
