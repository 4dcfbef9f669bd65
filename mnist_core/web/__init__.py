"""The page: the only Gradio inside the core's folder; the tree in the README says what is where.

A card of the page is a folder here: its ``card.py`` (a ``Card`` of ``card.py``), markup, styles and
scripts; ``page.py`` lays it out, and ``texts.py`` has its words.

Nothing in the core imports this package.
"""
