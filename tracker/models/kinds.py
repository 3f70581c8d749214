"""The model of each kind of fact, loaded by the name in its entry of `tracker.kinds`, and the kind of a fact."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from tracker.kinds import BY_TABLE, KINDS, Kind
from tracker.models.fact import Fact


def _model(kind: Kind) -> type[Fact]:
    module, _, name = kind.model.rpartition(".")
    model: type[Fact] = getattr(import_module(f"tracker.models.{module}"), name)
    return model


#: The model of each kind by its code, in the order of the kinds.
MODELS: Mapping[str, type[Fact]] = {kind.code: _model(kind) for kind in KINDS}


def kind_of(fact: Fact) -> Kind:
    """The entry of a stored fact."""
    return BY_TABLE[fact._meta.model_name or ""]
