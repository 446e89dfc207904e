"""What a process says on its error output: structured lines, without local variables and without personal numbers.

A trace with local variables would print passwords; an exception's text may quote a row.
"""

from __future__ import annotations

import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# telephones and ID numbers, not days and ids
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:0\d{2,3}-\d{3,4}|\d{7,14})(\d{3}[\dXx])(?![0-9A-Za-z])")


def set_up_logs() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(),
            mask,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def mask(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Numbers as long as a telephone's or an ID card's keep their last four digits."""
    return {key: LONG_NUMBER.sub(r"****\1", value) if isinstance(value, str) else value for key, value in entry.items()}
