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
