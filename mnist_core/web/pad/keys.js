// Drawing with keys: where arrows move the pen, and how its place is said. Points are [x, y] in
// logical px of the pad. Knows no page; comes after common.js.

const KEY_STEP = 10; // logical px that an arrow moves the pen
const FINE_STEP = 2; // the same with Shift: the smallest that a stroke takes up
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Move the pen by the arrows that are held, two of them aslant, as far as the pad goes.
function movedPen(point, arrows, step, side) {
  return point.map((value, axis) => {
    const moved = arrows.reduce((sum, arrow) => sum + step * ARROWS[arrow][axis], value);
    return Math.min(Math.max(moved, 0), side);
  });
}

function spokenPen(point, isDown, side) {
  const [right, down] = point.map((value) => percent(Math.round((100 * value) / side)));
  return withValues(isDown ? texts.pen_down : texts.pen_up, { right, down });
}
