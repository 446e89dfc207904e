"""Several who file, print and use the same at once: one document, one print, one version for each content, one use."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from crm.settings import read_settings
from tests.archive.dossiers.racing import TIMES

RACING = "tests.archive.dossiers.racing"
PROCESSES = 4


@pytest.mark.timeout(300)
def test_what_several_do_at_once_is_done_once(commands, installation):
    assert commands.start(["prepare"], installation, module=RACING).wait() == 0
    for process in [commands.start(["race"], installation, module=RACING) for _ in range(PROCESSES)]:
        _out, errors = process.communicate()
        assert process.returncode == 0, errors
    engine = create_engine(read_settings(installation).database_url)
    with engine.connect() as connection:
        items = connection.execute(text("SELECT source_id, code FROM dossier_item ORDER BY source_id")).all()
        versions = connection.execute(text("SELECT version FROM issued_print ORDER BY version")).scalars().all()
        uses = connection.execute(text("SELECT count(*) FROM log_entry WHERE kind = 'DossierUsed'")).scalar()
    engine.dispose()
    assert uses == TIMES
    assert [source_id for source_id, _code in items] == list(range(1, TIMES + 1))
    assert sorted(code for _source_id, code in items) == [f"1-{place:02d}" for place in range(1, TIMES + 1)]
    assert versions == list(range(1, TIMES + 2))
