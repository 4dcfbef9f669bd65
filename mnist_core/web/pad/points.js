// Points of a drawing: [x, y] in logical px of the pad, to a tenth. Knows no page.

const SMALLEST_STEP = 1.5; // logical px; a hand at rest moves less

// Say where a place in the window lies on a pad that is shown in a box of the window.
function padPoint(x, y, { left, top, width, height }, side) {
  const round = (value) => Math.round(value * 10) / 10;
  return [round(((x - left) / width) * side), round(((y - top) / height) * side)];
}

// Lengthen a stroke by a point, unless that is too near its last one; say whether it was.
function lengthen(stroke, point) {
  const last = stroke[stroke.length - 1];
  if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < SMALLEST_STEP) return false;
  stroke.push(point);
  return true;
}

// Cut a line from one point to another down to what lies on the pad: [start, end], or null
// (Liang and Barsky, 1984).
function visiblePart([x0, y0], [x1, y1], side) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  let [enters, leaves] = [0, 1];
  for (const [step, room] of [[-dx, x0], [dx, side - x0], [-dy, y0], [dy, side - y0]]) {
    if (step === 0 && room < 0) return null;
    if (step < 0) enters = Math.max(enters, room / step);
    if (step > 0) leaves = Math.min(leaves, room / step);
  }
  if (enters > leaves) return null;
  const at = (share) => [x0 + share * dx, y0 + share * dy].map((value) => Math.round(value * 10) / 10);
  return [at(enters), at(leaves)];
}
