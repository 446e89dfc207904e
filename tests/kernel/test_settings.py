"""Settings: a value that cannot be used is named at the start; the keys are made once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from crm.errors import DomainError
from crm.settings import read_settings


@pytest.fixture
def env(tmp_path):
    return {"CRM_DATA_DIR": str(tmp_path / "var")}


def test_what_holds_without_any_variable(env, tmp_path):
    settings = read_settings(env)
    assert settings.data_dir == (tmp_path / "var").resolve()
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'yihu.sqlite'}"
    assert settings.embedded
    assert settings.timezone.key == "Asia/Shanghai"
    assert not settings.behind_tls
    assert (settings.idle_limit, settings.absolute_limit) == (timedelta(hours=4), timedelta(hours=12))


def test_what_the_variables_say(env):
    given = {
        "CRM_DATABASE_URL": "postgresql+psycopg://crm@/yihu",
        "CRM_TIMEZONE": "Asia/Urumqi",
        "CRM_BEHIND_TLS": "1",
        "CRM_SESSION_IDLE_HOURS": "1",
        "CRM_SESSION_HOURS": "8",
    }
    settings = read_settings(env | given)
    assert settings.database_url == given["CRM_DATABASE_URL"]
    assert not settings.embedded
    assert settings.timezone.key == "Asia/Urumqi"
    assert settings.behind_tls
    assert (settings.idle_limit, settings.absolute_limit) == (timedelta(hours=1), timedelta(hours=8))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CRM_DATABASE_URL", "mysql://crm@localhost/yihu"),
        ("CRM_DATABASE_URL", "postgresql://crm@localhost/yihu"),
        ("CRM_DATABASE_URL", "yihu.sqlite"),
        ("CRM_TIMEZONE", "Asia/Peking-Duck"),
        ("CRM_TIMEZONE", "../../etc/passwd"),
        ("CRM_TIMEZONE", ""),
        ("CRM_SESSION_IDLE_HOURS", "0"),
        ("CRM_SESSION_IDLE_HOURS", "-1"),
        ("CRM_SESSION_HOURS", "1.5"),
        ("CRM_SESSION_HOURS", "long"),
        ("CRM_SESSION_HOURS", ""),
    ],
)
def test_a_wrong_value_is_refused_by_the_variable_s_name(env, variable, value):
    with pytest.raises(DomainError, match=variable):
        read_settings(env | {variable: value})


def test_the_keys_are_made_once_and_read_by_nobody_else(env):
    first, second = read_settings(env), read_settings(env)
    for name in ("session_key", "identity_key", "index_key"):
        assert len(getattr(first, name)) == 32
        assert getattr(first, name) == getattr(second, name)
    path = first.data_dir / "keys.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in first.data_dir.iterdir()] == ["keys.json"]
    assert len({first.session_key, first.identity_key, first.index_key}) == 3


def test_another_folder_has_other_keys(env, tmp_path):
    other = read_settings({"CRM_DATA_DIR": str(tmp_path / "other")})
    assert read_settings(env).identity_key != other.identity_key


def test_first_starts_at_once_end_up_with_the_same_keys(env):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: read_settings(env).identity_key, range(8)))
    assert len(set(found)) == 1


def test_keys_that_stand_there_are_used(env, tmp_path):
    (tmp_path / "var").mkdir()
    keys = {"session_key": "aa" * 32, "identity_key": "bb" * 32, "index_key": "cc" * 32}
    (tmp_path / "var" / "keys.json").write_text(json.dumps(keys))
    assert read_settings(env).identity_key == bytes.fromhex("bb" * 32)


def test_the_command_line_says_it_in_one_sentence(crm, fresh_database):
    fresh_database["CRM_TIMEZONE"] = "Mars/Olympus"
    done = crm("init", check=False)
    assert done.returncode == 1
    assert "CRM_TIMEZONE names no time zone: Mars/Olympus" in done.stderr
    assert "Traceback" not in done.stderr
