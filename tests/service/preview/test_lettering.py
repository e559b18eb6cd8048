"""Words in a picture: lines that fit, raised exponents, every sign there is."""

from unrolled.service.preview import lettering


def test_exponents_are_raised():
    assert lettering.split_exponents("by 10^−0.2 a step.") == ["by 10", "−0.2", " a step."]
    assert lettering.split_exponents("at 10^−1,806, then 10^2.") == ["at 10", "−1,806", ", then 10", "2", "."]
    assert lettering.split_exponents("nothing") == ["nothing"]
    assert lettering.width_of("10^2", 40) < lettering.width_of("102", 40)


def test_wrapped_lines_fit_and_lose_no_word():
    text = "Gradients fade by 10^−0.2 a step: after 16 steps less than a thousandth is left."
    lines = lettering.wrap(text, 40, 400)
    assert " ".join(lines) == text
    assert all(lettering.width_of(line, 40) <= 400 for line in lines)


def test_the_faces_have_every_sign_that_verdicts_use():
    for name in ("serif", "sans"):
        font = lettering.load_font(name, 40)
        missing = bytes(font.getmask("\ue123"))
        for sign in "0123456789−.,:;×·/abcxyzABCXYZ":
            assert bytes(font.getmask(sign)) != missing, sign


def test_without_the_faces_of_the_site_there_is_another(monkeypatch, tmp_path):
    monkeypatch.setitem(lettering._FACES, "serif", tmp_path / "gone.woff2")
    lettering.load_font.cache_clear()
    assert lettering.load_font("serif", 31).getlength("Unrolled") > 50
    lettering.load_font.cache_clear()
