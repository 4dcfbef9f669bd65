"""The page: pad, reading and training, and the API, wired to a studio.

Handlers only pass on and format. Knows nothing of models or training itself.
"""

import secrets
from typing import Any

import gradio as gr
from gradio_client.utils import is_file_obj_with_meta
from starlette.middleware import Middleware

from mnist_core.errors import DrawingError, MnistCoreError, PictureError
from mnist_core.recipes import RECIPES
from mnist_core.web import examples, theme
from mnist_core.web.guard import Guard
from mnist_core.web.pad import digit_pad, pad_content
from mnist_core.web.reading import reading_panel, reading_value, refusal_value
from mnist_core.web.studio import Studio, View
from mnist_core.web.training_panel import panel_value, training_panel

TITLE = "Draw a digit"
DEFAULT_RECIPE = "balanced"
LONG_RECIPES = frozenset({"best"})
LOOK_EVERY = 0.25  # s between two looks at a training
READINGS_AT_ONCE = 8  # per API function; more of them wait their turn
WAITING_AT_MOST = 512  # API calls
API_CALLER = ""  # the visitor that API calls count as: on a public server it never trains

_UNDER_WAY = "A training is already under way, one at a time. This is it."

# An event of the page itself: one request, no queue, not in the API's description.
_PRIVATE: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    "api_visibility": "private",
}


class Page(gr.Blocks):
    """Blocks that launch with the page's own look and limits unless told otherwise."""

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
            "app_kwargs": {"middleware": [Middleware(Guard)]},
        }
        return super().launch(*args, **{**settings, **kwargs})


def build_page(studio: Studio, notice: str = "") -> Page:
    """Build the page.

    Args:
        studio: the models, and the training that may run.
        notice: one sentence to show on top, such as which weight file could not be used.
    """
    with Page(title=TITLE, analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        gr.HTML(
            f"<h1>{TITLE}</h1><p>A small neural network reads it while you write.</p>",
            elem_classes="title",
        )
        if notice:
            gr.HTML(_paragraph(notice), elem_id="notice", elem_classes="warning")
        # First, because Gradio's browser client takes the event with id 0 for /predict.
        _api(studio)
        visitor = _visitor_store(studio.public)
        pad, reading = _desk()
        _wire_pad(studio, visitor, pad, reading)
        panel = _training(page, studio, visitor)
        panel.model_changed(_reader(studio), [pad, visitor], reading, **_PRIVATE)
    page.queue(api_open=False, max_size=WAITING_AT_MOST)
    return page


# ---- pad and reading -----------------------------------------------------------------------------


def _desk() -> tuple[gr.HTML, gr.HTML]:
    def example_drawing(_: object = None) -> examples.Strokes:
        return examples.example_drawing()

    with gr.Row(elem_id="desk", equal_height=True):
        with gr.Column(min_width=260, elem_classes="card"):
            pad = digit_pad(example_drawing)
        with gr.Column(min_width=260, elem_classes="card"):
            reading = reading_panel()
    return pad, reading


def _wire_pad(studio: Studio, visitor: Any, pad: gr.HTML, reading: gr.HTML) -> None:
    # One request in flight, and the newest drawing follows it: the last stroke is never lost.
    pad.input(_reader(studio), [pad, visitor], reading, trigger_mode="always_last", **_PRIVATE)


def _reader(studio: Studio) -> Any:
    def read(payload: Any, visitor: Any) -> dict[str, Any]:
        content = pad_content(payload)
        recognizer = studio.recognizer(_visitor(visitor))
        try:
            if content.picture is not None:
                return reading_value(recognizer.read_picture(content.picture))
            return reading_value(recognizer.read_strokes(content.strokes))
        except (DrawingError, PictureError) as error:
            return refusal_value(str(error))

    return read


# ---- training ------------------------------------------------------------------------------------


def _training(page: Page, studio: Studio, visitor: Any) -> gr.HTML:
    # Among strangers one run of half an hour would keep everybody else from training.
    hidden = LONG_RECIPES if studio.public else frozenset()
    with gr.Column(elem_id="training", elem_classes="card"):
        gr.HTML(
            "<h2>Retrain</h2><p>Trains a new model from nothing on MNIST's 60,000 handwritten "
            "digits. The old one goes on reading meanwhile.</p>"
        )
        with gr.Row(elem_classes="controls"):
            recipe = gr.Dropdown(
                [(_menu_line(name), name) for name in RECIPES if name not in hidden],
                value=DEFAULT_RECIPE,
                label="Recipe",
                elem_id="recipe",
                filterable=False,
                scale=6,
                min_width=240,
            )
            retrain = gr.Button(
                "Retrain", elem_id="retrain", variant="primary", scale=1, min_width=110
            )
            stop = gr.Button("Stop", elem_id="stop", interactive=False, scale=1, min_width=90)
        panel = training_panel(studio.look(API_CALLER))
        shipped = gr.Button(
            "Use the shipped model again", elem_id="shipped", visible=False, size="sm"
        )
        timer = gr.Timer(LOOK_EVERY, active=False)

    def show(view: View, note: str = "") -> list[Any]:
        return [
            panel_value(view, note),
            gr.Timer(active=view.active),
            gr.Button(interactive=True),
            gr.Button(interactive=view.may_stop),
            gr.Button(visible=view.retrained and not view.active),
        ]

    def attach(visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        return [name, *show(studio.look(name))]

    def start(recipe: str, visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        try:
            started = studio.retrain(recipe, name)
        except MnistCoreError as error:
            return show(studio.look(name), str(error))
        if not started:
            return show(studio.look(name), _UNDER_WAY)
        controls = show(studio.look(name))
        controls[2] = gr.Button(interactive=False)
        return controls

    def look(visitor: Any) -> list[Any]:
        view = studio.look(_visitor(visitor))
        # While a run is on only the figures change.
        return [panel_value(view), *[gr.skip()] * 4] if view.active else show(view)

    def halt(visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        studio.stop(name)
        return show(studio.look(name))

    def go_back(visitor: Any) -> list[Any]:
        name = _visitor(visitor)
        studio.use_shipped(name)
        return show(studio.look(name))

    controls = [panel, timer, retrain, stop, shipped]
    page.load(attach, [visitor], [visitor, *controls], **_PRIVATE)
    retrain.click(start, [recipe, visitor], controls, **_PRIVATE)
    timer.tick(look, [visitor], controls, **_PRIVATE)
    stop.click(halt, [visitor], controls, **_PRIVATE)
    shipped.click(go_back, [visitor], controls, **_PRIVATE)
    return panel


def _menu_line(name: str) -> str:
    recipe = RECIPES[name]
    return f"{recipe.title}: {recipe.description[0].lower()}{recipe.description[1:].rstrip('.')}"


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


def _api(studio: Studio) -> None:
    def predict(drawing: list[list[list[float]]]) -> dict:
        """Read a drawing: a list of strokes, each a list of [x, y] points."""
        try:
            return studio.recognizer(API_CALLER).read_strokes(drawing).as_dict()
        except DrawingError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def predict_image(picture: gr.FileData) -> dict:
        """Read a picture of one digit, dark on light or light on dark."""
        # Gradio has checked the path of a file object with meta, and of nothing else.
        if not is_file_obj_with_meta(picture):
            raise gr.Error(
                "The picture is not an uploaded file: upload it first.", print_exception=False
            )
        try:
            return studio.recognizer(API_CALLER).read_picture(picture["path"]).as_dict()
        except PictureError as error:
            raise gr.Error(str(error), print_exception=False) from error

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
