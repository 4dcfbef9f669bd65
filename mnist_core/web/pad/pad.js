// The drawing pad. Gradio calls this once, as the body of a function of
// (element, trigger, props, server, upload, watch), after pad.html is in the page. What common.js
// and the other scripts of this room define stands above it in the same body.
//
// The drawing lives here and goes one way, to the server: nothing that the server answers can
// overwrite a stroke. The value is an object of three: `strokes`, JSON text of a list of strokes of
// [x, y] points (text, because Gradio wraps every list of a value in a proxy of its own, which
// takes milliseconds on a long drawing), `picture`, the name of an uploaded file or null, and `number`.

const SIDE = props.limits.side; // logical px of the pad
const SEND_EVERY = 40; // ms between two readings while the pen moves
const MOST_ASKED = 2; // requests at once, so that a slow network does not halve the readings
const PATIENCE = 5000; // ms for one answer
const HISTORY = 500; // steps that Undo remembers
const KEYS = "keys"; // in place of the id of a pointer
const SAY_AFTER = 400; // ms without a move before a screen reader is told where the pen is
const KEPT_AS = "draw-a-digit-drawing"; // in this tab's storage
const KNOWN_AS = "draw-a-digit-known"; // in this browser's storage, once somebody has been here
const IN_LINK = "#d="; // stands before the drawing in an address

const stage = element.querySelector(".pad-stage");
const canvas = element.querySelector("canvas");
const backdrop = element.querySelector(".pad-backdrop");
const marks = element.querySelector(".pad-marks");
const note = element.querySelector(".pad-note");
const spoken = element.querySelector(".pad-spoken");
const cursor = element.querySelector(".pad-cursor");
const fileInput = element.querySelector("#picture-file");
const context = canvas.getContext("2d");

let strokes = []; // of [x, y] points in logical px
let picture = null; // {file: what the server needs, url: what the backdrop shows}
let history = []; // earlier {strokes, picture}
let pen = null; // id of the pointer that draws, or KEYS
let isPen = false; // whether that is a pen, no mouse or finger
let penAt = null; // where it is, on the pad or not
let symbols = []; // that were read in what is on the pad: {box, parts, isChosen}
let uploads = 0; // that were begun; the newest is meant

// ---- drawing on the screen -------------------------------------------------------------------

function draw() {
  const ratio = canvas.width / SIDE;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, SIDE, SIDE);
  paintStrokes(context, strokes, getComputedStyle(canvas).color);
  if (symbols.length < 2) return;
  paintStrokes(context, markedStrokes(symbols, strokes), getComputedStyle(marks).color);
}

// Boxes show what was read of a number, and of any picture.
function showMarks() {
  const { naturalWidth: width, naturalHeight: height } = backdrop;
  let boxes = [];
  if (picture && width > 0) {
    boxes = symbols.map(({ box }) => padBox(boxOfPicture(box, width, height, SIDE), AROUND_PICTURE, SIDE));
  } else if (!picture && symbols.length > 1) {
    boxes = symbols.map(({ box }) => padBox(box, AROUND_INK, SIDE));
  }
  marks.replaceChildren(...boxes.map((box, index) => {
    const mark = document.createElementNS(marks.namespaceURI, "rect");
    for (const [name, value] of Object.entries({ ...box, rx: 6 })) mark.setAttribute(name, value);
    mark.classList.toggle("chosen", symbols[index].isChosen && symbols.length > 1);
    return mark;
  }));
}

// A stroke may have been added since what was read, but nothing taken away.
let oldestNumber = 0; // of what has grown into the drawing on the pad
function mark(read) {
  const isMarked = symbols.length > 1 || read.length > 1;
  symbols = read;
  showMarks();
  if (isMarked) drawSoon(); // for one digit no stroke has a color of its own
}
let readAs = { drawing: 0, answer: "" };
document.addEventListener("symbols-shown", ({ detail }) => {
  readAs = detail;
  if (picture && detail.drawing === number) note.textContent = "";
  if (detail.symbols.length === 0 || detail.drawing >= oldestNumber) mark(detail.symbols);
});

let frame = 0;
function drawSoon() {
  if (!frame) frame = requestAnimationFrame(() => { frame = 0; draw(); });
}

function fit() {
  const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
  if (side > 0 && side !== canvas.width) canvas.width = canvas.height = side;
  draw();
}

function show() {
  if (strokes.length > 0 || picture) endWelcome();
  stage.classList.toggle("empty", strokes.length === 0 && !picture);
  setHidden(backdrop, !picture);
  if (picture && backdrop.src !== picture.url) backdrop.src = picture.url;
  drawSoon();
}

// ---- telling the server ----------------------------------------------------------------------

