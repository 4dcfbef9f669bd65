// A drawing as text: what follows `#d=` in an address, and how the last drawings are kept. Knows no
// page.
//
// It is base64url of whole numbers, of seven bits a byte, the lowest first. They are the number of
// the format; then for each stroke how many points it has, and the steps from each to the next, the
// first from the pad's corner, in half logical px. A step back is coded between the steps forth: 0,
// -1, 1, -2, 2 are 0 to 4.

const TEXT_FORMAT = 1;
const PER_PX = 2; // steps a logical px
const CLOSE = 3; // logical px; of points nearer to each other one does
const BYTES = 3; // at most, of a number

function drawingText(strokes) {
  const numbers = [TEXT_FORMAT];
  for (const stroke of strokes) {
    const points = thinnedOut(stroke.map((point) => point.map((value) => Math.round(value * PER_PX))));
    numbers.push(points.length);
    points.forEach((point, index) => point.forEach((value, axis) => {
      const step = value - (index > 0 ? points[index - 1][axis] : 0);
      numbers.push(step < 0 ? -2 * step - 1 : 2 * step);
    }));
  }
  const letters = numbers.flatMap(bytesOf).map((byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The ends of a stroke stay.
function thinnedOut(points) {
  const kept = [points[0]];
  points.slice(1).forEach(([x, y], index) => {
    const [lastX, lastY] = kept[kept.length - 1];
    const isEnd = index === points.length - 2;
    if (isEnd || Math.hypot(x - lastX, y - lastY) >= CLOSE * PER_PX) kept.push([x, y]);
  });
  return kept;
}

function bytesOf(number) {
  return number < 128 ? [number] : [128 | (number & 127), ...bytesOf(number >> 7)];
}

// Give the strokes of a text; null if it is none of `drawingText`, or is more than a pad takes.
function drawingOfText(text, { side, strokes: mostStrokes, points: mostPoints }) {
  try {
    const bytes = [...atob(text.replaceAll("-", "+").replaceAll("_", "/"))].map((letter) => letter.charCodeAt(0));
    const numbers = numbersOf(bytes).values();
    if (numbers.next().value !== TEXT_FORMAT) return null;
    const strokes = [];
    let points = 0;
    for (const count of numbers) {
      points += count;
      if (strokes.length === mostStrokes || count === 0 || points > mostPoints) return null;
      strokes.push(strokeOf(numbers, count));
    }
    const isOnPad = strokes.flat(2).every((value) => value >= 0 && value <= side);
    return isOnPad && points > 0 ? strokes : null;
  } catch (error) {
    return null;
  }
}

function numbersOf(bytes) {
  const numbers = [];
  let [number, shift] = [0, 0];
  for (const byte of bytes) {
    if (shift === 7 * BYTES) throw new RangeError("a number is too long");
    number |= (byte & 127) << shift;
    shift += 7;
    if (byte >= 128) continue;
    numbers.push(number);
    [number, shift] = [0, 0];
  }
  if (shift > 0) throw new RangeError("it is cut off");
  return numbers;
}

function strokeOf(numbers, count) {
  const at = [0, 0];
  return Array.from({ length: count }, () => at.map((_, axis) => {
    const { value: code, done } = numbers.next();
    if (done) throw new RangeError("it is cut off");
    at[axis] += code % 2 ? -(code + 1) / 2 : code / 2;
    return at[axis] / PER_PX;
  }));
}
