"""The page: its parts laid out and wired to a service.

Knows nothing of what the parts show.
"""

import asyncio
import html
import secrets
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
import segno

from mnist_core.errors import MnistCoreError
from mnist_core.service.readings import ReadingService
from mnist_core.service.service import Service
from mnist_core.web import theme
from mnist_core.web.api import add_api
from mnist_core.web.application import Application
from mnist_core.web.card import PRIVATE, Events, Updates, outputs_of
from mnist_core.web.code.card import code_card
from mnist_core.web.corrections.card import CorrectionsCard
from mnist_core.web.help.component import help_window
from mnist_core.web.http.connections import limit_connections
from mnist_core.web.http.visitors import NOBODY, VisitorNames
from mnist_core.web.models.card import ModelsCard
from mnist_core.web.models.in_use import InUseLine
from mnist_core.web.pad.component import digit_pad, pad_content, recent_drawings
from mnist_core.web.reading.component import reading_panel, refused, shown
from mnist_core.web.texts import PAGE
from mnist_core.web.training.card import TrainingCard
from mnist_core.web.wall.component import wall_mode
from mnist_core.web.workarounds.idle_queue import look_less_often

# Shown where it is so; strangers are known by what their browser keeps.
FORGETFUL = f'<p id="forgetful" class="warning" hidden>{PAGE["forgetful"]}</p>'
CALLS_WAITING = 512  # of the API
# Gradio keeps a state of 75 kB for each page and each caller of the API; of more than these it
# forgets the one not used for longest, and a page that was forgotten gets a fresh one.
SESSIONS = 500


class Page(gr.Blocks):
    """Blocks that launch with the page's own look and limits unless told otherwise."""

    service: Service
    readings: ReadingService
    names: VisitorNames
    hosts: set[str]  # names to answer by

    def look(self) -> dict[str, Any]:
        """Return what makes the page look and behave as it shall, by Gradio's names."""
        return {
            "theme": theme.theme(),
            "css": theme.stylesheet(),
            "footer_links": ["api"],
            "run_history": False,
            "enable_monitoring": False,
            "ssr_mode": False,
            "pwa": False,
            "state_session_capacity": SESSIONS,
        }

    def launch(self, *args: Any, **kwargs: Any) -> Any:
        """Start the server; takes what ``gr.Blocks.launch`` takes."""
        limit_connections()
        if host := kwargs.get("server_name"):
            self.hosts.add(host)
        settings = {**self.look(), "_app": Application(self)}
        return super().launch(*args, **{**settings, **kwargs})

    def own_hosts(self) -> set[str]:
        """Return the names to answer by, in small letters, beside those of the machine."""
        shared = urlsplit(getattr(self, "share_url", None) or "").hostname
        return {host.lower() for host in self.hosts} | ({shared} if shared else set())

    def get_config_file(self) -> Any:
        """Tell Gradio's clients to keep no connection open: nothing here needs to know of one."""
        return {**super().get_config_file(), "connect_heartbeat": False}

    async def preprocess_data(self, *args: Any, **kwargs: Any) -> Any:
        """Unpack what a browser has sent; what can't be unpacked is no fault of the server."""
        try:
            return await super().preprocess_data(*args, **kwargs)
        except gr.Error:
            raise
        except Exception as error:
            raise gr.Error(PAGE["junk"], print_exception=False) from error

    async def call_function(self, *args: Any, **kwargs: Any) -> Any:
        """Call what an event calls; the sentence of what it raises for people reaches them."""
        try:
            return await super().call_function(*args, **kwargs)
        except MnistCoreError as error:
            raise gr.Error(str(error), print_exception=False) from error


