"""A nurse's work in a real browser: by keyboard, by pointer, without script, and with mistakes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import Watched
from tests.tracker import people
from tests.tracker.web.conftest import overdue, planned
from tracker import clock
from tracker.models import FollowUp, Lesion, Study, Task
from tracker.services.follow_ups.arranging import book
from tracker.services.records import record_status
from tracker.web.record.forms.assessment import AssessmentForm
from tracker.web.record.running_score import running

pytestmark = [pytest.mark.needs("browser"), pytest.mark.django_db(transaction=True)]


def focused_row(work: Watched) -> str:
    """The words of the row that holds the focus."""
    return str(work.page.evaluate("document.activeElement.getAttribute('aria-label') || ''"))


def test_a_call_is_logged_by_keyboard_alone_and_taken_back(alice_at_work: Watched) -> None:
    from playwright.sync_api import expect

    first = overdue(people.patient(family_name="Avocet"), urgency="urgent")
    overdue(people.patient(family_name="Brambling"))
    page = alice_at_work.page
    alice_at_work.goto("/queue/overdue/")
    page.keyboard.press("j")
    assert "Avocet" in focused_row(alice_at_work)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Why this date").wait_for()
    expect(page.locator("tr.item:focus")).to_have_count(1)
    page.keyboard.press("c")
    page.get_by_text("What happened?").wait_for()
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    page.get_by_text("Call saved for Tamar Avocet").wait_for()
    first.refresh_from_db()
    assert first.last_contact == "No answer"
    expect(page.locator("tr.item:focus")).to_have_count(1)
    assert "Brambling" in focused_row(alice_at_work)
    page.keyboard.press("u")
    page.get_by_text("Undone for Tamar Avocet").wait_for()
    first.refresh_from_db()
    assert first.last_contact == ""


def test_escape_keeps_what_was_typed(alice_at_work: Watched) -> None:
    from playwright.sync_api import expect

    overdue(people.patient())
    page = alice_at_work.page
    alice_at_work.goto("/queue/overdue/")
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.get_by_label("Note").fill("Ward will ring back")
    page.keyboard.press("Escape")
    page.locator(".opened").wait_for(state="detached")
    expect(page.locator("tr.item:focus")).to_have_count(1)
    page.keyboard.press("n")
    expect(page.get_by_label("Note")).to_have_value("Ward will ring back")


def test_single_keys_do_nothing_in_a_field_and_can_be_switched_off(alice_at_work: Watched) -> None:
    overdue(people.patient())
    page = alice_at_work.page
    alice_at_work.goto("/queue/overdue/")
    page.keyboard.press("/")
    page.keyboard.type("jcb")
    assert page.locator("#find").input_value() == "jcb"
    assert page.locator(".opened").count() == 0
    page.locator("details.who summary").click()
    page.locator("details.who").get_by_role("button", name="Turn single keys off").click()
    page.wait_for_load_state()
    page.locator("tr.item").first.focus()
    page.keyboard.press("c")
    page.wait_for_timeout(300)
    assert page.locator(".opened").count() == 0


def test_a_booking_by_pointer_with_a_mistake_first(alice_at_work: Watched) -> None:
    from playwright.sync_api import expect

    row = overdue(people.patient(), state="ordered")
    page = alice_at_work.page
    alice_at_work.goto("/queue/ordered/")
    page.locator(f"#row-{row.uid} td.c-act a").click()
    page.locator(".tabs-row").get_by_text("Book").click()
    page.get_by_label("Day", exact=True).fill("31/2")
    page.get_by_role("button", name="Book").click()
    page.get_by_text("One thing needs a change before this can be saved").wait_for()
    expect(page.locator(".errors")).to_be_focused()
    assert page.get_by_label("Day", exact=True).input_value() == "31/2"
    page.get_by_label("Day", exact=True).fill("tomorrow")
    page.get_by_role("button", name="Book").click()
    page.locator("tr.said").wait_for()
    row.refresh_from_db()
    assert (row.state, row.booked_on) == ("booked", clock.today() + timedelta(1))
    assert page.locator("#rail").get_by_text("Booked too late").count() == 1


def test_a_study_is_recorded_and_the_answer_says_what_changed(alice_at_work: Watched) -> None:
    from playwright.sync_api import expect

    patient = planned()
    page = alice_at_work.page
    alice_at_work.goto(f"/patients/{patient.key}/")
    page.locator("#record").get_by_role("link", name="Study").click()
    page.get_by_role("radio", name="MRI", exact=True).check()
    page.get_by_role("radio", name="whole spine").check()
    page.get_by_label("Day of the study").fill("31.12.2199")
    page.get_by_role("button", name="Save study").click()
    page.get_by_text("is after today").first.wait_for()
    expect(page.locator(".errors")).to_be_focused()
    assert page.locator("input[name=kind][value=mri]").is_checked()
    page.get_by_label("Day of the study").fill("today")
    page.get_by_role("button", name="Save study").click()
    page.get_by_text("Study saved, Tamar Wren.").wait_for()
    assert page.get_by_text("Imaging done; this follow-up is complete.").is_visible()
    assert Study.objects.filter(patient=patient, occurred_on=clock.today()).count() == 1
    assert FollowUp.objects.filter(patient=patient, stream="imaging", state="done", done_on=clock.today()).count() == 1


def test_the_running_score_follows_the_answers(alice_at_work: Watched) -> None:
    patient = planned()
    page = alice_at_work.page
    alice_at_work.goto(f"/patients/{patient.key}/record/lesion/")
    page.get_by_label("Level", exact=True).select_option("T12")
    for item, answer in (
        ("pain", "mechanical"),
        ("bone_lesion", "lytic"),
        ("collapse", "none"),
        ("posterolateral", "none"),
    ):
        page.locator(f"input[name={item}][value={answer}]").check(force=True)
    page.get_by_text("No total: alignment is missing.").wait_for()
    page.locator("input[name=alignment][value=normal]").check(force=True)
    page.locator("#running .running").get_by_text("potentially unstable").wait_for()


def test_unwell_on_the_telephone_stands_until_it_is_answered(alice_at_work: Watched) -> None:
    from playwright.sync_api import expect

    patient = planned(family_name="Teal")
    page = alice_at_work.page
    alice_at_work.goto("/queue/overdue/")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.get_by_text("What happened?").wait_for()
    page.keyboard.press("8")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{patient.key}/record/symptom/?unwell=*")
    expect(page.get_by_text("Unwell on the telephone.")).to_be_visible()
    tab = page.context.new_page()  # the form was closed without an answer
    tab.goto(alice_at_work.base + "/queue/coming/")
    first = tab.locator("tr.item").first
    expect(first).to_contain_text("Unwell on the telephone: record the symptom")
    expect(first).to_contain_text("Urgent")
    first.get_by_role("link", name="Record symptom").click()
    tab.get_by_role("link", name="No spine symptom after all").click()
    tab.get_by_label("No spine symptom after all, because").fill("a cold, says the GP")
    tab.get_by_role("button", name="Save the answer").click()
    tab.get_by_text("Answered for Tamar Teal").wait_for()
    tab.goto(alice_at_work.base + "/queue/unwell/")
    expect(tab.locator("tr.item")).to_have_count(0)
    assert Task.objects.get(kind="unwell").note == "No spine symptom after all: a cold, says the GP"


def test_who_died_is_not_called_and_the_booking_is_cancelled_from_the_task(alice_at_work: Watched) -> None:
    from playwright.sync_api import expect

    patient = planned(family_name="Teal")
    now = people.occasion(today=clock.today(), at=clock.now())
    row = FollowUp.objects.get(patient=patient, stream="imaging", closed_at__isnull=True)
    book(row, day=clock.today() + timedelta(days=5), occasion=now)
    record_status(patient, status="deceased", occurred_on=clock.today(), occasion=now)
    page = alice_at_work.page
    alice_at_work.goto("/queue/to-cancel/")
    line = page.locator("tr.item").first
    expect(line).to_contain_text("Deceased since")
    expect(line).to_contain_text("Cancel the booking of")
    line.get_by_role("link", name="Cancel booking").click()
    panel = page.locator(".opened")
    expect(panel).to_contain_text("Nobody is called or written to")
    expect(panel.get_by_role("link", name="Log call")).to_have_count(0)
    panel.get_by_label("Reason").fill("rang the scanner")
    panel.get_by_role("button", name="Cancel the booking").click()
    page.locator("tr.said.kept").wait_for()
    assert Task.objects.get(kind="cancel_booking").ending == "done"


def test_the_running_score_of_a_known_lesion_keeps_its_level_through_every_change(alice_at_work: Watched) -> None:
    """Fields are changed one after another; after each the panel shows what the verb that saves works out."""
    patient = planned()
    lesion = Lesion.objects.get(patient=patient)
    page, chosen = alice_at_work.page, {"occurred_on": "today"}
    alice_at_work.goto(f"/patients/{patient.key}/")
    page.locator(f"a[href*='/lesions/{lesion.pk}/score/']").first.click()
    with page.expect_response("**/sins/"):
        page.locator("#id_occurred_on").fill("today")
        page.locator("#id_occurred_on").blur()
    for item, answer, figure in (
        ("pain", "mechanical", "6 to 18"),
        ("bone_lesion", "lytic", "8 to 18"),
        ("pain", "pain_free", "5 to 15"),
        ("alignment", "normal", "5 to 11"),
        ("collapse", "none", "5 to 8"),
        ("location", "rigid", "5 to 8"),
        ("location", "", "5 to 8"),
        ("posterolateral", "bilateral", "8"),
    ):
        chosen[item] = answer
        with page.expect_response("**/sins/"):
            page.locator(f"input[name={item}][value='{answer}']").check(force=True)
        form = AssessmentForm(chosen, today=clock.today())
        assert form.is_valid()
        shown = running(lesion.level, form.score())
        assert shown.figure == figure
        page.locator("#running .running").get_by_text(f"{figure} {shown.word}").wait_for()
        assert page.locator("#running h2").inner_text() == f"SINS at {lesion.level}"
        assert page.locator("#running .note.stop").count() == int(bool(shown.refused)) == int(answer == "rigid")
    page.get_by_role("button", name="Save scores").click()
    page.get_by_text("Scores saved").wait_for()
    assert page.locator("#lesions").get_by_text("8", exact=True).first.is_visible()
