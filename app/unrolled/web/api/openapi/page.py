"""The description of the API as a page: our own template over the OpenAPI document, no script needed."""

import json
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from unrolled import errors
from unrolled.errors import UnrolledError
from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS
from unrolled.web.api.check import PATH as CHECK
from unrolled.web.api.openapi import describe
from unrolled.web.api.openapi.bodies import FILES, OWN_EXAMPLE, RECORDINGS
from unrolled.web.api.openapi.special import EVENTS
from unrolled.web.http.mathml import formulas
from unrolled.web.http.requests import base_url
from unrolled.web.http.responses import REVALIDATE, client_has, not_modified, weak_etag
from unrolled.web.http.templates import render


def add_docs(router: APIRouter, answers: Answers) -> None:
    """Add ``/docs``."""

    async def docs(request: Request) -> Response:
        base = base_url(request, answers.settings.public_url)
        etag = weak_etag(answers.fingerprint, "docs", base)
        headers = {"Cache-Control": REVALIDATE, "ETag": etag}
        if client_has(request, etag):
            return not_modified(etag, headers)
        page = await answers.other_body(request, ("docs", base), lambda: docs_page(describe(answers), base))
        return HTMLResponse(page.content, headers=headers | page.headers)

    router.add_api_route("/docs", docs, methods=["GET"], response_model=None)


def docs_page(document: dict[str, Any], base: str) -> bytes:
    """Write the page."""
    views = [_view(document, tag) for tag in document["tags"] if tag["name"] in VIEWS]
    body = document["components"]["schemas"]["AssertedNetwork"]
    return render(
        "docs.html",
        page="docs",
        title="The JSON API · Unrolled",
        description=document["info"]["description"],
        base=base,
        views=views,
        formulas=formulas(),
        parameters=[_parameter(row) for row in document["components"]["parameters"].values()],
        body=_members({**body, "properties": {**body["properties"], "query": {"type": "object"}}}),
        body_example=json.dumps(OWN_EXAMPLE),
        files=FILES,
        recordings=RECORDINGS,
        check=_check(document),
        gauges=METRICS,
        events=EVENTS,
        others=[
            (path, row["get"]["summary"]) for path, row in document["paths"].items() if row["get"]["tags"] == ["server"]
        ],
        problems=_problems(errors.UnrolledError),
    )


def _view(document: dict[str, Any], tag: dict[str, Any]) -> dict[str, Any]:
    """Gather what the page says of one view."""
    paths = {path: row for path, row in document["paths"].items() if row["get"]["tags"] == [tag["name"]]}
    first, *_ = paths.values()
    content = first["get"]["responses"]["200"]["content"]["application/json"]
    return {
        "name": tag["name"],
        "label": first["get"]["summary"].partition(":")[0],
        "question": tag["description"],
        "source": VIEWS[tag["name"]].source,
        "paths": [(path, row["get"]["summary"].partition(": ")[2]) for path, row in paths.items()],
        "members": _members(content["schema"]),
        "example": json.dumps(content["example"], ensure_ascii=False, indent=2),
    }


def _check(document: dict[str, Any]) -> dict[str, Any]:
    """Gather what the page says of the assertions."""
    content = document["paths"][CHECK]["get"]["responses"]["200"]["content"]["application/json"]
    return {
        "path": CHECK,
        "members": _members(content["schema"]),
        "example": json.dumps(content["example"], ensure_ascii=False, indent=2),
    }


def _parameter(row: dict[str, Any]) -> dict[str, str]:
    """Say what one parameter may be."""
    schema = row["schema"]
    if "enum" in schema or "const" in schema:
        allowed = " · ".join(map(str, schema.get("enum", [schema.get("const")])))
    elif "exclusiveMinimum" in schema:
        allowed = f"{schema['type']}, above {schema['exclusiveMinimum']:g}, at most {schema['maximum']:g}"
    elif "maximum" in schema:
        allowed = f"{schema['type']}, {schema['minimum']:,} to {schema['maximum']:,}"
    elif "minimum" in schema:
        allowed = f"{schema['type']}, {schema['minimum']:,} or more"
    elif "maxLength" in schema:
        allowed = f"text, at most {schema['maxLength']:,} characters"
    else:
        allowed = "numbers, separated by commas"
    return {
        "name": row["name"],
        "allowed": allowed,
        "default": str(schema.get("default", "")),
        "description": row["description"],
    }


def _members(schema: dict[str, Any], prefix: str = "") -> list[tuple[str, str, str]]:
    """List the members of an object, and of the objects in it: path, type, description."""
    rows = []
    for name, member in {**schema.get("properties", {}), **_patterned(schema)}.items():
        path, inner, brackets = f"{prefix}{name}", member, ""
        while _type(inner) in ("array", "array or null"):
            brackets, inner = brackets + "[]", inner.get("items", {})
        rows.append((path + brackets, _type(inner), member.get("description", "")))
        if _type(inner) in ("object", "object or null"):
            rows += _members(inner, f"{path}{brackets}.")
    return rows


def _patterned(schema: dict[str, Any]) -> dict[str, Any]:
    """Give the members whose names follow a pattern, under the pattern as a reader writes it."""
    patterns = schema.get("patternProperties", {})
    return {pattern.rpartition("?")[2].removesuffix("$"): member for pattern, member in patterns.items()}


def _type(schema: dict[str, Any]) -> str:
    """Name a type for a reader."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2].lower()
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(kind for option in schema["anyOf"] for kind in _type(option).split(" or ")))
    types = schema.get("type", "any")
    return types if isinstance(types, str) else " or ".join(types)


def _problems(kind: type[UnrolledError]) -> list[dict[str, Any]]:
    """List the errors a client can meet, from the tree itself."""
    about = (kind.__doc__ or "").partition("\n")[0]
    rows = [{"kind": kind.kind, "status": kind.status, "title": kind.title, "about": about}]
    for child in kind.__subclasses__():
        rows += _problems(child)
    return rows
