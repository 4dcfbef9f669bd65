"""The page where the browser keeps things for it, and where it refuses to."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import running, slow_down
from tests.browser.hand import draw
from tests.drawings import SEVEN, moved

# Chromium's settings, as its file of preferences has them.
ALLOWED = {"cookie_controls_mode": 0, "block_third_party_cookies": False}
NOT_IN_FRAMES = {"cookie_controls_mode": 1, "block_third_party_cookies": True}
NOWHERE = {"default_content_setting_values": {"cookies": 2}}

STORES = "() => { try { localStorage.length; return true; } catch { return false; } }"


@pytest.fixture
def open_browser(chromium, tmp_path):
    """Open a browser of its own, with settings; gives a page."""
    contexts, errors = [], []
    kind, options = chromium

    def start(settings):
        (tmp_path / "Default").mkdir()
        (tmp_path / "Default" / "Preferences").write_text(json.dumps({"profile": settings}))
        size = {"width": 1000, "height": 1500}
        contexts.append(kind.launch_persistent_context(str(tmp_path), **options, viewport=size))
        page = contexts[0].new_page()
        slow_down(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield start
    for context in contexts:
        context.close()
    assert errors == []


@contextlib.contextmanager
def framing(address):
    """Serve a page that shows ours, and another text of our server, in frames of another site."""
    ours = f"http://localhost:{urlsplit(address).port}"  # not the site 127.0.0.1

    class OtherPage(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(
                f'<link rel="icon" href="data:,"><iframe name="ours" src="{ours}" width="960" '
                f'height="1400"></iframe><iframe name="text" src="{ours}/robots.txt">'
                "</iframe>".encode()
            )

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), OtherPage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def other_site(public_address):
    with framing(public_address) as address:
        yield address


def read_and_correct(page, view):
    """Draw, correct, and change the correction: the server must know the same visitor each time."""
    expect(view.locator("#probabilities [role=meter]")).to_have_count(10)
    expect(view.locator(".run-model")).to_contain_text("Built-in")  # the server knows the visitor
    visitors = set()

    def note(request):
        if request.url.endswith("/read"):
            visitors.add(request.post_data_json["visitor"])

    page.on("request", note)
    draw(view, SEVEN)
    expect(view.locator("#reading")).to_have_attribute("data-digit", "7")
    view.locator("#correct [data-digit='4']").click()
    expect(view.locator(".reading-saved")).to_have_text("Saved as a 4 in My handwriting.")
    label = view.get_by_label("Label of drawing 1")
    expect(label).to_have_value("4")
    label.select_option("9")
    view.locator("#clear").click()
    draw(view, moved(SEVEN, 0.8, right=20, down=20))  # another drawing, with a label of its own
    expect(view.locator("#reading")).to_have_attribute("data-digit", "7")
    view.locator("#correct [data-digit='3']").click()
    expect(view.get_by_label("Label of drawing 2")).to_have_value("3")
    expect(label).to_have_value("9")
    assert len(visitors) == 1


@pytest.mark.parametrize(
    ("settings", "stores"), [(ALLOWED, True), (NOT_IN_FRAMES, False), (NOWHERE, False)]
)
def test_in_a_frame_of_another_site_the_page_works_and_says_what_is_not_kept(
    open_browser, other_site, settings, stores
):
    page = open_browser(settings)
    page.goto(other_site)
    text, ours = page.frame("text"), page.frame("ours")
    text.wait_for_load_state()
    assert text.evaluate(STORES) == stores  # where no script of ours has run
    read_and_correct(page, ours)
    expect(ours.locator("#forgetful")).to_be_visible(visible=not stores)


@pytest.mark.parametrize(("settings", "stores"), [(ALLOWED, True), (NOWHERE, False)])
def test_by_itself_the_page_works_and_says_what_is_not_kept(
    open_browser, public_address, settings, stores
):
    page = open_browser(settings)
    page.goto(f"{public_address}gradio_api/app_id")
    assert page.evaluate(STORES) == stores
    page.goto(public_address)
    read_and_correct(page, page)
    expect(page.locator("#forgetful")).to_be_visible(visible=not stores)


def test_where_everything_is_kept_on_the_server_nothing_is_said(
    open_browser, start_server, tmp_path_factory
):
    page = open_browser(NOWHERE)
    page.goto(start_server("--folder", str(tmp_path_factory.mktemp("kept")))[1])
    read_and_correct(page, page)
    expect(page.locator("#forgetful")).to_have_count(0)


def test_a_full_storage_can_still_be_read_and_takes_what_is_written_while_the_page_is_open(
    open_browser, public_address
):
    page = open_browser(ALLOWED)
    page.goto(f"{public_address}gradio_api/app_id")
    page.evaluate(
        """() => {
            localStorage.setItem("known", "before");
            for (let size = 2 ** 22, i = 0; size >= 1; size /= 2) {
                try {
                    while (true) localStorage.setItem(i++, "x".repeat(size));
                } catch { /* go on with less */ }
            }
        }"""
    )
    page.goto(public_address)
    read_and_correct(page, page)
    expect(page.locator("#forgetful")).to_be_visible()
    page.evaluate("localStorage.setItem('new', 1)")
    found = "['known', 'new', 'none'].map((name) => localStorage.getItem(name))"
    assert page.evaluate(found) == ["before", "1", None]


def log_in(view, password):
    view.get_by_label("username").fill("teacher")
    view.get_by_label("password").fill(password)
    view.get_by_role("button", name="Login").click()


@pytest.fixture(scope="module")
def locked_address(browser, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("kept"))
    with running("--folder", folder, DRAW_A_DIGIT_AUTH="teacher:chalk") as (_, address):
        yield address


def test_who_logs_in_gets_the_page_and_is_told_what_was_wrong_before(open_browser, locked_address):
    page = open_browser(ALLOWED)
    page.goto(locked_address)
    log_in(page, "cheese")
    expect(page.locator("#login-note")).to_contain_text("The name or the password is wrong")
    log_in(page, "chalk")
    read_and_correct(page, page)


def test_in_a_frame_that_keeps_no_cookie_the_login_says_so_and_offers_its_own_tab(
    open_browser, locked_address
):
    page = open_browser(ALLOWED)
    with framing(locked_address) as other_site:
        page.goto(other_site)
        ours = page.frame("ours")
        log_in(ours, "chalk")
        note = ours.locator("#login-note")
        expect(note).to_contain_text("keeps no cookie")
        with page.expect_popup() as popup:
            note.get_by_role("link").click()
        log_in(popup.value, "chalk")
        expect(popup.value.locator("#digit-pad canvas")).to_be_visible()
