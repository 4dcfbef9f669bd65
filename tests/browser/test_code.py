"""The card that shows the chosen recipe as a program."""

import json

from playwright.sync_api import expect

from tests.browser.stub_runs import advanced


def test_the_program_follows_the_settings_and_can_be_taken_away(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("heading", name="The code").click()
    program = page.locator("#code code")
    expect(program).to_contain_text("The recipe 'balanced' on MNIST")
    page.get_by_label("Recipe").click()
    page.get_by_role("option", name="Tutorial").click()
    expect(program).to_contain_text("torch.optim.SGD")
    advanced(page, epochs="2")
    expect(program).to_contain_text("EPOCHS, BATCH_SIZE, LEARNING_RATE = 2, 64, 0.01")
    page.get_by_label("Epochs, 1 to 50").fill("no number")
    expect(page.locator(".code-note")).to_contain_text("can't be used")
    page.get_by_label("Seed").fill("4")
    expect(program).to_contain_text("= 2, 64, 0.01")
    page.get_by_label("Epochs, 1 to 50").fill("3")
    expect(page.locator(".code-note")).to_be_empty()
    expect(program).to_contain_text("= 3, 64, 0.01")
    expect(program).to_contain_text("torch.manual_seed(4)")

    page.get_by_role("button", name="Copy code").click()
    expect(page.locator(".code-note")).to_have_text("Copied.")
    code = program.text_content()
    assert page.evaluate("navigator.clipboard.readText()") == code
    with page.expect_download() as started:
        page.get_by_role("button", name="Download notebook").click()
    assert started.value.suggested_filename == "tutorial-mnist.ipynb"
    [cell] = json.loads(started.value.path().read_text())["cells"]
    assert "".join(cell["source"]) == code
