"""`python -m tests.jobs.own_runner NAME`: a runner that knows the tests' work, with leases that end soon.

Tests start several and kill them.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from crm.app import create_app
from crm.jobs import heartbeat, holding
from crm.jobs.kinds import kinds
from crm.jobs.processes import run_until_told
from tests.jobs.conftest import COUNT

if __name__ == "__main__":
    holding.LEASE = timedelta(seconds=2)
    heartbeat.BEAT = 0.5
    app = create_app()
    kinds[COUNT.name] = COUNT
    run_until_told(app, sys.argv[1], leash=True)
