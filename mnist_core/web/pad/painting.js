// Paints strokes as the pad shows them, and how wide its pen is. Knows no page.

const PEN_WIDTH = 16; // logical px of the pad

// Paint strokes of [x, y] points in one color; the context is in logical px.
function paintStrokes(context, strokes, color) {
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = PEN_WIDTH;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) paintStroke(context, stroke);
}

function paintStroke(context, stroke) {
  const [first, last] = [stroke[0], stroke[stroke.length - 1]];
  context.beginPath();
  if (stroke.length === 1) {
    context.arc(first[0], first[1], PEN_WIDTH / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(first[0], first[1]);
  for (let i = 1; i < stroke.length - 1; i++) {
    const [x, y] = stroke[i];
    const [nextX, nextY] = stroke[i + 1];
    context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  context.lineTo(last[0], last[1]);
  context.stroke();
}
