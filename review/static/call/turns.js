// The transcript in step with the sound; words that can be heard; words that are evidence.

const REST_MS = 6000;

export class Turns {
  constructor(root, player) {
    this.root = root;
    this.player = player;
    this.turns = [...root.querySelectorAll(".turn")];
    this.timed = this.turns.filter((turn) => turn.dataset.from !== undefined);
    this.current = null;
    this.following = true;
    this.followButton = document.querySelector("[data-do=follow]");
    if (player) this.listen();
  }

  listen() {
    this.player.addEventListener("time", () => this.follow());
    this.player.addEventListener("moved", () => this.setFollowing(true));
    this.player.addEventListener("playing", () => this.showButton());
    for (const name of ["wheel", "touchmove"]) {
      this.root.addEventListener(name, () => this.setFollowing(false), { passive: true });
    }
    this.root.addEventListener("keydown", (event) => {
      if (["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].includes(event.key)) this.setFollowing(false);
    });
    this.root.addEventListener("pointerdown", (event) => {
      if (event.target === this.root) this.setFollowing(false); // the scroll bar
    });
    this.root.addEventListener("click", (event) => {
      if (!getSelection().isCollapsed) return;
      const word = event.target.closest("[data-start]");
      const button = event.target.closest("[data-play]");
      if (word) this.player.playFrom(Number(word.dataset.start));
      if (button) this.player.playFrom(Number(button.dataset.play));
    });
  }

  setFollowing(on) {
    if (on && this.rest) clearTimeout(this.rest);
    this.following = on;
    this.showButton();
    if (on) this.show(this.current);
    else {
      clearTimeout(this.rest);
      // Whoever scrolled away gets the sound back when its turn is in sight again anyway.
      this.rest = setTimeout(() => this.current && this.isInView(this.current) && this.setFollowing(true), REST_MS);
    }
  }

  showButton() {
    if (this.followButton) this.followButton.hidden = this.following || !this.player.playing;
  }

  follow() {
    const now = this.player.now + 0.02;
    let found = null;
    for (const turn of this.timed) {
      if (Number(turn.dataset.from) > now) break;
      found = turn;
    }
    if (found === this.current) return;
    this.current?.classList.remove("is-current");
    this.current?.removeAttribute("aria-current");
    this.current = found;
    found?.classList.add("is-current");
    found?.setAttribute("aria-current", "true");
    if (this.following && this.player.playing) this.show(found);
  }

  isInView(turn) {
    const box = this.root.getBoundingClientRect();
    const at = turn.getBoundingClientRect();
    return at.top >= box.top && at.bottom <= box.bottom;
  }

  /** Scroll the transcript, and nothing else, so that a turn can be read. */
  show(turn) {
    if (!turn || this.isInView(turn)) return;
    const box = this.root.getBoundingClientRect();
    const at = turn.getBoundingClientRect();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.scrollBy({ top: at.top - box.top - box.height / 3, behavior: calm ? "auto" : "smooth" });
  }

  textOf(index) {
    return this.root.querySelector(`[data-turn="${index}"] .turn-text`);
  }

  /** Highlight the words that the current criterion rests on, and bring the first into view. */
  showEvidence(evidence, { scroll = true } = {}) {
    const ranges = [];
    for (const turn of this.turns) turn.classList.remove("is-evidence");
    for (const item of evidence) {
      const text = this.textOf(item.turn);
      if (!text) continue;
      text.closest(".turn").classList.add("is-evidence");
      const range = rangeOf(text, item.quote);
      if (range) ranges.push(range);
    }
    if (window.CSS?.highlights) CSS.highlights.set("evidence", new Highlight(...ranges));
    const first = evidence.length ? this.textOf(evidence[0].turn)?.closest(".turn") : null;
    if (scroll && first && !this.player?.playing) this.show(first);
  }

  /** What would be marked now: selected words of a turn, else the focused, current or given turn. */
  chosen(index = null) {
    const selection = getSelection();
    const inTurn = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const selected = inTurn?.startContainer.parentElement?.closest(".turn-text");
    if (index === null && selected && selected.contains(inTurn.endContainer)) return quoteOf(selected, inTurn);
    const turn = index !== null ? this.root.querySelector(`[data-turn="${index}"]`) : (document.activeElement.closest(".turn") ?? this.current);
    if (!turn) return null;
    return {
      turn: Number(turn.dataset.turn),
      quote: turn.querySelector(".turn-text").textContent,
      start_s: turn.dataset.from === undefined ? null : Number(turn.dataset.from),
      end_s: turn.dataset.to === undefined ? null : Number(turn.dataset.to),
    };
  }
}

function rangeOf(text, quote) {
  const at = text.textContent.indexOf(quote);
  if (at < 0) return null;
  const range = new Range();
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let passed = 0;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const next = passed + node.length;
    if (!begun && at < next) {
      range.setStart(node, at - passed);
      begun = true;
    }
    if (begun && at + quote.length <= next) {
      range.setEnd(node, at + quote.length - passed);
      return range;
    }
    passed = next;
  }
  return null;
}

/** The selected words, verbatim, with the times of the first and after the last of them. */
function quoteOf(text, range) {
  const before = new Range();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const from = before.toString().length;
  const whole = text.textContent;
  let quote = whole.slice(from, from + range.toString().length);
  quote = quote.trim();
  if (!quote) return null;
  const turn = text.closest(".turn");
  const words = [...text.querySelectorAll("[data-start]")];
  const touched = words.filter((word) => range.intersectsNode(word) && word.textContent.trim());
  const after = words[words.indexOf(touched.at(-1)) + 1];
  const end = after ? Number(after.dataset.start) : turn.dataset.to === undefined ? null : Number(turn.dataset.to);
  const start = touched.length ? Number(touched[0].dataset.start) : turn.dataset.from === undefined ? null : Number(turn.dataset.from);
  return { turn: Number(turn.dataset.turn), quote, start_s: start, end_s: end };
}
