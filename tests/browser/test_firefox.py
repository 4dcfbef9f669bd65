"""The main ways through the page in Firefox."""

import importlib.util
import shutil

import pytest

from tests.browser.conftest import SMALL, running
from tests.browser.firefox import firefox
from tests.browser.hand import draw_picture
from tests.drawings import SEVEN
from tests.machine import is_missing

UP, DOWN = "\ue013", "\ue015"  # arrows, as WebDriver writes them
TAB, ENTER, SHIFT = "\ue004", "\ue007", "\ue008"
MOST_STOPS = 60  # of the Tab key, on all of the page


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        is_missing("There is no Firefox on this machine: install Debian's package firefox-esr.")
    if importlib.util.find_spec("websockets") is None:
        is_missing("Firefox can't be spoken to: pip install websockets.")
    with firefox(program, tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture(scope="module")
def address(tab, tmp_path_factory):  # so that no server starts where no Firefox can visit it
    with running("--folder", str(tmp_path_factory.mktemp("kept")), program=SMALL) as (_, address):
        yield address


@pytest.fixture
def page(tab, address):
    """The page with an empty pad; it may complain of nothing."""
    tab.open(address)
    tab.expect_text(".run-model", "In use")
    yield tab
    tab.value("sessionStorage.clear()")  # or the next test would find what this one has drawn
    assert tab.complaints == []


def test_a_drawn_seven_is_read_and_stays_over_a_reload(page):
    page.draw(SEVEN)
    page.expect_read("7")
    page.reload()
    page.expect_read("7")
    page.click("#clear")
    page.expect_read("none")


def test_two_sevens_are_a_number(page):
    for left in (10, 150):
        page.draw([[[left + 0.8 * (x - 80), 50 + 0.8 * y] for x, y in SEVEN[0]]])
    page.expect_read("77")


def test_who_has_only_keys_draws_a_one(page):
    page.value("document.querySelector('#digit-pad canvas').focus()")
    page.press(UP, 8)
    page.press(" ")
    page.press(DOWN, 16)
    page.press(" ")
    page.expect_read("1")


def test_a_picture_is_opened_and_read(page, tmp_path):
    seven = draw_picture(tmp_path / "seven.png", [(150, 60), (260, 60), (190, 240)])
    page.choose_file("#picture-file", seven)
    page.expect_read("7")
    page.expect("!document.querySelector('.pad-backdrop').hidden")


def test_a_correction_is_saved_and_taken_back(page):
    page.draw(SEVEN)
    page.expect_read("7")
    page.click("#correct [data-digit='1']")
    page.expect_text(".reading-saved", "Saved as a 1 in My handwriting")
    page.expect("document.querySelectorAll('.corrections-list li').length === 1")
    page.click("#undo-correction")
    page.expect("document.querySelectorAll('.corrections-list li').length === 0")


def test_a_training_is_watched_ended_early_and_judged(page):
    page.draw(SEVEN)
    page.expect_read("7")
    page.click("#retrain")
    page.expect("Number(document.querySelector('#progress').ariaValueNow) > 0")
    page.expect("/[0-9]/.test(document.querySelector('.live-digit').textContent)")
    page.value("document.querySelector('#finish').click()")  # it moves as the panel grows
    page.expect("document.querySelector('#keep')?.checkVisibility()")
    page.expect_text(".comparison-verdict", "The new model is")
    page.value("document.querySelector('#back').click()")
    page.expect_text("#in-use", "Read by “Built-in model”.")


def go_to(page, name):
    """Go to an element with the Tab key."""
    for _ in range(MOST_STOPS):
        page.press(TAB)
        if page.value("document.activeElement.id") == name:
            return
    pytest.fail(f"the Tab key does not come to {name}")


def test_who_has_only_keys_trains_a_model_and_keeps_it(page):
    go_to(page, "retrain")
    page.press(ENTER)
    page.expect("document.activeElement.id === 'stop'")
    page.expect("Number(document.querySelector('#progress').ariaValueNow) > 0")
    page.press(TAB, held=SHIFT)
    page.expect("document.activeElement.id === 'finish'")
    page.press(" ")
    page.expect("document.activeElement.id === 'back'")  # the model is worse after so few steps
    page.press(TAB, held=SHIFT)
    page.expect("document.activeElement.id === 'keep'")
    page.press(" ")
    page.expect("document.activeElement.id === 'retrain'")
    page.expect("document.querySelectorAll('.model').length === 2")
