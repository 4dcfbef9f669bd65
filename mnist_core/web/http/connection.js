// In the page's head, since it wraps `fetch`, which Gradio's own scripts take over as they start.
//
// Knows whether the server can be reached, by how the page's requests fare, whoever makes them. Once
// one of them gets no answer, the root has `data-server="gone"`, and the server is asked for gently
// until it answers. The events `server-gone` and `server-back` of the document tell of the changes.
{
  const FIRST_WAIT = 500; // ms before it is asked for again
  const LONGEST_WAIT = 5000; // ms; each wait is twice the one before
  const NOBODY_THERE = [502, 503, 504]; // said by a proxy that stands before the server

  const root = document.documentElement;
  const send = window.fetch;
  let isGone = false;
  let wait = FIRST_WAIT;
  let timer = 0;
  let isLooking = false;

  function change(toGone) {
    if (toGone === isGone) return;
    isGone = toGone;
    clearTimeout(timer);
    if (isGone) timer = setTimeout(look, wait);
    root.dataset.server = isGone ? "gone" : "here";
    document.dispatchEvent(new Event(isGone ? "server-gone" : "server-back"));
  }

  async function look() {
    if (isLooking || !isGone) return;
    clearTimeout(timer);
    isLooking = true;
    const isBack = await answers();
    isLooking = false;
    if (!isGone) return; // another request has found it meanwhile
    wait = Math.min(2 * wait, LONGEST_WAIT);
    if (isBack) change(false);
    else timer = setTimeout(look, wait);
  }

  async function answers() {
    try {
      const options = { cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) };
      return !isNobody(await send("gradio_api/app_id", options));
    } catch (error) {
      return false;
    }
  }

  // Our own refusals have a header that what a proxy says in the server's place has not.
  function isNobody({ status, headers }) {
    return NOBODY_THERE.includes(status) && !headers.has("x-refused");
  }

  function isOurs(target) {
    return new URL(target.url || target, document.baseURI).origin === location.origin;
  }

  window.fetch = async (target, options) => {
    try {
      const response = await send(target, options);
      if (isOurs(target)) {
        const toGone = isNobody(response);
        if (!toGone) wait = FIRST_WAIT;
        change(toGone);
      }
      return response;
    } catch (error) {
      // Who breaks off a request, as a page does that is being left, has learned nothing.
      if (error.name !== "AbortError" && isOurs(target)) change(true);
      throw error;
    }
  };
  window.addEventListener("online", look);
}
