"""The page: the only Gradio inside the core's folder; the table in the README says what is where.

Nothing in the core imports this package.
"""
