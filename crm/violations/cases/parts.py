"""What packages above this one show of a violation on its page; `crm.wiring` hands it over."""

from __future__ import annotations

from crm.properties.parts import Part

violation_parts: list[Part] = []
