"""The page: pad, reading and training, and the API, wired to a studio.

Handlers only pass on and format. Knows nothing of models or training itself.
"""

import asyncio
import contextlib
import secrets
from pathlib import Path
from typing import Any

import gradio as gr
from gradio_client.utils import is_file_obj_with_meta
from starlette.middleware import Middleware

from mnist_core.errors import MnistCoreError
from mnist_core.web import belongings, examples, theme, training_controls
from mnist_core.web.first_script import FirstScript
from mnist_core.web.guard import Guard
from mnist_core.web.pad import PadContent, digit_pad, pad_content
from mnist_core.web.read_route import read_route
from mnist_core.web.reader import Reader, refused, shown
from mnist_core.web.reading import correction_value, reading_panel
from mnist_core.web.studio import Studio

TITLE = "Draw a digit"
READINGS_AT_ONCE = 8  # per API function; more of them wait their turn
WAITING_AT_MOST = 512  # API calls
# Gradio keeps a state of 75 kB for each page and each caller of the API; of more than these it
# forgets the one not used for longest, and a page that was forgotten gets a fresh one.
SESSIONS = 500
# Shown where it is so; strangers are known by what their browser keeps.
FORGETFUL = (
    '<p id="forgetful" class="warning" hidden>This browser keeps nothing for this page: '
    "your models and corrections are gone when you close it.</p>"
)
API_CALLER = ""  # the visitor that API calls count as: on a public server it never trains

# An event of the page itself: one request, no queue, not in the API's description.
_PRIVATE: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    "api_visibility": "private",
}


class Page(gr.Blocks):
    """Blocks that launch with the page's own look and limits unless told otherwise."""

    reader: Reader

    def launch(self, *args: Any, **kwargs: Any) -> Any:
        """Start the server; takes what ``gr.Blocks.launch`` takes."""
        settings = {
            "theme": theme.theme(),
            "css": theme.stylesheet(),
            "head": theme.HEAD,
            "footer_links": ["api"],
            "max_file_size": "32mb",
            "run_history": False,
            "enable_monitoring": False,
            "ssr_mode": False,
            "pwa": False,
            "state_session_capacity": SESSIONS,
            "app_kwargs": {
                "middleware": [Middleware(Guard), Middleware(FirstScript)],
                "routes": [read_route(self.reader)],
            },
        }
        return super().launch(*args, **{**settings, **kwargs})


