// The sound: a plain audio element, a waveform drawn from the server's peaks, and the timeline.

const BACK_S = 3;
const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const QUIET_LEFT_S = 0.4;
const WAVE_PX = 34; // the Content-Security-Policy lets in the styles of this height only
const SPEED_KEPT = "callqa-speed";

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

export class Player extends EventTarget {
  constructor(root) {
    super();
    this.root = root;
    this.audio = root.querySelector("audio");
    this.duration = Number(root.dataset.duration);
    this.quiet = JSON.parse(root.dataset.quiet ?? "[]");
    this.skipping = false;
    this.stopAt = null;
    this.missing = false;
    this.line = root.querySelector(".strip .now");
    this.position = root.querySelector("[data-position]");
    this.wave = root.querySelector(".wave");
    this.listen();
    this.setSpeed(Number(localStorage.getItem(SPEED_KEPT) ?? 1));
    this.draw();
  }

  listen() {
    const { audio, root } = this;
    audio.addEventListener("error", () => this.sayMissing());
    if (audio.error) this.sayMissing();
    for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, () => this.showPlaying());
    audio.addEventListener("timeupdate", () => this.show());
    audio.addEventListener("seeked", () => this.show());
    root.querySelector("[data-speed]").addEventListener("change", (event) => this.setSpeed(Number(event.target.value)));
    root.querySelector(".strip")?.addEventListener("click", (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      this.seek((this.duration * (event.clientX - box.left)) / box.width);
    });
    this.wave.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -5, ArrowUp: 5, PageDown: -15, PageUp: 15 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.seek(this.now + step);
    });
  }

  get now() {
    return this.audio.currentTime;
  }

  get playing() {
    return !this.audio.paused;
  }

  /** Draw the waveform from peaks; the sound itself is not fetched for it. */
  async draw() {
    const answer = await fetch(this.root.dataset.peaks).catch(() => null);
    if (!answer?.ok) {
      this.root.classList.add("without-wave");
      if (answer && answer.status !== 404) this.say("The waveform could not be drawn; the sound may still play.");
      return;
    }
    const found = await answer.json();
    this.drawn = found;
    this.render();
    document.addEventListener("theme", () => this.render());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.render());
  }

  render() {
    const { peaks, duration_s: duration } = this.drawn;
    const style = getComputedStyle(this.root);
    const colour = (who) => style.getPropertyValue({ agent: "--agent", customer: "--customer" }[who] ?? "--ink-soft").trim();
    const names = this.root.dataset.channels.split(" ");
    const soft = (value) => `${value}70`;
    this.surfer?.destroy();
    this.surfer = window.WaveSurfer.create({
      container: this.wave,
      media: this.audio,
      peaks,
      duration,
      height: WAVE_PX,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      barMinHeight: 1,
      cursorWidth: 2,
      cursorColor: style.getPropertyValue("--ink").trim(),
      waveColor: colour(names[0]),
      progressColor: colour(names[0]),
      hideScrollbar: true,
      dragToSeek: true,
      maxPeak: Math.max(0.05, ...peaks.map((channel) => channel.reduce((most, level) => Math.max(most, level), 0))),
      splitChannels: peaks.map((_, at) => ({ waveColor: soft(colour(peaks.length === 2 ? names[at] : "")), progressColor: colour(peaks.length === 2 ? names[at] : "") })),
    });
    this.surfer.on("interaction", () => this.moved());
  }

  sayMissing() {
    if (this.missing) return;
    this.missing = true;
    this.root.classList.add("is-missing");
    for (const button of this.root.querySelectorAll("[data-do=play], [data-do=back], [data-do=skip], [data-speed]")) button.disabled = true;
    fetch(this.audio.currentSrc || this.audio.src, { method: "GET", headers: { Range: "bytes=0-0", Accept: "application/json" } })
      .then((answer) => (answer.headers.get("content-type")?.includes("json") ? answer.json() : {}))
      .catch(() => ({}))
      .then((found) => this.say(found.detail ? `There is no sound: ${found.detail}` : "The recording cannot be played: its file is missing or unreadable. The transcript is all there is."));
  }

  say(sentence) {
    const box = this.root.querySelector(".sound-problem");
    box.querySelector("span").textContent = sentence;
    box.hidden = false;
  }

  setSpeed(speed) {
    const known = SPEEDS.includes(speed) ? speed : 1;
    this.audio.playbackRate = known;
    this.audio.defaultPlaybackRate = known;
    this.root.querySelector("[data-speed]").value = String(known);
    localStorage.setItem(SPEED_KEPT, String(known));
    return known;
  }

  changeSpeed(step) {
    const at = SPEEDS.indexOf(this.audio.playbackRate) + step;
    return this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))]);
  }

  toggle() {
    this.stopAt = null;
    if (this.playing) this.audio.pause();
    else this.start();
  }

  start() {
    if (!this.missing) this.audio.play().catch(() => {});
  }

  back() {
    this.seek(this.now - BACK_S);
  }

  toggleSkip() {
    this.skipping = !this.skipping;
    this.root.querySelector("[data-do=skip]").setAttribute("aria-pressed", String(this.skipping));
    return this.skipping;
  }

  seek(seconds) {
    this.stopAt = null;
    this.audio.currentTime = Math.min(Math.max(0, seconds), this.duration || Infinity);
    this.moved();
  }

  /** Play from a second on, up to another one if that is given. */
  playFrom(seconds, until = null) {
    if (this.missing) return;
    this.seek(seconds);
    this.stopAt = until;
    this.start();
  }

  moved() {
    this.show();
    this.dispatchEvent(new Event("moved"));
  }

  showPlaying() {
    const button = this.root.querySelector("[data-do=play]");
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, this.playing ? "#pause" : "#play"));
    button.classList.toggle("is-playing", this.playing);
    this.dispatchEvent(new Event("playing"));
    if (this.playing) this.tick();
  }

  tick() {
    if (!this.playing) return;
    this.leaveQuiet();
    if (this.stopAt !== null && this.now >= this.stopAt) {
      this.stopAt = null;
      this.audio.pause();
    }
    this.show();
    requestAnimationFrame(() => this.tick());
  }

  leaveQuiet() {
    if (!this.skipping || this.stopAt !== null) return;
    const now = this.now;
    const span = this.quiet.find(([from, to]) => from + QUIET_LEFT_S <= now && now < to - QUIET_LEFT_S);
    if (span) this.audio.currentTime = span[1] - QUIET_LEFT_S / 2;
  }

  show() {
    const now = this.now;
    this.position.textContent = clock(now);
    const x = this.duration ? (1000 * now) / this.duration : 0;
    this.line?.setAttribute("x1", x);
    this.line?.setAttribute("x2", x);
    this.wave.setAttribute("aria-valuenow", String(Math.round(now)));
    this.wave.setAttribute("aria-valuetext", clock(now));
    this.dispatchEvent(new Event("time"));
  }
}
