// What the cards with lists share; comes before a card's own script in the same function body, and
// after common.js and taking.js. A card tells the server one command at a time, and nothing else: the
// server knows what it has shown.

let serial = 0;
function send(command) {
  serial += 1;
  props.value = { command, serial };
  trigger("input");
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

// Say and save what comes with a list of card.py's `list_value`; tell whether the list is to be shown,
// or a later one is already.
let asOf = 0;
function takeList({ note, failed, file, as_of: time }) {
  const isNewest = time >= asOf;
  if (note || isNewest) say(note, failed);
  save(file);
  if (isNewest) asOf = time;
  return isNewest;
}

// Show items in the rows of a list, in their order. A row stays the same as long as its item is there.
const rows = new Map(); // id -> what makeRow(item) gives: {item: a node, …}
function showRows(list, items, makeRow, showRow) {
  const ids = new Set(items.map(({ id }) => id));
  for (const [id, row] of rows) {
    if (ids.has(id)) continue;
    row.item.remove();
    rows.delete(id);
  }
  items.forEach((item, i) => {
    if (!rows.has(item.id)) rows.set(item.id, makeRow(item));
    const row = rows.get(item.id);
    if (list.children[i] !== row.item) list.insertBefore(row.item, list.children[i] || null);
    showRow(row, item, i);
  });
}

// Give the focus to a button of the row beside one that goes, or it would be lost with that.
function focusBeside(node, selector, otherwise) {
  const next = node.nextElementSibling || node.previousElementSibling;
  (next ? next.querySelector(selector) : otherwise).focus();
}
