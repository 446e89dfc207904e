"""What packages above this one show of a job on its page; `crm.wiring` hands it over."""

from __future__ import annotations

from crm.properties.parts import Part

order_parts: list[Part] = []
