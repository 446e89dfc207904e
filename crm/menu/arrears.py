"""欠费审核: the month's review first, then what it leads to."""

from __future__ import annotations

from crm.web.menu import MenuItem

ARREARS_MENU: tuple[MenuItem, ...] = ()
