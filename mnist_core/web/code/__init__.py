"""The code: the chosen recipe as a program. Knows nothing of what is trained here."""
