"""The application, put together: routes, headers, errors, compression; nothing else."""

import contextlib
import difflib
import threading
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from unrolled import __version__
from unrolled.errors import FieldError, NotAllowed, NotFound, UnrolledError
from unrolled.resources import folder
from unrolled.service.answers import Answers, ClientDisconnected
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.web import api, pages
from unrolled.web.http.errors import error_response
from unrolled.web.http.middleware import Compress, Head, SecurityHeaders
from unrolled.web.http.static import Assets
from unrolled.web.warmup import warm_up

_NOT_ALLOWED = "{path} does not take {method}: use {allowed}."
_NOT_FOUND = "There is nothing at {path}. {hint}"
_DID_YOU_MEAN = "Did you mean {path}?"
_SEE_DOCS = "The API is described at /docs."


def create_app(settings: Settings | None = None) -> FastAPI:
    """Put the application together; the settings are those of the environment by default.

    Raises `BadSetting`, or `MissingFiles` without static files or templates.
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
    app.add_exception_handler(UnrolledError, _answer_error)
    app.add_exception_handler(HTTPException, _answer_error)
    app.add_exception_handler(ClientDisconnected, _to_nobody)
    app.add_middleware(Compress)
    app.add_middleware(Head)
    app.add_middleware(SecurityHeaders, respond=error_response)
    app.state.answers = answers
    return app


def _to_nobody(request: Request, error: Exception) -> Response:
    """End a request that nobody waits for; nobody reads the status."""
    del request, error
    return Response(status_code=499)


def _answer_error(request: Request, error: Exception) -> Response:
    """Answer with an error of the project; the router's are put into its words."""
    if isinstance(error, HTTPException):
        error = _from_router(request, error)
    if not isinstance(error, UnrolledError):
        raise error
    return error_response(request, error)


def _from_router(request: Request, error: HTTPException) -> UnrolledError:
    """Say what the router found: no such path, or no such method."""
    path = request.scope["path"][:100]
    if error.status_code == 405:
        allowed = ("GET", "HEAD", "POST") if path in api.POSTED else ("GET", "HEAD")
        message = _NOT_ALLOWED.format(path=path, method=request.method[:20], allowed=" or ".join(allowed))
        return NotAllowed(message, (FieldError("method", message, allowed),))
    known = ["/", "/compare", "/docs", "/openapi.json", "/healthz"]
    known += [f"/api/v1/{name}" for name in ("options", "compare", *VIEWS)]
    near = difflib.get_close_matches(path, known, 1)
    hint = _DID_YOU_MEAN.format(path=near[0]) if near else _SEE_DOCS
    return NotFound(_NOT_FOUND.format(path=path, hint=hint))
