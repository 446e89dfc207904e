"""Which tests stay in one worker: those that share what takes seconds to build or to print.

All others go where there is room.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

COMPANY = ("backup", "command", "drill", "restore")  # of tests/recovery: they share the small demo company
TOGETHER = {f"tests/recovery/test_{name}.py": "company" for name in COMPANY}
ALONE = (
    "tests/demo/test_billing.py",
    "tests/demo/test_handover.py",
    "tests/demo/test_repairs.py",
    "tests/demo/test_storing.py",
    "tests/test_canaries.py",
)
TOGETHER |= {path: path for path in ALONE}


class Together(LoadScopeScheduling):
    """The largest groups begin first."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)
