"""What stands on the error output: no personal number, no local variable."""

from __future__ import annotations

import pytest
import structlog

from crm.logs import mask, set_up_logs


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("phone 13907315678 refused", "phone ****5678 refused"),
        ("632126197001012011", "****2011"),
        ("ID 11010119900307123X!", "ID ****123X!"),
        ("0731-85551234", "****1234"),
        ("row 123456 of 2026-11-24", "row 123456 of 2026-11-24"),
        ("request a1b2c3d4e5f6", "request a1b2c3d4e5f6"),
    ],
)
def test_long_numbers_are_masked(text: str, shown: str) -> None:
    assert mask(None, "error", {"event": text})["event"] == shown


def test_a_trace_names_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    try:
        password = "woaini-1314-geheim"
        raise ValueError("13907315678")
    except ValueError as error:
        structlog.get_logger().error("bug", exc_info=error)
    finally:
        structlog.reset_defaults()
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert password not in said
    assert "13907315678" not in said
    assert "****5678" in said
