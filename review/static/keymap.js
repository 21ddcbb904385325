// What every key does, in one table: it is bound from here, and the help overlay is drawn from it.
// `keys` are values of KeyboardEvent.key (" " is space); "Ctrl+Enter" works in text fields too.

export const KEYMAP = [
  { group: "Criteria", keys: ["j", "ArrowDown"], does: "nextCriterion", says: "Next criterion" },
  { group: "Criteria", keys: ["k", "ArrowUp"], does: "previousCriterion", says: "Previous criterion" },
  { group: "Criteria", keys: ["o"], does: "unfold", says: "Show all, or only the current one" },
  { group: "Verdict", keys: ["a"], does: "agree", says: "Agree with the machine, and go on" },
  { group: "Verdict", keys: ["A"], does: "agreeRest", says: "Agree with all that have no answer yet" },
  { group: "Verdict", keys: ["1"], does: "choose", with: "pass", says: "Pass" },
  { group: "Verdict", keys: ["2"], does: "choose", with: "partial", says: "Partial" },
  { group: "Verdict", keys: ["3"], does: "choose", with: "fail", says: "Fail" },
  { group: "Verdict", keys: ["4"], does: "choose", with: "not_applicable", says: "Not applicable" },
  { group: "Verdict", keys: ["c"], does: "comment", says: "Write why; Escape comes back" },
  { group: "Verdict", keys: ["u"], does: "undo", says: "Undo" },
  { group: "Evidence", keys: ["e"], does: "playEvidence", with: 1, says: "Play the next evidence" },
  { group: "Evidence", keys: ["E"], does: "playEvidence", with: -1, says: "Play the evidence before" },
  { group: "Evidence", keys: ["m"], does: "markEvidence", says: "Mark the current turn, or the selected words, as evidence" },
  { group: "Evidence", keys: ["x"], does: "dropEvidence", says: "Drop the evidence played last" },
  { group: "Sound", keys: [" "], does: "play", says: "Play or pause" },
  { group: "Sound", keys: ["b"], does: "back", says: "Back 3 seconds" },
  { group: "Sound", keys: ["["], does: "slower", says: "Slower" },
  { group: "Sound", keys: ["]"], does: "faster", says: "Faster" },
  { group: "Sound", keys: ["s"], does: "skip", says: "Leave out silence and holds" },
  { group: "Sound", keys: ["f"], does: "follow", says: "Keep the current turn in view" },
  { group: "Review", keys: ["Enter", "Ctrl+Enter"], does: "submit", says: "Submit, and open the next call" },
  { group: "Review", keys: ["n"], does: "nextCall", says: "Next call, without submitting" },
  { group: "Review", keys: ["?"], does: "help", says: "These keys" },
  { group: "Review", keys: ["Escape"], does: "leave", says: "Leave a field or close a window" },
];

const NAMES = { " ": "Space", ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc", A: "Shift+A", E: "Shift+E" };
const OFF = "callqa-keys-off";

function isText(element) {
  if (element.isContentEditable) return true;
  if (element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
  return element.tagName === "INPUT" && !["radio", "checkbox", "button", "submit", "range"].includes(element.type);
}

/** Whether the focused element does something of its own with this key. */
function isTaken(element, key) {
  if (isText(element)) return true;
  if (key === "Enter" || key === " ") return Boolean(element.closest("button, a[href], summary, input"));
  if (key.startsWith("Arrow")) return Boolean(element.closest("input[type=radio], [role=slider], .turns"));
  return false;
}

export function keysAreOn() {
  return localStorage.getItem(OFF) === null;
}

export function switchKeys(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

/** Call `actions[does](with)` for the keys of the table. */
export function bindKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey) return;
    if (document.querySelector("dialog[open]")) return;
    const key = event.ctrlKey ? `Ctrl+${event.key}` : event.key;
    const entry = KEYMAP.find((item) => item.keys.includes(key));
    if (!entry || !actions[entry.does]) return;
    const anywhere = key === "Escape" || key.startsWith("Ctrl+");
    if (!anywhere && (!keysAreOn() || isTaken(event.target, key))) return;
    if (actions[entry.does](entry.with) !== false) event.preventDefault();
  });
}

/** Draw the table into an element. */
export function drawKeymap(box) {
  for (const group of new Set(KEYMAP.map((item) => item.group))) {
    const section = document.createElement("section");
    const heading = document.createElement("h3");
    heading.textContent = group;
    const list = document.createElement("dl");
    for (const item of KEYMAP.filter((one) => one.group === group)) {
      const name = document.createElement("dt");
      for (const key of item.keys) {
        const shown = document.createElement("kbd");
        shown.textContent = NAMES[key] ?? key;
        name.append(shown, " ");
      }
      const says = document.createElement("dd");
      says.textContent = item.says;
      list.append(name, says);
    }
    section.append(heading, list);
    box.append(section);
  }
}
