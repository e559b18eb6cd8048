"""A template is filled with what it is given, and nothing of that is markup."""

from unrolled import __version__
from unrolled.web.http.templates import render


def test_values_are_escaped_and_the_version_is_known() -> None:
    problem = {"status": 404, "title": "Nothing “here”", "detail": "<script>alert(1)</script>", "errors": []}
    page = render("error.html", problem=problem, page="error", title="Error").decode()
    assert "<h1>Nothing “here”</h1>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert __version__ in page
