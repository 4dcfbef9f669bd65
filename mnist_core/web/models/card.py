"""The card of models: which there are, and what may be done with each.

Knows nothing of where they are kept.
"""

import time
from typing import Any

import gradio as gr

from mnist_core.data.catalog import DATASETS
from mnist_core.model.recognizer import Recognizer
from mnist_core.model.weight_info import WeightInfo
from mnist_core.service.trainings import WorkspaceState
from mnist_core.service.workspace import BUILT_IN, BUILT_IN_TITLE
from mnist_core.storage.models import LONGEST_NAME, StoredModel
from mnist_core.web.assets import markup, script
from mnist_core.web.card import (
    LONGEST_ID,
    NO_NOTE,
    Card,
    Events,
    Note,
    Updates,
    Visitor,
    list_value,
    put_aside_note,
)
from mnist_core.web.downloads import download
from mnist_core.web.figures import short
from mnist_core.web.texts import COMMON, MODELS

_SCRIPTS = ("common.js", "taking.js", "cards.js", "models/models.js")
LONGEST_ASKED_NAME = 1000  # characters that are passed on; the store says which names it takes


class ModelsCard(Card):
    """The kept models, and the built-in one."""

    def __init__(self, built_in: Recognizer) -> None:
        """Lay the card out."""
        self._built_in = built_in
        with gr.Column(elem_id="models", elem_classes="card"):
            gr.HTML(f"<h2>{MODELS['heading']}</h2><p>{MODELS['about']}</p>")
            self._list = gr.HTML(
                list_value([]),
                elem_id="shelf",
                html_template=markup("models/models.html", MODELS),
                js_on_load=script(*_SCRIPTS, texts=MODELS),
                apply_default_css=False,
                longest_name=LONGEST_NAME,
            )
        self.outputs = [self._list]

    def shown(self, visitor: Visitor, state: WorkspaceState, note: Note) -> Updates:
        """List the models."""
        as_of, workspace = time.time(), visitor.workspace
        rows = [built_in_row(self._built_in), *map(model_row, workspace.models.entries())]
        marks = {"in_use": state.in_use, "second": workspace.second_id}
        rows = [row | {mark: row["id"] == one for mark, one in marks.items()} for row in rows]
        return {self._list: list_value(rows, note, as_of)}

    def wire(self, events: Events) -> None:
        """Do what the card asks for; another model may read afterwards."""
        # None is left out because another is on its way.
        events.on(self._list.input, self._act, [self._list], by=self, trigger_mode="multiple")

    def _act(self, visitor: Visitor, payload: Any) -> Note:
        workspace = visitor.workspace
        match models_command(payload):
            case {"do": "use", "id": model}:
                undecided = workspace.candidate
                workspace.use(model)
                return put_aside_note(undecided)
            case {"do": "compare", "id": model}:
                workspace.read_beside(model)
            case {"do": "rename", "id": model, "name": name}:
                workspace.models.rename(model, name)
            case {"do": "delete", "id": model}:
                workspace.delete(model)
            case {"do": "download", "id": model} if model == BUILT_IN and self._built_in.path:
                return Note(file=_weights(BUILT_IN_TITLE, self._built_in.path.read_bytes()))
            case {"do": "download", "id": model}:
                stored = workspace.models.get(model)
                return Note(file=_weights(stored.title, stored.path.read_bytes()))
        return NO_NOTE


def _weights(name: str, content: bytes) -> dict[str, Any]:
    return download(f"{name}.safetensors", content)


def built_in_row(recognizer: Recognizer) -> dict[str, Any]:
    """Say what there is to say of the built-in model."""
    info = recognizer.info
    return {
        "id": BUILT_IN,
        "name": BUILT_IN_TITLE,
        "recipe": _recipe(info),
        "accuracy": short(info.accuracy),
        "created": info.created,
        "size": _size(info.parameters * 4),  # float32
        "built_in": True,
    }


def model_row(model: StoredModel) -> dict[str, Any]:
    """Say what there is to say of a kept model."""
    info = model.info
    return {
        "id": model.id,
        "name": model.title,
        "recipe": _recipe(info),
        "accuracy": short(info.accuracy),
        "created": info.created,
        "size": _size(model.size),
        "built_in": False,
    }


def _recipe(info: WeightInfo) -> str:
    """Name what a model was trained with, as the form of a training does; MNIST goes unsaid."""
    recipe = info.recipe.capitalize()
    dataset = DATASETS.get(info.dataset)
    named = info.dataset if dataset is None else dataset.title
    return recipe if info.dataset == "mnist" else f"{recipe}, {named}"


def _size(size: float) -> str:
    return COMMON["megabytes"].format(number=f"{size / 1e6:.1f}")


def models_command(payload: Any) -> dict[str, Any] | None:
    """Unpack what the browser asks for; None for junk.

    ``do`` is ``use``, ``compare``, ``download`` or ``delete``, with ``id``, which is None where
    ``compare`` is to end; or ``rename``, with ``id`` and ``name``.
    """
    command = payload.get("command") if isinstance(payload, dict) else None
    if not isinstance(command, dict):
        return None
    action, model = command.get("do"), command.get("id")
    if action == "compare" and model is None:
        return {"do": "compare", "id": None}
    if not isinstance(model, str) or not 0 < len(model) <= LONGEST_ID:
        return None
    if action in ("use", "compare", "download", "delete"):
        return {"do": action, "id": model}
    name = command.get("name")
    if action == "rename" and isinstance(name, str) and len(name) <= LONGEST_ASKED_NAME:
        return {"do": "rename", "id": model, "name": name}
    return None
