"""What the measurements of order and memory say."""

from tests.views.asking import answer, drawn

SMALL = {"hidden": 8, "length": 24}


def test_too_short_a_text_is_told_so_in_words():
    said = answer("facts", input="text", hidden=16)
    assert said["models"] == []
    assert said["sentence"].startswith("This sequence has 39 steps")
    assert "at least 51" in said["sentence"]
    assert "lower hidden to 12" in said["sentence"]
    assert answer("facts", input="text", hidden=12)["models"] != []
    assert drawn("facts", input="text", hidden=16)["layout"]["annotations"][0]["text"] == "too little to fit and test"


def test_nothing_is_foretold_of_what_never_changes():
    said = answer("facts", input="constant", **SMALL)
    assert "there is nothing to foretell" in said["sentence"]
    assert said["models"][0]["unexplained"]["original"] is None


def test_one_sentence_stands_above_the_picture_and_the_rest_below():
    said = answer("facts", **SMALL)
    assert said["sentence"].count(". ") == 0
    changed, held = said["notes"]
    assert changed.startswith("Shuffling changes its triangle by a factor of up to 10^")
    assert changed.endswith("that of the MLP not at all.")
    assert held.startswith("More than half of what entered can be read back from up to")
    assert drawn("facts", **SMALL)["layout"]["meta"] == {"sentence": said["sentence"], "notes": said["notes"]}


def test_a_prediction_that_runs_away_is_told_in_few_words():
    said = answer("facts", init="identity", activation="relu", length=40, gain=3)["sentence"]
    assert "leaves more than 1000 % of the next value’s variance" in said
    assert len(said) < 250
