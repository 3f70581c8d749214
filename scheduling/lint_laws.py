"""The laws that no policy may break (clinical dossier 6.2), tried on invented patients.

What is asked here is not how a policy is written but what it plans: whichever row, window or number an edit changed, a
worse value never gives a later date, nobody is without one, and an emergency is never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product

from scheduling.engine.planning.plan import plan
from scheduling.engine.plans import Plan, StreamPlan
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import (
    Constraints,
    Facts,
    Lesion,
    Primary,
    Procedure,
    Response,
    Sins,
    Study,
    Symptom,
    Therapy,
)
from scheduling.engine.vocabulary import Escc, PatientStatus, Stream, SymptomKind
from scheduling.findings import Finding, Severity, unsafe

#: Any day does: every date of the invented patients counts from it.
_DAY = date(2026, 6, 1)
_ZERO = Sins("rigid", "pain_free", "blastic", "normal", "none", "none")
#: From 0 to 18 points, one item worse at each step; 6 and 7, and 12 and 13, are among the totals.
_STEPS = (
    ("location", ("semirigid", "mobile", "junctional")),
    ("bone_lesion", ("mixed", "lytic")),
    ("collapse", ("no_collapse_over_50_involved", "under_50")),
    ("alignment", ("deformity", "subluxation")),
    ("collapse", ("over_50",)),
    ("pain", ("occasional_non_mechanical",)),
    ("posterolateral", ("unilateral", "bilateral")),
    ("pain", ("mechanical",)),
)
_PRIMARIES = (
    Primary("rcc"),
    Primary("breast", "her2_pos"),
    Primary("prostate", "hormone_sensitive"),
    Primary("unknown"),
)
_WORSE_RESPONSES = (
    ("complete", "pseudoprogression_suspected"),
    ("partial", "mixed"),
    ("stable", "progressive"),
    ("mixed", "progressive"),
)
#: Statuses that end scheduling, and whether an emergency beside them still has its dates.
_ENDS = {
    PatientStatus.HOSPICE: False,
    PatientStatus.DECLINED: True,
    PatientStatus.DISCHARGED: True,
}


def _ago(days: int) -> date:
    return _DAY - timedelta(days)


def _patients() -> Iterator[Facts]:
    """Low risk or treated long ago, of every tempo, seen and imaged lately, long ago or never."""
    looks = ((None, None, 700), (28, 28, 20), (28, 28, 700), (300, None, 700))
    for primary, treated, (imaged, seen, started) in product(_PRIMARIES, (False, True), looks):
        yield Facts(
            registered=_ago(720),
            primaries=(primary,),
            therapy=Therapy("tki", _ago(started)),
            response=Response("stable", _ago(30), _ago(600)),
            procedures=(Procedure("cebrt", _ago(650), ("T8",)),) if treated else (),
            studies=() if imaged is None else (Study(_ago(imaged), "mri", "whole_spine"),),
            visits=() if seen is None else (_ago(seen),),
            lesions=(Lesion("T8", _ago(200), Escc.G0.value, _ZERO),),
            spine_symptomatic=treated and started == 20,
            step_down_approved=started == 700,
        )


def broken_laws(policy: Policy) -> list[Finding]:
    """Each law that some invented patient shows broken, with the row at fault; every law once a row."""
    found: dict[Finding, None] = {}
    for number, facts in enumerate(_patients()):
        now = plan(facts, policy, _DAY)
        for check in _OF_DATES if number % 8 else (*_OF_DATES, *_OF_ROWS):
            found.update(dict.fromkeys(check(facts, now, policy)))
    return list(found)


def _streams(one: Plan) -> tuple[tuple[Stream, StreamPlan | None], ...]:
    return (Stream.IMAGING, one.imaging), (Stream.SURGEON, one.surgeon)


def _dates(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """Nobody who is followed is without a date, but for the surgeon's beside a low-risk row."""
    for worse in (facts, replace(facts, lesions=()), replace(facts, response=None, therapy=None)):
        one = plan(worse, policy, _DAY)
        for stream, asked in _streams(one):
            if asked is None and not any(stream in policy.row(row).asks_nothing_in for row in one.rows):
                yield unsafe(one.rows[-1] if one.rows else "", f"somebody is without a date for {_said(stream)}")


