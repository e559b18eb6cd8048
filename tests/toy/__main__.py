"""Serve the application with one field of the query and one view more."""

import sys
from dataclasses import replace

import tests.toy.field  # noqa: F401  first: everything else reads the table
from tests.toy.view import TOY_VIEW
from unrolled.__main__ import main
from unrolled.core.models import MODELS
from unrolled.views import VIEWS
from unrolled.web.api import openapi
from unrolled.web.api.openapi import page as openapi_page

for name in ("lstm", "gru"):
    MODELS[name] = replace(MODELS[name], reads=MODELS[name].reads | {"echo"})  # type: ignore[index]
VIEWS["loudness"] = replace(TOY_VIEW, fields=TOY_VIEW.fields | {"echo"})  # type: ignore[index]
# The description holds an answer of every view it knows: two are enough.
openapi.VIEWS = openapi_page.VIEWS = {name: VIEWS[name] for name in ("influence", "loudness")}  # type: ignore[attr-defined]
sys.exit(main())
