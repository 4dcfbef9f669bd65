// The last drawings, and what one takes away of the one on the pad: a link or a picture. Gradio calls
// this once, as the body of a function of (element, trigger, props, server, upload, watch), after
// recent_drawings.html is in the page. What the scripts in front of it define stands above it in the
// same body. The server has no part in it: what this is told comes from pad.js, and goes there.

const PICTURE_SIDE = 1120; // px of a saved picture
const THUMBNAIL = 36; // px

const section = element.querySelector("#recent");
const strip = element.querySelector(".recent-strip");
const note = element.querySelector(".recent-note");
const linkField = element.querySelector(".recent-link");

let onPad = []; // strokes
let recent = [];

// ---- the strip -------------------------------------------------------------------------------

function makeThumbnail({ text, answer }) {
  const drawing = drawingOfText(text, props.limits);
  const button = makeButton("", "recent", () => {
    focusOn(button);
    document.dispatchEvent(new CustomEvent("drawing-brought-back", { detail: { strokes: drawing } }));
  });
  button.dataset.drawing = text;
  button.setAttribute("aria-label", answer ? withValues(texts.drawing_read, { answer }) : texts.drawing);
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 " + THUMBNAIL + " " + THUMBNAIL);
  const path = document.createElementNS(picture.namespaceURI, "path");
  path.setAttribute("d", pathOf(drawing, THUMBNAIL, 4));
  picture.append(path);
  const words = make("span", "", answer || "?");
  picture.ariaHidden = words.ariaHidden = "true";
  button.append(picture, words);
  button.addEventListener("keydown", (event) => {
    const all = [...strip.children];
    const next = movedBy(event.key, all.indexOf(button), all.length);
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focusOn(all[next]);
  });
  return button;
}

// The strip takes one stop of the Tab key.
function focusOn(button) {
  for (const each of strip.children) each.tabIndex = each === button ? 0 : -1;
  button.focus();
}

function showRecent() {
  const now = document.activeElement;
  recent = recentOf(sessionStorage.getItem(props.recent_as), props.limits);
  const thumbnails = recent.map(makeThumbnail);
  thumbnails.forEach((each, index) => { each.tabIndex = index === 0 ? 0 : -1; });
  const hadFocus = strip.contains(now);
  strip.replaceChildren(...thumbnails);
  if (hadFocus && thumbnails.length > 0) {
    const same = thumbnails.find((each) => each.dataset.drawing === now.dataset.drawing);
    focusOn(same || thumbnails.at(-1)); // the oldest may have gone
  }
  show();
}

function show() {
  section.hidden = section.hidden && recent.length === 0 && onPad.length === 0;
  for (const button of element.querySelectorAll(".recent-tools button")) {
    button.setAttribute("aria-disabled", onPad.length === 0);
  }
}

document.addEventListener("drawing-put-away", showRecent);
document.addEventListener("drawing-changed", ({ detail }) => {
  onPad = detail.strokes;
  say("");
  show();
});

// ---- a link, a picture -----------------------------------------------------------------------

// Where nothing may be copied by the page, the link stands in a field, marked to be copied by hand.
function say(sentence, link = "") {
  setText(note, sentence);
  linkField.value = link;
  setHidden(linkField, !link);
  if (!link) return;
  linkField.focus();
  linkField.setSelectionRange(0, link.length, "backward"); // its start is what is seen
}

async function copyLink(button) {
  const link = location.origin + location.pathname + "#d=" + drawingText(onPad);
  if (await copyText(link, button)) say(texts.link_copied);
  else say(texts.copy_this, link);
}

async function savePicture() {
  const canvas = make("canvas");
  canvas.width = canvas.height = PICTURE_SIDE;
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
  context.scale(PICTURE_SIDE / props.limits.side, PICTURE_SIDE / props.limits.side);
  paintStrokes(context, onPad, "black");
  saveFile("drawing.png", await new Promise((done) => canvas.toBlob(done, "image/png")));
  say("");
}

for (const [id, act] of [["#copy-link", copyLink], ["#save-picture", savePicture]]) {
  const button = element.querySelector(id);
  button.addEventListener("click", () => {
    if (onPad.length > 0) act(button);
    else say(texts.draw_first);
  });
}

showRecent();
document.dispatchEvent(new Event("recent-ready"));
