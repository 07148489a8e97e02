// The graph of all positions, and where choices lead in it: pure functions of the data, nothing of the page.

// All reading of the data is here: what the other scripts are given has plain names and is whole.
function makeGame(data) {
  const nodes = data.nodes.map((node, number) => ({ ...node, number }));
  return {
    data,
    nodes,
    positions: nodes.length,
    // Some choice leads out of what the page holds.
    leavesOff: nodes.some((node) => node.edges.some((edge) => edge.to === null)),
    play: (choices) => positionAfter(data, nodes, choices),
    wayTo: waysInto(nodes),
  };
}

// The position after as many of the choices as can be made; `choices` in it are those.
function positionAfter(data, nodes, choices) {
  const steps = data.start.map((step) => ({ ...step, forced: true, last: true }));
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
    // The thread that goes on where nobody in particular is picked.
    current: currentThread(node, made, steps),
    ready: node.edges.map((edge) => edge.thread),
    ended: node.outcome !== "",
  };
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
    if (node.outcome === "") continue;
    const says = endingOf(node);
    const way = found.get(says) || { says, broke: node.outcome === "failed", traces: new Set(), node };
    way.traces.add(node.trace);
    found.set(says, way);
  }
  return [...found.values()].sort((one, other) => one.broke - other.broke || other.traces.size - one.traces.size);
}

function endingOf(node) {
  if (node.outcome === "failed") return `breaks: ${node.failure.verdict}`;
  if (node.outcome === "passed") return node.result === "None" ? "ends, and nothing breaks" : `returns ${node.result}`;
  return "may go on for ever; it was stopped";
}

// What the player has seen so far in this session: numbers of classes, and never which ones there are besides.
function makeFindings(game) {
  const ends = new Set();
  const breaks = new Set();
  return {
    see: (node) => {
      if (node.outcome !== "") ends.add(node.trace);
      if (node.outcome === "failed") breaks.add(node.trace);
    },
    text: () => {
      const { data } = game;
      const all = data.complete ? "" : "at least ";
      const seen = `Ends seen: ${ends.size} of ${all}${data.classes}`;
      return data.right ? `${seen}.` : `${seen}; breaks: ${breaks.size} of ${all}${data.failing}.`;
    },
  };
}
