"""The reading: the answer in words, a chip a digit, bars in fixed order, and what the model saw.

Knows how to say a reading, not how it comes about.
"""

import base64
from collections.abc import Sequence
from typing import Any

import gradio as gr

from mnist_core.data.catalog import class_names
from mnist_core.errors import MnistCoreError
from mnist_core.ink.drawing import Part
from mnist_core.model.reading import Reading, Symbol
from mnist_core.service.readings import Answer, PadContent, SecondReading
from mnist_core.web.assets import markup, script
from mnist_core.web.figures import percent
from mnist_core.web.texts import COMMON, READING

DIGIT_NAMES = tuple("0123456789")
_SCRIPTS = ("common.js", "reading/symbols.js", "reading/chips.js", "reading/reading.js")


def reading_panel() -> gr.HTML:
    """Make the panel; it shows what ``reading_value`` or ``refusal_value`` returns.

    Its ``.input`` fires when the visitor says what the drawing really is; pass what it sends to
    ``reading_correction``, and answer it with ``correction_value``.
    """
    return gr.HTML(
        BLANK_VALUE,
        html_template=markup("reading/reading.html", READING),
        js_on_load=script(*_SCRIPTS, texts=READING),
        apply_default_css=False,
        offline=OFFLINE_VALUE,
        refusal=refusal_value(READING["reload"]),
    )


