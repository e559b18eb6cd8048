"""An error as a page for people and as problem+json for programs."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from unrolled.errors import UnrolledError
from unrolled.web.http.responses import headers_of, problem_of, problem_response
from unrolled.web.http.templates import render


def error_response(request: Request, error: UnrolledError) -> Response:
    """Answer with an error in the form that the client prefers."""
    path = request.scope["path"]
    if path == "/api" or path.startswith("/api/"):
        return problem_response(error)
    if not prefers_html(request.headers.get("accept", "")):
        response = problem_response(error)
    else:
        page = render("error.html", problem=problem_of(error), title=f"{error.title} · Unrolled", page="error")
        response = HTMLResponse(page, error.status, headers_of(error))
    response.headers["Vary"] = "Accept"
    return response


def prefers_html(accept: str) -> bool:
    """Tell whether a client would rather have a page than JSON (RFC 9110, section 12.5.1)."""
    weights = {"text/html": 0.0, "application/json": 0.0, "application/problem+json": 0.0}
    for entry in accept.lower().split(","):
        media_type, *parameters = (part.strip() for part in entry.split(";"))
        if media_type in weights:
            qualities = [part.removeprefix("q=") for part in parameters if part.startswith("q=")]
            weights[media_type] = _weight(qualities[0]) if qualities else 1.0
    html = weights.pop("text/html")
    return html > 0 and html >= max(weights.values())


def _weight(text: str) -> float:
    """Read a weight; one that cannot be read counts as 1."""
    try:
        return float(text)
    except ValueError:
        return 1.0
