"""Taking and settling archive numbers, one by one and from eight processes at once."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from crm.archive.dossiers.invariants import numbers_are_whole
from crm.archive.numbers import queries
from crm.archive.numbers import service as numbers
from crm.archive.numbers.figures import WORD_GUARANTEE, WORD_LOAN
from crm.archive.numbers.models import ArchiveNumber
from crm.audit.models import LogEntry
from crm.errors import DomainError
from crm.numbering import NumberState
from crm.settings import read_settings

PROCESSES, TIMES = 8, 12


def test_a_number_is_reserved_committed_or_voided_and_all_of_it_is_told(work, db):
    with work():
        one, other = (numbers.reserve("鸿借", 2026, f"项目 {each}") for each in (1, 2))
        numbers.commit(one)
        numbers.void(other, "项目撤回")
        assert [one.text, other.text] == ["2026鸿借字第001号", "2026鸿借字第002号"]
    kinds = [entry.kind for entry in db.query(LogEntry).order_by(LogEntry.id.desc()).limit(4)]
    assert kinds == ["NumberVoided", "NumberCommitted", "NumberReserved", "NumberReserved"]
    with work():
        [run] = queries.runs()
        assert (run.last, run.committed, run.void, run.reserved, run.whole) == (2, 1, 1, 0, True)
        assert numbers_are_whole() == []


@pytest.mark.parametrize("settle", [numbers.commit, lambda number: numbers.void(number, "又撤回")])
@pytest.mark.parametrize("state", [NumberState.committed, NumberState.void])
def test_a_settled_number_stays_settled(work, state, settle):
    with work():
        number = numbers.reserve("鸿借", 2026, "项目")
        if state is NumberState.committed:
            numbers.commit(number)
        else:
            numbers.void(number, "项目撤回")
        with pytest.raises(DomainError, match="2026鸿借字第001号"):
            settle(number)


def test_a_number_is_voided_with_a_reason_only(work):
    with work():
        number = numbers.reserve("鸿借", 2026, "项目")
        with pytest.raises(DomainError):
            numbers.void(number, " ")
        assert number.number.state is NumberState.reserved


@pytest.mark.parametrize("word", ["", "鸿 借", "2借", "{year}"])
def test_a_word_that_could_not_be_read_back_is_refused(work, word):
    with work(), pytest.raises(DomainError):
        numbers.reserve(word, 2026, "项目")


def test_the_database_keeps_a_settled_number_as_it_is(work, db):
    with work():
        number = numbers.reserve("鸿借", 2026, "项目")
        numbers.commit(number)
    with pytest.raises(IntegrityError if db.bind.dialect.name == "sqlite" else Exception, match="append-only"):
        db.execute(text("UPDATE archive_number SET title = 'x' WHERE id = :id"), {"id": number.id})


def test_the_words_are_the_companys_to_confirm():
    assert (WORD_LOAN.default, WORD_GUARANTEE.default) == ("鸿借", "鸿保")


@pytest.mark.timeout(300)
def test_eight_processes_leave_no_gap_and_no_double(crm, commands, installation):
    taking = "tests.archive.numbers.taking"
    for process in [commands.start([str(TIMES)], installation, module=taking) for _ in range(PROCESSES)]:
        _out, errors = process.communicate()
        assert process.returncode == 0, errors
    engine = create_engine(read_settings(installation).database_url)
    with engine.connect() as connection:
        serials = connection.execute(text("SELECT serial FROM number ORDER BY serial")).scalars().all()
        known = connection.execute(text("SELECT count(*) FROM archive_number")).scalar()
    engine.dispose()
    taken = PROCESSES * sum(1 for turn in range(TIMES) if turn % 3)
    assert serials == list(range(1, taken + 1))
    assert known == taken
    assert "I4" in crm("archive", "check", "--json").stdout


def test_nobody_sees_a_number_that_is_not_there(work):
    with work() as db:
        assert db.get(ArchiveNumber, 999_999) is None
        assert queries.find_run(999_999) is None
