"""What a page leaves out is not in its title or description either."""

import pytest
from starlette.testclient import TestClient

from tests.web.pages.reading import Page, page_at


def description_of(page: Page) -> str:
    """Return the title and description of a page, as links show them."""
    names = {"og:title", "og:description", "og:image:alt", "description"}
    metas = [row["content"] or "" for row in page.all("meta") if {row.get("property"), row.get("name")} & names]
    title = next(page.texts[index] for index, (tag, _) in enumerate(page.elements) if tag == "title")
    return " ".join([title, *metas]).lower()


@pytest.mark.parametrize(
    ("hide", "secret"), [("activation", "relu"), ("gain", "gain 2.5"), ("init", "orthogonal"), ("controls", "relu")]
)
def test_hidden_settings_are_not_in_title_description_or_picture(client: TestClient, hide: str, secret: str) -> None:
    query = "/?v=1&activation=relu&gain=2.5&init=orthogonal"
    open_page, page = page_at(client, query), page_at(client, f"{query}&hide={hide}")
    assert secret in description_of(open_page)
    assert secret not in description_of(page)
    assert not page.all("meta", property="og:image")
    assert secret not in page.text("setting").lower()