def build_page(service: Service, notice: str = "", key: bytes | None = None) -> Page:
    """Build the page.

    Args:
        service: the models, and the training that may run.
        notice: one sentence to show on top, such as which weight file could not be used.
        key: signs the names of strangers; by default one that ends with the program.
    """
    public = service.workspaces.public
    names = VisitorNames((key or secrets.token_bytes(32)) if public else None)
    with Page(title=PAGE["title"], analytics_enabled=False) as page:
        page.names, page.hosts = names, set()
        with gr.Row(elem_id="top"):
            gr.HTML(
                f'<a class="skip" href="#pad">{PAGE["skip"]}</a><h1>{PAGE["title"]}</h1>'
                + f"<p>{PAGE['about']}</p>"
                + (FORGETFUL if public else ""),
                elem_classes="title",
            )
            wall_mode()
            help_window()
        if notice:
            gr.HTML(
                f'<p role="status">{html.escape(notice, quote=False)}</p>',
                elem_id="notice",
                elem_classes="warning",
            )
        shared = gr.HTML(visible=False, elem_id="shared")
        page.service, page.readings = service, service.readings
        add_api(service.readings)  # first: Gradio's browser client takes event 0 for /predict
        # Where the browser has no cookie for the page, the name of its visitor, signed. The fixed
        # key only lets it survive a restart of the server.
        store = gr.BrowserState(NOBODY, storage_key="draw-a-digit", secret="draw-a-digit")
        with gr.Column(elem_id="view"):
            with gr.Row(elem_id="desk", equal_height=True):
                with gr.Column(min_width=260, elem_classes="card"):
                    pad = digit_pad(None if public else NOBODY)
                with gr.Column(min_width=260, elem_classes="card"):
                    reading = reading_panel()
                    in_use = InUseLine(service.recognizers.built_in)
                recent_drawings()
            training = TrainingCard(public, service.trainings.times)
            code_card(training.settings, public)
            cards = [training, in_use, CorrectionsCard(), ModelsCard(service.recognizers.built_in)]
        events = Events(service, names, store, pad, reading)
        events.add(*cards)
        _greet(page, events, shared)
        _read(events, pad.input, trigger_mode="always_last")
        _read(events, training.panel.model_changed)
    page.queue(max_size=CALLS_WAITING)
    look_less_often(page)
    return page


def shared_link(address: str) -> str:
    """Return HTML of a link to the page, and of its QR code for those who stand before it."""
    code = segno.make(address, error="m").svg_inline(
        scale=4, border=3, light="#fff", title=PAGE["code"]
    )
    link = html.escape(address)
    sentence = PAGE["shared"].format(link=f'<a href="{link}">{link}</a>')
    return f"<p>{sentence}</p>{code}"


def _greet(page: Page, events: Events, shared: gr.HTML) -> None:
    """Show a page its visitor's things, when it has been opened and when its server is back.

    A visitor whose cookie has not come gets a name for the page to hold.
    """
    names = events.names

    def greet(held: Any) -> Updates:
        events.service.readings.prepare_for_pictures()  # not before: it takes time from others
        if names.in_cookie or not names.are_strangers:
            held = NOBODY
        elif not names.known(held):
            held = names.new()
        about: Updates = {events.store: held, events.pad: gr.HTML(visitor=held)}
        if page.share_url:
            about[shared] = gr.HTML(shared_link(page.share_url), visible=True)
        return about | events.shown(events.visitor(held), events.cards)

    outputs = [events.store, events.pad, shared, *outputs_of(events.cards)]
    for event in (page.load, events.pad.retry):
        event(greet, [events.store], outputs, **PRIVATE)


def _read(events: Events, event: Any, **options: Any) -> None:
    """Have an event read what lies on the pad, where the pad's own route can't.

    With ``always_last`` there is one request in flight, and the newest drawing follows it: the
    last stroke is never lost.
    """
    readings = events.service.readings

    async def read(payload: Any, held: Any) -> dict[str, Any]:
        visitor, content = events.names.visitor(held), pad_content(payload)
        try:
            answer = await asyncio.wrap_future(readings.submit(visitor, content))
        except MnistCoreError as error:
            return refused(error, content)
        await asyncio.to_thread(readings.watch, visitor, answer)
        return shown(answer, content)

    event(read, [events.pad, events.store], events.reading, **PRIVATE, **options)
