// Shows the drawings that a visitor has labeled. Gradio calls this once, after cards.js and
// thumbnail.js, as the body of a function of (element, trigger, props, server, upload, watch).

const SIDE = 56; // px of a thumbnail on the page
const MARGIN = 7; // px of it

const list = element.querySelector(".corrections-list");
const download = element.querySelector("#corrections-download");
const fileInput = element.querySelector("#corrections-file");
const rows = new Map(); // id -> {item, canvas, select, remove, strokes}

function draw({ canvas, strokes }) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = Math.round(SIDE * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.strokeStyle = getComputedStyle(canvas).color;
  pen.lineWidth = 3;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of fitted(strokes, SIDE, MARGIN)) {
    pen.beginPath();
    // A line back to its first point makes a dot of a single point.
    for (const point of stroke.length === 1 ? [stroke[0], stroke[0]] : stroke) {
      pen.lineTo(...point);
    }
    pen.stroke();
  }
}

function makeRow(id, strokes) {
  const item = make("li", "correction");
  const canvas = make("canvas");
  canvas.style.width = canvas.style.height = SIDE + "px";
  canvas.setAttribute("role", "img");
  const select = make("select");
  for (let digit = 0; digit < 10; digit++) select.add(new Option(digit, digit));
  select.addEventListener("change", () => {
    send({ do: "relabel", id, label: Number(select.value) });
  });
  const remove = makeButton("×", "correction-remove", () => {
    // The focus must not be lost with the row.
    const next = (item.nextElementSibling || item.previousElementSibling);
    (next ? next.querySelector(".correction-remove") : fileInput.previousElementSibling).focus();
    send({ do: "remove", id });
  });
  item.append(canvas, select, remove);
  return { item, canvas, select, remove, strokes };
}

function show() {
  const value = props.value;
  if (!value || !value.items) return;
  const { items } = value;
  const kept = new Set(items.map(({ id }) => id));
  for (const [id, { item }] of rows) {
    if (!kept.has(id)) {
      item.remove();
      rows.delete(id);
    }
  }
  items.forEach(({ id, label, strokes }, i) => {
    if (!rows.has(id)) {
      rows.set(id, makeRow(id, JSON.parse(strokes)));
      draw(rows.get(id));
    }
    const { item, canvas, select, remove } = rows.get(id);
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] || null);
    if (document.activeElement !== select || Number(select.value) !== label) select.value = label;
    canvas.setAttribute("aria-label", "Drawing " + (i + 1));
    select.setAttribute("aria-label", "Label of drawing " + (i + 1));
    remove.setAttribute("aria-label", "Remove drawing " + (i + 1));
  });
  const count = items.length === 1 ? "1 drawing" : (items.length || "No") + " drawings";
  setText(element.querySelector(".corrections-count"), count + (items.length ? "" : " yet"));
  element.querySelector(".card-empty").hidden = items.length > 0;
  list.hidden = items.length === 0;
  download.disabled = items.length === 0;
  say(value.note, value.failed);
  save(value.file);
}

async function sendFile(file) {
  if (file.size > props.largest_file) {
    say(`The file is larger than ${megabytes(props.largest_file)}: choose a smaller one.`, true);
    return;
  }
  say("Reading the file …");
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) {
      text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    }
    send({ do: "upload", content: btoa(text) });
  } catch (error) {
    say("The file could not be read: try again.", true);
  }
}

download.addEventListener("click", () => send({ do: "download" }));
element.querySelector("#corrections-upload").addEventListener("click", () => fileInput.click());
fileInput.addEventListener("change", () => {
  if (fileInput.files[0]) sendFile(fileInput.files[0]);
  fileInput.value = "";
});

const drawAll = () => rows.forEach(draw);
new MutationObserver(drawAll).observe(document.body, { attributeFilter: ["class"] });
window.addEventListener("resize", drawAll);
watch("value", show);
show();
