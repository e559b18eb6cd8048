"""Ask a server and keep of its answers what a reader can see: status, type, numbers and words."""

import hashlib
import html.parser
import http.client
import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

from tests.record.questions import Question

# What differs between two runs of the same version, or between two versions that tell a reader the same.
UNSEEN = {"ms", "check_ms", "seconds", "eta", "elapsed"}
NAMED = ("alt", "title", "aria-label", "placeholder", "value", "href", "name", "content")
SILENT = {"script", "style", "noscript"}


class Visible(html.parser.HTMLParser):
    """The text of a page and the attributes that a reader meets, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element says of itself."""
        if tag in SILENT:
            self.silent = tag
        for name, value in attrs:
            if name in NAMED and value is not None and tag not in ("link", "script"):
                self.parts.append(f"[{tag} {name}={value}]")

    def handle_endtag(self, tag: str) -> None:
        """Hear text again."""
        self.silent = "" if tag == self.silent else self.silent

    def handle_data(self, data: str) -> None:
        """Note text, whatever space stands around it."""
        if not self.silent and (text := " ".join(data.split())):
            self.parts.append(text)


def ask(address: str, question: Question) -> dict[str, Any]:
    """Ask one question, and the address that it leads to; nothing is compressed."""
    host = urlsplit(address).netloc
    connection = http.client.HTTPConnection(host, timeout=120)
    headers = {} if question.body is None else {"Content-Type": question.media_type}
    method = "GET" if question.body is None else "POST"
    connection.request(method, quote(question.path, safe="/?&=%,<>~+.-_:"), body=question.body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    kept_headers = {
        name: answer.headers.get(name) for name in ("cache-control", "content-disposition", "location", "allow")
    }
    result = {
        "status": answer.status,
        "type": media_type,
        "headers": kept_headers,
        "content": readable(media_type, content, host),
    }
    if kept_headers["location"]:
        result["there"] = ask(address, Question(kept_headers["location"].removeprefix(address)))
    return result


def readable(media_type: str, content: bytes, host: str) -> Any:
    """Give what a reader sees of a body."""
    if media_type.endswith("json"):
        return without_times(json.loads(content))
    if media_type == "text/event-stream":
        return [line for line in content.decode().splitlines() if line.startswith("event:")][-1:]
    if media_type == "text/html":
        page = Visible()
        page.feed(content.decode())
        return [re.sub(r'"ms": \{[^}]*\}', '"ms": {}', part.replace(host, "HOST")) for part in page.parts]
    if media_type.startswith("text/") or media_type == "image/svg+xml":
        return content.decode().replace(host, "HOST").splitlines()
    return hashlib.sha256(content).hexdigest()


def without_times(value: Any) -> Any:
    """Leave out what no two runs have in common."""
    if isinstance(value, dict):
        return {name: without_times(part) for name, part in value.items() if name not in UNSEEN}
    if isinstance(value, list):
        return [without_times(part) for part in value]
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", value) if isinstance(value, str) else value
