"""Settings come out of the environment whole, or not at all and with a sentence."""

import pytest

from unrolled.settings import BadSetting, Settings


def test_defaults_are_those_of_a_local_server() -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)


def test_every_setting_is_read_from_its_variable() -> None:
    values = {
        "host": "0.0.0.0",
        "port": "9000",
        "workers": "2",
        "threads": "3",
        "queue": "4",
        "cache_mib": "5",
        "max_gflop": "6.5",
        "max_memory_mib": "7",
        "max_body_mib": "0.5",
        "frame_ancestors": "'self' https://school.example.org",
        "public_url": "https://unrolled.example.org/",
    }
    settings = Settings.from_environment({f"UNROLLED_{name.upper()}": value for name, value in values.items()})
    assert values.keys() == Settings.model_fields.keys()
    dumped = settings.model_dump()
    assert all(str(dumped[name]) == value for name, value in values.items() if name != "public_url")
    assert settings.public_url == "https://unrolled.example.org"
    assert settings.max_body_bytes == 2**19


def test_other_variables_and_empty_ones_do_not_matter() -> None:
    assert Settings.from_environment({"PORT": "1", "UNROLLED_PORT": ""}).port == 8000


def test_what_is_given_otherwise_wins() -> None:
    settings = Settings.from_environment({"UNROLLED_PORT": "9000", "UNROLLED_HOST": "::1"}, port="9001", host=None)
    assert (settings.port, settings.host) == (9001, "::1")


def test_what_cannot_be_used_is_refused_with_a_sentence() -> None:
    for variable, value, sentence in [
        ("UNROLLED_PORT", "http", "UNROLLED_PORT is “http”; give a valid integer."),
        ("UNROLLED_PORT", "70000", "UNROLLED_PORT is “70000”; give less than or equal to 65535."),
        ("UNROLLED_MAX_GFLOP", "nan", "UNROLLED_MAX_GFLOP is “nan”; give"),
        ("UNROLLED_THREADS", "0", "UNROLLED_THREADS is “0”; give greater than or equal to 1."),
        ("UNROLLED_PUBLIC_URL", "unrolled.org", "give an address such as https://unrolled.example.org"),
        ("UNROLLED_PUBLIC_URL", "https://a.org/below", "give an address such as https://unrolled.example.org"),
        ("UNROLLED_FRAME_ANCESTORS", "*; script-src *", "give 'none', 'self', * or origins"),
        ("UNROLLED_PROT", "1", "There is no setting UNROLLED_PROT. Did you mean UNROLLED_PORT?"),
    ]:
        with pytest.raises(BadSetting) as caught:
            Settings.from_environment({variable: value})
        assert sentence in str(caught.value)


def test_every_setting_explains_itself() -> None:
    assert all(field.description and field.description.endswith(".") for field in Settings.model_fields.values())
