"""An error as a page for people and as problem+json for programs."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from unrolled.errors import UnrolledError
from unrolled.web.http.problems import headers_of, problem, problem_response
from unrolled.web.http.templates import render


def tell(request: Request, error: UnrolledError) -> Response:
    """Answer with an error in the form that the client prefers.

    Parameters
    ----------
    request : Request
        Its path and its ``Accept`` decide.
    error : UnrolledError
        What went wrong.

    Returns
    -------
    Response
        A page outside of the API for a client that prefers HTML, else problem+json.
    """
    path = request.scope["path"]
    if path == "/api" or path.startswith("/api/"):
        return problem_response(error)
    if not prefers_html(request.headers.get("accept", "")):
        response = problem_response(error)
    else:
        told = problem(error)
        page = render("error.html", problem=told, title=f"{error.title} · Unrolled", page="error")
        response = HTMLResponse(page, error.status, headers_of(error))
    response.headers["Vary"] = "Accept"
    return response


def prefers_html(accept: str) -> bool:
    """Tell whether a client would rather have a page than JSON (RFC 9110, section 12.5.1).

    Parameters
    ----------
    accept : str
        The header ``Accept``.

    Returns
    -------
    bool
        True when HTML is named, and not behind JSON.
    """
    weights = {"text/html": 0.0, "application/json": 0.0, "application/problem+json": 0.0}
    for entry in accept.lower().split(","):
        media_type, *parameters = (part.strip() for part in entry.split(";"))
        if media_type in weights:
            given = [part.removeprefix("q=") for part in parameters if part.startswith("q=")]
            weights[media_type] = _weight(given[0]) if given else 1.0
    html = weights.pop("text/html")
    return html > 0 and html >= max(weights.values())


def _weight(text: str) -> float:
    """Read a weight; one that cannot be read counts as 1."""
    try:
        return float(text)
    except ValueError:
        return 1.0
