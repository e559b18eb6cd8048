"""What a reader does and sees, so that the tests can be read as stories."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page

# What axe looks at a second time where only colours differ.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def open_explorer(page: Page, path: str = "/") -> None:
    """Open the explorer and wait until the triangle is painted."""
    page.goto(path)
    page.wait_for_selector("#triangle-frame.painted")


def query_of(page: Page) -> dict[str, str]:
    """Return the fields of the address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def sizes(page: Page) -> list[list[float | None]]:
    """Return the numbers of the picture as it is painted now, null where there is no path."""
    numbers: Any = page.evaluate(
        """() => {
          const [map] = document.getElementById("triangle")._fullData;
          return Array.from(map.z, (row) => Array.from(row, (value) => (Number.isFinite(value) ? value : null)));
        }"""
    )
    return list(numbers)


def small_multiple(page: Page, view: str, value: str) -> Locator:
    """Scroll to a strip of small triangles, which are drawn when they come near, and return one of them."""
    page.locator(f"#{view}").scroll_into_view_if_needed()
    link = page.locator(f'#{view} a[data-value="{value}"]')
    link.scroll_into_view_if_needed()
    return link


def choose(page: Page, field: str, value: str) -> None:
    """Choose a value of a list and wait for the repainted picture."""
    with repainted(page):
        page.select_option(f"#field-{field}", value)


def fill(page: Page, field: str, value: str) -> None:
    """Type a value into a box, leave it, and wait for the repainted picture."""
    with repainted(page):
        page.fill(f"#field-{field}", value)
        page.press(f"#field-{field}", "Tab")


class repainted:  # noqa: N801  reads as a word in a with statement
    """Wait, at the end of a block, until the triangle has been painted once more."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __enter__(self) -> None:
        self.before = self._count()

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None:
            self.page.wait_for_function(
                """(before) => performance.getEntriesByName("unrolled:repaint").length > before""", arg=self.before
            )

    def _count(self) -> int:
        return int(self.page.evaluate("""() => performance.getEntriesByName("unrolled:repaint").length"""))