// Drawings go to the route `read` of this server. Whatever it can't take goes through Gradio's event:
// pictures, drawings until the server has said who the visitor is, and all of them where the page is
// part of another application, which has no such route. While the server is gone nothing is sent;
// when it is back, what lies on the pad then is.
// Each drawing has a number, which comes back with its reading; reading.js, which is told of each,
// shows no older one after it.

let lastText = "[]";
let lastFile = null;
let lastTime = 0;
let timer = 0;
let number = 0;
let asked = 0; // requests under way
let waiting = false; // the drawing has changed, but too many requests are under way
let hasRoute = true;

function send() {
  clearTimeout(timer);
  timer = 0;
  const text = JSON.stringify(strokes);
  const file = picture && picture.file;
  if (pen === null) write(KEPT_AS, text);
  if (text === lastText && file === lastFile) return;
  [lastText, lastFile, lastTime] = [text, file, performance.now()];
  number += 1;
  if (!goesByEvent()) askSoon(); // before the value is set, which takes Gradio a while
  publish();
  if (goesByEvent()) askByEvent();
}

function goesByEvent() {
  return lastFile !== null || !hasRoute || typeof props.visitor !== "string";
}

function askByEvent() {
  if (!isServerGone()) trigger("input");
}

function publish() {
  props.value = { strokes: lastText, picture: lastFile, number };
  tell("drawing-changed", { number, isDrawing: strokes.length > 0, strokes });
}

function tell(event, detail) {
  document.dispatchEvent(new CustomEvent(event, { detail }));
}

function askSoon() {
  if (isServerGone()) return;
  waiting = asked >= MOST_ASKED;
  if (!waiting) ask();
}

function askAgain() {
  if (number > 0 && !goesByEvent()) askSoon();
}
document.addEventListener("server-back", () => {
  trigger("retry"); // the page may have been opened while the server went, and know nothing yet
  if (goesByEvent() && readAs.drawing !== number) askByEvent();
  else askAgain();
});
watch("visitor", askAgain);

async function ask() {
  asked += 1;
  const thisNumber = number;
  try {
    const visitor = JSON.stringify(props.visitor);
    const response = await fetch("read", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: `{"visitor": ${visitor}, "number": ${number}, "strokes": ${lastText}}`,
      signal: AbortSignal.timeout(PATIENCE),
    });
    hasRoute = response.status !== 404;
    if (response.ok) {
      const read = await response.json();
      if (read.state === "loading") waiting = true; // the server has held it for a while
      tell("digit-read", read);
    }
    else if (!hasRoute) askByEvent();
    else if (!isServerGone()) await tellRefusal(response, thisNumber);
  } catch (error) {
    askByEvent();
  }
  asked -= 1;
  if (waiting && !goesByEvent()) askSoon();
}

async function tellRefusal(response, drawing) {
  const { error } = await response.json().catch(() => ({})); // a proxy may say it in its own way
  tell("digit-refused", { drawing, sentence: error });
}

// A correction is about all that is on the pad.
document.addEventListener("correcting", () => {
  if (timer) send();
});

function sendSoon() {
  if (!timer) timer = setTimeout(send, Math.max(0, lastTime + SEND_EVERY - performance.now()));
}

// ---- outliving a reload ----------------------------------------------------------------------

// The drawing is kept in this tab, where the browser allows it; a picture is not.

function write(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch (error) {
    // then a reload finds an empty pad
  }
}

function kept() {
  try {
    const drawing = JSON.parse(sessionStorage.getItem(KEPT_AS)) || [];
    return drawing.every((stroke) => stroke.length > 0 && stroke.flat().every(Number.isFinite))
      ? drawing : [];
  } catch (error) {
    return [];
  }
}

function restore() {
  strokes = kept();
  const link = takeLink();
  if (link) {
    if (strokes.length > 0) remember();
    putAway();
    strokes = link.strokes;
    note.textContent = link.complaint;
  }
  if (strokes.length === 0) return;
  lastText = JSON.stringify(strokes);
  write(KEPT_AS, lastText);
  number = 1;
  publish();
  askAgain(); // or when the server has said who the visitor is
}

// A drawing in the address comes before the one that was kept, which Undo brings back. It is taken
// out of the address, or it would come again at the next reload. Null where there is none.
function takeLink() {
  if (!location.hash.startsWith(IN_LINK)) return null;
  const linked = drawingOfText(location.hash.slice(IN_LINK.length), props.limits);
  window.history.replaceState(window.history.state, "", location.pathname + location.search);
  const complaint = linked ? "" : texts.bad_link;
  return { strokes: linked || [], complaint };
}

window.addEventListener("hashchange", () => {
  const link = pen === null && takeLink();
  if (!link) return;
  exchange(link.strokes, null);
  note.textContent = link.complaint;
});

