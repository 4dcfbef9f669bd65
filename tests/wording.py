"""What no text of the page may have."""

import re

# A line could break before the sign.
LOOSE_PERCENT = r"[\d}] %"
# Another word is used for each of these: read right, open or import, built-in, cancel.
RETIRED = r"(?i)\b(accuracy|accurate|upload\w*|shipped|stopped|abort\w*)\b"
BRITISH = (
    r"(?i)\b\w*(colour|behaviour|favour|neighbour|honour|labelled|labelling|cancelled|cancelling"
    r"|modelled|centre|grey|licence|catalogue|analyse|organis|recognis|normalis|optimis|initialis"
    r"|minimis|maximis|summaris|visualis)\w*"
)


def faults(text):
    """Find what a text has and should not have."""
    patterns = (LOOSE_PERCENT, RETIRED, BRITISH)
    return [found[0] for pattern in patterns for found in re.finditer(pattern, text)]
