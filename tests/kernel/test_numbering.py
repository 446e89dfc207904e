"""Numbers without gaps: after rollbacks, over threads, and in all three states."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from crm.errors import DomainError
from crm.numbering import Number, NumberSeries, NumberState, reserve

PATTERN = "{year}鸿借字第{serial:03d}号"
THREADS, TIMES = 2, 15


class Failure(Exception):
    pass


def take(year=2026, count=1):
    return reserve("鸿借", PATTERN, year=year, count=count)


def test_numbers_follow_one_another(work):
    with work():
        assert [number.text for number in take(count=2)] == ["2026鸿借字第001号", "2026鸿借字第002号"]
    with work():
        (third,) = take()
        assert (third.serial, third.text, third.state) == (3, "2026鸿借字第003号", NumberState.reserved)


def test_each_year_and_each_series_counts_for_itself(work):
    with work():
        take(2026, 3)
        assert take(2027)[0].text == "2027鸿借字第001号"
        assert reserve("客户", "KH{serial:06d}")[0].text == "KH000001"
        assert take(2026)[0].serial == 4


def test_a_rollback_gives_the_number_back(work):
    with work():
        take()
    with pytest.raises(Failure), work():  # noqa: PT012
        assert take()[0].serial == 2
        raise Failure
    with work():
        assert take()[0].serial == 2


def test_even_the_first_number_of_a_series_comes_back(work):
    with pytest.raises(Failure), work():  # noqa: PT012
        take()
        raise Failure
    with work() as db:
        assert db.scalars(select(NumberSeries)).all() == []
        assert take()[0].serial == 1


def test_a_number_is_committed_once(work):
    with work():
        (number,) = take()
        number.commit()
        assert number.state is NumberState.committed
        with pytest.raises(DomainError):
            number.commit()
        with pytest.raises(DomainError):
            number.void("printed wrongly")


def test_a_number_is_voided_with_a_reason_and_never_reused(work):
    with work():
        (number,) = take()
        with pytest.raises(DomainError):
            number.void("  ")
        assert number.state is NumberState.reserved
        number.void("printed wrongly")
        assert (number.state, number.reason) == (NumberState.void, "printed wrongly")
        assert take()[0].serial == 2


def test_two_threads_leave_no_gap_and_no_double(own_work):
    """Each on its own connection; every third unit of work fails and gives its number back."""

    def run(name):
        failed = 0
        for turn in range(TIMES):
            try:
                with own_work():
                    take()
                    if turn % 3 == name:
                        raise Failure
            except Failure:
                failed += 1
        return failed

    with ThreadPoolExecutor(THREADS) as pool:
        failed = sum(pool.map(run, range(THREADS)))
    with own_work(writes=False) as db:
        serials = list(db.scalars(select(Number.serial).order_by(Number.serial)))
        last = db.scalar(select(NumberSeries.last))
    assert failed == THREADS * TIMES // 3
    assert serials == list(range(1, THREADS * TIMES - failed + 1))
    assert last == len(serials)
