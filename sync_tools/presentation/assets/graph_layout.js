// Where the nodes of a wait-for graph stand: a circle of waits as a ring, whoever hangs on it outside, the rest as trees.

const ROW = 112; // from one node down to the next; a label of two lines fits in between

// Gives each of `nodes` (by id, with width and height) its x and y. Parts that nothing joins stand side by side.
function layOut(graph, nodes) {
  // A daemon that would set an event stands where the holder of a lock would.
  const links = graph.edges.map((edge) => ({
    from: edge.would ? edge.to : edge.from,
    to: edge.would ? edge.from : edge.to,
    reach: reachOf(wordsOf(edge)),
  }));
  let right = null;
  for (const part of partsOf(graph, links)) {
    const own = links.filter((link) => part.includes(link.from));
    const ring = ringIn(part, own);
    if (ring.length > 1) placeRing(ring, nodes, own);
    else Object.assign(nodes.get(part.find((id) => !own.some((link) => link.from === id)) || part[0]), { x: 0, y: 0, away: "up" });
    while (part.some((id) => nodes.get(id).x === null)) placeMore(part, nodes, own);
    const boxes = part.map((id) => nodes.get(id));
    const shift = right === null ? 0 : right + 60 - Math.min(...boxes.map((box) => box.x - box.width / 2));
    for (const box of boxes) box.x += shift;
    right = Math.max(...boxes.map((box) => box.x + box.width / 2));
  }
}

// The nodes in groups that edges hold together.
function partsOf(graph, links) {
  const parts = [];
  for (const node of graph.nodes) {
    if (parts.some((part) => part.includes(node.id))) continue;
    const part = [node.id];
    for (const id of part) {
      for (const link of links) {
        for (const [one, other] of [[link.from, link.to], [link.to, link.from]]) {
          if (one === id && !part.includes(other)) part.push(other);
        }
      }
    }
    parts.push(part);
  }
  return parts;
}

// A circle in a group, from its first node on; empty where there is none. Every node waits for one thing at most.
function ringIn(part, links) {
  for (const start of part) {
    const path = [start];
    for (let here = start; ;) {
      const link = links.find((each) => each.from === here);
      if (!link) break;
      if (link.to === start) return path;
      if (path.includes(link.to)) break;
      here = link.to;
      path.push(here);
    }
  }
  return [];
}

// One node on top, the next down the right side, perhaps one at the bottom, and up the left side.
function placeRing(ring, nodes, links) {
  const boxes = ring.map((id) => nodes.get(id));
  const reach = Math.max(...links.filter((link) => ring.includes(link.from) && ring.includes(link.to)).map((link) => link.reach));
  const half = Math.max(...boxes.map((box) => box.width)) / 2;
  const across = Math.max(110, 2 * reach + 10, half + reach + 14);
  boxes.forEach((box, at) => {
    const back = ring.length - at; // counted from the top down the left side
    if (at === 0) Object.assign(box, { x: 0, y: 0, away: "up" });
    else if (at === back) Object.assign(box, { x: 0, y: ring.length === 2 ? 1.5 * ROW : at * ROW, away: "down" });
    else if (at < back) Object.assign(box, { x: across, y: at * ROW, away: "right" });
    else Object.assign(box, { x: -across, y: back * ROW, away: "left" });
  });
}

// Places whoever waits for a node that stands already: outside of it.
function placeMore(part, nodes, links) {
  const open = links.filter((link) => nodes.get(link.from).x === null && nodes.get(link.to).x !== null);
  if (!open.length) { // nothing that a wait-for graph can be, but better drawn badly than not at all
    const lost = part.map((id) => nodes.get(id)).filter((box) => box.x === null);
    lost.forEach((box, at) => Object.assign(box, { x: at * 250, y: 2 * ROW, away: "down" }));
    return;
  }
  const target = nodes.get(open[0].to);
  const group = open.filter((link) => link.to === open[0].to);
  const reach = Math.max(...group.map((link) => link.reach));
  group.forEach((link, at) => {
    const box = nodes.get(link.from);
    const spread = at - (group.length - 1) / 2;
    box.away = target.away;
    box.crowded = group.length > 1;
    if (target.away === "up" || target.away === "down") {
      box.x = target.x + spread * Math.max(box.width + 20, 3.2 * reach);
      box.y = target.y + (target.away === "up" ? -ROW : ROW);
    } else {
      const distance = (target.width + box.width) / 2 + 2 * reach + 30;
      box.x = target.x + (target.away === "right" ? distance : -distance);
      box.y = target.y + spread * 64;
    }
  });
}
