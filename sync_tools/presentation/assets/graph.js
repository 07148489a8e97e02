// The wait-for graph: who waits for what, and who holds it. Drawn, and in words.

const LINE = 16; // height of a line of text in the drawing

function waitGraph(root, data) {
  const graph = data.graph;
  const nodes = new Map(graph.nodes.map((node) => [node.id, box(node)]));
  layOut(graph, nodes);
  const drawing = draw(graph, nodes);
  root.append(el("div", { class: "graph" }, drawing));
}

// A node with its size; where it stands comes later.
function box(node) {
  const lines = node.thread === null ? [node.label] : [`T${node.thread}`, [node.label, node.state].filter(Boolean).join(", ")];
  const shown = lines.map((line) => (line.length > 26 ? `${line.slice(0, 25)}…` : line));
  const width = Math.max(64, ...shown.map((line) => line.length * 8 + 20));
  return { node, lines: shown, width, height: shown.length * LINE + 16, x: null, y: null };
}

function draw(graph, nodes) {
  const edges = graph.edges.map((edge) => drawEdge(edge, nodes, graph.edges));
  const boxes = [...nodes.values()].map(drawBox);
  const xs = [...nodes.values()].flatMap((each) => [each.x - each.width / 2, each.x + each.width / 2]);
  const ys = [...nodes.values()].flatMap((each) => [each.y - each.height / 2, each.y + each.height / 2]);
  for (const edge of edges) {
    xs.push(edge.x - edge.reach, edge.x + edge.reach);
    ys.push(edge.y - LINE, edge.y + LINE);
  }
  const [left, top] = [Math.min(...xs) - 8, Math.min(...ys) - 8];
  const [width, height] = [Math.max(...xs) - left + 8, Math.max(...ys) - top + 8];
  const drawing = svg("svg", { viewBox: `${left} ${top} ${width} ${height}`, width, height, role: "img",
    "aria-label": `Wait-for graph; the list after it says the same: ${graph.waiters.map(inWords).join(" ")}` });
  drawing.style.maxWidth = `${width}px`;
  drawing.append(...edges.map((edge) => edge.drawn), ...boxes);
  return drawing;
}

function drawBox({ node, lines, width, height, x, y }) {
  const classes = `node ${node.thread === null ? "object" : "thread"}`;
  const first = y - ((lines.length - 1) * LINE) / 2;
  return svg("g", { class: classes, thread: node.thread },
    svg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: node.thread === null ? 4 : 12 }),
    lines.map((line, at) => svg("text", { x, y: first + at * LINE, class: at ? "small" : null }, line)));
}

function drawEdge(edge, nodes, edges) {
  const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
  const returns = edges.some((other) => other.from === edge.to && other.to === edge.from);
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const bend = returns ? 130 : 0; // two edges between the same nodes, each with a label of its own
  const middle = {
    x: (from.x + to.x) / 2 + ((to.y - from.y) / length) * bend,
    y: (from.y + to.y) / 2 - ((to.x - from.x) / length) * bend,
  };
  const begin = border(from, middle);
  const end = border(to, middle);
  const direction = Math.atan2(end.y - middle.y, end.x - middle.x);
  const tip = (turn, back) => `${end.x - back * Math.cos(direction + turn)},${end.y - back * Math.sin(direction + turn)}`;
  const along = from.crowded ? 0.3 : 0.5; // where several meet the labels stand apart
  const onCurve = (a, b, c) => (1 - along) ** 2 * a + 2 * along * (1 - along) * b + along ** 2 * c;
  const at = { x: onCurve(begin.x, middle.x, end.x), y: onCurve(begin.y, middle.y, end.y) };
  const words = wordsOf(edge);
  const first = at.y - ((words.length - 1) * LINE) / 2;
  const reach = reachOf(words);
  const drawn = svg("g", { class: `edge ${edge.to[0] === "t" && edge.from[0] === "o" ? "holds" : ""}`.trim() },
    svg("path", { d: `M ${begin.x} ${begin.y} Q ${middle.x} ${middle.y} ${end.x} ${end.y}` }),
    svg("polygon", { points: `${end.x},${end.y} ${tip(0.4, 11)} ${tip(-0.4, 11)}` }),
    svg("rect", { x: at.x - reach, y: first - LINE / 2, width: 2 * reach, height: words.length * LINE }),
    words.map((word, line) => svg("text", { x: at.x, y: first + line * LINE }, word)));
  return { drawn, ...at, reach };
}

function wordsOf(edge) {
  return [edge.text, place(edge.place)].filter(Boolean).map(shortened);
}

function shortened(text) {
  return text.length > 32 ? `${text.slice(0, 12)}…${text.slice(-19)}` : text; // of a place the end says more
}

// Half of the width that lines of text take, about.
function reachOf(lines) {
  return Math.max(...lines.map((line) => line.length)) * 3.3 + 3;
}

// Where the line from the middle of a box to a point leaves the box.
function border({ x, y, width, height }, point) {
  const [dx, dy] = [point.x - x, point.y - y];
  const scale = Math.min(width / 2 / Math.abs(dx || 1e-9), height / 2 / Math.abs(dy || 1e-9));
  return { x: x + dx * scale, y: y + dy * scale };
}

// ---- the same in words ----

function inWords(waiter) {
  const at = waiter.place ? ` at ${place(waiter.place)}` : "";
  const since = waiter.holder_place ? ` since ${place(waiter.holder_place)}` : "";
  const waitsForEnd = waiter.text.endsWith(" to end");
  let by = "";
  if (waiter.holder !== null && waiter.would) by = `, which T${waiter.holder} would ${waiter.would}`;
  else if (waiter.holder === waiter.thread) by = `, which it holds itself${since}`;
  else if (waiter.holder !== null && !waitsForEnd) by = `, held by T${waiter.holder}${since}`;
  const why = waiter.why && waiter.holder !== waiter.thread ? ` (${waiter.why})` : "";
  return `T${waiter.thread} ${waiter.text}${at}${by}${why}.`;
}

function waiterList(data) {
  return el("ul", { class: "waiters" }, data.graph.waiters.map((waiter) => {
    const others = waiter.holds.map((each) => `${each.lock}${each.place ? ` since ${place(each.place)}` : ""}`);
    return el("li", { thread: waiter.thread },
      el("p", {}, chip(waiter.thread), ` ${data.threads[waiter.thread].name}${waiter.daemon ? " (a daemon)" : ""}`),
      el("p", {}, inWords(waiter)),
      others.length ? el("p", {}, `It holds ${others.join(", ")}.`) : "",
      calls(`How T${waiter.thread} came to wait`, waiter.path),
      waiter.holder !== null && waiter.holder_path.length
        ? calls(`How T${waiter.holder} took what it waits for`, waiter.holder_path) : "");
  }));
}

function calls(title, path) {
  if (!path.length) return "";
  const items = path.map((each) => el("li", {}, `${each.function}, ${place(each)}`, each.source ? ": " : "", el("code", {}, each.source)));
  return el("div", {}, el("p", { class: "muted" }, title), el("ol", {}, items));
}
