"""The verbs of an acceptance."""

from crm.renovations.acceptance.service.checking import Checked, Line, Signed, check, hindrance
from crm.renovations.acceptance.service.finishing import Drawing, Finished, bring_drawing, finish
from crm.renovations.acceptance.service.shortening import shorten

__all__ = [
    "Checked",
    "Drawing",
    "Finished",
    "Line",
    "Signed",
    "bring_drawing",
    "check",
    "finish",
    "hindrance",
    "shorten",
]
