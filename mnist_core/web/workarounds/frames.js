// In the page's head, so that it runs before Gradio's own scripts.
//
// Gradio 6.31.0 counts the seconds that something loads, shown or not, and does not stop when the page
// has loaded: it asks for a frame 60 times a second for ever. That drains a battery, and as a frame
// is always due then, Chromium handles the answer to a lifted pen 16 ms later than it could. This
// page shows no such count, so it gets no frame.
// `test_gradio_by_itself_asks_for_frames_for_ever` tells when this can go.
{
  const ask = window.requestAnimationFrame;
  const isCount = (callback) => /performance\.now\(\)-.+\/1e3/.test(callback);
  window.requestAnimationFrame = (callback) => {
    const isIdle = document.querySelector("#reading") && isCount(callback);
    return isIdle ? 0 : ask(callback);
  };
}