// What was read before the panel of the reading was there has to be read again.
document.addEventListener("reading-ready", () => {
  publish();
  askAgain();
});

// ---- the first visit -------------------------------------------------------------------------

stage.classList.toggle("first", localStorage.getItem(KNOWN_AS) === null);

function endWelcome() {
  if (!stage.classList.contains("first")) return;
  stage.classList.remove("first");
  try {
    localStorage.setItem(KNOWN_AS, "yes");
  } catch (error) {
    // then the next visit is a first one, too
  }
}
document.addEventListener("keydown", endWelcome, { capture: true });

// ---- changing the drawing --------------------------------------------------------------------

function remember() {
  history.push({ strokes: strokes.slice(), picture });
  if (history.length > HISTORY) forget(history.shift().picture);
}

function forget(dropped) {
  const isKept = dropped === picture || history.some((step) => step.picture === dropped);
  if (dropped && !isKept) URL.revokeObjectURL(dropped.url);
}

function replace(newStrokes, newPicture) {
  strokes = newStrokes;
  picture = newPicture;
  note.textContent = "";
  show();
  forgetMarks();
  send();
}

// Put something else on the pad; the drawing that lay there is one of the last.
function exchange(newStrokes, newPicture) {
  remember();
  putAway();
  replace(newStrokes, newPicture);
}

function putAway() {
  if (strokes.length === 0) return;
  const answer = readAs.drawing === number ? readAs.answer : "";
  const recent = recentOf(sessionStorage.getItem(props.recent_as), props.limits);
  write(props.recent_as, JSON.stringify(withRecent(recent, drawingText(strokes), answer)));
  tell("drawing-put-away");
}
document.addEventListener("drawing-brought-back", ({ detail }) => {
  if (pen === null) exchange(detail.strokes, null);
});
document.addEventListener("recent-ready", publish);

function forgetMarks() {
  oldestNumber = number + 1;
  mark([]);
}

function undo() {
  liftKeys();
  if (pen !== null || history.length === 0) return;
  const before = history.pop();
  const dropped = picture;
  replace(before.strokes, before.picture);
  forget(dropped);
}

function clear() {
  note.textContent = "";
  liftKeys();
  if (pen === null && (strokes.length > 0 || picture)) exchange([], null);
}

async function example() {
  try {
    const response = await fetch("example");
    if (!response.ok) throw new Error(response.statusText);
    const { digit, strokes: drawn } = await response.json();
    if (pen !== null) return;
    exchange(drawn, null);
    spoken.textContent = withValues(texts.example_is, { a_digit: texts["a_" + digit] });
  } catch (error) {
    note.textContent = texts.no_example;
  }
}

async function readPicture(file) {
  if (pen !== null) return;
  note.textContent = texts.reading_picture;
  const strokesBefore = strokes;
  const thisUpload = ++uploads;
  const sent = await shrunkPicture(file, props.largest_file);
  if (sent.size > props.largest_file) {
    note.textContent = withValues(texts.too_large, { size: megabytes(props.largest_file) });
    return;
  }
  try {
    const { path } = await upload(sent);
    // What is drawn or chosen meanwhile is meant.
    if (pen !== null || strokes !== strokesBefore || thisUpload !== uploads) return;
    exchange([], { file: { name: path }, url: URL.createObjectURL(sent) });
    note.textContent = texts.reading_picture; // until what was read is shown
  } catch (error) {
    note.textContent = texts.not_sent;
  }
}

function begin(id) {
  remember();
  pen = id;
  if (picture) forgetMarks();
  picture = null;
  note.textContent = "";
  strokes = [...strokes, []];
}

function end() {
  pen = null;
  send();
}

// ---- pen, mouse and finger -------------------------------------------------------------------

function addPoint(event) {
  const point = padPoint(event.clientX, event.clientY, canvas.getBoundingClientRect(), SIDE);
  const line = visiblePart(penAt || point, point, SIDE);
  const comesBack = penAt && line && String(line[0]) !== String(penAt);
  penAt = point;
  if (!line) return false; // it is beside the pad
  if (comesBack) strokes = [...strokes, [line[0]]];
  return lengthen(strokes[strokes.length - 1], line[1]) || Boolean(comesBack);
}

// A palm may rest on the pad before the pen comes down: what it left is no stroke.
function dropPalm() {
  const before = history.pop();
  [strokes, picture] = [before.strokes, before.picture];
  pen = null;
  forgetMarks();
}

// While the pen moves, the drawing is painted at once instead of in the next animation frame: a frame
// that is due when the pen is lifted would delay the answer to the last stroke.

canvas.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  leaveKeys();
  if (pen !== null && event.pointerType === "pen" && !isPen) dropPalm();
  if (pen !== null) return;
  canvas.setPointerCapture(event.pointerId);
  begin(event.pointerId);
  isPen = event.pointerType === "pen";
  penAt = null;
  addPoint(event);
  show();
  sendSoon();
});

canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== pen) return;
  const moves = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const move of moves.length > 0 ? moves : [event]) addPoint(move);
  draw();
  sendSoon();
});

function lift(event) {
  if (event.pointerId !== pen) return;
  if (event.type === "pointerup" && addPoint(event)) draw();
  end();
}
for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
  canvas.addEventListener(type, lift);
}

// ---- keys that draw --------------------------------------------------------------------------

let isByKeys = false; // whether their pen is shown
let keysAt = [SIDE / 2, SIDE / 2]; // where it is
const held = new Set(); // arrows

function showCursor() {
  stage.classList.toggle("by-keys", isByKeys);
  cursor.classList.toggle("down", pen === KEYS);
  [cursor.style.left, cursor.style.top] = keysAt.map((value) => (100 * value) / SIDE + "%");
}

let sayTimer = 0;
function sayPen(wait) {
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => { spoken.textContent = spokenPen(keysAt, pen === KEYS, SIDE); }, wait);
}

function moveKeys(step) {
  keysAt = movedPen(keysAt, [...held], step, SIDE);
  if (pen === KEYS && lengthen(strokes[strokes.length - 1], keysAt)) {
    draw();
    sendSoon();
  }
  sayPen(SAY_AFTER);
}

function lowerKeys() {
  begin(KEYS);
  strokes[strokes.length - 1].push(keysAt);
  show();
  sendSoon();
}

function liftKeys() {
  if (pen !== KEYS) return;
  end();
  showCursor();
}

function leaveKeys() {
  liftKeys();
  isByKeys = false;
  held.clear();
  clearTimeout(sayTimer);
  showCursor();
}

canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isArrow = event.key in ARROWS;
  if (event.key === "Escape" && isByKeys) leaveKeys();
  else if (isArrow || event.key === " ") {
    isByKeys = true;
    if (isArrow) {
      held.add(event.key);
      moveKeys(event.shiftKey ? FINE_STEP : KEY_STEP);
    } else if (!event.repeat) {
      if (pen === KEYS) end();
      else if (pen === null) lowerKeys();
      sayPen(0);
    }
    showCursor();
  } else return;
  event.preventDefault();
});
canvas.addEventListener("keyup", (event) => held.delete(event.key));
canvas.addEventListener("focus", () => {
  isByKeys = canvas.matches(":focus-visible"); // not where a pointer brought the focus
  showCursor();
});
canvas.addEventListener("blur", leaveKeys);

// ---- buttons, keys, files --------------------------------------------------------------------

element.querySelector("#undo").addEventListener("click", undo);
element.querySelector("#clear").addEventListener("click", clear);
element.querySelector("#example").addEventListener("click", example);
element.querySelector("#upload").addEventListener("click", () => fileInput.click());
fileInput.addEventListener("change", () => {
  if (fileInput.files[0]) readPicture(fileInput.files[0]);
  fileInput.value = "";
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || inField(event.target)) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.shiftKey && event.key.toLowerCase() === "z") undo();
  else if (!command && (event.key === "Escape" || event.key === "Delete")) clear();
  else return;
  event.preventDefault();
});

document.addEventListener("paste", (event) => {
  const files = event.clipboardData ? [...event.clipboardData.files] : [];
  const file = files.find((one) => one.type.startsWith("image/"));
  if (!file || inField(event.target)) return;
  event.preventDefault();
  readPicture(file);
});

// A file that is dropped beside the pad would be opened in place of the page.
document.addEventListener("dragover", (event) => {
  const isOver = stage.contains(event.target);
  stage.classList.toggle("over", isOver);
  if (isOver || event.dataTransfer.types.includes("Files")) event.preventDefault();
});
document.addEventListener("dragleave", () => stage.classList.remove("over"));
document.addEventListener("drop", (event) => {
  stage.classList.remove("over");
  const [file] = event.dataTransfer.files;
  const isOver = stage.contains(event.target);
  if (isOver || file) event.preventDefault();
  if (isOver && file) readPicture(file);
  else if (file) note.textContent = texts.drop_on_pad;
});
backdrop.addEventListener("load", showMarks);
backdrop.addEventListener("error", () => {
  backdrop.hidden = true;
  stage.classList.add("empty");
});

// ---- staying sharp: a new size, another screen, another theme --------------------------------

marks.setAttribute("viewBox", `0 0 ${SIDE} ${SIDE}`);
new ResizeObserver(fit).observe(canvas);
window.addEventListener("resize", fit);
new MutationObserver(drawSoon).observe(document.body, { attributeFilter: ["class"] });
restore();
fit();
show();
