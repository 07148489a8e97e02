// The lanes: a row a thread, a column a stop; marks for steps, bars for locks, hatching for waits.

const HEAD = 1; // columns before the first stop
const AXIS = 1; // rows before the first lane

// Draws the lanes into `root`; `go` is called with a stop. Returns {show, arrows}.
function lanes(root, model, go) {
  const { data } = model;
  const columns = columnsOf(data);
  const rows = rowsOf(data);
  const count = columns.stops.length;
  const grid = el("div", { class: "grid" });
  grid.style.gridTemplateColumns = `max-content repeat(${count}, minmax(5.5rem, 12rem))`;
  const box = el("div", { class: "lanes", tabindex: "0", role: "region", "aria-label": "Lanes: steps of each thread in order" }, grid);
  const marks = new Map();
  const axis = drawAxis(grid, data, columns, rows.total, go);
  drawHeads(grid, data, rows, count);
  drawWaits(grid, data, columns, rows);
  drawBars(grid, data, columns, rows);
  drawMarks(grid, model, columns, rows, marks, go);
  const band = put(el("div", { class: "band now", "aria-hidden": "true" }), grid, 1, 2, AXIS, rows.total);
  root.append(box, legend(data));
  const drawArrows = arrowLayer(grid, data, marks);
  return {
    show: (at) => showStop(at, { model, columns, marks, axis, band, box }),
    arrows: drawArrows,
  };
}

// Each stop but the start has a column.
function columnsOf(data) {
  const stops = data.stops.map((stop, at) => at).filter((at) => data.stops[at].kind !== "start");
  const ofStop = new Map(stops.map((at, column) => [at, column]));
  const ofStep = (number) => {
    let column = 0;
    for (const at of stops) {
      if (data.stops[at].kind !== "failure" && data.stops[at].step <= number) column = ofStop.get(at);
      if (data.stops[at].kind === "gap" && data.stops[at].first <= number) column = ofStop.get(at);
    }
    return column;
  };
  return { stops, ofStop, ofStep };
}

// For each thread that does anything a row of marks and one for each lock it ever holds; the scenario's own thread last.
function rowsOf(data) {
  const acting = new Set([...data.steps, ...data.waits, ...data.bars].map((each) => each.thread));
  if (data.failure.thread !== null) acting.add(data.failure.thread);
  const order = [...acting].sort((one, other) => (one === 0) - (other === 0) || one - other);
  const ofThread = new Map();
  let row = AXIS + 1;
  for (const thread of order) {
    const locks = [...new Set(data.bars.filter((bar) => bar.thread === thread).map((bar) => bar.lock))];
    ofThread.set(thread, { row, locks: new Map(locks.map((lock, at) => [lock, row + 1 + at])) });
    row += 1 + locks.length;
  }
  return { ofThread, total: row };
}

function put(made, grid, from, to, top, bottom) {
  made.style.gridColumn = `${from} / ${to}`;
  made.style.gridRow = `${top} / ${bottom}`;
  grid.append(made);
  return made;
}

function drawAxis(grid, data, columns, bottom, go) {
  put(el("div", { class: "corner" }, el("span", { class: "hidden-text" }, "Threads")), grid, 1, 2, 1, 2);
  return columns.stops.map((at, column) => {
    const stop = data.stops[at];
    const here = HEAD + 1 + column;
    const text = stop.kind === "step" ? String(stop.step) : ""; // the others have their mark there
    if (stop.kind === "failure") {
      put(el("div", { class: "band failure", "aria-hidden": "true" }), grid, here, here + 1, 1, bottom);
    }
    if (stop.kind === "step" && data.switches.includes(stop.step)) {
      put(el("div", { class: "switch" }, el("span", {}, "switch")), grid, here, here + 1, 1, bottom);
    }
    const cell = el("div", { class: `axis ${stop.kind}`, onclick: () => go(at) }, text);
    return put(cell, grid, here, here + 1, 1, 2);
  });
}

function drawHeads(grid, data, rows, count) {
  for (const [thread, lane] of rows.ofThread) {
    const name = el("span", { class: "name" }, data.threads[thread].name);
    put(el("div", { class: "lane-head" }, chip(thread), name), grid, 1, 2, lane.row, lane.row + 1);
    put(el("div", { class: "lane-line" }), grid, 1, HEAD + 1 + count, lane.row, lane.row + 1);
    for (const row of lane.locks.values()) put(el("div", { class: "lane-head lock-head" }), grid, 1, 2, row, row + 1);
  }
}

function drawWaits(grid, data, columns, rows) {
  for (const wait of data.waits) {
    const own = data.steps.some((step) => step.number === wait.from && step.thread === wait.thread);
    const first = wait.from === 0 ? 0 : columns.ofStep(wait.from) + (own ? 1 : 0);
    const beyond = wait.to === null ? columns.stops.length : columns.ofStep(wait.to);
    if (beyond <= first) continue;
    const lane = rows.ofThread.get(wait.thread);
    const text = el("div", { class: "wait", title: wait.text, thread: wait.thread }, el("span", {}, wait.text));
    put(text, grid, HEAD + 1 + first, HEAD + 1 + beyond, lane.row, lane.row + 1);
  }
}

function drawBars(grid, data, columns, rows) {
  for (const bar of data.bars) {
    const row = rows.ofThread.get(bar.thread).locks.get(bar.lock);
    const first = columns.ofStep(bar.from);
    const beyond = bar.to === null || bar.to > data.count ? columns.stops.length : columns.ofStep(bar.to);
    const said = `T${bar.thread} holds ${bar.lock}${bar.to === null ? " to the end" : ""}`;
    const made = el("div", { class: `bar${bar.to === null ? " open" : ""}`, thread: bar.thread, title: said }, `holds ${bar.lock}`);
    put(made, grid, HEAD + 1 + first, HEAD + 1 + Math.max(beyond, first + 1), row, row + 1);
  }
}

