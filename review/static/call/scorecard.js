// The reviewer's answers: which criterion is current, what was chosen, what can be undone.

import { clock } from "./player.js";

const WORDS = { pass: "Pass", partial: "Partial", fail: "Fail", not_applicable: "Not applicable", unscored: "Unscored" };
const FIELDS = ["choice", "reason", "kind", "evidence"];

/** One criterion of the form. */
class Criterion {
  constructor(root, form) {
    this.root = root;
    this.form = form;
    this.id = root.dataset.criterion;
    this.machine = root.dataset.machine;
    this.critical = root.dataset.critical === "1";
    this.question = root.querySelector(".question").textContent;
    this.machineEvidence = JSON.parse(root.dataset.evidence);
    const field = this.field("evidence");
    this.own = field?.value ? JSON.parse(field.value) : null;
  }

  field(name) {
    return this.form.elements[`${name}-${this.id}`];
  }

  get choice() {
    return this.field("choice")?.value ?? "";
  }

  get evidence() {
    return this.own ?? this.machineEvidence;
  }

  set evidence(items) {
    const same = JSON.stringify(items) === JSON.stringify(this.machineEvidence);
    this.own = same ? null : items;
    this.field("evidence").value = same ? "" : JSON.stringify(items);
  }

  get answered() {
    return this.choice !== "";
  }

  get verdictChanged() {
    return this.answered && this.choice !== "agree" && this.machine !== "";
  }

  get evidenceChanged() {
    return this.own !== null;
  }

  /** What the change shows: the same rule as the server's. */
  get kind() {
    if (this.verdictChanged) return "wrong_verdict";
    if (!this.evidenceChanged) return "";
    const now = this.own.map((item) => JSON.stringify(item));
    return this.machineEvidence.every((item) => now.includes(JSON.stringify(item))) ? "missing_evidence" : "wrong_evidence";
  }

  get needsReason() {
    return this.critical && this.verdictChanged && this.machine !== "" && !this.field("reason").value.trim();
  }

  choose(value) {
    const field = this.field("choice");
    for (const radio of field instanceof RadioNodeList ? field : [field]) radio.checked = radio.value === value;
  }

  /** The value of the form for a verdict; null where the rubric does not allow it. */
  valueOf(verdict) {
    return this.root.querySelector(`[data-verdict="${verdict}"]`)?.value ?? null;
  }

  read() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.field(name)?.value ?? ""]));
  }

  write(saved) {
    this.choose(saved.choice);
    this.field("reason").value = saved.reason;
    this.field("kind").value = saved.kind;
    this.own = saved.evidence ? JSON.parse(saved.evidence) : null;
    this.field("evidence").value = saved.evidence;
  }
}

export class Scorecard extends EventTarget {
  constructor(form, { say }) {
    super();
    this.form = form;
    this.say = say;
    this.open = form.dataset.open === "1";
    this.criteria = [...form.querySelectorAll(".criterion")].map((root) => new Criterion(root, form));
    this.past = [];
    this.at = -1;
    this.unfolded = false;
    this.listen();
    for (const criterion of this.criteria) this.draw(criterion);
    const first = this.criteria.findIndex((item) => item.root.classList.contains("has-problem"));
    const next = this.criteria.findIndex((item) => !item.answered);
    this.go(first >= 0 ? first : Math.max(0, next), { focus: false });
    this.progress();
  }

  get current() {
    return this.criteria[this.at];
  }

  get unanswered() {
    return this.criteria.filter((item) => !item.answered);
  }

  of(element) {
    return this.criteria.find((item) => item.root.contains(element));
  }

  listen() {
    this.form.addEventListener("click", (event) => {
      const criterion = this.of(event.target);
      if (!criterion) return;
      const { target } = event;
      if (target.closest("[data-agree]")) {
        this.answer(criterion, criterion.choice === "agree" ? "" : "agree");
        return;
      }
      const quote = target.closest("[data-quote]");
      const drop = target.closest("[data-unquote]");
      if (target.closest("[data-open-criterion]") && criterion === this.current && criterion.root.classList.contains("is-open")) {
        criterion.root.classList.remove("is-open");
        this.showOpen(criterion);
        return;
      }
      if (criterion !== this.current) this.go(this.criteria.indexOf(criterion), { focus: false, scroll: false });
      if (quote) this.emit("quote", { criterion, index: Number(quote.dataset.quote) });
      if (drop) this.drop(criterion, Number(drop.dataset.unquote));
    });
    this.form.addEventListener("focusin", (event) => {
      const criterion = this.of(event.target);
      if (criterion && criterion !== this.current && event.target.closest(".criterion-body")) {
        this.go(this.criteria.indexOf(criterion), { focus: false, scroll: false });
      }
    });
    this.form.addEventListener("beforeinput", () => (this.typed ??= this.snapshot()));
    this.form.addEventListener("change", (event) => {
      const criterion = this.of(event.target);
      if (criterion && event.target.type === "radio") this.remember(criterion, this.before);
      if (criterion) this.draw(criterion);
      this.changed();
    });
    this.form.addEventListener("input", (event) => {
      if (event.target.matches("textarea")) this.changed();
    });
    this.before = this.snapshot();
  }

  emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  snapshot() {
    return this.criteria.map((item) => item.read());
  }

  remember(_criterion, state) {
    this.past.push(state);
    if (this.past.length > 200) this.past.shift();
  }

  changed() {
    this.before = this.snapshot();
    this.progress();
    this.emit("changed");
  }

  undo() {
    const state = this.past.pop();
    if (!state) return this.say("Nothing to undo.");
    this.criteria.forEach((item, at) => {
      const differs = JSON.stringify(item.read()) !== JSON.stringify(state[at]);
      if (!differs) return;
      item.write(state[at]);
      this.draw(item);
      this.go(at);
    });
    this.changed();
    this.say("Undone.");
  }

  // Moving

  go(at, { focus = true, scroll = true } = {}) {
    const to = Math.min(Math.max(0, at), this.criteria.length - 1);
    if (this.at >= 0 && this.current) {
      this.current.root.classList.remove("is-now");
      if (!this.unfolded) this.current.root.classList.remove("is-open");
      this.current.root.removeAttribute("aria-current");
      this.showOpen(this.current);
    }
    this.at = to;
    const { root } = this.current;
    root.classList.add("is-now", "is-open");
    root.setAttribute("aria-current", "true");
    this.showOpen(this.current);
    if (focus) root.focus({ preventScroll: true });
    if (scroll) this.bring(root);
    this.emit("moved", { criterion: this.current });
  }

  bring(root) {
    const box = root.closest(".judged").getBoundingClientRect();
    const bar = this.form.querySelector(".submit-bar")?.offsetHeight ?? 0;
    const at = root.getBoundingClientRect();
    if (at.top >= box.top + 44 && at.bottom <= box.bottom - bar) return;
    root.scrollIntoView({ block: "nearest" });
  }

  showOpen(criterion) {
    const open = criterion.root.classList.contains("is-open");
    criterion.root.querySelector("[data-open-criterion]").setAttribute("aria-expanded", String(open));
  }

  unfold() {
    this.unfolded = !this.unfolded;
    for (const item of this.criteria) {
      item.root.classList.toggle("is-open", this.unfolded || item === this.current);
      this.showOpen(item);
    }
    const button = this.form.querySelector("[data-do=unfold]");
    button.setAttribute("aria-pressed", String(this.unfolded));
    button.querySelector("span").textContent = this.unfolded ? "Only the current" : "Show all";
    this.bring(this.current.root);
  }

  /** To the next criterion without an answer, else just the next one; at the end to the button. */
  goOn() {
    const after = this.criteria.findIndex((item, at) => at > this.at && !item.answered);
    if (after >= 0) return this.go(after);
    if (this.unanswered.length) return this.go(this.criteria.indexOf(this.unanswered[0]));
    this.say("All criteria are answered. Enter submits.");
    this.go(this.at);
    this.form.querySelector("[data-submit]")?.classList.add("is-ready");
  }

  // Answering

  answer(criterion, value) {
    this.remember(criterion, this.snapshot());
    criterion.choose(value);
    this.draw(criterion);
    this.changed();
  }

  agree() {
    const { current } = this;
    if (!current.machine) return this.say("This is a blind review: give a verdict of your own.");
    if (current.machine === "unscored") return this.say("The machine gave no verdict to agree with. Give one with 1 to 4.");
    this.answer(current, "agree");
    this.say(`Agreed: ${WORDS[current.machine]}.`);
    this.goOn();
  }

  agreeRest() {
    const rest = this.unanswered.filter((item) => item.machine && item.machine !== "unscored");
    if (!rest.length) return this.say("There is nothing left to agree with.");
    this.remember(null, this.snapshot());
    for (const item of rest) {
      item.choose("agree");
      this.draw(item);
    }
    this.changed();
    const left = this.unanswered.length;
    this.say(left ? `Agreed with ${rest.length}; ${left} without a verdict of the machine are left.` : `Agreed with ${rest.length}. Enter submits.`);
    this.go(left ? this.criteria.indexOf(this.unanswered[0]) : this.at);
    if (!left) this.form.querySelector("[data-submit]")?.classList.add("is-ready");
  }

  choose(verdict) {
    const { current } = this;
    const value = current.valueOf(verdict);
    if (value === null) return this.say(`${WORDS[verdict]} is not allowed here.`);
    this.answer(current, value);
    this.say(`${WORDS[verdict]}.`);
    current.root.classList.toggle("has-comment", current.verdictChanged || current.field("reason").value !== "");
    if (current.needsReason) this.comment();
    else if (!current.verdictChanged) this.goOn();
  }

