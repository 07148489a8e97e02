// What every page of the kit shares: making elements, the theme, copying, keys.

// An element with attributes and children. Text becomes a text node and never markup.
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  return fill(made, attributes, children);
}

// The same for a drawing.
function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  return fill(made, attributes, children);
}

function fill(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "thread") made.dataset.thread = value % 8; // as many colours as there are
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function byId(id) {
  return document.getElementById(id);
}

// A table: names of the columns, and rows of cells. The first cell of a row names it.
function table(columns, rows, caption) {
  const head = el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)));
  return el("table", {}, caption ? el("caption", { class: "hidden-text" }, caption) : "",
    el("thead", {}, head), el("tbody", {}, rows));
}

// "T1", in the thread's colour. `how`: "" did something, "hollow" will, "waits" can't.
function chip(thread, how = "") {
  return el("span", { class: `chip ${how}`.trim(), thread }, `T${thread}`);
}

function place(where) {
  return where && where.line > 0 ? `${where.file}:${where.line}` : "";
}

function counted(number, what, several = `${what}s`) {
  return `${number} ${number === 1 ? what : several}`;
}

function folded(title, ...inside) {
  return el("details", {}, el("summary", {}, title), ...inside);
}

// A button that turns the dark sheet on and off. Until it is used the system's wish counts.
function themeButton() {
  const sheet = byId("dark");
  const wish = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  const button = el("button", { type: "button", id: "theme" });
  const dark = () => (chosen === null ? wish.matches : chosen);
  const show = () => {
    if (chosen !== null) sheet.media = chosen ? "all" : "not all";
    button.replaceChildren(dark() ? "Light" : "Dark", el("span", { class: "hidden-text" }, " colours"));
  };
  button.addEventListener("click", () => {
    chosen = !dark();
    show();
  });
  wish.addEventListener("change", show);
  show();
  return button;
}

// A button that copies a text, and says so by `announce`.
function copyButton(name, text, announce) {
  const button = el("button", { type: "button", class: "copy" }, name);
  button.addEventListener("click", async () => {
    const done = (await copied(text)) || copiedBySelection(text);
    announce(done ? `Copied: ${text}` : `This browser does not let a page copy. The command is: ${text}`);
    button.textContent = done ? "Copied" : name;
    button.focus();
  });
  return button;
}

// A command to copy, after what it does.
function commandLine(what, command, announce) {
  return el("div", {}, el("p", {}, what),
    el("div", { class: "command" }, el("pre", { class: "text" }, command),
      copyButton("Copy the command", command, announce)));
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // some browsers have no clipboard for pages that are opened from disk, or ask first
  }
}

function copiedBySelection(text) {
  const field = el("textarea", { "aria-hidden": "true", class: "hidden-text", readonly: true });
  field.value = text;
  document.body.append(field);
  field.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  field.remove();
  return done;
}

// Calls `actions[key]` for keys that nothing else on the page wants.
function onKeys(actions) {
  const wanted = (event, what) => event.target.closest && event.target.closest(what);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (wanted(event, "input, textarea, select, dialog[open]")) return;
    if ([" ", "Enter"].includes(event.key) && wanted(event, "button, a, summary, [tabindex='0']")) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action(event.key);
  });
}

// A dialog that says which keys there are: pairs of the keys (an array) and what they do.
function keysDialog(pairs) {
  const list = pairs.flatMap(([keys, what]) => [
    el("dt", {}, keys.flatMap((key, at) => [at ? " " : "", el("kbd", {}, key)])),
    el("dd", {}, what),
  ]);
  const dialog = el("dialog", { id: "keys", "aria-labelledby": "keys-title" },
    el("h2", { id: "keys-title" }, "Keys"), el("dl", {}, list),
    el("form", { method: "dialog" }, el("button", { class: "main" }, "Close")));
  document.body.append(dialog);
  return dialog;
}

// Puts a hash into the address, without a step in the browser's history.
function keepAddress(hash) {
  if (window.location.hash === hash) return;
  try {
    window.history.replaceState(null, "", hash || "#");
  } catch {
    // Some browsers forbid this to a page from disk, or when it happens too often: then the address stays behind.
  }
}
