"""The two functions of the page that other programs may call.

    /predict        takes a drawing: a list of strokes, each a list of [x, y] points
    /predict_image  takes an uploaded picture

Both answer what ``Reading.as_dict`` gives: of several digits each with its box. Knows nothing of
the page itself.
"""

import asyncio
from typing import Any

import gradio as gr

from mnist_core.service.readings import PadContent, ReadingService
from mnist_core.web.http.uploads import NOT_UPLOADED, UPLOADS
from mnist_core.web.http.visitors import NOBODY

READINGS_AT_ONCE = 8  # per function; more of them wait their turn


def add_api(readings: ReadingService) -> None:
    """Add the functions to the page that is being built."""

    async def answer(content: PadContent) -> dict:
        answered = await asyncio.wrap_future(readings.submit(NOBODY, content))
        return answered.reading.as_dict()

    async def predict(drawing: list[list[list[float]]]) -> dict:
        """Read a drawing: a list of strokes, each a list of [x, y] points."""
        return await answer(PadContent(drawing, None))

    async def predict_image(picture: gr.FileData) -> dict:
        """Read a picture of a digit, dark on light or light on dark."""
        sent: Any = picture
        path = UPLOADS.find(sent.get("path") if isinstance(sent, dict) else None)
        if path is None:
            raise gr.Error(NOT_UPLOADED, print_exception=False)
        return await answer(PadContent([], path))

    for function in (predict, predict_image):
        gr.api(
            function,
            api_name=function.__name__,
            queue=False,
            concurrency_limit=READINGS_AT_ONCE,
        )
