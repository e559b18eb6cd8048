"""Serve the application with one view more."""

import sys

from tests.toy.view import TOY_VIEW
from unrolled.__main__ import main
from unrolled.views import VIEWS

VIEWS["loudness"] = TOY_VIEW  # type: ignore[index]  # a table, and read only to all others
sys.exit(main())