  comment() {
    const { current } = this;
    current.root.classList.add("has-comment");
    current.field("reason").focus();
  }

  add(item) {
    const { current } = this;
    if (current.evidence.some((known) => known.turn === item.turn && known.quote === item.quote)) return this.say("These words are evidence already.");
    this.remember(current, this.snapshot());
    current.evidence = [...current.evidence, item].sort((left, right) => left.turn - right.turn);
    this.drawEvidence(current);
    this.draw(current);
    this.changed();
    this.emit("moved", { criterion: current, quiet: true });
    this.say(`Evidence added: ${item.quote.slice(0, 80)}`);
  }

  drop(criterion, index) {
    if (!criterion.evidence[index]) return;
    this.remember(criterion, this.snapshot());
    criterion.evidence = criterion.evidence.filter((_, at) => at !== index);
    this.drawEvidence(criterion);
    this.draw(criterion);
    this.changed();
    this.emit("moved", { criterion, quiet: true });
    this.say("Evidence dropped.");
  }

  // Showing

  draw(criterion) {
    const { root } = criterion;
    if (!this.open) return;
    root.classList.toggle("is-answered", criterion.answered);
    root.classList.toggle("is-changed", criterion.verdictChanged || criterion.evidenceChanged);
    root.classList.toggle("is-agreed", criterion.choice === "agree");
    if (criterion.field("reason").value) root.classList.add("has-comment");
    root.querySelector("[data-agree]")?.setAttribute("aria-pressed", String(criterion.choice === "agree"));
    const said = root.querySelector("[data-answer]");
    said.replaceChildren();
    const verdict = criterion.answered && criterion.choice !== "agree" ? criterion.choice : "";
    if (verdict) said.append(chip(WORDS[verdict], `verdict verdict-${verdict}`, criterion.machine ? "You: " : ""));
    if (criterion.evidenceChanged) said.append(chip("Evidence changed", "chip accent"));
    const kind = root.querySelector("[data-kind]");
    kind.hidden = !criterion.evidenceChanged || criterion.verdictChanged;
    const field = criterion.field("kind");
    field.options[0].textContent = criterion.kind ? `${criterion.kind.replace("_", " ")}, told from the change` : "told from the change";
    if (kind.hidden) field.value = "";
    else if (field.dataset.chosen) field.value = field.dataset.chosen;
    delete field.dataset.chosen;
    if (criterion.own) this.drawEvidence(criterion);
  }

  drawEvidence(criterion) {
    const list = criterion.root.querySelector("[data-evidence-list]");
    const icons = this.form.querySelector("use").getAttribute("href").replace(/#.*/, "");
    list.replaceChildren(...criterion.evidence.map((item, index) => quoteItem(item, index, icons)));
    criterion.root.querySelector(".no-evidence").hidden = criterion.evidence.length > 0;
  }

  progress() {
    const bar = this.form.querySelector("progress");
    if (!bar) return;
    const done = this.criteria.length - this.unanswered.length;
    bar.value = done;
    this.form.querySelector("[data-progress]").textContent = `${done} of ${this.criteria.length} answered`;
    if (this.unanswered.length) this.form.querySelector("[data-submit]").classList.remove("is-ready");
  }

  /** The draft as the server keeps it. */
  draft() {
    const answers = this.criteria
      .map((item) => ({
        criterion: item.id,
        agrees: item.choice === "agree",
        verdict: item.answered && item.choice !== "agree" ? item.choice : null,
        evidence: item.own,
        kind: item.field("kind").value || null,
        reason: item.field("reason").value,
      }))
      .filter((item) => item.agrees || item.verdict || item.evidence || item.reason);
    return { answers, note: this.form.elements.note.value, active_s: Number(this.form.elements.active_s.value) };
  }
}

function chip(words, classes, before = "") {
  const made = document.createElement("span");
  made.className = classes;
  made.textContent = before + words;
  return made;
}

function icon(name, icons) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#${name}`);
  picture.append(use);
  return picture;
}

function quoteItem(item, index, icons) {
  const line = document.createElement("li");
  line.className = "quote";
  line.dataset.turn = item.turn;
  const play = document.createElement("button");
  play.type = "button";
  play.className = "quote-play";
  play.dataset.quote = index;
  const timed = item.start_s !== null && document.querySelector(".player");
  play.append(icon(timed ? "play" : "quote", icons));
  if (timed) play.append(chip(clock(item.start_s), "at"));
  const words = document.createElement("q");
  words.textContent = item.quote;
  play.append(words);
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "button quiet square small";
  drop.dataset.unquote = index;
  drop.title = "This is not evidence";
  drop.setAttribute("aria-label", "This is not evidence");
  drop.append(icon("x", icons));
  line.append(play, drop);
  return line;
}
