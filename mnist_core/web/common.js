// What the page's scripts share; comes first in the same function body as each of them, after `texts`,
// the words of its part of the page.

// As connection.js has found out.
function isServerGone() {
  return document.documentElement.dataset.server === "gone";
}

// Put values, by name, into the places {name} of a text.
function withValues(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Say a size in bytes in whole megabytes.
function megabytes(bytes) {
  return withValues(texts.megabytes, { number: Math.round(bytes / 2 ** 20) });
}

// Say a percentage, 0 to 100.
function percent(value) {
  return withValues(texts.percent, { number: value });
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

// What is so already is not set, and of a text only the letters are exchanged: where a node goes or
// comes, or `hidden` is set once more, the browser looks at all of the page for its rules with `:has`.
function setText(node, text) {
  if (node.textContent === text) return;
  const isOneText = node.childNodes.length === 1 && node.firstChild.nodeType === Node.TEXT_NODE;
  if (isOneText && text !== "") node.firstChild.data = text;
  else node.textContent = text;
}

function setHidden(node, isHidden) {
  if (node.hidden !== isHidden) node.hidden = isHidden;
}

// Paint base64 of the bytes of a square: white ink on black, as in MNIST, in either theme.
function paintInk(canvas, ink) {
  const bytes = atob(ink);
  const side = Math.sqrt(bytes.length);
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let i = 0; i < bytes.length; i++) {
    const level = bytes.charCodeAt(i);
    image.data.set([level, level, level, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

// Where a key moves the choice among so many; null for another key.
function movedBy(key, index, count) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key in steps ? (index + steps[key] + count) % count : null;
}

// Whether keys and pastes belong to a field or a list, and not to the page.
function inField(target) {
  const field = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog]";
  return target instanceof Element && target.closest(field);
}

// Whether a key, pressed without another, belongs to the page.
function isForPage(event) {
  const isPlain = !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey;
  return isPlain && !event.defaultPrevented && !inField(event.target);
}
