"""When a call back is due, as people type it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crm.calls.due import parse_due

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 2, 20, tzinfo=UTC)  # Tuesday, 10:20 in Shanghai


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("15:00", "2026-11-24 15:00"),
        ("１５：００", "2026-11-24 15:00"),
        ("15点", "2026-11-24 15:00"),
        ("下午3点半", "2026-11-24 15:30"),
        ("下午3:15", "2026-11-24 15:15"),
        ("晚上 8点", "2026-11-24 20:00"),
        ("中午12点", "2026-11-24 12:00"),
        ("上午11点20分", "2026-11-24 11:20"),
        ("明天", "2026-11-25 09:00"),
        ("明天 9:30", "2026-11-25 09:30"),
        ("后天下午2点", "2026-11-26 14:00"),
        ("11-28", "2026-11-28 09:00"),
        ("11-28 14:00", "2026-11-28 14:00"),
        ("11月28日下午2点", "2026-11-28 14:00"),
        ("20261128 1400", None),
        ("2026-11-28 14:00", "2026-11-28 14:00"),
        ("20261128", "2026-11-28 09:00"),
        ("2026年11月28日", "2026-11-28 09:00"),
        ("周五", "2026-11-27 09:00"),
        ("周五下午3点", "2026-11-27 15:00"),
        ("星期二 16:00", "2026-11-24 16:00"),
        ("下周一", "2026-11-30 09:00"),
        ("礼拜天 10:00", "2026-11-29 10:00"),
        ("30分钟", "2026-11-24 10:50"),
        ("30分", "2026-11-24 10:50"),
        ("2小时", "2026-11-24 12:20"),
        ("2个小时后", "2026-11-24 12:20"),
        ("+2h", "2026-11-24 12:20"),
        ("3天后", "2026-11-27 10:20"),
        ("", None),
        ("25:00", None),
        ("10:75", None),
        ("2-30 9:00", None),
        ("等会儿", None),
        ("周八", None),
    ],
)
def test_what_is_meant(text, meant):
    if meant is None:
        with pytest.raises(ValueError, match=r"."):
            parse_due(text, NOW, SHANGHAI)
    else:
        assert parse_due(text, NOW, SHANGHAI).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") == meant
