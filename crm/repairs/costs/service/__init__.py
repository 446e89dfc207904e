"""The verbs of what a job costs."""

from crm.repairs.costs.service.entering import add, add_as_agreed, take_back
from crm.repairs.costs.service.quoting import Answer, answer, quote

__all__ = ["Answer", "add", "add_as_agreed", "answer", "quote", "take_back"]
