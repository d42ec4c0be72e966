"""Production does not start with unsafe settings, and says which."""

import pytest

import config
from eldercampus.app import create_app

PRODUCTION = {
    "ELDERCAMPUS_ENV": "production",
    "SECRET_KEY": "s" * 32,
    "SEALING_KEY": "k" * 32,
    "TRUSTED_HOSTS": "school.example, 192.0.2.1",
    "PUBLIC_URL": "https://school.example",
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing or shorter than 32 characters"),
        ({"SEALING_KEY": ""}, "SEALING_KEY is missing or shorter than 32 characters"),
        ({"SEALING_KEY": "s" * 32}, "SEALING_KEY is the same as SECRET_KEY"),
        ({"TRUSTED_HOSTS": ""}, "TRUSTED_HOSTS is empty"),
        ({"PUBLIC_URL": "http://school.example"}, "PUBLIC_URL does not begin with https://"),
        ({"DEMO": "1"}, "DEMO=1 is for demonstrations only"),
        ({"PROXIES": "one"}, "PROXIES=one is not a number"),
    ],
)
def test_production_refuses_to_start_unsafely(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], said: str
) -> None:
    for name, value in {**PRODUCTION, **changes}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=said):
        create_app()


def test_production_with_safe_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    settings = config.from_environment()
    assert config.problems(settings) == []
    assert settings["TRUSTED_HOSTS"] == ["school.example", "192.0.2.1"]
    assert (settings["PROXIES"], settings["SESSION_COOKIE_SECURE"]) == (0, True)
