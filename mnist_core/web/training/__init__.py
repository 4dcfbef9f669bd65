"""The training: recipe, buttons, progress, curves and result."""
