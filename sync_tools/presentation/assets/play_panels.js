// What is drawn of a position: threads to pick, values and locks, the steps so far, the end.

// Buttons of the threads in `root`. `pick` is called with a thread's number. Returns a function that shows a position;
// `marked` says whether choices that can still break it are marked.
function threadButtons(root, game, pick) {
  const rows = new Map();
  const rowOf = (thread) => {
    if (!rows.has(thread)) {
      const button = el("button", { type: "button", class: "pick", thread, "data-pick": String(thread), onclick: () => pick(thread) });
      rows.set(thread, { button, row: el("li", {}, button) });
    }
    return rows.get(thread);
  };
  return (position, marked) => {
    const threads = position.node.threads.map((_, thread) => thread);
    // The scenario's own thread, which mostly starts and checks, stands last, as everywhere.
    const order = [...threads.slice(1), 0].map((thread) => {
      const { button, row } = rowOf(thread);
      fillButton(button, game, position, thread, marked);
      return row;
    });
    // Elements that stay are left alone: one that is taken out for a moment loses the focus.
    for (const row of [...root.children]) if (!order.includes(row)) row.remove();
    order.forEach((row, at) => {
      if (root.children[at] !== row) root.insertBefore(row, root.children[at] || null);
    });
  };
}

function fillButton(button, game, position, thread, marked) {
  const standing = position.node.threads[thread];
  const edge = position.node.edges.find((each) => each.thread === thread);
  const off = position.ended || !edge || edge.to === null;
  button.setAttribute("aria-disabled", String(off));
  const how = standing.state === "waiting" ? "waits" : "hollow";
  const where = place(standing);
  const source = standing.source && standing.state !== "ended" ? el("code", { class: "line-of" }, el("bdi", {}, standing.source)) : "";
  button.replaceChildren(chip(thread, off ? how : ""), el("span", {},
    el("span", { class: "who" }, " ", standing.name, ": "),
    el("span", { class: "does" }, standing.says), " ",
    where ? el("span", { class: "where" }, `(${where}) `) : "", source,
    el("span", { class: "tags" }, tagsOf(game, position, thread, edge, marked))));
}

function tagsOf(game, position, thread, edge, marked) {
  if (position.ended || !edge) return [];
  const tags = [];
  const tag = (text, kind = "") => tags.push(el("span", { class: `tag ${kind}`.trim() }, text), " ");
  if (position.choices.length && thread === position.current) tag("goes on with Space");
  if (edge.to === null) tag("leads out of this page");
  else if (marked && game.nodes[edge.to].can_break) tag("can still break it", "breaks");
  else if (marked && game.nodes[edge.to].can_break === null) tag("not known");
  return tags;
}

// What variables hold; those that the last choice has changed are marked.
function valuesPanel(root, locks) {
  return (position) => {
    const before = new Map((position.before ? position.before.values : []).map((each) => [each.name, each.value]));
    const rows = position.node.values.map((each) => {
      const was = before.get(each.name);
      const changed = was !== undefined && was !== each.value;
      return el("tr", { class: changed ? "changed" : null }, el("th", { scope: "row", title: each.name }, el("code", {}, each.short)),
        el("td", { class: "value" }, el("bdi", {}, each.value), changed ? el("span", { class: "muted" }, ` was ${was}`) : ""));
    });
    root.replaceChildren(rows.length ? el("div", { class: "scroll" }, table(["Name", "Value"], rows, "What variables hold"))
      : el("p", { class: "muted" }, "No variable has been met so far."));
    const held = position.node.threads.flatMap((each, thread) => (each.held.length ? [[thread, each.held]] : []));
    locks.replaceChildren("Locks: ", ...(held.length
      ? held.flatMap(([thread, names], at) => [at ? "; " : "", chip(thread, "hollow"), " holds ", el("code", {}, names.join(", "))])
      : ["none held"]));
  };
}

