"""The explorer: the form, the verdict, a table and a picture by the server; scripts then take over."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from unrolled.errors import Busy, UnrolledError
from unrolled.experiment.experiment import Experiment
from unrolled.service.answers import Answers, Timed, told
from unrolled.views import VIEWS
from unrolled.views.contract.view import Result
from unrolled.views.text.caption import caption, line
from unrolled.views.text.checks import badge
from unrolled.views.text.verdict import verdict_meanings
from unrolled.web.http.mathml import formulas
from unrolled.web.http.middleware import page_policy
from unrolled.web.http.requests import base_url, query_pairs
from unrolled.web.http.responses import (
    REVALIDATE,
    client_has,
    headers_of,
    not_modified,
    problem_of,
    to_script,
    weak_etag,
)
from unrolled.web.http.templates import render
from unrolled.web.pages.controls import controls
from unrolled.web.pages.form import Form, faults_by_field, read_form
from unrolled.web.pages.groups import folded_groups, open_groups
from unrolled.web.pages.messages import MESSAGES
from unrolled.web.pages.panels import panel_rows, parts_to_leave_out
from unrolled.web.pages.redaction import redacted_description, redacted_fields, redacted_title
from unrolled.web.pages.relevance import is_irrelevant, models_of
from unrolled.web.pages.schema import script_schema
from unrolled.web.pages.tables import table_twin

_WAITING = "Following the gradient through {length:,} steps …"
_ERROR_TITLE = "{error} · Unrolled"

_INFLUENCE = VIEWS["influence"]

# Operations that take about a second: a page that needs more comes at once, and scripts show how far its picture is.
_LONG = 12e9


def add_explorer(router: APIRouter, answers: Answers) -> None:
    """Add the page at the root."""

    async def explorer(request: Request) -> Response:
        return await _answer(request, answers)

    router.add_api_route("/", explorer, methods=["GET"], response_model=None)


async def _answer(request: Request, answers: Answers) -> Response:
    form = read_form(query_pairs(request))
    base = base_url(request, answers.settings.public_url)
    headers = _headers(form, answers)
    if form.error:
        return _error_page(form, form.error, base, headers)
    if not form.is_canonical:
        return RedirectResponse(form.url, 303, headers | {"Cache-Control": REVALIDATE})
    etag = weak_etag(answers.fingerprint, "explorer", base, form.url)
    fresh = headers | {"Cache-Control": REVALIDATE, "ETag": etag}
    if client_has(request, etag):
        return not_modified(etag, fresh)
    experiment, key = Experiment(form.query), ("page", base, form.url)
    try:
        page = answers.remembered(request, key)
        if page is None:
            answers.check(_INFLUENCE, experiment)
            if _INFLUENCE.cost(experiment).flops > _LONG and not answers.is_cached(_INFLUENCE, experiment):
                return HTMLResponse(_waiting_page(form, base), headers=headers | {"Cache-Control": "no-store"})
            page = await answers.body(request, key, _INFLUENCE, experiment, partial(_page, form, base))
    except Busy:
        raise
    except UnrolledError as error:
        return _error_page(form, error, base, headers)
    return HTMLResponse(page.content, headers=fresh | page.headers)


def _headers(form: Form, answers: Answers) -> dict[str, str]:
    """Open the page to frames where it is meant for them."""
    if not form.embed:
        return {}
    policy = page_policy(answers.settings.frame_ancestors)
    return {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"}


def _page(form: Form, base: str, timed: Timed[Result]) -> bytes:
    """Write the page around a triangle."""
    payload = told(timed)
    summary: Any = payload["summary"]
    return _render(
        form,
        base,
        influence=payload,
        table=table_twin(payload),
        verdict=summary["sentence"],
        notes=payload["notes"],
        badge=badge(timed.checks_payload()),
        waiting=False,
        problem=None,
        title=redacted_title(form.query, form.hide),
        description=redacted_description(form.query, form.hide, summary["sentence"]),
        preview=None if redacted_fields(form.hide) else base + form.query.url("/preview.png"),
        initial=_initial(form),
    )


def _waiting_page(form: Form, base: str) -> bytes:
    """Write the page before its picture: scripts ask for that, and show how far it is."""
    title = redacted_title(form.query, form.hide)
    return _render(
        form,
        base,
        influence=None,
        table=None,
        verdict=_WAITING.format(length=form.query.length),
        notes=(),
        badge=None,
        problem=None,
        waiting=True,
        title=title,
        description=f"{title}.",
        preview=None if redacted_fields(form.hide) else base + form.query.url("/preview.png"),
        initial=_initial(form),
    )


def _initial(form: Form) -> str:
    """Give what the scripts begin with."""
    return to_script({"query": form.query.model_dump(), "schema": script_schema()})


def _error_page(form: Form, error: UnrolledError, base: str, headers: dict[str, str]) -> Response:
    """Write the page with what was sent still in the form, and the fault beside it; nothing is computed."""
    problem = problem_of(error)
    page = _render(
        form,
        base,
        influence=None,
        table=None,
        verdict="",
        notes=(),
        badge=None,
        waiting=False,
        problem=problem,
        title=_ERROR_TITLE.format(error=error.title),
        description=error.detail,
        preview=None,
        initial=to_script({"query": None, "schema": script_schema(), "own": form.page_params, "problem": problem}),
        faults=faults_by_field(error),
    )
    return HTMLResponse(page, error.status, {**headers, **headers_of(error)})


def _render(form: Form, base: str, *, faults: dict[str, str] | None = None, **context: Any) -> bytes:
    """Fill the template with what a right and a wrong page have in common."""
    query, drawn = form.query, controls(form.values, faults or {})
    shown = [control for control in drawn if control.name not in form.hide]
    return render(
        "explorer.html",
        query=query,
        embed=form.embed,
        hide=form.hide,
        controls=drawn,
        groups=open_groups(shown),
        folded=folded_groups(shown),
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
        panel_rows=panel_rows(),
        to_leave_out=parts_to_leave_out(),
        models_of={name: models for name in VIEWS if (models := models_of(name))},
        irrelevant={name for name in VIEWS if is_irrelevant(name, form.values)},
        setting=line(caption(form.values), form.hide),
        formulas=formulas(),
        verdicts=verdict_meanings(),
        messages=to_script(MESSAGES),
        **context,
    )
