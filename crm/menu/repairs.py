"""维修: the board first, then what surrounds it."""

from __future__ import annotations

from crm.web.menu import MenuItem

REPAIRS_MENU: tuple[MenuItem, ...] = ()
