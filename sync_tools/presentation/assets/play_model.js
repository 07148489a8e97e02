// The graph of all positions, and where choices lead in it: pure functions of the data, nothing of the page.

// All reading of the data is here: what the other scripts are given has plain names and is whole.
function makeGame(data) {
  const nodes = nodesOf(data);
  const start = stepsOf(data, data.start, 0);
  return {
    data,
    nodes,
    positions: nodes.length,
    // Some choice leads out of what the page holds.
    leavesOff: nodes.some((node) => node.edges.some((edge) => edge.to === null)),
    play: (choices) => positionAfter(nodes, start, choices),
    wayTo: waysInto(nodes),
  };
}

function nodesOf(data) {
  const texts = new Map(data.files.flatMap((file) => file.lines.map(([number, text]) => [`${file.name}:${number}`, text.trim()])));
  const standings = data.standings.map((each) => {
    const at = placeOf(data, each.at);
    return { ...each, ...at, source: texts.get(place(at)) || "" };
  });
  return data.nodes.map((node, number) => ({
    ...node,
    number,
    threads: node.threads.map((each) => standings[each]),
    values: node.values.map((each) => ({ ...data.variables[data.values[each][0]], value: data.values[each][1] })),
    edges: node.choices.map((choice) => ({ thread: choice.thread, to: choice.to, steps: stepsOf(data, choice, node.made) })),
    end: node.end === null ? null : data.ends[node.end],
  }));
}

// Where something stands: `file` as the page calls it, "" and 0 where that is not known.
function placeOf(data, at) {
  const found = at === null ? null : data.places[at];
  return found ? { file: found.name, line: found.line } : { file: "", line: 0 };
}

// The steps of a choice, numbered as in the whole schedule. In a long row some are left out: one entry says how many.
function stepsOf(data, row, made) {
  const half = Math.floor(row.steps.length / 2);
  return row.steps.flatMap((each, at) => {
    const skipped = row.left_out && at >= half ? row.left_out : 0;
    const step = { ...data.steps[each], ...placeOf(data, data.steps[each].at), number: made + at + 1 + skipped, left_out: 0 };
    return skipped && at === half ? [{ number: made + at + 1, left_out: skipped, thread: step.thread }, step] : [step];
  });
}

// The position after as many of the choices as can be made; `choices` in it are those.
function positionAfter(nodes, start, choices) {
  const steps = start.map((step) => ({ ...step, forced: true, last: true }));
  const made = [];
  let node = nodes[0];
  let before = null;
  for (const thread of choices) {
    const edge = node.edges.find((each) => each.thread === thread);
    if (!edge || edge.to === null) break;
    for (const step of steps) step.last = false;
    edge.steps.forEach((step, at) => steps.push({ ...step, forced: at > 0, last: true }));
    made.push(thread);
    before = node;
    node = nodes[edge.to];
  }
  return {
    choices: made,
    node,
    before,
    steps,
    current: currentThread(node, made, steps),
    ready: node.edges.map((edge) => edge.thread),
    ended: node.end !== null,
  };
}

function broke({ node }) {
  return node.end !== null && node.end.outcome === "failed";
}

// The thread that was picked last, if it can go on, else the one that made the last step: others pass things unasked.
function currentThread(node, choices, steps) {
  const picked = choices[choices.length - 1];
  if (picked !== undefined && node.edges.some((edge) => edge.thread === picked)) return picked;
  return steps.length ? steps[steps.length - 1].thread : 0;
}

// A function from a node to a shortest list of choices that leads there; null where none does.
function waysInto(nodes) {
  const ways = new Map([[0, []]]);
  const queue = [0];
  for (let at = 0; at < queue.length; at += 1) {
    for (const edge of nodes[queue[at]].edges) {
      if (edge.to === null || ways.has(edge.to)) continue;
      ways.set(edge.to, [...ways.get(queue[at]), edge.thread]);
      queue.push(edge.to);
    }
  }
  return (number) => ways.get(number) ?? null;
}

// All ways to end, those that look alike as one: what it comes to, how many classes, and the first node of them.
function waysToEnd(nodes) {
  const found = new Map();
  for (const node of nodes) {
    if (node.end === null) continue;
    const says = endingOf(node.end);
    const way = found.get(says) || { says, broke: node.end.outcome === "failed", classes: new Set(), node };
    way.classes.add(node.end.class);
    found.set(says, way);
  }
  return [...found.values()].sort((one, other) => one.broke - other.broke || other.classes.size - one.classes.size);
}

function endingOf(end) {
  if (end.outcome === "failed") return `breaks: ${end.verdict}`;
  if (end.outcome === "too long") return "may go on for ever; it was stopped";
  return end.result === "None" ? "ends, and nothing breaks" : `returns ${end.result}`;
}

// What the player has seen so far in this session: numbers of classes, and never which ones there are besides.
function makeFindings(game) {
  const ends = new Set();
  const breaks = new Set();
  return {
    see: ({ end }) => {
      if (end !== null) ends.add(end.class);
      if (end !== null && end.outcome === "failed") breaks.add(end.class);
    },
    text: () => {
      const { data } = game;
      const all = data.complete ? "" : "at least ";
      const seen = `Ends seen: ${ends.size} of ${all}${data.classes}`;
      return data.right ? `${seen}.` : `${seen}; breaks: ${breaks.size} of ${all}${data.failing}.`;
    },
  };
}
