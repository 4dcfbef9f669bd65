// Draws how a training went so far: the loss, and the percentage read right. Comes after scales.js
// and before training.js in the same function body. Points are [fraction of the run, value].

const LEFT = 44; // px for the labels of the y axis
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;
const LABEL_EVERY = 16; // px that two labels keep apart

function chart(canvas, scale, lines) {
  const pen = canvas.getContext("2d");
  let points = null;

  function draw() {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!points || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [fullWidth, fullHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== fullWidth) canvas.width = fullWidth;
    if (canvas.height !== fullHeight) canvas.height = fullHeight;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const color = getComputedStyle(canvas);
    const { ticks, place } = scale(points);
    const x = (fraction) => LEFT + fraction * (width - LEFT - RIGHT);
    const y = (value) => TOP + (1 - place(value)) * (height - TOP - BOTTOM);

    pen.font = "11px " + color.fontFamily;
    pen.lineWidth = 1;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    let lastLabel = Infinity;
    for (const tick of ticks) {
      const at = Math.round(y(tick)) + 0.5;
      if (lastLabel - at < LABEL_EVERY) continue;
      lastLabel = at;
      pen.strokeStyle = color.getPropertyValue("--line");
      pen.beginPath();
      pen.moveTo(LEFT, at);
      pen.lineTo(width - RIGHT, at);
      pen.stroke();
      pen.fillStyle = color.getPropertyValue("--muted");
      pen.fillText(String(tick), LEFT - 8, at);
    }
    pen.fillStyle = color.getPropertyValue("--muted");
    pen.textBaseline = "alphabetic";
    for (const [fraction, label, align] of [[0, texts.curve_start, "left"], [1, texts.curve_end, "right"]]) {
      pen.textAlign = align;
      pen.fillText(label, x(fraction), height - 4);
    }

    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, width - LEFT, height - BOTTOM + 3);
    pen.clip();
    pen.lineJoin = pen.lineCap = "round";
    for (const { name, tone, weight, dots } of lines) {
      const line = points[name] || [];
      pen.strokeStyle = pen.fillStyle = color.getPropertyValue(tone);
      pen.lineWidth = weight;
      pen.beginPath();
      line.forEach(([fraction, value], i) => {
        pen[i === 0 ? "moveTo" : "lineTo"](x(fraction), y(value));
      });
      pen.stroke();
      // A line of one point would be invisible.
      for (const [fraction, value] of dots || line.length === 1 ? line : []) {
        pen.beginPath();
        pen.arc(x(fraction), y(value), weight + 1, 0, 2 * Math.PI);
        pen.fill();
      }
    }
    pen.restore();
  }

  let frame = 0;
  function drawSoon() {
    if (!frame) frame = requestAnimationFrame(() => { frame = 0; draw(); });
  }
  new ResizeObserver(drawSoon).observe(canvas);
  window.addEventListener("resize", drawSoon); // another screen: another ratio
  new MutationObserver(drawSoon).observe(document.body, { attributeFilter: ["class"] });
  return (newPoints) => {
    points = newPoints;
    drawSoon();
  };
}

const lossCanvas = element.querySelector("#loss-curve");
const accuracyCanvas = element.querySelector("#accuracy-curve");
const drawLoss = chart(lossCanvas, lossScale, [{ name: "loss", tone: "--accent", weight: 1.8 }]);
const drawAccuracy = chart(accuracyCanvas, accuracyScale(), [
  { name: "accuracy", tone: "--quiet", weight: 1.3 },
  { name: "validation", tone: "--accent", weight: 2.6, dots: true },
]);

function showCurves(curves) {
  setHidden(element.querySelector(".run-curves"), !curves);
  if (!curves) return;
  const now = (line, digits) => (line.length > 0 ? line[line.length - 1][1].toFixed(digits) : texts.none_yet);
  const { loss, accuracy, validation } = curves;
  lossCanvas.setAttribute("aria-label", withValues(texts.loss_said, { loss: now(loss, 3) }));
  const latest = { training: now(accuracy, 1), aside: now(validation, 2) };
  accuracyCanvas.setAttribute("aria-label", withValues(texts.right_said, latest));
  drawLoss(curves);
  drawAccuracy(curves);
}
