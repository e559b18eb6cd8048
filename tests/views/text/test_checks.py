"""The words of the self-check."""

from unrolled.views.text.checks import badge, limit_sentence, with_limit


def check(value: float | None, *, passed: bool) -> dict[str, object]:
    return {"name": "adjoint", "value": value, "tolerance": 1e-9, "passed": passed, "says": "⟨u, P v⟩ = ⟨Pᵀu, v⟩"}


def test_checks_without_a_reference_are_not_counted() -> None:
    summary = badge([check(2.5e-16, passed=True), check(None, passed=True)])
    assert summary["said"] == "Checked: 1 law held"
    assert not summary["failed"]
    assert [row["met"] for row in summary["rows"]] == [("2.5 · ", "−16"), None]


def test_a_failure_is_reported_first() -> None:
    summary = badge([check(0.0, passed=True), check(1e-3, passed=False)])
    assert summary["said"] == "1 of 2 checks failed: do not trust this picture"
    assert summary["failed"]
    assert [row["met"] for row in summary["rows"]] == [("0", ""), ("", "−3")]
    assert summary["rows"][0]["allowed"] == ("", "−9")


def test_what_was_too_small_is_told_with_every_sentence() -> None:
    limit = limit_sentence(1200)
    assert limit == (
        "Slopes and gates below 10^−301 count as zero, 1,200 of them here: what is told as zero may be no more than "
        "too small."
    )
    told = with_limit({"sentence": "It dies."}, limit)
    assert told["sentence"] == f"It dies. {limit}"
    summary = {"sentence": "It is zero.", "verdict": "zero"}
    noted = with_limit({"notes": ["One."], "summary": summary}, limit)
    assert noted["notes"] == ["One.", limit]
    assert noted["summary"] == {"sentence": f"It is zero. {limit}", "verdict": "zero"}
    alive = with_limit({"notes": [], "sentence": "It decays.", "summary": {"verdict": "decays"}}, limit)
    assert (alive["sentence"], alive["summary"], alive["notes"]) == ("It decays.", {"verdict": "decays"}, [limit])
    assert told["limit"]["count"] == 1200
    assert told["limit"]["log10"] == limit.values["least"]
    assert set(with_limit({}, limit)) == {"limit"}
