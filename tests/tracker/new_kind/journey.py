"""Run inside a copy of the house that has the invented kind: what a nurse and the engine see of it, as JSON."""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import timedelta
from typing import Any

import django


def said(html: str) -> str:
    """The words of a page, one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def around(text: str, word: str, width: int = 60) -> str:
    """The words of a page from `word` on."""
    place = text.find(word)
    return text[place : place + width] if place >= 0 else ""


#: A row of a policy that asks the invented question.
ROW = """
  - id: FRAIL
    title: Frail
    urgency: routine
    when:
      - frail_at_least: {grade}
        if_unknown: fails
    surgeon:
      evidence: {{grade: expert_default, citation: 'none', rationale: 'Invented.'}}
      counted_by: visit
      items:
        - count_from: [last_visit, registered]
          window: [0 w, 4 w, 8 w]

"""


def fires(patient: Any, grade: int) -> bool:
    """Whether a policy that asks for this grade lists its row for the patient today."""
    from scheduling.engine.planning.plan import plan
    from scheduling.files import load_policy
    from scheduling.policies import default_document
    from tracker import clock
    from tracker.facts import facts_for

    text = default_document().decode()
    policy = load_policy(text.replace("\n  - id: D1\n", ROW.format(grade=grade) + "  - id: D1\n", 1).encode())
    facts = facts_for([patient.pk], clock.today())[patient.pk]
    return "FRAIL" in plan(facts, policy, clock.today()).rows


def source(patient: Any) -> list[str]:
    """Who stands behind the fact that the question read."""
    from tracker import clock
    from tracker.queries.patient.stored_facts import StoredFacts
    from tracker.queries.why.fact_sources import Origins

    origin = Origins(StoredFacts(patient)).of("frailty", "6", clock.today() - timedelta(1))
    return [each.by for each in origin.sources]


def in_queue(nurse: Any) -> list[Any]:
    """What the invented queue shows: its line in the rail of another list, and who stands in it."""
    rail = said(nurse.get("/queue/overdue/").content.decode())
    page = nurse.get("/queue/everybody/").content.decode()
    return [around(rail, "Everybody invented", 21), re.findall(r'class="name"[^>]*>([^<]+)<', page)]


def lived() -> dict[str, Any]:
    """One fact recorded, seen, asked and withdrawn."""
    from django.core.management import call_command
    from django.test import Client

    from tests.tracker import people
    from tracker import clock
    from tracker.facts import histories
    from tracker.models import MODELS

    call_command("makemigrations", "tracker", "-n", "frailty", verbosity=0)
    call_command("migrate", verbosity=0)
    people.policy_version()
    patient = people.patient(registered_on=clock.today() - timedelta(700))
    nurse = Client()
    nurse.force_login(people.alice())
    home = f"/patients/{patient.key}/"
    form, empty = f"{home}record/frailty/", said(nurse.get(home).content.decode())
    refused = nurse.post(form, {"occurred_on": "yesterday", "grade": "10"})
    saved = nurse.post(form, {"occurred_on": "yesterday", "grade": "6", "note": "slow"}, follow=True)
    fact = MODELS["frailty"]._default_manager.get()
    page = said(saved.content.decode())
    history = histories([patient.pk])[patient.pk]
    answers, behind = [fires(patient, grade) for grade in (5, 7)], source(patient)
    wrong = nurse.post(
        f"{home}wrong/frailty/{fact.pk}/", {"reason": "Of another patient."}, follow=True
    ).content.decode()
    after = histories([patient.pk])[patient.pk]
    return {
        "button": "Frailty" in around(empty, "What is saved here changes the dates", 300),
        "refused": refused.status_code,
        "saved": around(page, "Frailty saved", 26),
        "listed": around(page, "grade 6 of 9", 12),
        "told": around(page, "Frailty grade recorded", 45),
        "engine": [(type(one).__name__, str(clock.today() - one.on), one.grade) for one in history.others],
        "answers": answers,
        "behind": behind,
        "wrong": "<s>6</s> Of another patient." in wrong,
        "gone": "grade 6 of 9" not in said(wrong),
        "engine_after": list(after.others),
        "answer_after": fires(patient, 5),
        "queue": in_queue(nurse),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    json.dump(lived(), sys.stdout)
