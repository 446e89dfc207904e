"""`crm` at one fixed moment: `python -m tests.browser.fixed demo`. So a picture taken again is the same picture."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime

from crm import dates
from crm.cli import main

MOMENT = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)  # twenty to ten on a Tuesday

if __name__ == "__main__":
    dates._told = ContextVar("told", default=MOMENT)  # of every thread, whatever the real time
    main()
