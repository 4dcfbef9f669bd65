"""What Gradio by itself still does; where one of these fails, a workaround of the page can go."""

import gradio as gr
import pytest
from playwright.sync_api import expect

from tests.pages import free_port

REFUSED = """
for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
}
"""
COUNTED = """
window.counts = 0;
const ask = window.requestAnimationFrame;
window.requestAnimationFrame = (callback) => {
    counts += /performance\\.now\\(\\)-.+\\/1e3/.test(callback);
    return ask(callback);
};
"""


@pytest.fixture(scope="module")
def bare(browser):
    """A page with nothing of ours but a text, and a browser's state."""
    with gr.Blocks(analytics_enabled=False) as demo:
        gr.BrowserState("", storage_key="x", secret="x")
        text = gr.HTML("loading")
        demo.load(lambda: "ready", None, text, queue=False)
    _, address, _ = demo.launch(
        prevent_thread_lock=True, quiet=True, server_port=free_port(), ssr_mode=False
    )
    yield address
    demo.close(verbose=False)


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def test_gradio_by_itself_shows_nothing_where_storage_is_refused(page, bare):
    page.goto(bare)
    expect(page.get_by_text("ready")).to_be_visible()  # where it is not
    page.add_init_script(REFUSED)
    with page.expect_event("pageerror"):
        page.reload()
    expect(page.get_by_text("ready")).to_have_count(0)


def test_gradio_by_itself_speaks_the_language_of_the_browser(browser, bare):
    page = browser.new_page(locale="de-DE")
    page.goto(bare)
    expect(page.locator(".show-api")).to_contain_text("verwenden")
    assert page.evaluate("document.documentElement.lang") == "de"
    page.close()


def test_gradio_by_itself_asks_for_frames_for_ever(page, bare):
    page.add_init_script(COUNTED)
    page.goto(bare)
    expect(page.get_by_text("ready")).to_be_visible()
    counted = page.evaluate("counts")
    page.wait_for_function("before => counts > before + 100", arg=counted)
