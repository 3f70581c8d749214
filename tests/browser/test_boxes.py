"""No text covers or cuts another: the boxes of the texts are compared, since a scroll width does not show it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Watched
from tests.tracker import people
from tests.tracker.people import occasion
from tests.tracker.web.conftest import ago, overdue, planned
from tracker import clock
from tracker.models import FollowUp, Patient
from tracker.services.records import open_symptom

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.needs("browser"), pytest.mark.django_db(transaction=True)]

#: Every text that can be seen inside the parts of a page, with its boxes; what lies on another's or is cut off.
FAULTS = """(parts) => {
  const texts = [], faults = []
  const seen = (node) => !node.parentElement.closest('.sr')
    && node.parentElement.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const scrolls = (at) => at && (/auto|scroll/.test(getComputedStyle(at).overflowX) || scrolls(at.parentElement))
  document.querySelectorAll(parts).forEach((part) => {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || !seen(node)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1)
      if (boxes.length) texts.push({ node, boxes, said: node.data.trim().replace(/\\s+/g, ' ').slice(0, 40) })
    }
  })
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3
  texts.forEach((one, index) => {
    texts.slice(index + 1).forEach((other) => {
      if (one.boxes.some((a) => other.boxes.some((b) => over(a, b)))) faults.push(`${one.said} | ${other.said}`)
    })
    for (let at = one.node.parentElement; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (at instanceof SVGElement && !at.matches('.wbar')) continue
      if (!/hidden|clip/.test(style.overflowX + style.overflowY)) continue
      const frame = at.getBoundingClientRect()
      if (one.boxes.some((box) => box.left < frame.left - 1.5 || box.right > frame.right + 1.5
        || box.top < frame.top - 1.5 || box.bottom > frame.bottom + 1.5)) faults.push(`cut: ${one.said}`)
    }
    const cell = one.node.parentElement.closest('td')?.getBoundingClientRect()
    if (cell && one.boxes.some((box) => box.left < cell.left - 1.5 || box.right > cell.right + 1.5)) {
      faults.push(`leaves its cell: ${one.said}`)
    }
    if (scrolls(one.node.parentElement)) return
    if (one.boxes.some((box) => box.left < -1 || box.right > document.documentElement.clientWidth + 1)) {
      faults.push(`outside: ${one.said}`)
    }
  })
  return { faults: [...new Set(faults)], number: texts.length }
}"""

LONG = {
    "given_name": "Maximiliana-Theodora",
    "family_name": "Longworthy-Featherstonehaugh",
}


def flagged(number: str, *, hours: int | None, days: int = 0) -> Patient:
    """A patient with a red flag reported so many hours or days ago; without hours its hour is not known."""
    patient = people.patient(number=number, registered_on=ago(700), **LONG)
    reported = clock.at_clinic(clock.now() - timedelta(days=days, hours=hours or 0))
    open_symptom(
        patient,
        kind="neuro",
        occurred_on=clock.day_of(reported),
        hour=None if hours is None else reported.time(),
        detail="New weakness in both legs since yesterday evening, unsteady on stairs",
        occasion=occasion(today=clock.today(), at=clock.now()),
    )
    return patient


def everybody() -> dict[str, Patient]:
    """Patients in every state that a row can show, with long words."""
    found = {
        "hours left": flagged("RBX 90 001-0001", hours=1),
        "past the limit": flagged("RBX 90 001-0002", hours=3, days=1),
        "days past": flagged("RBX 90 001-0003", hours=3, days=300),
        "no hour": flagged("RBX 90 001-0004", hours=None),
        "planned": planned(number="RBX 90 001-0005", **LONG),
    }
    owner = people.alice()
    type(owner).objects.filter(pk=owner.pk).update(display_name="Bartholomea Featherstonehaugh-Cholmondeley")
    states: dict[str, dict[str, object]] = {
        "overdue for years": {
            "opens_on": ago(900),
            "due_on": ago(800),
            "closes_on": ago(799),
            "first_due_on": ago(799),
        },
        "booked late": {"state": "booked", "booked_on": clock.today() + timedelta(20), "booked_place": "Somewhere far"},
        "missed": {"state": "missed", "missed_on": ago(3), "missed_count": 2, "urgency": "urgent"},
        "over two years": {
            "opens_on": date(clock.today().year - 2, 12, 12),
            "due_on": date(clock.today().year - 1, 10, 22),
            "closes_on": date(clock.today().year - 1, 12, 29),
        },
        "opens late next year": {
            "opens_on": date(clock.today().year + 1, 10, 22),
            "due_on": date(clock.today().year + 1, 12, 22),
            "closes_on": date(clock.today().year + 2, 1, 29),
        },
        "in grace": {"opens_on": ago(40), "due_on": ago(9), "closes_on": clock.today(), "urgency": "expedited"},
        "snoozed": {"snoozed_until": clock.today() + timedelta(4), "snooze_reason": "On a long holiday abroad"},
        "done": {"awaiting_closure_on": ago(2), "urgency": "emergency"},
    }
    for place, (name, fields) in enumerate(states.items()):
        found[name] = people.patient(number=f"RBX 90 002-000{place}", **LONG)
        last = {"last_contact_on": ago(2), "last_contact": "Interpreter needed, call back later (3)"}
        overdue(found[name], **(last | fields))
    booked = FollowUp.objects.get(patient=found["hours left"], stream="imaging")
    at = clock.now() + timedelta(hours=30)
    values = {
        "state": "booked",
        "booked_on": clock.day_of(at),
        "booked_at": at,
        "booked_place": "MRI 2, level minus one",
    }
    FollowUp.objects.filter(pk=booked.pk).update(**values)
    return found


def faults(page: Page, parts: str) -> list[str]:
    """What is wrong with the texts of these parts; there must be some."""
    found = page.evaluate(FAULTS, parts)
    assert found["number"] > 5, parts
    return list(found["faults"])


#: 720 is what 1440 becomes at a zoom of 200 %.
@pytest.mark.parametrize("width", [320, 390, 720, 1000, 1440])
def test_no_text_covers_or_cuts_another(width: int, alice_at_work: Watched) -> None:
    found = everybody()
    page = alice_at_work.page
    page.set_viewport_size({"width": width, "height": 900})
    wrong = {}
    for path in ("/queue/emergency/", "/queue/overdue/", "/queue/team/"):
        alice_at_work.goto(path)
        wrong[path] = faults(page, ".queue tr.item")
    for name, patient in found.items():
        alice_at_work.goto(f"/patients/{patient.key}/")
        wrong[name] = faults(page, ".identity, .pathway, .due-card > header, .due-card > .body")
    lines = [f"{place}: {one}" for place, said in wrong.items() for one in said]
    assert not lines, "\n".join(dict.fromkeys(lines))


@pytest.mark.parametrize("width", [320, 720, 1440])
def test_the_hours_of_an_emergency_can_be_read_whole(width: int, alice_at_work: Watched) -> None:
    flagged("RBX 90 001-0001", hours=3, days=1)
    page = alice_at_work.page
    page.set_viewport_size({"width": width, "height": 900})
    alice_at_work.goto("/queue/overdue/")
    said = " ".join(page.locator("tr.emergency .c-days").first.inner_text().split())
    assert said == "past the limit by 3 h"
    key = Patient.objects.get(number="RBX 90 001-0001").key
    alice_at_work.goto(f"/patients/{key}/")
    assert page.locator(".due-card .date").first.inner_text().endswith("past the limit by 3 h")
