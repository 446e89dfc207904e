"""A session is told by the name people have for the device."""

from __future__ import annotations

import pytest
from flask import Flask

from crm.auth.devices import device_name

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (WINDOWS, "Chrome · Windows"),
        (f"{WINDOWS} Edg/131.0.0.0", "Edge · Windows"),
        (f"{IPHONE} Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        (f"{IPHONE} MicroMessenger/8.0.50", "微信 · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0.0.0 Safari/537.36",
            "Chrome · HarmonyOS",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "未知设备"),
    ],
)
def test_device_name(app: Flask, agent: str, name: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert device_name(agent) == name
