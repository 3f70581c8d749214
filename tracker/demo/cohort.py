"""An invented cohort: several hundred people over all six cancers, from a seed; no real person stands behind any.

Dates are drawn around `today` so that every time status occurs. The same seed and day give the same people.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from tracker.demo.names import BIRDS, RIVERS
from tracker.demo.person import Person
from tracker.demo.stories import (
    STORIES,
    Story,
    story_flare,
    story_low_risk_new_therapy,
    story_never_graded,
    story_new,
    story_unknown_score,
)
from tracker.interop.drafts import FunctionDraft, MarkerDraft, PrimaryDraft, SafetyDraft
from tracker.interop.records import PatientRecord, QuestionDraft, Reading, ReadResult, proposal

#: Cancer, subtype, marker and the running treatment (class, drugs), by weight.
CANCERS: tuple[tuple[int, str, str, tuple[tuple[str, str], ...], str, tuple[str, ...]], ...] = (
    (14, "nsclc", "adenocarcinoma", (("EGFR exon 19 deletion", "present"),), "tki", ("osimertinib",)),
    (6, "nsclc", "adenocarcinoma", (("EGFR T790M", "present"),), "tki", ("osimertinib",)),
    (8, "nsclc", "adenocarcinoma", (("ALK fusion", "present"),), "tki", ("alectinib",)),
    (8, "nsclc", "adenocarcinoma", (("EGFR", "absent"), ("ALK", "absent")), "ici", ("pembrolizumab",)),
    (16, "breast", "hr_pos_her2_neg", (("ER", "present"),), "endocrine", ("letrozole", "ribociclib")),
    (8, "breast", "her2_pos", (("HER2", "present"),), "chemo_adc", ("trastuzumab deruxtecan",)),
    (4, "breast", "tnbc", (), "chemo_adc", ("sacituzumab govitecan",)),
    (8, "melanoma", "cutaneous", (("BRAF V600E", "present"),), "tki", ("dabrafenib", "trametinib")),
    (6, "melanoma", "cutaneous", (("BRAF V600E", "absent"),), "ici", ("nivolumab", "ipilimumab")),
    (14, "rcc", "clear_cell", (), "ici_tki", ("nivolumab", "cabozantinib")),
    (6, "rcc", "clear_cell", (), "tki", ("cabozantinib",)),
    (8, "prostate", "hormone_sensitive", (), "arpi_parp", ("apalutamide",)),
    (8, "prostate", "mcrpc", (("BRCA2", "present"),), "arpi_parp", ("olaparib",)),
    (4, "prostate", "mcrpc", (), "radioligand", ("177Lu-PSMA-617",)),
    (6, "thyroid", "rai_refractory", (), "tki", ("lenvatinib",)),
    (4, "thyroid", "differentiated", (), "tki", ("sorafenib",)),
    (4, "thyroid", "medullary", (("RET M918T", "present"),), "tki", ("selpercatinib",)),
)


#: Patients about whom the invented source leaves a question open.
ASKED = frozenset({2, 32, 65, 97})


def cohort(size: int, *, today: date, seed: int = 1) -> ReadResult:
    """`size` invented patients as a reader would hand them over. At least one of every story when size allows."""
    random = Random(seed)
    stories = [story for story, _ in STORIES]
    weights = [weight for _, weight in STORIES]
    names = [(river, bird) for river in RIVERS for bird in BIRDS]
    random.shuffle(names)
    for index in range(size):
        story = stories[index % len(stories)] if index < 2 * len(stories) else random.choices(stories, weights)[0]
        person = _person(index, names[index % len(names)], story, random, today)
        yield Reading(patient=person, questions=_asked(person) if index in ASKED else ())


def _asked(person: PatientRecord) -> tuple[QuestionDraft, ...]:
    """A question as an import leaves it: a second verdict on the day of the newest one."""
    if not person.responses:
        return ()
    newest = max(person.responses, key=lambda response: response.occurred_on)
    other = replace(newest, source_key=f"{newest.source_key}-other", spine="mixed")
    offered = proposal(other)
    said = ("source_key", "occurred_on", "spine", "evidence")
    return (
        QuestionDraft(
            kind="two_responses_on_one_day",
            source_key=other.source_key,
            place="responses.csv, line 12",
            text="Two verdicts on one day. Which one counts for the spine?",
            value="stable, mixed",
            expected="one verdict a day",
            proposal=replace(offered, fields={name: offered.fields[name] for name in said}),
            patient=person.number,
        ),
    )


def _person(index: int, name: tuple[str, str], story: Story, random: Random, today: date) -> PatientRecord:
    p = Person(random, today, f"demo-{index:05d}")
    _, site, subtype, markers, therapy_class, drugs = random.choices(CANCERS, [one[0] for one in CANCERS])[0]
    if story is story_flare and index % 2:
        # Both kinds of flare are told: on immunotherapy (R3a) and without it (R3b).
        therapy_class, drugs = "ici", ("pembrolizumab",)
    began = p.ago(80)
    p.add(PrimaryDraft(**p.at("primary", began), site=site, subtype=subtype))
    for marker, result in markers:
        p.add(MarkerDraft(**p.at("marker", began), name=marker, result=result))
    if story is not story_low_risk_new_therapy:
        recent = story in (story_new, story_never_graded, story_unknown_score)
        p.line(p.ago(2) if recent else began, therapy_class, drugs)
    story(p)
    if "visits" not in p.facts and random.random() < 0.8:
        p.visit(p.ago(random.choice((1, 3, 5, 8))))
    at = p.at("function", p.ago(6))
    p.add(FunctionDraft(**at, scale="ecog", value=str(random.choice((0, 1, 1, 2)))))
    if random.random() < 0.8:
        p.add(_safety(p))
    sex = {"breast": "female", "prostate": "male"}.get(site) or random.choice(("female", "male"))
    return _identified(p, index, name, sex)


def _safety(p: Person) -> SafetyDraft:
    at = p.at("safety", p.ago(6))
    known = ("ok", "conditional_device", "unsafe_device", "unknown")
    mri = p.random.choices(known, (80, 8, 4, 8))[0]
    allergy = p.random.random() < 0.05
    egfr = Decimal(p.random.choice((24, 48, 62, 71, 90)))
    return SafetyDraft(**at, mri=mri, gadolinium_allergy=allergy, egfr=egfr)


def _identified(p: Person, index: int, name: tuple[str, str], sex: str) -> PatientRecord:
    """What was written of a person, with a name and an address that nobody has."""
    facts = {kind: tuple(drafts) for kind, drafts in p.facts.items()}
    died = (one.occurred_on for one in facts.get("statuses", ()) if getattr(one, "status", "") == "deceased")
    first = min(draft.occurred_on for draft in facts["lesions"])
    given, family = name
    written = p.random.random() < 0.85
    year, month, day = p.random.randint(38, 84), p.random.randint(1, 12), p.random.randint(1, 28)
    return PatientRecord(
        number=f"RBX {10 + index // 1000:02d} {index * 37 % 1000:03d}",  # 37 and 1000 share no factor: unique
        source_key=p.name,
        given_name=given,
        family_name=family,
        birth_on=date(p.today.year - year, month, day),
        sex=sex,
        phone=f"01632 96{index % 10000:04d}",
        email=f"{given}.{family}.{index}@example.org".lower() if written else "",
        language="en",
        preferred_channel="email" if written else "phone",
        registered_on=first,
        registered_because="new_spinal_metastasis",
        spine_metastasis_on=first,
        spine_metastasis_precision="day",
        deceased_on=next(died, None),
        **facts,  # type: ignore[arg-type]
    )
