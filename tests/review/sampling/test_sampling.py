"""A sample from the draw to the recount, as the desk does it."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from flask_babel import force_locale
from sqlalchemy import select, update

from crm.archive.dossiers.models.records import AskState
from crm.auth.models import User
from crm.errors import DomainError, IllegalTransition
from crm.review import service as reviews
from crm.review.models import FilingReview, Finding, PaperCount, ReviewState, SampledDossier, Sampling
from crm.review.sampling import queries, service
from crm.review.sampling.checks import PAPER_DIFFERS
from crm.review.sampling.service import Counted
from tests import factories as make
from tests.acting import as_
from tests.review.sampling.making import make_count, make_papers, make_reviewed, make_sampling

AGREES = Counted(there=True, documents=3, pages=7, sheets=5)
SHORT = Counted(there=True, documents=3, pages=6, sheets=5, remark="少一页")
TYPED = {"documents": "3", "pages": "7", "sheets": "5"}


@pytest.fixture(autouse=True)
def _in_english(db, app):
    """What is said is compared in the words of the source, by whoever has signed in and by the units of work."""
    db.execute(update(User).values(locale="en"))
    db.commit()


@pytest.fixture
def work(work):
    @contextmanager
    def in_english(who):
        with work(as_(who)) as session, force_locale("en"):
            yield session

    return in_english


@pytest.fixture
def dossiers(estate):
    return make_papers(estate, 3)


@pytest.fixture
def review(estate, dossiers):
    return make_reviewed(estate, dossiers)


def lines(db, sampling_id):
    rows = select(SampledDossier).filter_by(sampling_id=sampling_id)
    return db.scalars(rows.order_by(SampledDossier.position)).all()


def open_tasks(db):
    return db.scalars(select(Finding).filter_by(kind=PAPER_DIFFERS, cured_at=None)).all()


def count_all(db, sampling_id, *found):
    for line, each in zip(lines(db, sampling_id), found, strict=True):
        service.count(line, each)


# Drawing


def test_what_the_books_say_is_fixed_when_it_is_drawn(work, estate):
    """Not what was removed, nor what the product made and filed by itself; what lies there as paper alone is."""
    [dossier] = make_papers(estate)
    removed = make.make_item(dossier, "emergency_contacts", pages=9, sheets=9, page_from=8, page_to=16)
    make.make_removal(removed, state=AskState.approved, decided_by_id=make.user_called("shentao").id)
    asked = make.make_item(dossier, "lease", pages=1, page_from=17, page_to=17)
    make.make_removal(asked)
    pressed = make.make_item(dossier, "repair_order", source_kind="repair_order", source_id=1)
    make.make_rendition(pressed, make.make_upload(estate, "dossier"))
    make.make_item(dossier, "repair_order", source_kind="repair_order", source_id=2, pages=2, page_from=19, page_to=20)
    scanned = make.make_item(dossier, "lease")
    make.make_rendition(scanned, make.make_upload(estate, "dossier"))
    review = make_reviewed(estate, [dossier])
    with work("fengxue") as db:
        [line] = lines(db, service.draw(db.get_one(FilingReview, review.id), 1).id)
        assert (line.documents, line.pages, line.sheets) == (6, 11, 8)
        assert line.place == "档案室"


def test_a_draw_is_drawn_again_from_its_seed_and_takes_none_twice(work, db, review, dossiers):
    with work("fengxue") as db:
        first = service.draw(db.get_one(FilingReview, review.id), 2)
        assert service.draws_again(first)
        count_all(db, first.id, AGREES, AGREES)
        second = service.draw(first.review, 5, "再抽")
        assert (second.size, second.reason) == (1, "再抽")
        assert {*queries.dossiers_of(first.id), *queries.dossiers_of(second.id)} == {each.id for each in dossiers}
        assert service.draws_again(first)
        assert service.draws_again(second)
        count_all(db, second.id, AGREES)
        with pytest.raises(DomainError, match="drawn already"):
            service.draw(first.review, 1)


def test_one_sample_is_counted_before_the_next_is_drawn_or_the_review_signed(work, review):
    with work("fengxue") as db:
        held = db.get_one(FilingReview, review.id)
        sampling = service.draw(held, 2)
        service.count(lines(db, sampling.id)[0], AGREES)
        for verb in (lambda: service.draw(held, 1), lambda: reviews.sign(held, "")):
            with pytest.raises(IllegalTransition, match="1 dossiers of the sample are not counted"):
                verb()
        service.count(lines(db, sampling.id)[1], SHORT)
        reviews.sign(held, "已看过")
        assert held.state is ReviewState.signed


@pytest.mark.parametrize("state", [ReviewState.running, ReviewState.signed])
def test_only_a_review_that_is_to_be_signed_is_drawn_from(work, estate, dossiers, state):
    when = {"ended_at": None} if state is ReviewState.running else {"signed_at": make.NOW, "signed_by": "冯雪"}
    made = make_reviewed(estate, dossiers, state=state, **when)
    with work("fengxue") as db, pytest.raises(IllegalTransition):
        service.draw(db.get_one(FilingReview, made.id), 1)


# Counting


@pytest.mark.parametrize(
    ("found", "agrees", "detail"),
    [
        (AGREES, True, None),
        (SHORT, False, "3/3 · 6/7 · 5/5"),
        (Counted(there=True, documents=2, pages=7, sheets=5), False, "2/3 · 7/7 · 5/5"),
        (Counted(there=True, documents=3, pages=7, sheets=6), False, "3/3 · 7/7 · 6/5"),
        (Counted(there=False), False, "absent"),
    ],
)
def test_what_differs_is_the_archivists_task_at_once(work, review, dossiers, found, agrees, detail):
    sampling = make_sampling(review, dossiers[:1])
    with work("zhouhui") as db:
        made = service.count(lines(db, sampling.id)[0], found)
        assert (made.agrees, made.counted_by) == (agrees, "周慧")
        tasks = open_tasks(db)
        assert [(each.dossier_id, each.detail, each.about_id) for each in tasks] == (
            [(dossiers[0].id, detail, sampling.id)] if detail else []
        )


def test_a_dossier_is_counted_once(work, review, dossiers):
    sampling = make_sampling(review, dossiers[:1])
    with work("fengxue") as db:
        service.count(lines(db, sampling.id)[0], SHORT)
        with pytest.raises(DomainError, match="冯雪 has counted this dossier already"):
            service.count(lines(db, sampling.id)[0], AGREES)


def test_a_recount_that_agrees_ends_the_task_and_one_that_does_not_keeps_it(work, review, dossiers):
    sampling = make_sampling(review, dossiers)
    with work("fengxue") as db:
        drawn = db.get_one(Sampling, sampling.id)
        db.refresh(drawn, ["review"])
        count_all(db, sampling.id, SHORT, AGREES, Counted(there=False))
        again = service.recount(drawn, "找到了一页")
        assert queries.dossiers_of(again.id) == [dossiers[0].id, dossiers[2].id]
        assert again.recount_of_id == drawn.id
        with pytest.raises(DomainError, match="drawn again already"):
            service.recount(drawn, "再来")
        with pytest.raises(DomainError, match="Count the whole sample first"):
            service.recount(again, "再来")
        count_all(db, again.id, AGREES, SHORT)
        assert [(each.dossier_id, each.detail) for each in open_tasks(db)] == [(dossiers[2].id, "3/3 · 6/7 · 5/5")]
        last = service.recount(again, "放回原处")
        count_all(db, last.id, AGREES)
        assert open_tasks(db) == []
        with pytest.raises(DomainError, match="Nothing of it differs"):
            service.recount(last, "再来")


def test_a_recount_sees_the_books_as_they_were_put_right(work, review, dossiers):
    sampling = make_sampling(review, dossiers[:1])
    with work("fengxue") as db:
        drawn = db.get_one(Sampling, sampling.id)
        db.refresh(drawn, ["review"])
        service.count(lines(db, sampling.id)[0], Counted(there=True, documents=4, pages=8, sheets=6))
    make.make_item(dossiers[0], "emergency_contacts", page_from=8, page_to=8)
    with work("fengxue") as db:
        again = service.recount(queries.get_sampling(sampling.id), "补登记一件")
        assert service.count(lines(db, again.id)[0], Counted(there=True, documents=4, pages=8, sheets=6)).agrees
        assert open_tasks(db) == []


def test_a_signed_review_is_still_counted_again(work, review, dossiers):
    """What differs has to be put right some day."""
    sampling = make_sampling(review, dossiers[:1])
    with work("fengxue") as db:
        service.count(lines(db, sampling.id)[0], SHORT)
        drawn = db.get_one(Sampling, sampling.id)
        db.refresh(drawn, ["review"])
        reviews.sign(drawn.review, "")
        count_all(db, service.recount(drawn, "找到了").id, AGREES)
        assert open_tasks(db) == []


# The pages


def test_the_way_from_the_draw_to_the_recount(sign_in, db, review, dossiers):
    client = sign_in("archivist")
    page = client.get(f"/review/{review.id}/samples/new")
    assert 'value="3"' in page.text  # at least five, and there are three
    for size, reason in (("4", "only 3"), ("0", "Write 1 to"), ("", "Write how many"), ("x", "")):
        page = client.post(f"/review/{review.id}/samples/new", data={"size": size})
        assert page.status_code == 422
        assert reason in page.text
    drawn = client.post(f"/review/{review.id}/samples/new", data={"size": "2"})
    assert drawn.status_code == 303
    twice = client.post(f"/review/{review.id}/samples/new", data={"size": "2"})
    assert twice.status_code == 422
    assert "are not counted yet" in twice.text
    at = drawn.location
    assert "the same dossiers" in client.get(at).text
    first = client.get(f"{at}/count").location
    counted = client.post(first, data={**TYPED, "pages": "6", "remark": "少一页"}, follow_redirects=True)
    assert counted.request.path == f"{at}/count/2"
    assert "Page count -1" in counted.text
    done = client.post(f"{at}/count/2", data={"absent": "y"}, follow_redirects=True)
    assert done.request.path == at
    assert "not in its place" in done.text
    again = client.post(f"{at}/recount", data={"reason": "找到了"})
    assert "Recount" in client.get(f"/review/{review.id}/samples").text
    assert client.get(again.location).status_code == 200
    assert client.get(f"{at}/recount").status_code == 409


def test_whoever_counts_sees_nothing_of_the_books(sign_in, review, dossiers):
    """On the form, the page, the workbook and the count sheet."""
    sampling = make_sampling(review, dossiers[:2])
    make_count(sampling, dossiers[1])
    client = sign_in("archivist")
    page = client.get(f"/review/samples/{sampling.id}")
    assert page.text.count("3 / 7 / 5") == 2  # of the one that is counted: found, and in the books
    for path in ("", "?as=pdf", "/sheet.pdf", "/count/1"):
        assert client.get(f"/review/samples/{sampling.id}{path}").status_code == 200
    form = client.get(f"/review/samples/{sampling.id}/count/1").text
    assert not re.search(r'name="(documents|pages|sheets)"[^>]*value="\d', form)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({}, "Write what you counted"),
        ({**TYPED, "pages": "-1"}, "Write a number from 0"),
        ({**TYPED, "pages": "100001"}, "Write a number from 0"),
        ({**TYPED, "pages": "七"}, "Not a valid"),
        ({**TYPED, "remark": "长" * 501}, ""),
    ],
)
def test_what_cannot_be_right_is_said_and_kept(sign_in, db, review, dossiers, typed, reason):
    sampling = make_sampling(review, dossiers[:1])
    page = sign_in("archivist").post(f"/review/samples/{sampling.id}/count/1", data=typed)
    assert page.status_code == 422
    assert reason in page.text
    assert typed.get("pages", "") in page.text
    assert db.scalar(select(PaperCount.id)) is None


def test_what_is_not_there_needs_no_figures(sign_in, db, review, dossiers):
    sampling = make_sampling(review, dossiers[:1])
    sign_in("archivist").post(f"/review/samples/{sampling.id}/count/1", data={"absent": "y", "pages": "七"})
    counted = db.scalars(select(PaperCount)).one()
    assert (counted.there, counted.pages, counted.agrees) == (False, 0, False)


def test_a_form_sent_twice_counts_once(sign_in, db, review, dossiers):
    sampling = make_sampling(review, dossiers)
    client = sign_in("archivist")
    at = f"/review/samples/{sampling.id}/count/1"
    assert client.post(at, data=TYPED).status_code == 303
    twice = client.post(at, data={**TYPED, "pages": "8"})
    assert twice.status_code == 422
    assert "has counted this dossier already" in twice.text
    assert client.get(at).status_code == 409
    assert db.scalars(select(PaperCount.pages)).all() == [7]


def test_a_label_or_a_code_leads_to_its_dossier(sign_in, estate, review, dossiers):
    sampling = make_sampling(review, dossiers)
    client = sign_in("archivist")

    def led(code):
        return client.get(f"/review/samples/{sampling.id}/count", query_string={"code": code}).location

    assert led(dossiers[2].code).endswith("/count/3")
    assert led(f"https://yihu.example/archive/dossiers/{dossiers[1].id}").endswith("/count/2")
    assert led("").endswith("/count/1")
    strange = client.get(
        f"/review/samples/{sampling.id}/count", query_string={"code": "9-9-999/01"}, follow_redirects=True
    )
    assert "9-9-999/01 is not in this sample" in strange.text


# Who may


def test_another_estates_are_not_there(sign_in, work, other_estate):
    dossiers = make_papers(other_estate)
    review = make_reviewed(other_estate, dossiers)
    sampling = make_sampling(review, dossiers)
    client = sign_in("limin")
    paths = [
        f"/review/{review.id}/samples",
        f"/review/samples/{sampling.id}",
        f"/review/samples/{sampling.id}/sheet.pdf",
    ]
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert client.post(f"/review/{review.id}/report.pdf").status_code == 404
    with work("fengxue") as session:
        session.execute(update(User).where(User.username == "zhouhui").values(all_estates=False))
    client = sign_in("zhouhui")
    paths = [f"/review/samples/{sampling.id}/{rest}" for rest in ("count", "count/1", "recount")]
    paths.append(f"/review/{review.id}/samples/new")
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_the_desk_reads_and_does_not_count(sign_in, review, dossiers):
    sampling = make_sampling(review, dossiers)
    client = sign_in("limin")
    assert client.get(f"/review/samples/{sampling.id}").status_code == 200
    assert client.get(f"/review/samples/{sampling.id}/sheet.pdf").status_code == 200
    for path in (f"/review/{review.id}/samples/new", f"/review/samples/{sampling.id}/count/1"):
        assert client.get(path).status_code == 403
    assert client.get(f"/review/samples/{sampling.id}/count/9").status_code == 403
    assert sign_in("archivist").get(f"/review/samples/{sampling.id}/count/9").status_code == 404


def test_ten_dossiers_cost_as_many_queries_as_one(sign_in, queries, estate, dossiers):
    client, found = sign_in("archivist"), []
    for count in (1, 10):
        papers = make_papers(estate, count)
        review = make_reviewed(estate, papers)
        sampling = make_sampling(review, papers)
        for path in (f"/review/samples/{sampling.id}", f"/review/{review.id}/samples"):
            client.get(path)
            with queries() as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
    assert found[:2] == found[2:]
