"""Which tests stay in one worker: those that share what takes seconds to build. All others go where there is room."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

COMPANY = ("backup", "command", "drill", "restore")  # of tests/recovery: they share the small demo company
TOGETHER = {f"tests/recovery/test_{name}.py": "company" for name in COMPANY}
TOGETHER |= {path: path for path in ("tests/demo/test_handover.py", "tests/demo/test_storing.py")}


class Together(LoadScopeScheduling):
    """The largest groups begin first."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)
