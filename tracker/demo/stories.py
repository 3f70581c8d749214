"""What happened to an invented patient: each story asks for certain policy rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tracker.demo import treated
from tracker.demo.person import Person

Story = Callable[[Person], None]


def story_low_risk(p: Person) -> None:
    """A1: asymptomatic, never treated, nothing at risk."""
    p.lesion(p.ago(60), escc="0", sins="low")
    day = p.ago(p.random.choice((2, 4, 6, 8, 9, 11, 12, 15)))
    p.study(day, "ct_systemic", "whole_body")
    p.response(day, "stable")


def story_low_risk_new_therapy(p: Person) -> None:
    """N1 beside A1: the first systemic study after a start is awaited."""
    p.lesion(p.ago(20), escc="0", sins="low")
    start = p.ago(p.random.choice((3, 6, 9)))
    p.study(start - timedelta(days=20), "pet_ct", "whole_body")
    p.line(start, "tki", ("cabozantinib",))


def story_base(p: Person) -> None:
    """B1 to B3: irradiated long ago, followed by the base rhythm of the tempo."""
    level = p.lesion(p.ago(90), escc="0", sins="low")
    p.procedure(p.ago(70), "cebrt", level, dose=20, fractions=5)
    p.symptom(p.ago(80), "known_spine", "back pain, known since the diagnosis")
    p.followed(
        studied=p.random.choice((2, 4, 6, 8, 9, 10, 11, 12, 15)),
        seen=p.random.choice((3, 5, 7, 9, 11, 13, 18)),
    )


def story_unknown_score(p: Person) -> None:
    """B1 for an unknown score, with B0 where nobody has seen the surgeon yet."""
    p.lesion(p.ago(6), escc=p.random.choice(("0", "1a")), sins="unknown")
    p.study(p.ago(6))


def story_never_graded(p: Person) -> None:
    """B5 and B4: a lesion without a grade and without any study on record."""
    p.lesion(p.ago(p.random.choice((1, 3, 7))), escc="", sins="none")


def story_epidural(p: Person) -> None:
    """C3: ESCC 1a or 1b."""
    last = p.followed(studied=p.random.choice((2, 4, 6, 9, 10, 12, 14)), seen=p.random.choice((3, 6, 9, 13)))
    p.lesion(last - timedelta(weeks=24), escc="1a", sins="low", later=(last, p.random.choice(("1a", "1b"))))
    p.symptom(p.ago(40), "known_spine", "girdle pain")


def story_touching(p: Person) -> None:
    """C2: ESCC 1c."""
    last = p.ago(p.random.choice((3, 5, 7, 9)))
    p.study(last - timedelta(weeks=10))
    p.seen(last, "stable")
    p.lesion(last - timedelta(weeks=10), escc="1b", sins="low", later=(last, "1c"))
    if p.random.random() < 0.6:
        p.visit(last + timedelta(days=5))


def story_unstable_soon(p: Person) -> None:
    """C1: SINS 7 to 12."""
    last = p.followed(studied=p.random.choice((3, 5, 7, 9, 12, 14)), seen=p.random.choice((3, 5, 8, 11, 15)))
    p.lesion(last - timedelta(weeks=30), level=p.random.choice(("T12", "L1", "C7")), escc="0", sins="middle")


def story_unstable(p: Person) -> None:
    """E4: SINS 13 and more, not stabilised."""
    found = p.ago(p.random.choice((0.4, 1, 3)), 1)
    p.study(found)
    p.lesion(found, level="T12", escc="0", sins="high")
    if p.random.random() < 0.5:
        p.visit(found + timedelta(days=2))


def story_compression(p: Person) -> None:
    """E3: ESCC 2 or 3, untreated."""
    found = p.ago(p.random.choice((0, 1, 4)), 0)
    p.study(found)
    p.lesion(found, escc=p.random.choice(("2", "3")), sins="middle")
    if found < p.today - timedelta(days=6):
        p.visit(found + timedelta(days=1))


def story_emergency(p: Person) -> None:
    """E1: a new neurological symptom."""
    p.followed(studied=9, seen=12)
    p.lesion(p.ago(40), escc="1b", sins="low")
    details = ("new weakness of both legs", "numb saddle area", "unsteady walking since this morning")
    on = p.today - timedelta(days=p.random.choice((0, 0, 1)))
    p.symptom(on, "neuro", p.random.choice(details))


def story_pain(p: Person) -> None:
    """E2: pain suggestive of progression."""
    p.followed(studied=8, seen=10)
    p.lesion(p.ago(40), escc="0", sins="low")
    on = p.today - timedelta(days=p.random.randint(0, 9))
    p.symptom(on, "pain_suggestive", "night pain, worse on straining")


def story_progression(p: Person) -> None:
    """R1: progression of the spine, on the same treatment."""
    day = p.ago(p.random.choice((0.5, 1, 2, 3, 5, 9)), 2)
    p.study(day - timedelta(weeks=11))
    p.study(day)
    p.response(day - timedelta(weeks=11), "stable")
    p.response(day, "progressive")
    p.lesion(day - timedelta(weeks=30), escc="0", sins="low", later=(day, "1a"))
    p.visit(day - timedelta(weeks=11) if p.random.random() < 0.5 else day + timedelta(days=1))


def story_switch(p: Person) -> None:
    """N1 with M1: a switch after spinal progression, first contact still owed."""
    day = p.ago(p.random.choice((4, 7, 9)))
    p.seen(day, "progressive")
    p.lesion(day, escc="0", sins="low")
    p.line(day + timedelta(days=10), "tki", ("lorlatinib",), "progression")


def story_mixed(p: Person) -> None:
    """R2: some lesions better, others worse."""
    day = p.ago(p.random.choice((1, 3, 6)), 2)
    p.seen(day, "mixed")
    p.lesion(day - timedelta(weeks=20), escc="0", sins="low")
    p.lesion(day, level="L3", escc="1a", sins="low")


def story_flare(p: Person) -> None:
    """R3a or R3b: growth that may be a flare."""
    day = p.ago(p.random.choice((2, 5, 7)))
    p.seen(day, "pseudoprogression_suspected")
    level = p.lesion(day - timedelta(weeks=22), escc="0", sins="low")
    p.procedure(day - timedelta(weeks=100), "cebrt", level, dose=20, fractions=5)


def story_new(p: Person) -> None:
    """B4 and B0: registered this week, nothing done yet."""
    p.lesion(p.ago(1, 3), escc="0", sins="unknown")


def _ended(weeks: int, status: str, reason: str, accepted: float = 0) -> Story:
    """S1 to S5: followed by the base rhythm, then out of the programme; `accepted` is the share of transfers taken."""

    def story(p: Person) -> None:
        story_base(p)
        on = p.ago(weeks)
        p.status(on, status, reason, accepted=bool(accepted) and p.random.random() < accepted)

    return story


story_deceased = _ended(4, "deceased", "died at home")
story_hospice = _ended(3, "hospice", "comfort care, confirmed with the family")
story_declined = _ended(10, "declined", "wants no more scans")
story_transferred = _ended(5, "transferred", "moved away", accepted=0.7)
story_discharged = _ended(6, "discharged", "solitary lesion excised, five years quiet")

#: Every story with its share of the cohort; the first round tells each once, so that every row stands for someone.
STORIES: tuple[tuple[Story, int], ...] = (
    (story_low_risk, 10),
    (story_low_risk_new_therapy, 4),
    (story_base, 16),
    (story_unknown_score, 5),
    (story_never_graded, 3),
    (story_epidural, 8),
    (story_touching, 4),
    (story_unstable_soon, 8),
    (story_unstable, 2),
    (story_compression, 2),
    (treated.compression_treated, 2),
    (story_emergency, 1),
    (story_pain, 2),
    (story_progression, 5),
    (story_switch, 4),
    (story_mixed, 3),
    (story_flare, 3),
    (treated.sbrt, 12),
    (treated.sbrt_long_ago, 6),
    (treated.operated, 6),
    (treated.cement, 3),
    (treated.radiotherapy, 4),
    (treated.ablation, 2),
    (treated.step_down, 6),
    (story_new, 3),
    (story_deceased, 2),
    (story_hospice, 1),
    (story_declined, 1),
    (story_transferred, 2),
    (story_discharged, 1),
)
