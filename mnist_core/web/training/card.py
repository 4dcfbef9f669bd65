"""The card of the training: recipe, settings, the buttons of a run, and how it goes.

Knows nothing of how a training is carried out.
"""

from typing import Any

import gradio as gr

from mnist_core.service.run_times import RunTimes
from mnist_core.service.trainings import WorkspaceState
from mnist_core.service.workspace import title_of
from mnist_core.web.card import (
    PRIVATE,
    Card,
    Events,
    Note,
    Updates,
    Visitor,
    outputs_of,
    put_aside_note,
)
from mnist_core.web.texts import TRAINING
from mnist_core.web.training.panel import panel_value, training_panel
from mnist_core.web.training.settings import (
    advanced_settings,
    recipe_choices,
    recipe_menu,
    task_of,
)


class TrainingCard(Card):
    """What starts and ends a run, and the panel that shows it."""

    def __init__(self, public: bool, times: RunTimes) -> None:
        """Lay the card out; strangers are not offered what takes so long."""
        self._public, self._times = public, times
        with gr.Column(elem_id="training", elem_classes="card"):
            gr.HTML(f"<h2>{TRAINING['heading']}</h2><p>{TRAINING['about']}</p>")
            with gr.Row(elem_classes="controls"):
                self._recipe = recipe_menu(public, times)
                self._retrain = _button(TRAINING["retrain"], "retrain", variant="primary")
                self._finish = _button(TRAINING["finish"], "finish", **_when(False))
                self._stop = _button(TRAINING["cancel"], "stop", **_when(False))
            network_note = gr.HTML(elem_id="network-note", visible="hidden")
            advanced = advanced_settings(self._recipe, public, network_note)
            self.settings = [self._recipe, *advanced]
            self.panel = training_panel()
            with gr.Row(elem_classes="controls"):
                self._keep = _button(TRAINING["keep"], "keep", min_width=200, visible=False)
                self._back = _button(TRAINING["discard"], "back", min_width=200, visible=False)
        self.outputs = [
            self.panel,
            self._recipe,
            self._retrain,
            self._finish,
            self._stop,
            self._keep,
            self._back,
        ]

    def shown(self, visitor: Visitor, state: WorkspaceState, note: Note) -> Updates:
        """Show how the visitor's run goes, and the buttons that can be clicked now."""
        is_training = state.active and state.queue_position == 0
        comparison, before = state.comparison, title_of(visitor.workspace.chosen)
        variants = {
            action: "primary" if comparison and comparison.sensible == action else "secondary"
            for action in ("keep", "discard")
        }
        panel = {**panel_value(state, note, before), "visitor": visitor.held}
        return {
            self.panel: panel,
            self._recipe: gr.Dropdown(recipe_choices(self._public, self._times)),
            self._retrain: gr.Button(
                **_when(not state.active), variant="secondary" if comparison else "primary"
            ),
            self._finish: gr.Button(**_when(is_training)),
            self._stop: gr.Button(panel["cancel"], **_when(state.active)),
            self._keep: gr.Button(visible=comparison is not None, variant=variants["keep"]),
            self._back: gr.Button(
                TRAINING["discard"].format(model=before),
                visible=comparison is not None,
                variant=variants["discard"],
            ),
        }

    def wire(self, events: Events) -> None:
        """Start, watch and end runs, and decide on what they made."""
        service = events.service
        trainings = service.trainings

        def start(visitor: Visitor, payload: Any, *settings: Any) -> Note:
            task = task_of(settings, service.workspaces.public, service.device)
            undecided = visitor.workspace.candidate
            trainings.train(visitor.workspace, task)
            events.watch(visitor, payload)
            return put_aside_note(undecided)

        def look(held: Any) -> Updates:
            visitor = events.visitor(held)
            trainings.look(visitor.workspace)
            # While a run is on, what the visitor has stays as it is.
            is_active = trainings.is_busy(visitor.workspace.key)
            return events.shown(visitor, [self] if is_active else events.cards)

        events.on(self._retrain.click, start, [events.pad, *self.settings], by=self)
        for button, act in (
            (self._finish, lambda visitor: trainings.finish(visitor.workspace)),
            (self._stop, lambda visitor: trainings.stop(visitor.workspace)),
            (self._keep, lambda visitor: visitor.workspace.keep_candidate()),
            (self._back, lambda visitor: visitor.workspace.discard_candidate()),
        ):
            events.on(button.click, act, by=self)
        self.panel.run_changed(look, [events.store], outputs_of(events.cards), **PRIVATE)


def _when(possible: bool) -> dict[str, Any]:
    """Have a button be there only while it can be clicked; its place in the page stays."""
    return {"visible": possible or "hidden", "interactive": possible}


def _button(text: str, name: str, min_width: int = 120, **options: Any) -> gr.Button:
    return gr.Button(text, elem_id=name, scale=1, min_width=min_width, **options)
