"""What Gradio forces on the page.

Each file names the cause, the version it was seen in, and the test that fails when it can go.
"""
