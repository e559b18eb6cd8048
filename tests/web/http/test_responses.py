"""JSON as it is sent: finite numbers or null, nothing that ends a script, one event a line."""

import json

import pytest

from unrolled.web.http.responses import to_event, to_json, to_script


def test_a_number_that_is_not_finite_is_null() -> None:
    assert (
        to_json({"t": [1.5, float("nan"), float("-inf"), None], "text": "∂h"})
        == '{"t":[1.5,null,null,null],"text":"∂h"}'.encode()
    )


@pytest.mark.parametrize("text", ["</script><!--", "a & b", "<img>"])
def test_nothing_ends_the_script_and_the_text_stays(text: str) -> None:
    script = to_script({"text": text})
    assert not set("<>&") & set(script)
    assert json.loads(script) == {"text": text}


def test_an_event_has_its_name_and_one_line_of_data() -> None:
    assert to_event("tile", {"name": "two\nlines"}) == b'event: tile\ndata: {"name":"two\\nlines"}\n\n'
