"""What a dispatcher keeps: categories, workers and plans, by hand and without barriers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import faults

pytestmark = pytest.mark.browser


def test_a_plan_from_the_machine_to_its_job(enter: Callable[..., Page]) -> None:
    page = enter("sunhao")
    page.goto("/properties/equipment")
    page.locator("main td a[href^='/properties/equipment/']").first.click()
    machine = page.url
    page.locator("a[href^='/repairs/plans/new']").click()
    page.fill("#title", "电梯季度保养")
    page.select_option("#category_id", index=1)
    page.fill("#steps", "机房清洁\n制动器检查")
    page.fill("#every", "3")
    page.fill("#first_on", "明天")
    page.click("main form.form-page button[type=submit]")
    expect(page.locator("h1")).to_contain_text("电梯季度保养")
    plan = page.url
    page.click("form[action$='/job'] button")
    expect(page.locator("#plan-jobs")).to_be_visible()
    expect(page.locator("table.rows tbody tr")).to_have_count(1)
    page.goto("/repairs/plans/due")
    expect(page.locator("table.rows tbody")).to_contain_text("电梯季度保养")
    assert faults(page, (plan, f"{plan}/edit", machine, "/repairs/plans/", "/repairs/plans/due")) == {}


def test_a_workers_week(enter: Callable[..., Page]) -> None:
    page = enter("sunhao")
    page.goto("/repairs/workers/")
    page.locator("td a[href^='/repairs/workers/']").first.click()
    worker = page.url
    page.click("a[href$='/trades']")
    page.locator("input[name=trades]").first.check()
    page.click("main form.form-page button[type=submit]")
    page.click("a[href$='/shifts']")
    page.fill("#monday", "08:30-12:00、14:00-17:30")
    page.click("main form.form-page button[type=submit]")
    expect(page.locator("main")).to_contain_text("08:30–12:00, 14:00–17:30")
    page.click("a[href$='/absences/new']")
    page.fill("#first_on", "今天")
    page.fill("#last_on", "明天")
    page.fill("#reason", "年假")
    page.click("main form.form-page button[type=submit]")
    expect(page.locator("h1")).to_contain_text("年假")
    paths = (worker, f"{worker}/trades", f"{worker}/shifts", f"{worker}/absences/new", "/repairs/workers/")
    assert faults(page, paths) == {}


def test_the_tree_of_categories(enter: Callable[..., Page]) -> None:
    page = enter("sunhao")
    page.goto("/repairs/categories/new?place=public")
    page.fill("#name", "儿童乐园")
    page.click("main form.form-page button[type=submit]")
    group = page.locator("tbody", has_text="儿童乐园")
    group.locator("a[href$='/new']").click()
    page.fill("#name", "滑梯松动")
    page.select_option("#trade", index=1)
    page.click("main form.form-page button[type=submit]")
    problem = page.locator("tr", has_text="滑梯松动")
    expect(problem).to_be_visible()
    problem.locator("form[action$='/retire'] button").click()
    expect(problem.locator("form[action$='/restore']")).to_be_visible()
    assert faults(page, ("/repairs/categories/", "/repairs/categories/new")) == {}
