"""Roles, and what each may see and do, asked of the gate itself."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import tracker.services
from scheduling.models import PolicyVersion
from tracker import access
from tracker.management.reference.markdown import code, meaning, table
from tracker.management.reference.markdown import page as filled
from tracker.models import Role, User
from tracker.queries.waits.sources import FOR_CLINICIANS
from tracker.words import TASK

_YES, _NO = "yes", "no"


def page() -> str:
    """docs/reference/roles.md."""
    people = [User(role=role, is_active=True) for role in Role]
    records = "records facts, acts on follow-ups, answers questions"
    done = (
        ("code", *(code(role.value) for role in Role)),
        (records, *(_yes_or_no(access.can_record(one)) for one in people)),
        ("clinician", *(_yes_or_no(access.is_clinician(one)) for one in people)),
    )
    given = (
        (code("may_assign"), str(User._meta.get_field("may_assign").help_text)),
        *((code(f"scheduling.{name}"), str(words)) for name, words in PolicyVersion._meta.permissions),
        (code("is_staff"), "Opens the pages for accounts and teams."),
    )
    return filled(
        "roles.md",
        seen=meaning(access.visible_patients).splitlines()[1:],
        done=table(("", *(str(role.label) for role in Role)), done),
        clinicians=(f"- {act}" for act in sorted(acts_of_clinicians())),
        given=table(("permission", "meaning"), given),
    )


def acts_of_clinicians() -> Iterator[str]:
    """The phrases with which services ask the gate for a clinician, read from their source."""
    found: set[str] = set()
    for module in pkgutil.walk_packages(tracker.services.__path__, "tracker.services."):
        # One phrase may be asked in several places.
        for call in ast.walk(ast.parse(inspect.getsource(import_module(module.name)))):
            if isinstance(call, ast.Call) and _name(call.func) == "check_is_clinician":
                found.add(_phrase(call.args[1]))
    yield from found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _phrase(argument: ast.expr) -> str:
    """A literal phrase; one that names a task stands for all tasks of clinicians."""
    if isinstance(argument, ast.JoinedStr):
        return "end the tasks " + ", ".join(f"“{TASK[kind]}”" for kind in sorted(FOR_CLINICIANS))
    return str(ast.literal_eval(argument))


def _yes_or_no(answer: bool) -> str:
    return _YES if answer else _NO
