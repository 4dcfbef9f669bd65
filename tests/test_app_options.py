"""What the options of ``app.py`` say, and what the environment says where they don't."""

import re

import pytest

from mnist_core.app_options import parse


def test_the_environment_sets_host_and_port_and_a_space_is_public(monkeypatch):
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7999")
    monkeypatch.setenv("SPACE_ID", "someone/digits")
    options = parse([])
    assert (options.host, options.port, options.public) == ("0.0.0.0", 7999, True)


@pytest.mark.parametrize("path", ["/digits", "/digits/"])
def test_the_path_that_a_proxy_puts_in_front_may_end_in_a_slash(path):
    assert parse(["--root-path", path]).root_path == "/digits"


def test_the_password_may_come_from_the_environment_or_a_file(monkeypatch, tmp_path):
    path = tmp_path / "login"
    path.write_text("anna:secret:with:colons\n")
    assert parse(["--auth-file", str(path)]).auth == ("anna", "secret:with:colons")
    monkeypatch.setenv("DRAW_A_DIGIT_AUTH", "ben:secret")
    assert parse([]).auth == ("ben", "secret")
    assert parse(["--auth", "carl:secret"]).auth == ("carl", "secret")


@pytest.mark.parametrize("content", [None, "", "anna", ":x", "anna:"])
def test_a_file_without_a_login_is_one_line_that_tells_no_secret(tmp_path, capsys, content):
    path = tmp_path / "login"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SystemExit) as end:
        parse(["--auth-file", str(path)])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1


def test_the_help_says_that_others_can_see_what_is_given_on_the_command_line(capsys):
    with pytest.raises(SystemExit):
        parse(["--help"])
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "Other users of this machine can see what is given here" in said
