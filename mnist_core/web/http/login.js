// In the page's head, since it wraps `fetch`, which Gradio's own scripts take over as they start.
//
// Gradio's login asks again and again where the browser keeps no cookie for it, as in a frame of
// another site, and says nothing of a refusal that it does not know. Here both are said.
{
  const send = window.fetch;

  // The page's stylesheet comes after the login: without it the fields have no edge. Gradio's own
  // word on a wrong password would stand beside ours.
  const look = document.createElement("style");
  look.textContent = `
    .min-h-screen :not(input, button) { background: none !important; }
    .min-h-screen :is(input, button) { min-height: 44px; padding: 0 12px !important; border: 1px solid var(--edge) !important; border-radius: 10px !important; }
    .min-h-screen.min-h-screen.min-h-screen input:focus { outline: 2px solid currentColor !important; }
    .min-h-screen button.primary { background: var(--accent) !important; color: var(--on-accent) !important; }
    .min-h-screen .creds { display: none; }`;
  document.head.append(look);

  function isLogin(target, options) {
    const path = new URL(target.url || target, document.baseURI).pathname;
    return options && options.method === "POST" && path.endsWith("/login");
  }

  function say(sentence, link) {
    let note = document.getElementById("login-note");
    if (!note) {
      note = document.createElement("p");
      note.id = "login-note";
      note.setAttribute("role", "alert");
      note.style.cssText = "padding: 16px; text-align: center;";
      document.body.prepend(note);
    }
    note.textContent = sentence;
    if (link) note.append(link);
  }

  function ownTab() {
    const link = document.createElement("a");
    link.href = document.baseURI;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = texts.own_tab;
    return link;
  }

  window.fetch = async (target, options) => {
    const response = await send(target, options);
    if (!isLogin(target, options)) return response;
    if (!response.ok) {
      const { error } = await response.clone().json().catch(() => ({}));
      if (error) say(error);
      return response;
    }
    const check = await send("gradio_api/login_check", { cache: "no-store" });
    if (check.ok) return response;
    say(texts.no_cookie + " ", ownTab());
    return new Response(null, { status: 403 });
  };
}
