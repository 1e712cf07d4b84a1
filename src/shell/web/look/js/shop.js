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

  // `data-suggest`: what can be typed next, as a combobox; Enter without a choice searches as always.
  const form = document.querySelector("form[data-suggest]");
  if (!form) return;
  const input = form.elements.q, list = document.createElement("ul"), told = document.createElement("span");
  list.id = "suggestions";
  list.className = "suggestions";
  told.className = "unseen";
  for (const [part, name, value] of [
    [list, "role", "listbox"], [list, "aria-label", "Suggestions"], [told, "role", "status"],
    [input, "role", "combobox"], [input, "aria-controls", list.id], [input, "aria-autocomplete", "list"],
    [input, "aria-expanded", "false"],
  ]) part.setAttribute(name, value);
  form.append(list, told);
  let asked = 0, timer, chosen = -1;
  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === place)));
    const one = list.children[place];
    if (one) input.setAttribute("aria-activedescendant", one.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = (found) => {
    list.replaceChildren(...found.map((one, at) => {
      const item = document.createElement("li"), text = document.createElement("bdi"), what = document.createElement("span");
      item.id = "suggestion-" + at;
      item.setAttribute("role", "option");
      item.dataset.href = one.href;
      text.textContent = one.text;
      what.textContent = one.what;
      what.className = "quiet";
      item.append(text, what);
      return item;
    }));
    input.setAttribute("aria-expanded", String(found.length > 0));
    choose(-1);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked, text = input.value.trim();
      let found = [];
      try {
        if (text.length > 1) found = await (await fetch(form.dataset.suggest + "?q=" + encodeURIComponent(text), { cache: "no-store" })).json();
      } catch { /* the search itself still works */ }
      if (mine !== asked) return;
      show(found);
      told.textContent = found.length ? found.length + " suggestions" : "";
    }, 120);
  });
  input.addEventListener("keydown", (event) => {
    const many = list.children.length, step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && many) { event.preventDefault(); choose((chosen + 1 + step + many + 1) % (many + 1) - 1); }
    else if (event.key === "Escape" && many) { event.preventDefault(); show([]); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(list.children[chosen].dataset.href); }
  });
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("li");
    if (item) { event.preventDefault(); location.assign(item.dataset.href); }
  });
  input.addEventListener("blur", () => { ++asked; show([]); });
})();
