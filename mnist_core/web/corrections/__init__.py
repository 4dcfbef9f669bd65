"""The drawings that the visitor has labeled."""
