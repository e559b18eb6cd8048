"""Open pages in Chromium and keep every word that stands on them, once all panels are drawn."""

import os
import re
import shutil
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.record.links import COMPARISONS, SEEN

# Text in its order, hidden text too: what is hidden now is shown at another time.
WORDS = """() => {
  const words = [];
  const named = ["alt", "title", "aria-label", "placeholder", "aria-valuetext"];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.textContent.replace(/\\s+/g, " ").trim();
      if (text) words.push(text);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.tagName)) return;
    if (node.classList.contains("progress") || node.classList.contains("filling")) return;
    for (const name of named) if (node.getAttribute(name)) words.push(`[${name}=${node.getAttribute(name)}]`);
    if (["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName)) words.push(`[value=${node.value}]`);
    for (const child of node.childNodes) walk(child);
  };
  walk(document.body);
  return words;
}"""
KEYS = ("ArrowUp", "ArrowUp", "ArrowRight", "Home", "End", "PageUp")


def watch(address: str) -> dict[str, Any]:
    """Give the words of every page, after it is drawn and after some keys."""
    pages: dict[str, Any] = {}
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        for path in (*(f"/?{link}" for link in SEEN), *(f"/compare?{link}" for link in COMPARISONS)):
            context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
            page = context.new_page()
            errors = _errors(page)
            page.goto(path)
            _settled(page)
            pages[f"PAGE {path}"] = {"words": _words(page, address), "errors": errors}
            if page.locator("#triangle-frame.painted").count():
                announced = []
                page.locator("#triangle").focus()
                for key in KEYS:
                    page.keyboard.press(key)
                    page.wait_for_timeout(250)
                    announced.append([page.inner_text("#readout"), page.inner_text("#announce")])
                pages[f"PAGE {path} keys"] = announced
            context.close()
        browser.close()
    return pages


def _errors(page: Page) -> list[str]:
    """Keep what goes wrong on a page from now on."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def _settled(page: Page) -> None:
    """Wait until every panel near and far is drawn and nothing is asked for."""
    for detail in page.locator("details").all():
        detail.evaluate("(element) => { element.open = true; }")
    for section in page.locator("[data-view]").all():
        section.scroll_into_view_if_needed() if section.is_visible() else None
        page.wait_for_timeout(120)
    for _ in range(3):
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)


def _words(page: Page, address: str) -> list[str]:
    host = address.partition("//")[2]
    return [re.sub(r"\d[\d.,]* ms\b", "MS", words.replace(host, "HOST")) for words in page.evaluate(WORDS)]
