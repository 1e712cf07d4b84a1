// Makes the shop quicker; every form and link works without it.
(() => {
  "use strict";

  // A page out of the browser's memory may show an old cart.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Two clicks on one button are one wish.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });

  // A frame without an origin may not read answers: there forms are sent the plain way.
  if (origin === "null" || !window.fetch) return;

  // `data-swap`: send the form behind the page and take these parts over from the answer.
  document.addEventListener("submit", async (event) => {
    const form = event.target, parts = form.dataset.swap;
    if (!parts || event.defaultPrevented) return;
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form, event.submitter));
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: data, cache: "no-store" });
      // Refused: nothing was changed, so asking once more the plain way shows why.
      if (!answer.ok) { form.submit(); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of parts.split(" ")) {
        const now = document.getElementById(id), then = page.getElementById(id);
        if (!now || !then) continue;
        const focused = now.contains(document.activeElement);
        now.replaceChildren(...then.childNodes);
        if (focused) (now.querySelector("button:not([name])") || now).focus();
      }
    } catch {
      // Nobody knows whether it arrived: the cart does.
      location.assign(form.ownerDocument.querySelector(".cart-link").href);
    } finally {
      delete form.dataset.sent;
    }
  });
})();
