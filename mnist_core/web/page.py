"""The page: its parts laid out and wired to a service.

Knows nothing of what the parts show.
"""

import asyncio
import html
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from mnist_core.errors import MnistCoreError
from mnist_core.service.readings import ReadingService
from mnist_core.service.service import Service
from mnist_core.web import theme
from mnist_core.web.api import API_CALLER, add_api
from mnist_core.web.card import PRIVATE, Events, Updates, outputs_of, visitor_name
from mnist_core.web.corrections.card import CorrectionsCard
from mnist_core.web.http.guard import Guard
from mnist_core.web.http.read_route import read_route
from mnist_core.web.models.card import ModelsCard
from mnist_core.web.pad.component import LARGEST_FILE, digit_pad, pad_content
from mnist_core.web.reading.component import reading_panel, refused, shown
from mnist_core.web.training.card import TrainingCard
from mnist_core.web.workarounds.first_script import FirstScript

TITLE = "Draw a digit"
# Shown where it is so; strangers are known by what their browser keeps.
FORGETFUL = (
    '<p id="forgetful" class="warning" hidden>This browser keeps nothing for this page: your '
    "models and corrections are gone when you close it.</p>"
)
CALLS_WAITING = 512  # of the API
# Gradio keeps a state of 75 kB for each page and each caller of the API; of more than these it
# forgets the one not used for longest, and a page that was forgotten gets a fresh one.
SESSIONS = 500


class Page(gr.Blocks):
    """Blocks that launch with the page's own look and limits unless told otherwise."""

    readings: ReadingService

    def launch(self, *args: Any, **kwargs: Any) -> Any:
        """Start the server; takes what ``gr.Blocks.launch`` takes."""
        settings = {
            "theme": theme.theme(),
            "css": theme.stylesheet(),
            "head": theme.HEAD,
            "footer_links": ["api"],
            "max_file_size": LARGEST_FILE,
            "run_history": False,
            "enable_monitoring": False,
            "ssr_mode": False,
            "pwa": False,
            "state_session_capacity": SESSIONS,
            "app_kwargs": {
                "middleware": [Middleware(Guard), Middleware(FirstScript)],
                "routes": [read_route(self.readings)],
            },
        }
        return super().launch(*args, **{**settings, **kwargs})


def build_page(service: Service, notice: str = "") -> Page:
    """Build the page.

    Args:
        service: the models, and the training that may run.
        notice: one sentence to show on top, such as which weight file could not be used.
    """
    public = service.workspaces.public
    with Page(title=TITLE, analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        gr.HTML(
            f"<h1>{TITLE}</h1><p>A small neural network reads it while you write.</p>"
            + (FORGETFUL if public else ""),
            elem_classes="title",
        )
        if notice:
            gr.HTML(
                f'<p role="status">{html.escape(notice, quote=False)}</p>',
                elem_id="notice",
                elem_classes="warning",
            )
        page.readings = service.readings
        add_api(service.readings)  # first: Gradio's browser client takes event 0 for /predict
        store = _visitor_store(public)
        with gr.Row(elem_id="desk", equal_height=True):
            with gr.Column(min_width=260, elem_classes="card"):
                pad = digit_pad(None if public else API_CALLER)
            with gr.Column(min_width=260, elem_classes="card"):
                reading = reading_panel()
        training = TrainingCard(public)
        cards = [training, CorrectionsCard(), ModelsCard(service.recognizers.built_in)]
        events = Events(service, store, pad, reading)
        events.add(*cards)
        _greet(page, events)
        _read(events, pad.input, trigger_mode="always_last")
        _read(events, training.panel.model_changed)
    page.queue(max_size=CALLS_WAITING)
    return page


def _visitor_store(public: bool) -> Any:
    """Keep a visitor's name where a reload finds it; one's own server has no need to."""
    if not public:
        return gr.State(API_CALLER)
    # The name itself is what nobody can guess; the fixed key only lets it survive a restart.
    return gr.BrowserState("", storage_key="draw-a-digit", secret="draw-a-digit")


def _greet(page: Page, events: Events) -> None:
    """Tell a page that has been opened who its visitor is, and show that visitor's things."""

    def greet(name: Any) -> Updates:
        visitor = events.visitor(name)
        about = {events.store: visitor.name, events.pad: gr.HTML(visitor=visitor.name)}
        return about | events.shown(visitor, events.cards)

    outputs = [events.store, events.pad, *outputs_of(events.cards)]
    page.load(greet, [events.store], outputs, **PRIVATE)


def _read(events: Events, event: Any, **options: Any) -> None:
    """Have an event read what lies on the pad, where the pad's own route can't.

    With ``always_last`` there is one request in flight, and the newest drawing follows it: the
    last stroke is never lost.
    """
    readings = events.service.readings

    async def read(payload: Any, name: Any) -> dict[str, Any]:
        visitor, content = visitor_name(name), pad_content(payload)
        try:
            answer = await asyncio.wrap_future(readings.submit(visitor, content))
        except MnistCoreError as error:
            return refused(error, content)
        await asyncio.to_thread(readings.watch, visitor, answer)
        return shown(answer, content)

    event(read, [events.pad, events.store], events.reading, **PRIVATE, **options)
