// What the cards share; comes before a card's own script in the same function body, and after
// common.js and taking.js. A card tells the server one command at a time. It sends nothing else: the server knows what it
// has shown.

let serial = 0;
function send(command) {
  serial += 1;
  props.value = { command, serial };
  trigger("input");
}

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function makeButton(text, className, action) {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", action);
  return button;
}

function say(sentence, failed) {
  const note = element.querySelector(".card-note");
  setText(note, sentence);
  note.classList.toggle("failed", Boolean(failed));
}

let saved = props.value && props.value.file ? props.value.file.serial : null; // the last one
function save(file) {
  if (!file || file.serial === saved) return;
  saved = file.serial;
  const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
  saveFile(file.name, new Blob([bytes]));
}
