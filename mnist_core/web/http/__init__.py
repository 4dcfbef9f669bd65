"""HTTP around Gradio: what is refused, the pad's own route, and whether the server is there."""
