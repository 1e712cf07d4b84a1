// Sends the cart without a click; the button does the same without this script.
(() => {
  "use strict";
  const form = document.getElementById("post"), button = form && form.querySelector("button");
  const status = document.getElementById("status");
  if (!form) return;
  // Nothing to see, nobody to press: what a system asked for, and may ask for again.
  if (!button) return form.submit();
  const rest = () => {
    button.disabled = true;
    setTimeout(() => {
      button.disabled = false;
      if (status) status.textContent = "If nothing happens, use the button.";
    }, 3000);
  };
  form.addEventListener("submit", () => setTimeout(rest));
  addEventListener("pageshow", () => { button.disabled = false; });
  // Reached by Back or reload: the cart may have arrived before, so only the button is offered.
  const [entry] = performance.getEntriesByType("navigation");
  if (entry && entry.type !== "navigate") return;
  if (status) status.textContent = "Sending…";
  form.submit();
  rest();
})();
