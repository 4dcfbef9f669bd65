// A small picture of a drawing. Knows no page.

// The picture as the path of an SVG.
function pathOf(strokes, side, margin) {
  return fitted(strokes, side, margin).map((stroke) => {
    // A line back to its first point makes a dot of a single point.
    const points = stroke.length === 1 ? [stroke[0], stroke[0]] : stroke;
    return "M" + points.map(([x, y]) => x.toFixed(1) + " " + y.toFixed(1)).join("L");
  }).join("");
}

// Move and scale strokes, at least one point of them, into the middle of a square, as large as its
// margin lets them be. Points are [x, y], and all lengths px.
function fitted(strokes, side, margin) {
  const points = strokes.flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const scale = (side - 2 * margin) / Math.max(right - left, bottom - top, 1);
  return strokes.map((stroke) => stroke.map(([x, y]) => [
    side / 2 + (x - (left + right) / 2) * scale,
    side / 2 + (y - (top + bottom) / 2) * scale,
  ]));
}
