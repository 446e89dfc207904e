"""The verbs of a complaint."""

from crm.complaints.cases.service.registering import Caller, Complained, find_received, note_caller, receive

__all__ = ["Caller", "Complained", "find_received", "note_caller", "receive"]
