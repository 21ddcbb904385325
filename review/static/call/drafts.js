// What was entered goes to the server as it is typed, with the time spent.

const WAIT_MS = 700;
const AGAIN_MS = 4000;
const AWAKE_S = 60;

export class Drafts {
  constructor(form, scorecard) {
    this.form = form;
    this.scorecard = scorecard;
    this.seen = form.dataset.seen || null;
    this.active = Number(form.dataset.active);
    this.touched = Date.now();
    this.dirty = false;
    this.stopped = false;
    this.saved = form.querySelector("[data-saved]");
    if (this.seen) this.tell(`Draft of ${hour(this.seen)}`);
    scorecard.addEventListener("changed", () => this.later());
    for (const name of ["keydown", "pointermove", "pointerdown", "wheel", "scroll"]) {
      document.addEventListener(name, () => (this.touched = Date.now()), { passive: true, capture: true });
    }
    setInterval(() => this.count(), 1000);
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
    window.addEventListener("pagehide", () => this.flush());
    this.listen();
  }

  /** A second counts if the page is in front and somebody did something in the last minute. */
  count() {
    if (document.hidden || Date.now() - this.touched > AWAKE_S * 1000) return;
    this.active += 1;
    this.form.elements.active_s.value = String(this.active);
  }

  listen() {
    const dialog = document.getElementById("conflict");
    dialog.querySelector("[data-load-newest]").addEventListener("click", () => location.reload());
    dialog.querySelector("[data-keep-mine]").addEventListener("click", () => {
      dialog.close();
      this.stopped = false;
      this.save({ over: true });
    });
  }

  tell(words, bad = false) {
    this.saved.textContent = words;
    this.saved.classList.toggle("problem", bad);
  }

  later() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT_MS);
  }

  flush() {
    if (this.dirty) this.save({ keepalive: true });
  }

  /** No more saving: the review is on its way. */
  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async save({ keepalive = false, over = false } = {}) {
    if (this.stopped) return;
    if (this.saving && !keepalive) {
      this.later();
      return;
    }
    clearTimeout(this.timer);
    this.dirty = false;
    this.saving = true;
    try {
      await this.send(keepalive, over);
    } finally {
      this.saving = false;
    }
  }

  async send(keepalive, over) {
    const body = JSON.stringify({ draft: this.scorecard.draft(), evaluation_key: this.form.dataset.evaluation, seen: this.seen, over });
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": window.callqa.csrfToken() };
    const answer = await fetch(this.form.dataset.draft, { method: "PUT", body, headers, keepalive }).catch(() => null);
    if (answer?.ok) {
      this.seen = (await answer.json()).saved_at;
      this.tell(`Saved ${hour(this.seen)}`);
      return;
    }
    if (answer?.status === 409) {
      this.stopped = true;
      this.conflict((await answer.json()).problem);
      return;
    }
    this.tell(answer?.status === 403 || answer?.status === 401 ? "Not saved: log in again in another window" : "Not saved yet, trying again", true);
    this.dirty = true;
    this.timer = setTimeout(() => this.save(), AGAIN_MS);
  }

  conflict(problem) {
    const dialog = document.getElementById("conflict");
    dialog.querySelector("[data-conflict]").textContent = `${problem} What you entered here since is not saved.`;
    this.tell("Not saved", true);
    dialog.showModal();
  }
}

function hour(time) {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
