// The program's lines, and which thread stands at which of them.

// Draws `files` into `root`. Returns a function that shows markers: each with file, line, thread (null for the
// line alone), how ("" did, "hollow" stands before it, "waits") and now (the line that the step is about).
function sourcePane(root, files) {
  const rows = new Map();
  for (const file of files) root.append(fileOf(file, rows));
  if (!files.length) root.append(el("p", { class: "muted" }, "The program's source is not at hand."));
  let marked = [];
  return (markers) => {
    for (const row of marked) {
      row.classList.remove("now");
      row.removeAttribute("aria-current");
      row.querySelector(".at").replaceChildren();
    }
    marked = [];
    for (const marker of markers) {
      const row = rows.get(`${marker.file}:${marker.line}`);
      if (!row) continue;
      if (marker.thread !== null) row.querySelector(".at").append(chip(marker.thread, marker.how), " ");
      if (marker.now) {
        row.classList.add("now");
        row.setAttribute("aria-current", "true");
      }
      marked.push(row);
    }
    bringIntoView(marked);
  };
}

function fileOf(file, rows) {
  const lines = el("div", { class: "lines code", tabindex: "0", role: "region", "aria-label": `Lines of ${file.name}` });
  let before = 0;
  for (const [number, text] of file.lines) {
    if (number > before + 1 && (before || file.total)) lines.append(gap(before + 1, number - 1));
    const row = el("div", { class: "line" }, el("span", { class: "at" }),
      el("span", { class: "number" }, String(number)), el("span", { class: "text" }, text || " "));
    rows.set(`${file.name}:${number}`, row);
    lines.append(row);
    before = number;
  }
  if (file.total > before) lines.append(gap(before + 1, file.total));
  const said = file.note || (file.lines.length < file.total ? `${counted(file.total, "line")}, shown where it matters` : "");
  return el("div", { class: "file" },
    el("header", {}, el("h3", {}, file.name), said ? el("span", { class: "muted" }, said) : ""), lines);
}

function gap(first, last) {
  const text = first === last ? `line ${first}` : `lines ${first} to ${last}`;
  return el("div", { class: "line gap" }, el("span", { class: "at" }), el("span", { class: "number" }, "⋯"),
    el("span", { class: "text" }, text));
}

// Scrolls each file only inside of its own box: the page itself stays where the reader has put it.
function bringIntoView(marked) {
  const seen = new Set();
  const first = [...marked].sort((one, other) => other.classList.contains("now") - one.classList.contains("now"));
  for (const row of first) {
    const box = row.parentElement;
    if (seen.has(box)) continue;
    seen.add(box);
    const above = row.offsetTop - box.scrollTop;
    const room = box.clientHeight - row.offsetHeight;
    if (above < row.offsetHeight || above > room - row.offsetHeight) box.scrollTop = row.offsetTop - room / 2;
  }
}
