"""The explorer: the form, the verdict, a table and a picture by the server; scripts then take over."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from unrolled.errors import Busy, UnrolledError
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.views.text.caption import caption, line
from unrolled.views.text.checks import badge
from unrolled.web.http.address import base_url
from unrolled.web.http.conditional import REVALIDATE, has, not_modified, weak_etag
from unrolled.web.http.json import to_script
from unrolled.web.http.mathml import formulas
from unrolled.web.http.middleware import page_policy
from unrolled.web.http.problems import headers_of, problem
from unrolled.web.http.requests import pairs
from unrolled.web.http.templates import render
from unrolled.web.pages.controls import controls
from unrolled.web.pages.form import Form, faults_by_field, read_form
from unrolled.web.pages.messages import MESSAGES
from unrolled.web.pages.redaction import description_without, hidden, title_without
from unrolled.web.pages.relevance import MODELS_OF, STATES, is_needless
from unrolled.web.pages.tables import table_twin

_INFLUENCE = VIEWS["influence"]

# Operations that take about a second: a page that needs more comes at once, and scripts show how far its picture is.
_LONG = 20e9


def add_explorer(router: APIRouter, answers: Answers) -> None:
    """Add the page at the root.

    Parameters
    ----------
    router : APIRouter
        Takes the route.
    answers : Answers
        What this process knows and can compute.
    """

    async def explorer(request: Request) -> Response:
        return await _explorer(request, answers)

    router.add_api_route("/", explorer, methods=["GET"], response_model=None)


async def _explorer(request: Request, answers: Answers) -> Response:
    form = read_form(pairs(request))
    base = base_url(request, answers.settings.public_url)
    headers = _headers(form, answers)
    if form.error:
        return _wrong(form, form.error, base, headers)
    if not form.is_short:
        return RedirectResponse(form.url, 303, headers | {"Cache-Control": REVALIDATE})
    etag = weak_etag(answers.fingerprint, "explorer", base, form.url)
    fresh = headers | {"Cache-Control": REVALIDATE, "ETag": etag}
    if has(request, etag):
        return not_modified(etag, fresh)
    asked = Experiment(form.query)
    try:
        answers.check(_INFLUENCE, asked)
        if _INFLUENCE.cost(asked).flops > _LONG and not answers.knows(_INFLUENCE, asked):
            return HTMLResponse(_waiting(form, base), headers=headers | {"Cache-Control": "no-store"})
        async with answers.ready(request, _INFLUENCE, asked):
            page = await answers.body(request, ("page", base, form.url), lambda: _page(form, asked, base, answers))
    except Busy:
        raise
    except UnrolledError as error:
        return _wrong(form, error, base, headers)
    return HTMLResponse(page.content, headers=fresh | page.headers)


def _headers(form: Form, answers: Answers) -> dict[str, str]:
    """Open the page to frames where it is meant for them."""
    if not form.embed:
        return {}
    policy = page_policy(answers.settings.frame_ancestors)
    return {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"}


def _page(form: Form, asked: Experiment, base: str, answers: Answers) -> bytes:
    """Compute the triangle and write the page."""
    result = answers.result(_INFLUENCE, asked)
    payload = result.value.payload()
    summary: Any = payload["summary"]
    return _render(
        form,
        base,
        influence=payload,
        table=table_twin(payload),
        verdict=summary["sentence"],
        notes=payload["notes"],
        badge=badge(result.told()),
        waiting=False,
        problem=None,
        title=title_without(form.query, form.hide),
        description=description_without(form.query, form.hide, summary["sentence"]),
        preview=None if hidden(form.hide) else base + form.query.url("/preview.png"),
        initial=_initial(form),
    )


def _waiting(form: Form, base: str) -> bytes:
    """Write the page before its picture: scripts ask for that, and tell how far it is."""
    title = title_without(form.query, form.hide)
    return _render(
        form,
        base,
        influence=None,
        table=None,
        verdict=f"Following the gradient through {form.query.length:,} steps …",
        notes=(),
        badge=None,
        problem=None,
        waiting=True,
        title=title,
        description=f"{title}.",
        preview=None if hidden(form.hide) else base + form.query.url("/preview.png"),
        initial=_initial(form),
    )


def _initial(form: Form) -> str:
    """Give what the scripts begin with."""
    return to_script({"query": form.query.model_dump(), "defaults": Query().model_dump(), "states": STATES})


def _wrong(form: Form, error: UnrolledError, base: str, headers: dict[str, str]) -> Response:
    """Write the page with what was typed still in the form, and the fault beside it; nothing is computed."""
    told = problem(error)
    page = _render(
        form,
        base,
        influence=None,
        table=None,
        verdict="",
        notes=(),
        badge=None,
        waiting=False,
        problem=told,
        title=f"{error.title} · Unrolled",
        description=error.detail,
        preview=None,
        initial=to_script(
            {"query": None, "defaults": Query().model_dump(), "states": STATES, "own": form.own, "problem": told}
        ),
        faults=faults_by_field(error),
    )
    return HTMLResponse(page, error.status, {**headers, **headers_of(error)})


def _render(form: Form, base: str, *, faults: dict[str, str] | None = None, **context: Any) -> bytes:
    """Fill the template with what a right and a wrong page have in common."""
    query = form.query
    return render(
        "explorer.html",
        query=query,
        embed=form.embed,
        hide=form.hide,
        controls=controls(form.values, faults or {}),
        links={
            "page": query.url(),
            "self": query.url("/api/v1/influence"),
            "figure": query.url("/api/v1/influence/figure"),
            "csv": query.url("/api/v1/influence.csv"),
            "npz": query.url("/api/v1/influence.npz"),
            "preview": query.url("/preview.png"),
            "triangle": query.url("/triangle.png"),
        },
        canonical=base + query.url(),
        views=VIEWS,
        models_of=MODELS_OF,
        needless={name for name in VIEWS if is_needless(name, form.values)},
        setting=line(caption(form.values), form.hide),
        formulas=formulas(),
        messages=to_script(MESSAGES),
        **context,
    )
