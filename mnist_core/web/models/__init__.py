"""The models, and what may be done with each."""
