"""Sends what Gradio prints of an event that fails to the log.

Gradio 6.31.0 prints a traceback for whatever an event raises, a visitor's mistake or not, past all
logging. ``test_gradio_prints_tracebacks_past_the_log`` tells when this can go.
"""

import logging
import sys
import traceback
from typing import Any

import gradio as gr
import gradio.queueing
import gradio.routes

logger = logging.getLogger(__name__)


class _Logged:
    """Stands in for the module ``traceback`` in Gradio's modules."""

    def print_exc(self, *_: Any, **__: Any) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, gr.Error):
            logger.exception("an event failed")

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)


def log_tracebacks() -> None:
    """Have Gradio log what it would print."""
    for module in (gradio.routes, gradio.queueing):
        module.traceback = _Logged()
