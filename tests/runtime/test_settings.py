"""Settings: every mistake is one sentence that names the variable."""

from pathlib import Path

import pytest

from services.runtime.settings import SettingsError, read_settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the person who runs the tests has set does not count."""
    import os

    for name in list(os.environ):
        if name.startswith("ZHUCUN_"):
            monkeypatch.delenv(name)


def test_without_any_variable_it_is_the_embedded_demonstration() -> None:
    settings = read_settings({})
    assert settings.embedded
    assert settings.origin_of("attendance") == "zhucun.demo/attendance"


def test_a_server_url_means_that_tokens_are_not_signed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUCUN_POSTGRES_URL", "postgresql://db.example/postgres")
    assert not read_settings({}).embedded


def test_a_server_url_with_mode_embedded_is_a_machine_for_trying_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUCUN_POSTGRES_URL", "postgresql://db.example/postgres")
    monkeypatch.setenv("ZHUCUN_MODE", "embedded")
    assert read_settings({}).embedded


def test_a_service_can_have_a_database_server_of_its_own() -> None:
    settings = read_settings(
        {"ZHUCUN_FINANCE_POSTGRES_URL": "postgresql://money/postgres"}, postgres_url="postgresql://a/b"
    )
    assert settings.postgres_of("finance") == "postgresql://money/postgres"
    assert settings.postgres_of("personnel") == "postgresql://a/b"


def test_a_password_never_shows_in_the_settings_text() -> None:
    settings = read_settings({}, postgres_url="postgresql://postgres:geheim@localhost/postgres")
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ZHUCUN_PORT", "eighty"),
        ("ZHUCUN_MODE", "production"),
        ("ZHUCUN_ORIGIN", "Not An Origin"),
        ("ZHUCUN_BODY_LIMIT", "1"),
    ],
)
def test_a_wrong_value_is_one_sentence_with_its_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable) as caught:
        read_settings({})
    assert "\n" not in str(caught.value)


def test_servers_without_urls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUCUN_MODE", "servers")
    with pytest.raises(SettingsError, match="ZHUCUN_POSTGRES_URL and ZHUCUN_NATS_URL"):
        read_settings({})


def test_secrets_may_stand_in_files_and_a_variable_wins_over_its_file(tmp_path: Path) -> None:
    (tmp_path / "ZHUCUN_POSTGRES_URL").write_text("postgresql://filed/postgres\n")
    (tmp_path / "ZHUCUN_NATS_URL").write_text("nats://filed")
    (tmp_path / "ZHUCUN_FINANCE_POSTGRES_URL").write_text("postgresql://money/postgres")
    (tmp_path / "..data").mkdir()
    settings = read_settings({"ZHUCUN_SECRETS_DIR": str(tmp_path)})
    assert settings.postgres_of("attendance") == "postgresql://filed/postgres"
    assert settings.postgres_of("finance") == "postgresql://money/postgres"
    assert settings.nats() == "nats://filed"
    assert "filed" not in repr(settings)
    with pytest.raises(SettingsError, match="ZHUCUN_SECRETS_DIR"):
        read_settings({"ZHUCUN_SECRETS_DIR": str(tmp_path / "missing")})


def test_a_variable_wins_over_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ZHUCUN_NATS_URL").write_text("nats://filed")
    monkeypatch.setenv("ZHUCUN_NATS_URL", "nats://set")
    environ = {"ZHUCUN_SECRETS_DIR": str(tmp_path), "ZHUCUN_NATS_URL": "nats://set"}
    assert read_settings(environ).nats() == "nats://set"


def test_the_number_of_copies_is_a_number_of_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUCUN_REPLICAS", "3")
    assert read_settings({}).replicas == 3
    monkeypatch.setenv("ZHUCUN_REPLICAS", "7")
    with pytest.raises(SettingsError, match="ZHUCUN_REPLICAS"):
        read_settings({})
