// Gradio 6.31.0 speaks the language of the browser, as `test_workarounds.py` tells, and names it as
// that of the page: a few German words would stand among the English ones, and who hears the page
// would hear all of them read as German.

for (const [name, value] of [["language", "en"], ["languages", ["en"]]]) {
  Object.defineProperty(navigator, name, { get: () => value });
}
