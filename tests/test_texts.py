"""The words of the page: all in one place, each of them used, none of a term that was given up."""

import json
import re
from pathlib import Path

import pytest

import app
from mnist_core.web import texts
from mnist_core.web.assets import find_assets, read_assets
from mnist_core.web.workarounds.first_script import first_script
from tests.stubs import StubJob, reader
from tests.wording import faults

WEB = Path(texts.__file__).parent
PARTS = {name: part for name, part in vars(texts).items() if name.isupper()}
EACH = [(part, name, text) for part, of_it in PARTS.items() for name, text in of_it.items()]


@pytest.mark.parametrize(
    "text",
    ["99 % sure", "{count} % sure", "Upload", "the accuracy", "Shipped model", "a colour", "Grey"],
)
def test_the_check_of_words_can_fail(text):
    assert faults(text) != []
    assert faults("99\u00a0% sure. Open picture, read right, built-in model, color, gray") == []


def test_no_text_has_a_term_that_was_given_up_a_british_spelling_or_a_loose_percent_sign():
    assert [(part, name, faults(text)) for part, name, text in EACH if faults(text)] == []


def test_texts_may_stand_in_markup():
    for part, name, text in EACH:
        rest = re.sub("</?kbd>", "", text) if part == "HELP" else text
        assert not re.search(r"[<&\"`]|\$\{|\{\{", rest), (part, name)


def test_every_text_is_used():
    sources = {
        suffix: "\n".join(
            path.read_text() for path in WEB.rglob(f"*{suffix}") if path.name != "texts.py"
        )
        for suffix in (".py", ".js", ".html")
    }
    for part, name, _ in EACH:
        forms = {".py": rf"[\"']{name}[\"']", ".js": rf"\btexts\.{name}\b", ".html": rf"\${name}\b"}
        is_dynamic = re.fullmatch(r"a_\d", name)
        found = [suffix for suffix, form in forms.items() if re.search(form, sources[suffix])]
        assert found or is_dynamic, (part, name)


HEAD = "const texts = "


def scripts():
    """The scripts of the page, each with the texts that it knows."""
    config = app.build_demo(reader(), make_job=StubJob).config
    sources = [each["props"].get("js_on_load") for each in config["components"]]
    for source in [*filter(None, sources), first_script()]:
        own, _, rest = source.partition(";\n") if source.startswith(HEAD) else ("", "", source)
        yield rest, json.loads(own.removeprefix(HEAD) or "{}")


def test_a_script_names_no_text_that_its_part_does_not_have():
    for source, known in scripts():
        named = set(re.findall(r"\btexts\.(\w+)", source))
        assert named <= set(known)


def sentences_of_script(source):
    """Find strings of a script that are words for people."""
    code = re.sub(r"(?m)^\s*//.*$|\s// .*$", "", source)
    return re.findall(r"[\"`]([A-Z][a-z]+(?: [^\"`]*)?[.:?…]?)[\"`]", code)


def words_of_markup(source):
    """Find words for people in markup, without the names of keys."""
    rest = re.sub(r"<kbd>.*?</kbd>|\$\w+", "", source)
    named = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', rest)
    return re.findall("[A-Za-z]+", " ".join([*named, re.sub("<[^>]*>", "", rest)]))


def test_the_checks_for_words_elsewhere_can_fail():
    assert sentences_of_script('a("Draw a digit"); b(`Not ${c}`); // "No comment"') == [
        "Draw a digit",
        "Not ${c}",
    ]
    assert words_of_markup('<p title="A hint" id="x">$b or</p>') == ["A", "hint", "or"]


KEYS = {  # that scripts ask for, and names of the browser's own
    "Escape", "Delete", "Space", "Home", "End", "Enter", "Tab", "Files", "Event", "ArrowRight",
}  # fmt: skip


@pytest.mark.parametrize("name", [*find_assets(".js"), *find_assets(".html")])
def test_no_script_and_no_markup_has_words_of_its_own(name):
    source = read_assets(name)
    find = words_of_markup if name.endswith(".html") else sentences_of_script
    assert set(find(source)) - KEYS == set()
