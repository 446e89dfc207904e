"""`crm user`: the first account, and the way back in."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

Crm = Callable[..., subprocess.CompletedProcess[str]]


def users(crm: Crm) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(crm("user", "list", "--json").stdout)
    return listed


def test_accounts_from_the_command_line(crm: Crm) -> None:
    crm("init")
    role = ("--name", "李敏", "--role", "service_desk", "--password")
    added = crm("user", "add", "LiMin", *role, "a sentence nobody guesses")
    assert "the first account" in added.stdout
    assert users(crm) == [
        {
            "username": "limin",
            "name": "李敏",
            "roles": ["service_desk"],
            "active": True,
            "second_factor": False,
            "must_change_password": False,
        }
    ]
    assert "limin" in crm("user", "list").stdout
    weak = crm("user", "add", "zhouhui", *role, "password2026", check=False)
    assert (weak.returncode, len(users(crm))) == (1, 1)
    one_time = crm("user", "password", "limin").stdout.strip()
    assert len(one_time) > 15
    assert users(crm)[0]["must_change_password"] is True
    refused = crm("user", "factor", "reset", "limin", check=False)
    assert refused.returncode == 1
    assert crm("user", "password", "nobody", check=False).returncode == 1


def test_an_unknown_password_policy_is_named(crm: Crm, fresh_database: dict[str, str]) -> None:
    fresh_database["CRM_PASSWORD_POLICY"] = "strict"
    refused = crm("init", check=False)
    assert refused.returncode == 1
    assert "CRM_PASSWORD_POLICY" in refused.stderr
    assert "Traceback" not in refused.stderr
