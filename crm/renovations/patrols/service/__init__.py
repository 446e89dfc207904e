"""What is done with plans and patrols."""

from crm.renovations.patrols.service.planning import change, follow, give_up, keep_all, take_over
from crm.renovations.patrols.service.recording import Picture, PointSeen, Seen, hindrance, patrol

__all__ = [
    "Picture",
    "PointSeen",
    "Seen",
    "change",
    "follow",
    "give_up",
    "hindrance",
    "keep_all",
    "patrol",
    "take_over",
]
