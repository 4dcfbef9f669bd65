// Looks at a run that is on or waiting: asks the route `training`, which tells how it goes, and shows
// that. Gradio has all of the page shown anew, by its event `run_changed`, only when a run has begun or
// ended, and where the page is part of another application, which has no such route. Comes before
// training.js, which calls `lookSoon`, in the same function body.

const HIDDEN_WAIT = 10000; // ms: in the background the title goes on, and a place in the queue is kept

let lookTimer = 0;
function lookSoon() {
  clearTimeout(lookTimer);
  if (!latest.active) return;
  lookTimer = setTimeout(look, document.hidden ? HIDDEN_WAIT : 1000 * latest.again);
}

async function look() {
  clearTimeout(lookTimer);
  if (!latest.active || isServerGone()) return;
  const updatesBefore = updates;
  try {
    const hasInk = latest.samples.length > 0;
    const response = await fetch("training", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ visitor: props.value.visitor, hidden: document.hidden, has_ink: hasInk }),
    });
    const value = response.ok ? await response.json() : null;
    const isCurrent = updates === updatesBefore; // or it is from before what Gradio has shown
    if (isCurrent && response.status < 500) take(value); // else the next look may be luckier
  } catch (error) {
    // connection.js has noticed, and tells when the server is back.
  }
  lookSoon();
}

function take(value) {
  if (!value || !value.active || value.cancel !== latest.cancel) trigger("run_changed");
  else show({ ...value, samples: value.samples.map((each, i) => ({ ...latest.samples[i], ...each })) });
}

document.addEventListener("server-back", lookSoon);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (latest.comparison) trigger("run_changed"); // it may have been decided in another tab
  else look();
});
