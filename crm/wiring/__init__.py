"""The whole map of cross-talk: who hears of what, what is on the menu, what packages show of one another."""

from crm.wiring.packages import HANDLERS, JOB_KINDS, MENU, Shell, connect_packages

__all__ = ["HANDLERS", "JOB_KINDS", "MENU", "Shell", "connect_packages"]