function drawMarks(grid, model, columns, rows, marks, go) {
  const { data, steps } = model;
  columns.stops.forEach((at, column) => {
    const stop = data.stops[at];
    const here = HEAD + 1 + column;
    if (stop.kind === "step") {
      const step = steps.get(stop.step);
      const mark = stepMark(step, () => go(at));
      marks.set(at, put(mark, grid, here, here + 1, rows.ofThread.get(step.thread).row, rows.ofThread.get(step.thread).row + 1));
    } else if (stop.kind === "gap") {
      const mark = el("button", { type: "button", class: "mark gap", tabindex: "-1", onclick: () => go(at),
        "aria-label": `Steps ${stop.first} to ${stop.step} are left out` }, el("b", {}, "…"));
      marks.set(at, put(mark, grid, here, here + 1, AXIS, AXIS + 1));
    } else {
      const lane = rows.ofThread.get(data.failure.thread);
      const mark = el("button", { type: "button", class: "mark fails", tabindex: "-1", onclick: () => go(at),
        "aria-label": `The failure: ${data.failure.says}` }, el("b", {}, data.failure.word));
      const row = lane ? lane.row : AXIS; // where nobody raised, it stands above them all
      marks.set(at, put(mark, grid, here, here + 1, row, row + 1));
    }
  });
}

function stepMark(step, go) {
  const classes = ["mark", `kind-${step.kind}`, step.conflict ? "conflict" : ""].filter(Boolean).join(" ");
  return el("button", { type: "button", class: classes, thread: step.thread, tabindex: "-1", title: step.says,
    "aria-label": `Step ${step.number}: T${step.thread} ${step.text}`, onclick: go },
  el("b", {}, step.mark), el("span", {}, step.spot), step.value ? el("span", {}, step.value) : "", step.conflict ? el("i", { class: "tag" }, "conflict") : "");
}

function showStop(at, { model, columns, marks, axis, band, box }) {
  const column = columns.ofStop.get(at);
  axis.forEach((cell, each) => cell.classList.toggle("now", each === column));
  for (const [stop, mark] of marks) {
    mark.classList.toggle("done", stop <= at);
    mark.classList.toggle("now", stop === at);
    mark.tabIndex = stop === at ? 0 : -1; // one stop for the tab key; the arrow keys do the rest
    if (stop === at) mark.setAttribute("aria-current", "step");
    else mark.removeAttribute("aria-current");
  }
  band.hidden = column === undefined;
  if (column === undefined) {
    box.scrollLeft = 0;
    return;
  }
  band.style.gridColumn = `${HEAD + 1 + column} / ${HEAD + 2 + column}`;
  keepInView(box, axis[column], column === model.last - 1);
}

// Scrolls so that the column is seen, and one on either side.
function keepInView(box, cell, isLast) {
  const head = box.querySelector(".corner").offsetWidth;
  const width = cell.offsetWidth;
  const left = cell.offsetLeft - head - width;
  const right = cell.offsetLeft + width * (isLast ? 1 : 2);
  if (left < box.scrollLeft) box.scrollLeft = Math.max(left, 0);
  else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth;
}

function legend(data) {
  const said = ["filled: done", "outlined: still to come"];
  if (data.bars.length) said.push("bar: a lock is held");
  if (data.waits.length) said.push("hatched: its next step can't be done yet");
  if (data.switches.length) said.push("switch: a thread that could have gone on was interrupted");
  return el("ul", { class: "legend" }, said.map((text) => el("li", {}, text)));
}

// Arrows from a step to those that synchronization orders after it. Returns a function that shows or hides them.
function arrowLayer(grid, data, marks) {
  const layer = svg("svg", { class: "arrows", "aria-hidden": "true" });
  layer.style.display = "none";
  grid.append(layer);
  const stopOf = new Map(data.stops.map((stop, at) => [stop.kind === "step" ? stop.step : -at - 1, at]));
  const draw = () => {
    layer.setAttribute("width", grid.scrollWidth);
    layer.setAttribute("height", grid.scrollHeight);
    const arrows = data.steps.flatMap((step) => step.after.map((before) => [before, step.number]));
    layer.replaceChildren(...arrows.flatMap(([from, to]) => {
      const [begin, end] = [marks.get(stopOf.get(from)), marks.get(stopOf.get(to))];
      return begin && end ? arrow(begin, end) : [];
    }));
  };
  new ResizeObserver(() => layer.style.display === "none" || draw()).observe(grid);
  return (shown) => {
    layer.style.display = shown ? "" : "none";
    if (shown) draw();
  };
}

function arrow(begin, end) {
  const up = end.offsetTop < begin.offsetTop;
  const x1 = begin.offsetLeft + begin.offsetWidth * 0.75;
  const y1 = begin.offsetTop + (up ? 0 : begin.offsetHeight);
  const x2 = end.offsetLeft + end.offsetWidth * 0.25;
  const y2 = end.offsetTop + (up ? end.offsetHeight : 0);
  const bend = (y2 - y1) / 2;
  const tip = up ? 7 : -7;
  const path = `M ${x1} ${y1} C ${x1} ${y1 + bend}, ${x2} ${y2 - bend}, ${x2} ${y2 + tip}`;
  const head = `${x2},${y2} ${x2 - 5},${y2 + tip * 1.4} ${x2 + 5},${y2 + tip * 1.4}`;
  return [svg("path", { d: path, class: "halo" }), svg("path", { d: path }), svg("polygon", { points: head })];
}
