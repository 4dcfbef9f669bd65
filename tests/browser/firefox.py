"""Firefox without a window, spoken to by WebDriver BiDi, which it understands by itself."""

import contextlib
import itertools
import json
import subprocess

from tests.browser.hand import SIDE
from tests.waiting import wait_until

PATIENCE = 60  # s; generous, for a loaded machine


@contextlib.contextmanager
def firefox(program, folder):
    """Run Firefox with its profile in an empty folder; gives a tab of it."""
    from websockets.sync.client import connect

    command = (program, "--headless", "--no-remote", "--profile", str(folder))
    process = subprocess.Popen(
        [*command, "--remote-debugging-port", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        told = wait_until(lambda: json_in(folder / "WebDriverBiDiServer.json"))
        address = f"ws://{told['ws_host']}:{told['ws_port']}/session"
        with connect(address, max_size=None, compression=None) as socket:
            yield Tab(socket)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def json_in(file):
    """Give what is in a file of JSON; None until it is written."""
    with contextlib.suppress(OSError, ValueError):
        return json.loads(file.read_text())


class Tab:
    """A page in Firefox, with a hand and eyes."""

    def __init__(self, socket):
        self._socket = socket
        self._ids = itertools.count(1)
        self.complaints = []  # of the page: errors that nobody caught, or in the console
        self._command("session.new", capabilities={})
        self._command("session.subscribe", events=["log.entryAdded"])
        # Of the tab that Firefox starts with, its own field for addresses has the focus: keys come
        # to the page there, but press no button.
        self._context = self._command("browsingContext.create", type="tab")
        self._do("browsingContext.activate")
        self._do("browsingContext.setViewport", viewport={"width": 1280, "height": 900})

    def _command(self, method, **params):
        asked = next(self._ids)
        self._socket.send(json.dumps({"id": asked, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE))
            if answer["type"] == "event" and answer["params"]["level"] == "error":
                self.complaints.append(answer["params"]["text"])
            if answer.get("id") == asked:
                assert answer["type"] == "success", answer
                return answer["result"]

    def _do(self, method, **params):
        return self._command(method, **self._context, **params)

    def open(self, address):
        self._do("browsingContext.navigate", url=address, wait="complete")

    def reload(self):
        self._do("browsingContext.reload", wait="complete")

    def _evaluate(self, expression):
        answer = self._command(
            "script.evaluate", expression=expression, target=self._context, awaitPromise=False
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return answer["result"]

    def value(self, expression):
        """Give the value of an expression in the page."""
        return json.loads(self._evaluate(f"JSON.stringify({expression} ?? null)")["value"])

    def expect(self, condition):
        """Wait until an expression is true."""
        wait_until(
            lambda: self.value(f"Boolean({condition})"),
            lambda: (condition, self.value("document.body.innerText")),
        )

    def expect_text(self, selector, text):
        """Wait until an element has a text in it."""
        self.expect(f"document.querySelector({selector!r})?.textContent.includes({text!r})")

    def expect_read(self, number):
        """Wait until what is on the pad is read as a number, or as ``"none"``."""
        self.expect(f"document.querySelector('#reading')?.dataset.number === {number!r}")

    def _box(self, selector):
        return self.value(
            f"(({{ left, top, width, height }}) => [left, top, width, height])"
            f"(document.querySelector({selector!r}).getBoundingClientRect())"
        )

    def _act(self, kind, actions, **parameters):
        source = {"type": kind, "id": kind, "actions": actions, **parameters}
        self._do("input.performActions", actions=[source])

    def _point(self, actions):
        self._act("pointer", actions, parameters={"pointerType": "mouse"})

    def draw(self, strokes):
        """Draw with the mouse, in logical pixels of the pad."""
        left, top, width, _ = self._box("#digit-pad canvas")
        actions = []
        for stroke in strokes:
            for index, (x, y) in enumerate(stroke):
                place = {"x": round(left + x * width / SIDE), "y": round(top + y * width / SIDE)}
                actions.append({"type": "pointerMove", "duration": 20, **place})
                if index == 0:
                    actions.append({"type": "pointerDown", "button": 0})
            actions.append({"type": "pointerUp", "button": 0})
        self._point(actions)

    def click(self, selector):
        """Click in the middle of an element."""
        self.value(f"document.querySelector({selector!r}).scrollIntoView({{ block: 'center' }})")
        left, top, width, height = self._box(selector)
        place = {"x": round(left + width / 2), "y": round(top + height / 2)}
        press = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._point([{"type": "pointerMove", **place}, *press])

    def press(self, key, times=1, held=""):
        """Press a key while others are held, as WebDriver writes them."""
        down, up = (
            [{"type": kind, "value": each} for each in held] for kind in ("keyDown", "keyUp")
        )
        once = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self._act("key", [*down, *once * times, *up])

    def choose_file(self, selector, path):
        """Choose a file in a field for files."""
        field = self._evaluate(f"document.querySelector({selector!r})")
        element = {"sharedId": field["sharedId"]}
        self._do("input.setFiles", element=element, files=[str(path)])
