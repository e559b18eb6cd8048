"""The application, put together: routes, headers, errors, compression; nothing else."""

import contextlib
import difflib
import threading
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_compress import CompressMiddleware, add_compress_type

from unrolled import __version__
from unrolled.errors import FieldError, NotAllowed, NotFound, UnrolledError
from unrolled.resources import folder
from unrolled.service.answers import Answers
from unrolled.service.disconnect import ClientLeft
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.web import api, pages
from unrolled.web.http.head import Head
from unrolled.web.http.middleware import SecurityHeaders
from unrolled.web.http.static import Assets
from unrolled.web.pages.errors import tell
from unrolled.web.warmup import warm_up


def create_app(settings: Settings | None = None) -> FastAPI:
    """Put the application together.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment when left out.

    Returns
    -------
    FastAPI
        The application; start it with any ASGI server.

    Raises
    ------
    BadSetting
        A variable of the environment cannot be used.
    """
    answers = Answers(settings or Settings.from_environment())
    assets = Assets(folder("static"), answers.memo)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # A daemon, so that stopping never waits for it.
        threading.Thread(target=warm_up, args=(answers, assets), name="warm-up", daemon=True).start()
        yield
        answers.workers.close()

    async def static(request: Request, path: str) -> Response:
        return await assets.respond(request, path)

    app = FastAPI(
        title="Unrolled",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.include_router(api.router(answers))
    app.include_router(pages.router(answers))
    app.add_api_route("/static/{path:path}", static, methods=["GET"], include_in_schema=False, response_model=None)
    app.add_exception_handler(UnrolledError, _tell)
    app.add_exception_handler(HTTPException, _tell)
    app.add_exception_handler(ClientLeft, _say_nothing)
    add_compress_type("text/csv")
    app.add_middleware(CompressMiddleware, minimum_size=500)
    app.add_middleware(Head)
    app.add_middleware(SecurityHeaders, tell=tell)
    app.state.answers = answers
    return app


def _say_nothing(request: Request, error: Exception) -> Response:
    """End a request that nobody waits for; no one reads the status."""
    del request, error
    return Response(status_code=499)


def _tell(request: Request, error: Exception) -> Response:
    """Answer with an error of the project, or with the router's in the project's words."""
    if isinstance(error, HTTPException):
        error = _from_router(request, error)
    if not isinstance(error, UnrolledError):
        raise error
    return tell(request, error)


def _from_router(request: Request, error: HTTPException) -> UnrolledError:
    """Say what the router found: no such path, or no such method."""
    path = request.scope["path"][:100]
    if error.status_code == 405:
        allowed = ("GET", "HEAD", "POST") if path in api.POSTED else ("GET", "HEAD")
        message = f"{path} does not take {request.method[:20]}: use {' or '.join(allowed)}."
        return NotAllowed(message, (FieldError("method", message, allowed),))
    known = ["/", "/compare", "/docs", "/openapi.json", "/healthz"]
    known += [f"/api/v1/{name}" for name in ("options", "compare", *VIEWS)]
    near = difflib.get_close_matches(path, known, 1)
    hint = f" Did you mean {near[0]}?" if near else " The API is described at /docs."
    return NotFound(f"There is nothing at {path}.{hint}")
