"""What packages around it show of a case on its page; `crm.wiring` hands it over."""

from __future__ import annotations

from crm.properties.parts import Part

case_parts: list[Part] = []
