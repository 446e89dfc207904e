"""What people call the device they are signed in on, from what their browser says of itself. Pure functions.

The order matters: Edge calls itself Chrome too, Chrome calls itself Safari, HarmonyOS calls itself Android.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

BROWSERS = {
    "MicroMessenger": _l("WeChat"),
    "Edg": "Edge",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "OpenHarmony": "HarmonyOS",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def device_name(agent: str) -> str:
    """Such as "Chrome · Windows"; what no browser says of itself is told as it came, shortened."""
    words = [next((str(name) for sign, name in names.items() if sign in agent), "") for names in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, words)) or agent[:60] or _("Unknown device")