def _later(before: Plan, after: Plan, what: str) -> Iterator[Finding]:
    """Each date that is later, or gone, in the second of two plans."""
    for (stream, was), (_, now) in zip(_streams(before), _streams(after), strict=True):
        if was is None:
            continue
        if now is None:
            yield unsafe(after.rows[-1] if after.rows else "", f"{what} takes away the date for {_said(stream)}")
        elif now.due > was.due or now.latest > was.latest:
            yield unsafe(now.row, f"{what} gives a later date for {_said(stream)} than {was.row} had given")


def _said(stream: str) -> str:
    return "imaging" if stream == Stream.IMAGING else "the surgeon"


def _with(facts: Facts, **values: object) -> Facts:
    """The patient with another value of the lesion."""
    return replace(facts, lesions=(replace(facts.lesions[0], **values),))  # type: ignore[arg-type]


def _worse(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """A value made worse at unchanged dates never gives a later date (law b)."""

    def compared(chain: Iterable[Facts], what: str) -> Iterator[Finding]:
        for before, after in pairwise([plan(one, policy, _DAY) for one in chain]):
            yield from _later(before, after, what)

    yield from compared([_with(facts, sins=sins) for sins in _rising()], "a higher SINS")
    yield from compared([_with(facts, escc=grade.value) for grade in Escc], "a worse ESCC")
    for better, worse in _WORSE_RESPONSES:
        pair = [replace(facts, response=Response(word, _ago(30), _ago(30))) for word in (better, worse)]
        yield from compared(pair, f"{worse.replace('_', ' ')} instead of {better}")
    yield from _later(now, plan(replace(facts, spine_symptomatic=True), policy, _DAY), "a spine symptom")
    yield from _later(now, plan(replace(facts, step_down_approved=False), policy, _DAY), "an approval taken back")
    pain = plan(replace(facts, symptoms=(Symptom(SymptomKind.PAIN_SUGGESTIVE.value, _ago(2)),)), policy, _DAY)
    yield from _later(now, pain, "suggestive pain")


def _rising() -> Iterator[Sins]:
    sins = _ZERO
    yield sins
    for item, values in _STEPS:
        for value in values:
            sins = replace(sins, **{item: value})  # type: ignore[arg-type]
            yield sins


def _unknown(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """Unknown instead of normal never gives a later date (law f)."""
    for score, unknown in (("ESCC", {"escc": None}), ("SINS", {"sins": replace(_ZERO, alignment=None)})):
        yield from _later(now, plan(_with(facts, **unknown), policy, _DAY), f"an unknown {score}")


def _compression(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """Every ESCC from 1a on is asked for by a row, and an untreated high grade not yet seen is due at once (law i)."""
    found = _ago(10)
    for grade in Escc:
        for treated in (False, True) if grade != Escc.G0 else ():
            ill = _with(facts, escc=grade.value, escc_found_on=found, finding_date=found)
            ill = replace(ill, procedures=(Procedure("sbrt", found, ("T8",)),) if treated else ())
            ill = replace(ill, registered=found, visits=(_ago(11),))
            one = plan(ill, policy, _DAY)
            lacking = f"no row speaks of a lesion with ESCC {grade.value}{' after its treatment' if treated else ''}"
            fired = [row for row in one.fired if row.items and any(fact.name == "escc" for fact in row.facts)]
            speaking = [row.row for row in fired]
            streams = {item.stream for row in fired for item in row.items}
            if len(speaking) > 1:
                text = f"asks for a lesion with ESCC {grade.value}, as {' and '.join(speaking[1:])} does"
                yield Finding(Severity.TO_COMPLETE, speaking[0], text)
            if not speaking:
                yield unsafe("", lacking)
            elif len(streams) < len(Stream):
                yield unsafe(speaking[0], f"asks for a lesion with ESCC {grade.value} in one stream only")
            elif grade in (Escc.G2, Escc.G3) and not treated and (one.surgeon is None or one.surgeon.due > found):
                row = one.surgeon.row if one.surgeon is not None else ""
                yield unsafe(row, f"ESCC {grade.value}, untreated and not seen, has no surgeon on the day it is found")


def _responses(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """A response that is not controlled has a row of its own, whatever the therapy."""
    for word, running in product(("progressive", "mixed", "pseudoprogression_suspected"), ("tki", "ici", None)):
        therapy = None if running is None else Therapy(running, _ago(700))
        one = plan(replace(facts, response=Response(word, _ago(9), _ago(9)), therapy=therapy, visits=()), policy, _DAY)
        if not any(fact.name == "response" for row in one.fired if row.items for fact in row.facts):
            beside = f" on {running}" if running is not None else " without a therapy"
            yield unsafe("", f"no row speaks of {word.replace('_', ' ')}{beside}")


def _requests(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """No magnet for a device that is unsafe in it, and no contrast after an allergy."""
    *_, unstable = _rising()
    neuro = (Symptom(SymptomKind.NEURO.value, _ago(1)),)
    for ill in (facts, _with(facts, sins=unstable), _with(facts, escc=Escc.G3.value), replace(facts, symptoms=neuro)):
        for limits, refused, said in (
            (Constraints("unsafe_device"), "MRI", "an MRI beside a device that is unsafe in it"),
            (Constraints(gadolinium_allergy=True), "_GAD", "contrast after an allergy to it"),
        ):
            asked = plan(replace(ill, constraints=limits), policy, _DAY).imaging
            if asked is not None and refused in (asked.request or ""):
                yield unsafe(asked.row, f"asks for {said} ({asked.request})")


def _ended(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """Nothing is planned after death (law g), nor where follow-up was ended or declined; pain is called back."""
    for status in (PatientStatus.DECEASED, *_ENDS, PatientStatus.TRANSFERRED):
        one = plan(_ending(facts, status), policy, _DAY)
        if one.imaging is not None or one.surgeon is not None:
            said = (
                "no row stops planning after death"
                if status == PatientStatus.DECEASED
                else (f"somebody who is {status.value} still has dates")
            )
            yield unsafe("", said)
        ill = replace(facts, symptoms=(Symptom(SymptomKind.PAIN_SUGGESTIVE.value, _ago(2)),))
        if status in _ENDS and plan(_ending(ill, status), policy, _DAY).tasks == one.tasks:
            yield unsafe(one.rows[0] if one.rows else "", f"suggestive pain of somebody {status.value} calls nobody")
    going = plan(replace(facts, status=PatientStatus.TRANSFERRED.value), policy, _DAY)
    if going.imaging is None:
        yield unsafe(going.rows[0] if going.rows else "", "stops for a transfer that nobody accepted")


def _ending(facts: Facts, status: PatientStatus) -> Facts:
    accepted = status == PatientStatus.TRANSFERRED
    return replace(facts, status=status.value, declined_on=_ago(9), transfer_accepted=accepted)


def _emergency(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """An open neurological symptom is an emergency of its own day, also beside a row that ends scheduling (law c)."""
    on = _ago(3)
    ill = replace(facts, symptoms=(Symptom(SymptomKind.NEURO.value, on),))
    cases = {"an open neurological symptom": (ill, True)} | {
        f"an open neurological symptom of somebody {status.value}": (_ending(ill, status), dates)
        for status, dates in _ENDS.items()
    }
    for who, (patient, dated) in cases.items():
        one = plan(patient, policy, _DAY)
        if one.urgency != "emergency":
            yield unsafe(one.rows[0] if one.rows else "", f"{who} is no emergency")
            continue
        if not dated and (one.imaging, one.surgeon) != (None, None):
            yield unsafe(one.rows[0], f"{who} has dates, where a clinician decides")
        for stream, asked in _streams(one) if dated else ():
            if asked is None or asked.due > on or asked.latest > on + timedelta(1):
                yield unsafe(one.rows[-1], f"{who} is not due on its day for {_said(stream)}")


def _pain(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """Suggestive pain is urgent in both streams, whatever else is known."""
    one = plan(replace(facts, symptoms=(Symptom(SymptomKind.PAIN_SUGGESTIVE.value, _ago(2)),)), policy, _DAY)
    for stream, asked in _streams(one):
        if asked is None or asked.urgency not in ("emergency", "urgent"):
            yield unsafe("", f"no urgent row asks for open suggestive pain ({_said(stream)})")


def _pressing(facts: Facts, now: Plan, policy: Policy) -> Iterator[Finding]:
    """An untreated high grade and an unstable spine are urgent, whoever looks at the list (rows E3 and E4)."""
    *_, unstable = _rising()
    cases = {f"ESCC {grade.value}, untreated,": {"escc": grade.value} for grade in (Escc.G2, Escc.G3)}
    for said, values in (cases | {"an unstable SINS": {"sins": unstable}}).items():
        one = plan(replace(_with(facts, **values), procedures=()), policy, _DAY)
        if one.urgency not in ("emergency", "urgent"):
            yield unsafe(one.rows[0] if one.rows else "", f"{said} is only {one.urgency}")


_OF_DATES = (_dates, _worse, _unknown)
#: What depends little on the patient, and is tried on one of each tempo.
_OF_ROWS = (_compression, _responses, _requests, _ended, _emergency, _pain, _pressing)
