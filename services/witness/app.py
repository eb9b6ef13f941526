"""The witness over HTTP: `POST /add-checkpoint`, and its own key for whoever wants to trust it."""

from fastapi import FastAPI, Request, Response

from services.witness.cosigning import Witness

MAX_BODY = 64 << 10
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


def application(witness: Witness) -> FastAPI:
    """Two routes, no state but the witness's files."""
    app = FastAPI(title="见证 witness", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/add-checkpoint")
    async def add_checkpoint(http: Request) -> Response:
        content = bytearray()
        async for chunk in http.stream():
            content += chunk
            if len(content) > MAX_BODY:
                return Response("the request is too large\n", 413, media_type=TEXT_TYPE)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return Response("not UTF-8\n", 400, media_type=TEXT_TYPE)
        said = await witness.add_checkpoint(text)
        return Response(said.body, said.status, media_type=SIZE_TYPE if said.size else TEXT_TYPE)

    @app.get("/vkey")
    async def vkey() -> Response:
        return Response(witness.vkey + "\n", media_type=TEXT_TYPE)

    return app