def build_page(studio: Studio, notice: str = "") -> Page:
    """Build the page.

    Args:
        studio: the models, and the training that may run.
        notice: a sentence or two to show on top, such as which weight file could not be used.
    """
    with Page(title=TITLE, analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        gr.HTML(
            f"<h1>{TITLE}</h1><p>A small neural network reads it while you write.</p>"
            + (FORGETFUL if studio.public else ""),
            elem_classes="title",
        )
        if notice:
            gr.HTML(_paragraph(notice), elem_id="notice", elem_classes="warning")
        # First, because Gradio's browser client takes the event with id 0 for /predict.
        reader = Reader(studio)
        page.reader = reader
        _api(reader)
        store = _visitor_store(studio.public)
        pad, reading = _desk(None if studio.public else API_CALLER)
        read = _read_event(reader)
        # One request in flight, and the newest drawing follows it: the last stroke is never lost.
        pad.input(read, [pad, store], reading, trigger_mode="always_last", **_PRIVATE)
        panel = _training_and_belongings(page, studio, reader, store, pad, reading)
        panel.model_changed(read, [pad, store], reading, **_PRIVATE)
    page.queue(api_open=False, max_size=WAITING_AT_MOST)
    return page


# ---- pad and reading -----------------------------------------------------------------------------


def _desk(visitor: str | None) -> tuple[gr.HTML, gr.HTML]:
    def example_drawing(_: object = None) -> examples.Strokes:
        return examples.example_drawing()

    with gr.Row(elem_id="desk", equal_height=True):
        with gr.Column(min_width=260, elem_classes="card"):
            pad = digit_pad(example_drawing, visitor)
        with gr.Column(min_width=260, elem_classes="card"):
            reading = reading_panel()
    return pad, reading


def _read_event(reader: Reader) -> Any:
    async def read(payload: Any, visitor: Any) -> dict[str, Any]:
        name, content = _visitor(visitor), pad_content(payload)
        try:
            outcome = await asyncio.wrap_future(reader.submit(name, content))
        except MnistCoreError as error:
            return refused(error, content)
        await asyncio.to_thread(reader.watch, name, outcome)
        return shown(outcome, content)

    return read


# ---- training, corrections, models ---------------------------------------------------------------


def _training_and_belongings(
    page: Page, studio: Studio, reader: Reader, store: Any, pad: gr.HTML, reading: gr.HTML
) -> gr.HTML:
    """Lay out and wire what changes the model; return the panel that tells when it has changed."""
    training = training_controls.lay_out(studio.public)
    handwriting = belongings.lay_out_corrections()
    shelf = belongings.lay_out_shelf()
    controls = [*training.outputs, handwriting.card, handwriting.teach, shelf]
    shown_of_run = len(training.outputs)

    def show(name: str, note: str = "") -> list[Any]:
        view = studio.look(name)
        return [
            *training_controls.show(view, note),
            belongings.corrections_shown(studio, name),
            belongings.teach_button(view),
            belongings.shelf_shown(studio, name, view),
        ]

    def acting(act: Any) -> Any:
        """Make a handler that does something for a visitor, and shows what came of it."""

        def handler(*inputs: Any) -> list[Any]:
            *arguments, visitor = inputs
            name = _visitor(visitor)
            try:
                act(name, *arguments)
            except MnistCoreError as error:
                return show(name, str(error))
            return show(name)

        return handler

    def start(name: str, payload: Any, *settings: Any) -> None:
        studio.train(training_controls.task(settings, studio), name)
        watch(name, payload)

    def teach(name: str, payload: Any) -> None:
        studio.teach(name)
        watch(name, payload)

    def watch(name: str, payload: Any) -> None:
        with contextlib.suppress(MnistCoreError):  # what can't be read has been answered already
            reader.watch(name, reader.read(name, pad_content(payload)))

    def attach(visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        return [name, gr.HTML(visitor=name), *show(name)]

    def look(visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        view = studio.look(name)
        if not view.active:
            return show(name)
        # While a run is on, what the visitor has stays as it is.
        return [*training_controls.show(view), *[gr.skip()] * (len(controls) - shown_of_run)]

    def correct(value: Any, payload: Any, visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        said = belongings.correct(studio, name, value, pad_content(payload))
        view = studio.look(name)
        shown = belongings.corrections_shown(studio, name)
        return [correction_value(said), shown, belongings.teach_button(view)]

    page.load(attach, [store], [store, pad, *controls], **_PRIVATE)
    training.timer.tick(look, [store], controls, **_PRIVATE)
    for button, act, inputs in (
        (training.retrain, start, [pad, *training.settings]),
        (handwriting.teach, teach, [pad]),
        (training.stop, studio.stop, []),
        (training.finish, studio.finish, []),
        (training.keep, studio.keep, []),
        (training.back, studio.go_back, []),
    ):
        button.click(acting(act), [*inputs, store], controls, **_PRIVATE)
    # A correction is never left out because another is on its way.
    reading.input(
        correct,
        [reading, pad, store],
        [reading, handwriting.card, handwriting.teach],
        trigger_mode="multiple",
        **_PRIVATE,
    )

    def edit(payload: Any, visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        card = belongings.edit_corrections(studio, name, payload)
        return [card, belongings.teach_button(studio.look(name))]

    def arrange(payload: Any, visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        view, card = belongings.arrange_shelf(studio, name, payload)
        return [*training_controls.show(view), card]

    handwriting.card.input(
        edit, [handwriting.card, store], [handwriting.card, handwriting.teach], **_PRIVATE
    )
    shelf.input(arrange, [shelf, store], [*training.outputs, shelf], **_PRIVATE)
    return training.panel


# ---- visitors ------------------------------------------------------------------------------------


def _visitor_store(public: bool) -> Any:
    """Keep a visitor's name where a reload finds it; one's own server has no need to."""
    if not public:
        return gr.State(API_CALLER)
    # The name itself is what nobody can guess; the fixed key only lets it survive a restart.
    return gr.BrowserState("", storage_key="draw-a-digit", secret="draw-a-digit")


def _visitor(value: Any) -> str:
    """Return the name that came from the browser, or a new one in place of none or junk."""
    if isinstance(value, str) and 16 <= len(value) <= 64:
        return value
    return secrets.token_urlsafe(16)


# ---- API -----------------------------------------------------------------------------------------


def _api(reader: Reader) -> None:
    async def answer(content: PadContent) -> dict:
        try:
            outcome = await asyncio.wrap_future(reader.submit(API_CALLER, content))
        except MnistCoreError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return outcome.reading.as_dict()

    async def predict(drawing: list[list[list[float]]]) -> dict:
        """Read a drawing: a list of strokes, each a list of [x, y] points."""
        return await answer(PadContent(drawing, None))

    async def predict_image(picture: gr.FileData) -> dict:
        """Read a picture of one digit, dark on light or light on dark."""
        # Gradio has checked the path of a file object with meta, and of nothing else.
        if not is_file_obj_with_meta(picture):
            raise gr.Error(
                "The picture is not an uploaded file: upload it first.", print_exception=False
            )
        return await answer(PadContent([], Path(picture["path"])))

    for function in (predict, predict_image):
        gr.api(
            function,
            api_name=function.__name__,
            queue=False,
            concurrency_limit=READINGS_AT_ONCE,
        )


def _paragraph(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<p role="status">{escaped}</p>'
