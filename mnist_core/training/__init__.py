"""Recipes and how they are carried out, in this process or in one of its own.

Knows nothing of visitors or pages.
"""
