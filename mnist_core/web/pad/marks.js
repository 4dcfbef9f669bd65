// Where on the pad the symbols lie that were read: their boxes, and the strokes of the chosen one.
// Lengths on the pad are its logical px. Knows no page.

const AROUND_INK = 12; // logical px between the line of a stroke and its box: half a pen, and air
const AROUND_PICTURE = 4; // the same where the box holds all of the ink

// A box [x0, y0, x1, y1] of a drawing with air around it, as far as the pad goes: x, y, width, height.
function padBox([x0, y0, x1, y1], air, side) {
  const [left, top] = [Math.max(x0 - air, 1), Math.max(y0 - air, 1)];
  const [right, bottom] = [Math.min(x1 + air, side - 1), Math.min(y1 + air, side - 1)];
  return { x: left, y: top, width: Math.max(right - left, 0), height: Math.max(bottom - top, 0) };
}

// A box in px of a picture, on the pad that shows all of the picture as large as it can.
function boxOfPicture(box, width, height, side) {
  const scale = side / Math.max(width, height);
  const [left, top] = [(side - width * scale) / 2, (side - height * scale) / 2];
  return box.map((edge, i) => edge * scale + (i % 2 ? top : left));
}

// The strokes of the chosen symbol. Of a stroke that was cut into several symbols it is a part; all
// others are whole, however much longer they have become.
function markedStrokes(symbols, strokes) {
  const all = symbols.flatMap(({ parts }) => parts);
  const uses = (stroke) => all.filter(([other]) => other === stroke).length;
  return symbols.filter(({ isChosen }) => isChosen).flatMap(({ parts }) => parts)
    .filter(([stroke]) => stroke < strokes.length)
    .map(([stroke, first, end]) => uses(stroke) > 1 ? strokes[stroke].slice(first, end) : strokes[stroke])
    .filter((stroke) => stroke.length > 0);
}
