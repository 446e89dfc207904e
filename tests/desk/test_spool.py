from hypothesis import given
from hypothesis import strategies as st

from crm.desk.spool import Spool

lines = st.lists(st.text(min_size=1, max_size=6), max_size=400)


@given(lines, st.integers(1, 60))
def test_lines_come_out_sorted_however_they_were_put_away(tmp_path_factory, told, run):
    with Spool(tmp_path_factory.getbasetemp(), run) as spool:
        for start in range(0, len(told), 7):
            spool.add(told[start : start + 7])
        assert list(spool.sorted()) == sorted(told)


def test_nothing_is_left_in_the_folder(tmp_path):
    with Spool(tmp_path, run=2) as spool:
        spool.add(["b", "a", "c"])
        assert list(spool.sorted()) == ["a", "b", "c"]
        assert list(tmp_path.iterdir()) == []
