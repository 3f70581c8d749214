"""A new kind of fact costs its model, its entry, its engine class, a question, its form and its template; a new queue
its entry alone: here is one of each.

The files of `new_kind` are laid into a copy of the house, two texts into the tables that they belong to, and a script
lives with the kind there: nothing else is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tracker.kinds import KINDS
from tracker.models import MODELS, Fact

INVENTED = ROOT / "tests" / "tracker" / "new_kind"
#: A file of each, by what the house's table of changes calls it.
ADDED = {
    "model": "tracker/models/frailty.py",
    "engine class": "scheduling/engine/record/frailty.py",
    "form": "tracker/web/record/forms/frailty.py",
    "template": "templates/patients/facts/frailty.html",
}
ENTRY, QUESTION = "tracker/kinds.py", "scheduling/engine/policy/questions/patient.py"
QUEUES = "tracker/queries/queues/registry.py"


def texts(root: Path) -> dict[str, str]:
    """What stands in every source file of a house, by its place."""
    files = (path for name in ("scheduling", "tracker", "templates") for path in (root / name).rglob("*.*"))
    return {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for path in files
        if path.suffix in (".py", ".html", ".yaml", ".txt")
    }


def put(path: Path, before: str, text: str) -> None:
    """Lay a text into a file before the first place where `before` stands."""
    found = path.read_text(encoding="utf-8")
    assert before in found
    path.write_text(found.replace(before, text + before, 1), encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house with the invented kind."""
    made = tmp_path / "house"
    for name in ("scheduling", "tracker", "templates", "tests"):
        shutil.copytree(ROOT / name, made / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ADDED.values():
        shutil.copy(INVENTED / name, made / name)
    put(made / ENTRY, ")\n\nBY_CODE:", (INVENTED / "entry.txt").read_text(encoding="utf-8"))
    question = made / QUESTION
    put(question, "PATIENT_QUESTIONS:", (INVENTED / "question.txt").read_text(encoding="utf-8"))
    put(question, "    StepDownApproved,\n)", "    FrailAtLeast,\n")
    needed = (
        "scheduling.engine.policy.parameters import Number",
        "scheduling.engine.policy.questions.question import UNKNOWN",
        "scheduling.engine.record.frailty import Frailty",
    )
    put(made / QUEUES, ")\n\nGROUPS:", (INVENTED / "queue.txt").read_text(encoding="utf-8"))
    put(question, "from scheduling.engine.record.view", "".join(f"from {name}\n" for name in needed))
    return made


def test_an_invented_kind_lives_from_its_own_places(house: Path, migrated: Path) -> None:
    var = house / "var"
    var.mkdir()
    shutil.copy(migrated, var / "db.sqlite3")
    environment = {
        **os.environ,
        "PYTHONPATH": str(house),
        "VAR_DIR": str(var),
        "DATABASE_URL": f"sqlite:///{var / 'db.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.tracker.new_kind.journey"],
        cwd=house, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "button": True,
        "refused": 422,
        "saved": "Frailty saved, Tamar Wren.",
        "listed": "grade 6 of 9",
        "told": "Frailty grade recorded ; grade: 6; note: slow",
        "engine": [["Frailty", "1 day, 0:00:00", 6]],
        "answers": [True, False],
        "behind": ["Alice Avocet"],
        "wrong": True,
        "gone": True,
        "engine_after": [],
        "answer_after": False,
        "queue": ["Everybody invented 2 ", ["Tamar Wren", "Tamar Wren"]],
    }
    before, after = texts(ROOT), texts(house)
    touched = {place for place, text in after.items() if before.get(place) != text}
    (migration,) = (place for place in touched if place.startswith("tracker/migrations/"))
    assert touched == {*ADDED.values(), ENTRY, QUESTION, QUEUES, migration}


def test_every_fact_of_the_tracker_has_an_entry() -> None:
    assert set(MODELS.values()) == set(Fact.__subclasses__())
    assert len({kind.table for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_an_entry_names_columns_of_its_model_alone(kind: object) -> None:
    model = MODELS[kind.code]  # type: ignore[attr-defined]
    columns = {field.name for field in model._meta.concrete_fields}
    assert columns >= {*kind.says, *kind.beside}  # type: ignore[attr-defined]
