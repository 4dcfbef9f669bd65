"""The card that shows the chosen recipe as a program, with the settings that are chosen.

Knows nothing of how a training is carried out.
"""

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from mnist_core.errors import SettingError
from mnist_core.training.as_code import as_code, as_notebook
from mnist_core.training.worker import TrainTask
from mnist_core.web.assets import markup, script
from mnist_core.web.card import PRIVATE
from mnist_core.web.texts import CODE
from mnist_core.web.training.settings import task_of


def code_card(settings: Sequence[Component], public: bool) -> None:
    """Lay the card out; it follows the settings of a training.

    Args:
        settings: what ``task_of`` takes.
        public: whether strangers choose them.
    """
    chosen = task_of([each.value for each in settings], public, "cpu")
    with gr.Column(elem_classes="card"):
        program = gr.HTML(
            _value(chosen),
            html_template=markup("code/code.html", CODE),
            js_on_load=script("common.js", "taking.js", "code/code.js", texts=CODE),
            apply_default_css=False,
        )

    def follow(*values: Any) -> dict[str, str]:
        try:
            return _value(task_of(values, public, "cpu"))
        except SettingError:  # said at its field when it is to be trained by
            return {"note": CODE["not_followed"]}

    changes = [each.change for each in settings]
    gr.on(changes, follow, [*settings], program, trigger_mode="always_last", **PRIVATE)


def _value(task: TrainTask) -> dict[str, str]:
    code = as_code(task.recipe, task.dataset, task.seed)
    return {
        "code": code,
        "notebook": as_notebook(code),
        "name": f"{task.recipe.name}-{task.dataset}",
    }
