// The vertical axes of the curves. Knows no page. A scale takes curves, each a list of points
// [fraction of the run, value], and gives `ticks`, the values that are labeled, lowest first, and
// `place`, which says where a value stands between the axis's lowest, 0, and its highest, 1.

const FLOORS = [0, 50, 80, 90, 95, 98]; // percent that the accuracy's axis may start at
const LEAST_LOSS = 1e-4; // a logarithm needs one

// 1, 2 and 5 of each power of ten, from the one below the data to the one above it.
function lossScale({ loss }) {
  const values = loss.map(([, value]) => Math.max(value, LEAST_LOSS));
  const [low, high] = [Math.min(...values, 1), Math.max(...values, 1)];
  const ticks = [];
  for (let power = -4; power <= 4; power++) {
    for (const step of [1, 2, 5]) ticks.push(Number((step * 10 ** power).toPrecision(1)));
  }
  const first = Math.max(0, ticks.findIndex((tick) => tick > low) - 1);
  const above = ticks.findIndex((tick) => tick >= high);
  const last = above < 0 ? ticks.length - 1 : Math.max(first + 1, above);
  const [bottom, top] = [Math.log(ticks[first]), Math.log(ticks[last])];
  return {
    ticks: ticks.slice(first, last + 1),
    place: (value) => (Math.log(Math.max(value, LEAST_LOSS)) - bottom) / (top - bottom),
  };
}

// Zooms in when most of the run lies above a floor, and only then; a new run starts anew.
function accuracyScale() {
  let floor = 0;
  let seen = 0;
  return ({ accuracy, validation }) => {
    const end = accuracy.length > 0 ? accuracy[accuracy.length - 1][0] : 0;
    if (end < seen) floor = 0;
    seen = end;
    for (const candidate of FLOORS) {
      const above = candidate + 0.1 * (100 - candidate);
      const fits = (line) => line.filter(([, value]) => value > above).length > line.length / 2
        && line[line.length - 1][1] > above;
      if ([accuracy, validation].every((line) => line.length === 0 || fits(line))) {
        floor = Math.max(floor, candidate);
      }
    }
    const step = (100 - floor) / (floor === 98 ? 4 : 5);
    const ticks = [];
    for (let tick = floor; tick <= 100; tick += step) ticks.push(tick);
    return { ticks, place: (value) => (value - floor) / (100 - floor) };
  };
}