// The steps as a table with a column a thread.
function stepsTable(root) {
  const box = el("div", { class: "steps", tabindex: "0", role: "region", "aria-label": "Table of the steps so far" });
  root.append(box);
  return (position) => {
    const { steps, node } = position;
    if (!steps.length) {
      box.replaceChildren(el("p", { class: "muted" }, "None yet."));
      return;
    }
    const columns = [...node.threads.map((_, thread) => thread).slice(1), 0];
    const head = columns.map((thread) => el("th", { scope: "col" }, chip(thread), ` ${node.threads[thread].name}`));
    const rows = steps.map((step) => (step.left_out ? noteRow(step, columns.length + 1) : el("tr", { class: stepClass(step), "data-step": step.number },
      el("th", { scope: "row" }, step.forced ? el("span", {}, `${step.number} *`, el("span", { class: "hidden-text" }, " without a choice")) : String(step.number)),
      columns.map((thread) => (thread === step.thread
        ? el("td", { thread }, el("code", {}, el("bdi", {}, step.says)), el("span", { class: "place" }, ` ${place(step)}`)) : el("td", {}))))));
    box.replaceChildren(el("table", {}, el("caption", { class: "hidden-text" }, "Steps so far, a column for each thread"),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "#"), head)), el("tbody", {}, rows)));
    // The last steps, but not past the first of what the last choice has made.
    const from = box.querySelector("tr.last").offsetTop - box.querySelector("thead").offsetHeight;
    box.scrollTop = Math.min(from, box.scrollHeight);
  };
}

function noteRow(step, columns) {
  return el("tr", { class: "note" }, el("td", { colspan: String(columns) }, `${counted(step.left_out, "step")} left out.`));
}

function stepClass(step) {
  return [step.last ? "last" : "", step.forced ? "" : "choice"].filter(Boolean).join(" ") || null;
}

// How it ended: what broke and how to run it again, or what to do now.
function resultPanel(section, title, root, game, announce) {
  return (position) => {
    section.hidden = !position.ended;
    section.classList.toggle("failed", broke(position));
    if (!position.ended) return;
    const { heading, says, then } = endText(game, position);
    title.textContent = heading;
    root.replaceChildren(el("p", { class: "says" }, el("bdi", {}, says)), then ? el("p", {}, then) : "",
      ...(broke(position) ? failureParts(game, position, announce) : []));
  };
}

function failureParts(game, position, announce) {
  const { end } = position.node;
  const why = end.why.map((parts) => whyText(position, parts));
  const reported = end.why.some((parts, at) => why[at] === null);
  return [end.why.length ? el("ul", { class: "why" }, why.map((text, at) => el("li", {}, text ?? asReported(end.why[at])))) : "",
    reported ? el("p", { class: "muted" }, "Numbers in a sentence with * are those of its report.") : "",
    end.try ? el("p", {}, el("b", {}, "What to try: "), end.try) : "",
    end.replay ? commandLine("This runs it again:", end.replay, announce) : "",
    end.look ? commandLine("This steps through it, forward and back:", end.look, announce) : "",
    el("p", {}, "Now fix it: ", el("code", {}, game.data.fix)),
    end.report ? folded("Its report, as in a terminal", el("pre", { class: "text" }, end.report)) : ""];
}

function asReported(parts) {
  return `* ${parts.map((part) => part.text).join("")}`;
}

// All ways to end, folded, because they give it away.
function endingsPanel(root, game) {
  const rows = waysToEnd(game.nodes).map((way) => {
    const choices = game.wayTo(way.node.number);
    const token = way.node.end.token ? el("code", {}, way.node.end.token) : el("span", { class: "muted" }, "-");
    return el("tr", {}, el("th", { scope: "row" }, el("bdi", {}, way.says)), el("td", {}, String(way.classes.size)),
      el("td", {}, token), el("td", {}, el("a", { href: `#${choices.join(",")}` }, choices.join(",") || "the start")));
  });
  const columns = ["Result", "Classes of schedules", "Token of one", "Choices that lead there"];
  root.append(folded("Show all ways in which it can end",
    el("div", { class: "scroll" }, table(columns, rows, "All ways in which it can end")),
    game.data.complete ? "" : el("p", { class: "muted" }, "There may be others: not all is on this page.")));
}
