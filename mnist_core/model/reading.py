"""What a drawing or picture was read as.

This module knows nothing of networks, or of how it is read.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mnist_core.ink.drawing import Part
from mnist_core.ink.frame import IMAGE_SIZE
from mnist_core.ink.proposals import Box
from mnist_core.labels import DIGITS

State = Literal["blank", "sure", "unsure", "not-a-digit"]
DOUBT = 3.0  # how much a log-probability weighs against the prices of form
LEAST_CANDIDATE = 0.05  # share under which a third digit is not named as a candidate


def likely(probabilities: Sequence[float]) -> tuple[int, ...]:
    """The two or three digits that it may be, by ten probabilities; best first."""
    first, second, third, *_ = sorted(range(DIGITS), key=lambda digit: -probabilities[digit])
    is_named = probabilities[third] >= LEAST_CANDIDATE
    return (first, second, third) if is_named else (first, second)


@dataclass(frozen=True)
class Symbol:
    """What the network sees in one piece of ink: a digit, or something that is none."""

    state: State  # never blank
    digit: int | None  # None where it is no digit
    confidence: float  # 0 to 1: the chance that it is a digit, and the most probable one
    probabilities: tuple[float, ...]  # ten, sum 1, given that it is a digit
    candidates: tuple[int, ...]  # best first: one if sure, two or three if unsure, else none
    ink: np.ndarray  # (28, 28) uint8, 255 = full ink: what the network saw
    box: Box  # around it: x0, y0, x1, y1 in the drawing's unit, or in pixels of the picture
    parts: tuple[Part, ...] = ()  # of the drawing's strokes; none of a picture
    is_speck: bool = False  # too small to be a digit, or to keep the rest from being a number

    @property
    def no_digit(self) -> float:
        """The chance that it is no digit, 0 to 1."""
        return max(0.0, 1.0 - self.confidence / max(self.probabilities))

    @property
    def best(self) -> int:
        """The most probable digit, whether it is sure or rejected."""
        return int(np.argmax(self.probabilities))

    def rejected(self) -> "Symbol":
        """Return it as no digit."""
        return replace(self, state="not-a-digit", digit=None, candidates=())

    def doubted(self) -> "Symbol":
        """Return it as its most probable digit, unsure."""
        candidates = likely(self.probabilities)
        return replace(self, state="unsure", digit=candidates[0], candidates=candidates)

    def as_dict(self) -> dict[str, object]:
        """Return the symbol as the API and the command line give it."""
        return {**_answer(self), "box": list(self.box)}


@dataclass(frozen=True)
class Reading:
    """What the network sees in one drawing or picture.

    Of several symbols ``digit`` is None, unless all but one are specks. ``confidence`` is the
    product of theirs, the chance that all are right; the state is that of the weakest, and with a
    speck never sure. ``probabilities``, ``candidates`` and ``ink`` are those of the symbol that
    is shown, ``digits[shown]``: the one drawn last, or the last of a picture.
    """

    state: State
    digit: int | None  # None where it is blank, no digit, or several
    confidence: float  # 0 to 1
    probabilities: tuple[float, ...]  # ten, sum 1, given that it is a digit; zeros where blank
    candidates: tuple[int, ...]  # best first: one if sure, two or three if unsure, else none
    ink: np.ndarray  # (28, 28) uint8, 255 = full ink: what the network saw
    number: str | None = None  # the text of all digits; None where something in it is no digit
    digits: tuple[Symbol, ...] = ()  # in reading order, with those that are no digit
    shown: int = 0
    unread: int = 0  # pieces of a picture that were left out, though they may be worth reading

    @classmethod
    def of(cls, symbols: Sequence[Symbol], shown: int = 0, unread: int = 0) -> "Reading":
        """Say what symbols, in reading order and at least one, make together."""
        main, counted = symbols[shown], [each for each in symbols if not each.is_speck]
        digits = [str(each.digit) for each in counted if each.digit is not None]
        number = "".join(digits) if counted and len(digits) == len(counted) else None
        states = {each.state for each in counted}
        state: State
        if number is None:
            state = "not-a-digit"
        elif "unsure" in states or len(counted) < len(symbols):
            state = "unsure"
        else:
            state = "sure"
        return cls(
            state=state,
            digit=int(number) if number is not None and len(number) == 1 else None,
            confidence=math.prod(each.confidence for each in counted or symbols),
            probabilities=main.probabilities,
            candidates=main.candidates,
            ink=main.ink,
            number=number,
            digits=tuple(symbols),
            shown=shown,
            unread=unread,
        )

    @property
    def best(self) -> int | None:
        """The most probable digit, whether it is sure or rejected; None for blank or several."""
        text = self.best_number
        return int(text) if text is not None and len(text) == 1 else None

    @property
    def best_number(self) -> str | None:
        """The most probable digit of each symbol, whether it is sure or rejected, as text."""
        if self.state == "blank":
            return None
        counted = [each for each in self.digits if not each.is_speck] or self.digits
        return "".join(str(each.best) for each in counted)

    def as_dict(self) -> dict[str, object]:
        """Return the reading as the API and the command line give it.

        ``unread`` is there only where a picture holds more than was read.
        """
        digits = [each.as_dict() for each in self.digits]
        more = {"unread": self.unread} if self.unread else {}
        return {**_answer(self), "number": self.number, "digits": digits, **more}


def _answer(read: Symbol | Reading) -> dict[str, object]:
    return {
        "digit": read.digit,
        "confidence": read.confidence,
        "probabilities": list(read.probabilities),
        "state": read.state,
    }


BLANK = Reading(
    state="blank",
    digit=None,
    confidence=0.0,
    probabilities=(0.0,) * DIGITS,
    candidates=(),
    ink=np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8),
)


def log_weight(probability: float) -> float:
    """Return a probability's logarithm, as much as it weighs against the prices of a form.

    One below one in a million counts as one in a million.
    """
    return DOUBT * math.log(max(probability, 1e-6))
