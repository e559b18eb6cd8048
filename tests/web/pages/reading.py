"""A page taken apart: its elements, the text inside each, and what its scripts begin with."""

import json
import re
from html.parser import HTMLParser
from typing import Any

from starlette.testclient import TestClient


class Page(HTMLParser):
    """Every element of a page with its attributes, and the text inside each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self.open: list[tuple[str, int]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append((tag, len(self.elements) - 1))

    def handle_endtag(self, tag: str) -> None:
        # What has no end tag is closed by whatever closes around it.
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _, index in self.open:
            self.texts[index] = self.texts.get(index, "") + data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [row for name, row in self.elements if name == tag and wanted.items() <= row.items()]

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        (element,) = self.all(tag, **wanted)
        return element

    def text(self, name: str) -> str:
        """Return the text inside the element with an id."""
        (index,) = [index for index, (_, row) in enumerate(self.elements) if row.get("id") == name]
        return self.texts.get(index, "")

    def fields(self) -> dict[str, str]:
        """Return the fields that a browser without scripts would send."""
        sent: dict[str, str] = {}
        select = None
        for index, (tag, row) in enumerate(self.elements):
            name = row.get("name") or ""
            if tag == "select":
                select = name
            elif tag == "option" and select and "selected" in row:
                sent[select] = row["value"] or ""
            elif tag == "input" and name:
                sent[name] = row.get("value") or ""
            elif tag == "textarea":
                sent[name] = self.texts.get(index, "")
        return {name: value for name, value in sent.items() if name != "viewport"}


def page_at(client: TestClient, url: str, status: int = 200) -> Page:
    answer = client.get(url)
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def initial(text: str) -> Any:
    (source,) = re.findall(r'<script type="application/json" id="initial">(.*?)</script>', text, re.DOTALL)
    return json.loads(source)
