"""What is asked before it is saved, in a real browser: on a form and in the panel of a row, wide and narrow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.conftest import Watched
from tests.tracker import people
from tests.tracker.web.conftest import ago, overdue, planned
from tracker import clock
from tracker.models import Study
from tracker.services.records import record_study

pytestmark = [pytest.mark.needs("browser"), pytest.mark.django_db(transaction=True)]


def pictured(work: Watched, name: str) -> None:
    """Keep a picture where the environment names a folder for it; no part is wider than the window."""
    for width in (1440, 360):
        work.page.set_viewport_size({"width": width, "height": 900})
        assert work.page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("PICTURES"):
            work.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
    work.page.set_viewport_size({"width": 1440, "height": 900})


def test_the_same_study_is_asked_about_and_answered_on_the_form(alice_at_work: Watched) -> None:
    patient, page = planned(), alice_at_work.page
    by_bob = people.occasion(people.bob(), today=clock.today(), at=clock.now())
    record_study(patient, kind="mri", quality="not", occurred_on=ago(1), occasion=by_bob)
    alice_at_work.goto(f"/patients/{patient.key}/")
    pictured(alice_at_work, "patient")
    alice_at_work.goto(f"/patients/{patient.key}/record/study/")
    page.locator("input[name=kind][value=mri]").check(force=True)
    page.get_by_label("Day of the study").fill("yesterday")
    page.get_by_role("button", name="Save study").click()
    page.get_by_text("is this the one recorded by Bob Brambling").wait_for()
    pictured(alice_at_work, "asked")
    page.get_by_label("Yes, it is the same: store nothing").check(force=True)
    page.get_by_role("button", name="Save study").click()
    page.get_by_text("Nothing was stored for Tamar Wren").wait_for()
    assert Study.objects.filter(patient=patient, occurred_on=ago(1)).count() == 1


def test_an_odd_appointment_is_asked_about_under_its_row(alice_at_work: Watched) -> None:
    row, page = overdue(people.patient()), alice_at_work.page
    alice_at_work.goto(f"/queue/overdue/?open={row.uid}&act=book")
    page.locator("#id_day").fill("tomorrow")
    page.locator("#id_hour").fill("03:00")
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("03:00 is at night").wait_for()
    pictured(alice_at_work, "booking")
    page.get_by_label("Book it all the same").check(force=True)
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("Booked for").first.wait_for()
    row.refresh_from_db()
    assert row.state == "booked"
