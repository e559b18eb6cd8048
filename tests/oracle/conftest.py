"""Without PyTorch, `make oracle` fails: a comparison that did not happen is no comparison."""

import importlib.util

import pytest


@pytest.fixture(autouse=True)
def _pytorch_is_here(request):
    if request.node.get_closest_marker("oracle") and importlib.util.find_spec("torch") is None:
        pytest.fail("PyTorch is not installed: run these tests by `make oracle`.")
