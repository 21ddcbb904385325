// What every page needs: the CSRF header, the theme switch, toasts, dialogs, focus after a swap.

const TOAST_MS = 6000;

function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** Show a short message; `kind` is "done" or "bad". */
function toast(message, kind = "done") {
  const box = document.querySelector(".toasts");
  if (!box || !message) return;
  const item = document.createElement("div");
  item.className = `toast ${kind}`;
  item.textContent = message;
  box.append(item);
  setTimeout(() => item.remove(), TOAST_MS);
}

window.callqa = { csrfToken, toast };

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = csrfToken();
});

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  toast(status === 403 ? "You may not do that, or your login ended. Load the page again." : `That failed (${status}). Nothing was changed.`, "bad");
});

document.addEventListener("htmx:sendError", () => {
  toast("The server cannot be reached. Nothing was changed.", "bad");
});

// A response may carry the header HX-Trigger: {"toast": {"message": "...", "kind": "done"}}.
document.addEventListener("toast", (event) => toast(event.detail.message, event.detail.kind));

// htmx keeps the focus where ids match; where the focused element is gone, the target says who takes it.
document.addEventListener("htmx:afterSettle", (event) => {
  if (document.activeElement !== document.body) return;
  const target = event.detail.target;
  const next = target.querySelector("[autofocus], [data-swap-focus]") ?? target.closest("[data-swap-focus]");
  next?.focus({ preventScroll: true });
});

function showTheme(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
  }
  document.dispatchEvent(new CustomEvent("theme"));
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-set-theme]");
  if (theme) {
    const chosen = theme.dataset.setTheme;
    document.cookie = `callqa_theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
    showTheme(chosen);
    return;
  }
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    document.getElementById(opener.dataset.dialog)?.showModal();
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  const dismissed = event.target.closest("[data-dismiss]");
  if (dismissed) dismissed.closest(".toast")?.remove();
  if (event.target.closest("[data-print]")) window.print();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// <form data-submit-on-change>: a filter form that needs no button.
document.addEventListener("change", (event) => {
  event.target.closest("form[data-submit-on-change]")?.requestSubmit();
});

// <form data-confirm="Question?">: asks first.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