def reading_value(
    reading: Reading,
    *,
    correctable: bool = False,
    names: Sequence[str] | None = None,
    other: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Turn a reading into what ``reading.js`` shows.

    Args:
        reading: of the model in use.
        correctable: whether a visitor may say what a digit of it really is.
        names: of the ten classes, where they are not digits.
        other: of ``second_value``, how a second model reads the same.
    """
    answer, note = words(reading, names)
    if reading.unread:
        note = f"{note.removesuffix('.')}. {READING['unread']}"
    return {
        "state": reading.state,
        "digit": reading.digit,
        "number": reading.number,
        "digits": [_symbol_value(each) for each in reading.digits],
        "shown": reading.shown,
        "answer": answer,
        "note": note,
        "spoken": _spoken(reading, answer, note),
        "probabilities": [round(p, 4) for p in reading.probabilities],
        "refused": False,
        "correctable": correctable,
        "names": None if names is None else list(names),
        "other": other,
    }


def _symbol_value(symbol: Symbol) -> dict[str, Any]:
    """Say how one digit was read, where it is, and of which strokes it is made.

    A part is a stroke's position in the drawing, its first point, and its end, excluded.
    """
    return {
        "state": symbol.state,
        "digit": symbol.digit,
        "sure": "" if symbol.digit is None else _sure(symbol.confidence),
        "sure_short": _sure(symbol.confidence, "more_than"),
        "shares": _shares(symbol),
        "candidates": list(symbol.candidates),
        "ink": base64.b64encode(symbol.ink.tobytes()).decode(),
        "box": _box(symbol),
        "parts": [list(part) for part in symbol.parts],
    }


def _shares(symbol: Symbol) -> list[float]:
    """Share one among the ten digits and, last, that it is no digit.

    So the bar of a digit is as long as its reading is sure.
    """
    is_digit = 1.0 - symbol.no_digit
    return [
        round(share, 4) for share in (*(is_digit * p for p in symbol.probabilities), 1 - is_digit)
    ]


def _box(symbol: Symbol) -> list[float]:
    return [round(edge, 1) for edge in symbol.box]


def second_value(second: SecondReading) -> dict[str, Any]:
    """Say how a second model reads the same."""
    return {
        "name": second.name,
        "answer": words(second.reading, class_names(second.dataset))[0],
        "digits": [{"box": _box(each), "shares": _shares(each)} for each in second.reading.digits],
    }


def shown(answer: Answer, content: PadContent) -> dict[str, Any]:
    """Say what the page shows of what lies on its pad."""
    is_blank = answer.reading.state == "blank"
    second = None if is_blank else answer.second
    value = reading_value(
        answer.reading,
        names=class_names(answer.dataset),
        correctable=answer.dataset == "mnist",
        other=None if second is None else second_value(second),
    )
    if content.picture is not None and is_blank:
        crop = READING["nothing_found_note"]
        value |= {"answer": READING["nothing_found"], "note": crop, "spoken": crop}
    return {**value, "drawing": content.number}


def refused(error: MnistCoreError, content: PadContent) -> dict[str, Any]:
    """Say why what lies on the pad was not read."""
    return {**refusal_value(str(error)), "drawing": content.number}


def reading_correction(payload: Any) -> int | None:
    """Unpack the digit that the visitor says is right; None for junk."""
    digit = payload.get("correction") if isinstance(payload, dict) else None
    return digit if type(digit) is int and 0 <= digit <= 9 else None


def reading_parts(payload: Any) -> tuple[Part, ...] | None:
    """Unpack which parts of the drawing are meant; None for all of it, () for junk."""
    parts = payload.get("parts") if isinstance(payload, dict) else None
    if parts is None:
        return None
    if not isinstance(parts, list) or not all(map(_is_part, parts)):
        return ()
    return tuple((stroke, first, end) for stroke, first, end in parts)


def _is_part(part: Any) -> bool:
    return isinstance(part, list) and [type(each) for each in part] == [int, int, int]


def reading_undo(payload: Any) -> tuple[str, int | None] | None:
    """Unpack which correction is taken back, and its label before; None for junk."""
    if not isinstance(payload, dict) or not isinstance(payload.get("undo"), str):
        return None
    return payload["undo"], reading_correction({"correction": payload.get("before")})


def reading_serial(payload: Any) -> int:
    """Unpack the number of what is asked for, which grows; 0 for junk."""
    serial = payload.get("serial") if isinstance(payload, dict) else None
    return serial if type(serial) is int else 0


def correction_value(
    sentence: str,
    serial: int = 0,
    *,
    label: int | None = None,
    correction_id: str | None = None,
    before: int | None = None,
) -> dict[str, Any]:
    """Say what came of a correction.

    Args:
        sentence: for people.
        serial: which one was asked for.
        label: that the drawing has now; None without any.
        correction_id: of what can be taken back; None for nothing.
        before: the label that the drawing had before.
    """
    saved = {"text": sentence, "serial": serial, "label": label}
    return {"saved": saved | {"id": correction_id, "before": before}}


def refusal_value(sentence: str) -> dict[str, Any]:
    """Say why a drawing or a picture was not read."""
    answer = READING["refused"]
    spoken = f"{answer}. {sentence}"
    about = {"answer": answer, "note": sentence, "spoken": spoken, "refused": True}
    return {**BLANK_VALUE, **about}


def words(reading: Reading, names: Sequence[str] | None = None) -> tuple[str, str]:
    """Say a reading: the answer, and a sentence about it; ``names`` are the classes', if any."""
    called = names or DIGIT_NAMES
    if reading.state == "blank":
        return READING["blank"], READING["blank_note"]
    if len(reading.digits) > 1:
        return _words_of_several(reading)
    if reading.state == "not-a-digit":
        most = max(range(len(called)), key=reading.probabilities.__getitem__)
        return READING["not_a_digit"], READING["looks_like"].format(name=_named(most, names))
    if reading.state == "unsure":
        *others, last = [called[digit] for digit in reading.candidates]
        choice = READING["or"].format(first=", ".join(others), last=last)
        note = READING["either" if len(others) == 1 else "any"]
        return READING["unsure"].format(digits=choice), note
    return called[reading.digit or 0], READING["sure"].format(percent=_sure(reading.confidence))


def _named(digit: int, names: Sequence[str] | None) -> str:
    """Name a class within a sentence."""
    return COMMON[f"a_{digit}"] if names is None else names[digit]


def _words_of_several(reading: Reading) -> tuple[str, str]:
    """Say a number; what is no digit in it is a question mark."""
    seen = [each for each in reading.digits if not each.is_speck]
    text = "".join("?" if each.digit is None else str(each.digit) for each in seen)
    if reading.number is None:
        return text, READING["not_all_digits"]
    if reading.state == "sure":
        return text, READING["sure"].format(percent=_sure(reading.confidence))
    note = READING["dot_beside" if len(seen) < len(reading.digits) else "not_all_clear"]
    return READING["unsure"].format(digits=text), note


def _spoken(reading: Reading, answer: str, note: str) -> str:
    """Say the same for those who hear it."""
    ends = note[:1].upper() + note[1:].removesuffix(".") + "."
    if reading.number is not None and (len(reading.digits) > 1 or reading.state == "sure"):
        named = reading.number if len(reading.digits) > 1 else answer
        return f"{READING['read_as'].format(answer=named)} {ends}"
    if len(reading.digits) > 1:
        no_digit = READING["no_digit"]
        seen = ", ".join(no_digit if s.digit is None else str(s.digit) for s in reading.digits)
        return f"{READING['read_as'].format(answer=seen)} {ends}"
    return f"{answer} {ends}" if answer.endswith("?") else f"{answer}. {ends}"


def _sure(fraction: float, over: str = "over") -> str:
    """Round, but never to a certainty that is not there; ``over`` names the text for that."""
    if fraction >= 0.995:
        return COMMON[over].format(percent=percent(99))
    return percent(min(100 * fraction, 99))


BLANK_VALUE: dict[str, Any] = {
    "state": "blank",
    "digit": None,
    "number": None,
    "digits": [],
    "shown": 0,
    "answer": READING["blank"],
    "note": READING["blank_note"],
    "spoken": f"{READING['blank']}. {READING['blank_note']}",
    "probabilities": [0.0] * 10,
    "refused": False,
    "correctable": True,
    "names": None,
    "other": None,
    "drawing": 0,  # number that the pad gave what was read
}


def _unread_value(state: str, answer: str, note: str) -> dict[str, Any]:
    spoken = f"{answer}. {note}"
    return {**BLANK_VALUE, "state": state, "answer": answer, "note": note, "spoken": spoken}


OFFLINE_VALUE = _unread_value("offline", READING["offline"], READING["offline_note"])
# The pad asks again.
LOADING_VALUE = _unread_value("loading", READING["loading"], READING["loading_note"])
