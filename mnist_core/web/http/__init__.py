"""HTTP around Gradio: what is refused, what is limited, who asks, and the page's own routes.

``application`` puts its middleware around Gradio; ``headers`` is the outermost, ``calls`` the
innermost. A limit stands at the top of the file that it is about: that of an upload in ``uploads``.
"""
