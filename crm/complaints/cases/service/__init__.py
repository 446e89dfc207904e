"""The verbs of a complaint."""

from crm.complaints.cases.service.joining import ended_with, join, join_hindrance
from crm.complaints.cases.service.registering import Caller, Complained, find_received, note_caller, receive

__all__ = ["Caller", "Complained", "ended_with", "find_received", "join", "join_hindrance", "note_caller", "receive"]
