"""Settings: what the environment may say, and what an operator is told when it is wrong."""

from pathlib import Path

import pytest

from dondoc.errors import SettingWrong
from dondoc.settings import load_settings


def test_with_an_empty_environment_the_ledger_is_sqlite_at_home_and_letters_become_files(tmp_path: Path):
    settings = load_settings({"DONDOC_HOME": str(tmp_path)})
    assert settings.database_url.get_secret_value() == f"sqlite:///{tmp_path}/dondoc.db"
    assert settings.smtp_url is None
    assert settings.outbox_folder == tmp_path / "outbox"


def test_an_empty_variable_counts_as_unset():
    assert load_settings({"DONDOC_SMTP_URL": " "}) == load_settings({})


def test_a_database_address_as_hosting_companies_write_it_is_understood():
    settings = load_settings({"DONDOC_DATABASE_URL": "postgres://u:p@h/d"})
    assert settings.database_url.get_secret_value() == "postgresql+psycopg://u:p@h/d"


def test_passwords_are_not_printed():
    settings = load_settings(
        {
            "DONDOC_SMTP_URL": "smtp://u:hunter2@h",
            "DONDOC_DATABASE_URL": "postgres://u:hunter2@h/d",
            "DONDOC_SECRET_KEY": "hunter2",
        }
    )
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in settings.model_dump_json()


def test_several_keys_may_be_given_for_rotation():
    settings = load_settings({"DONDOC_SECRET_KEYS": "new, old"})
    assert [key.get_secret_value() for key in settings.secret_keys] == ["new", "old"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DONDOC_SMTP_URL", "http://mail.example"),
        ("DONDOC_SMTP_URL", "smtp://mail.example:port"),
        ("DONDOC_SMTP_URL", "smtp://"),
        ("DONDOC_IMAP_URL", "smtp://mail.example"),
        ("DONDOC_DATABASE_URL", "mysql://h/d"),
        ("DONDOC_FROM", "Ban theo dõi"),
        ("DONDOC_REDIRECT_TO", "nobody"),
        ("DONDOC_BASE_URL", "dondoc.example"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example(variable: str, value: str):
    with pytest.raises(SettingWrong) as caught:
        load_settings({variable: value})
    assert str(caught.value).startswith(f"{variable} ")
    assert f"Set it like {variable}=" in str(caught.value)
    assert caught.value.exit_code == 2


def test_the_password_in_a_wrong_setting_is_not_told():
    with pytest.raises(SettingWrong) as caught:
        load_settings({"DONDOC_SMTP_URL": "smtp://u:hunter2@h:port"})
    assert "hunter2" not in str(caught.value)
