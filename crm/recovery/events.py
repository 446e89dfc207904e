"""What happened in recovery; what was lost with it can be read from the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationRestored:
    """The log's name for it is known to `crm.audit.queries`: heads exported after `backed_up_at` were given up."""

    backed_up_at: datetime
    entries: int
    head: str
    product: str
