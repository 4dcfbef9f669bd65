"""Many visitors at once: whose models read, what trains, and what waits.

Knows nothing of Gradio, HTTP or what a page shows.
"""
