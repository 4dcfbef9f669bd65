// Shows the chosen recipe as a program. Gradio calls this once, as the body of a function of
// (element, trigger, props, server, upload, watch), after code.html is in the page. What common.js
// and taking.js define stands above it in the same body. The value is {code, notebook, name}, or only
// {note} where the settings make no program; all text.

const shownCode = element.querySelector("#code code");
const codeNote = element.querySelector(".code-note");

let program = null;
function showCode() {
  if (props.value.code) program = props.value;
  setText(shownCode, program.code);
  setText(codeNote, props.value.note || "");
}

element.querySelector("#copy-code").addEventListener("click", async (event) => {
  const isCopied = await copyText(program.code, event.target);
  setText(codeNote, isCopied ? texts.copied : texts.not_copied);
});
element.querySelector("#save-notebook").addEventListener("click", () => {
  const content = new Blob([program.notebook], { type: "application/x-ipynb+json" });
  saveFile(program.name + ".ipynb", content);
});
watch("value", showCode);
showCode();
