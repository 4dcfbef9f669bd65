"""The outline of the page, shown until Gradio's scripts have put the page there."""
