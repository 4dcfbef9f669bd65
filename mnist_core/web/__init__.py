"""The page: the only Gradio inside the core's folder.

    pad            where one draws, or puts a picture
    reading        what the model makes of it
    training_panel how a training goes, and what it gave
    studio         the models in memory and the one training that may run (no Gradio)
    examples       ready drawings for the pad (no Gradio)
    guard          keeps junk that comes over HTTP from becoming a server error (no Gradio)
    page           puts them together

Nothing in the core imports this package.
"""
