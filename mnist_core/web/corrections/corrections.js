// Shows the drawings that a visitor has labeled. Gradio calls this once, after cards.js and
// thumbnail.js, as the body of a function of (element, trigger, props, server, upload, watch).

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 56; // px of a thumbnail
const MARGIN = 7; // px of it

const list = element.querySelector(".corrections-list");
const exportButton = element.querySelector("#corrections-download");
const importButton = element.querySelector("#corrections-upload");
const fileInput = element.querySelector("#corrections-file");

// An SVG has the theme's colors at every moment by itself.
function makePicture(strokes) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "correction-picture");
  picture.setAttribute("viewBox", "0 0 " + SIDE + " " + SIDE);
  picture.setAttribute("role", "img");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", pathOf(strokes, SIDE, MARGIN));
  picture.append(path);
  return picture;
}

function makeRow({ id, strokes }) {
  const item = make("li", "correction");
  const picture = makePicture(JSON.parse(strokes));
  const select = make("select");
  for (let digit = 0; digit < 10; digit++) select.add(new Option(digit, digit));
  select.addEventListener("change", () => {
    send({ do: "relabel", id, label: Number(select.value) });
  });
  const remove = makeButton("×", "correction-remove", () => {
    focusBeside(item, ".correction-remove", importButton);
    item.remove(); // the answer says what there is, should it have failed
    send({ do: "remove", id });
  });
  const aside = make("span", "correction-aside", texts.aside);
  aside.title = texts.aside_hint;
  item.append(picture, select, remove, aside);
  return { item, picture, select, remove, aside };
}

function showRow({ picture, select, remove, aside }, { label, held_back: isHeldBack }, i) {
  if (document.activeElement !== select || Number(select.value) !== label) select.value = label;
  aside.hidden = !isHeldBack;
  const named = [[picture, texts.drawing], [select, texts.label], [remove, texts.remove]];
  for (const [node, text] of named) node.setAttribute("aria-label", withValues(text, { number: i + 1 }));
}

function show() {
  if (!props.value || !props.value.items || !takeList(props.value)) return;
  const { items } = props.value;
  showRows(list, items, makeRow, showRow);
  const words = [texts.none, texts.one][items.length] || withValues(texts.many, { count: items.length });
  setText(element.querySelector(".corrections-count"), words);
  element.querySelector(".card-empty").hidden = items.length > 0;
  list.hidden = items.length === 0;
  exportButton.hidden = items.length === 0;
  const labels = new Map(items.map(({ id, label }) => [id, label]));
  document.dispatchEvent(new CustomEvent("corrections-shown", { detail: labels }));
}

// How the training goes that teaches the drawings. A screen reader hears of it from the panel.
document.addEventListener("training-shown", ({ detail: { teaches, done } }) => {
  const course = element.querySelector(".corrections-course");
  setHidden(course, !teaches);
  setText(course, done === null ? texts.learning_waits : withValues(texts.learning, { percent: done }));
});

async function sendFile(file) {
  if (file.size > props.largest_file) {
    say(withValues(texts.too_large, { size: megabytes(props.largest_file) }), true);
    return;
  }
  say(texts.reading_file);
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) {
      text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    }
    send({ do: "upload", content: btoa(text) });
  } catch (error) {
    say(texts.unreadable, true);
  }
}

exportButton.addEventListener("click", () => send({ do: "download" }));
importButton.addEventListener("click", () => fileInput.click());
fileInput.addEventListener("change", () => {
  if (fileInput.files[0]) sendFile(fileInput.files[0]);
  fileInput.value = "";
});

watch("value", show);
show();
