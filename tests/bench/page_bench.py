"""The default page (T = 32, H = 16): the server's answers, what is sent, a moved slider, a cold start."""

import os
import shutil
import statistics
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench.row import Row
from tests.bench.server import Site, serving

INFLUENCE = "/api/v1/influence"
FIGURE = "/api/v1/influence/figure"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
REPAINTED = """(before) => performance.getEntriesByName("unrolled:repaint").length > before"""


def run() -> Iterator[Row]:
    """Measure everything about the default page.

    Yields
    ------
    Row
        One row of the table in the README.
    """
    yield _start()
    with serving() as (site, _):
        yield from _answers(site)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            yield _first_visit(page, site)
            yield from _slider(page)
            browser.close()


def _chromium() -> str | None:
    """Give the path of Chromium, or None for Playwright's own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def _start() -> Row:
    """Time the start of the server up to the first picture's numbers, the median of five."""
    seconds = []
    for _ in range(5):
        with serving(FIGURE) as (_, took):
            seconds.append(took)
    return Row(
        "server start → first figure answered",
        f"{statistics.median(seconds):.2f} s",
        f"slowest of 5: {max(seconds):.2f} s",
    )


def _answers(site: Site) -> Iterator[Row]:
    """Time the influence query and weigh its answers."""
    site.get(f"{FIGURE}?seed=99")
    for name, path, first in (("influence query", INFLUENCE, 100), ("influence figure", FIGURE, 200)):
        cold = [site.get(f"{path}?seed={first + n}").ms for n in range(40)]
        warm = [site.get(f"{path}?seed={first}") for _ in range(40)]
        yield Row(f"{name}, computed", f"{_median(cold):.1f} ms", f"slowest of 40: {max(cold):.1f} ms")
        yield Row(
            f"{name}, remembered",
            f"{_median([answer.ms for answer in warm]):.1f} ms",
            f"{warm[0].sent:,} bytes sent (br)",
        )


def _first_visit(page: Page, site: Site) -> Row:
    """Weigh everything that the first visit of the default page sends, and time it up to the painted triangle."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sent: list[float] = []
    network.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.goto(site.address)
    page.wait_for_function(REPAINTED, arg=0)
    painted = page.evaluate(
        """() => { const [e] = performance.getEntriesByName("unrolled:repaint"); return e.startTime + e.duration; }"""
    )
    page.wait_for_load_state("networkidle")
    return Row(
        "first visit, empty cache → painted triangle",
        f"{painted:.0f} ms",
        f"{sum(sent) / 1e3:,.0f} kB sent in {len(sent)} answers",
    )


def _slider(page: Page) -> Iterator[Row]:
    """Time a moved slider up to the repainted heat map, for values not seen before and for remembered ones."""
    slider = page.locator("input[type=range][data-for=field-gain]")
    slider.evaluate(
        """(slider) => {
          window.moved = [];
          slider.addEventListener("input", (event) => window.moved.push(event.timeStamp), { capture: true });
        }"""
    )
    keys = ["ArrowLeft"] * 10 + ["ArrowRight"] * 10
    took = list(_moves(page, slider, keys))
    for name, part in (("computed", took[:10]), ("remembered", took[10:])):
        yield Row(
            f"slider moved → heat map repainted, {name}",
            f"{_median(part):.0f} ms",
            f"slowest of {len(part)}: {max(part):.0f} ms; promised: 100 ms",
        )


def _moves(page: Page, slider: Any, keys: list[str]) -> Iterator[float]:
    """Press keys on the slider, each after the page has come to rest; give the milliseconds to each repaint."""
    for key in keys:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)
        before = page.evaluate("""() => performance.getEntriesByName("unrolled:repaint").length""")
        slider.press(key)
        page.wait_for_function(REPAINTED, arg=before)
        yield page.evaluate(
            """() => { const last = performance.getEntriesByName("unrolled:repaint").at(-1);
            return last.startTime + last.duration - window.moved.at(-1); }"""
        )


def _median(values: list[float]) -> float:
    return statistics.median(values)
