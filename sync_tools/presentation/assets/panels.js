// The panels beside the lanes: shared variables, threads, reasons, and all of it in full.

// Each of these draws into `root` once or returns a function that shows a state of the model.

function variablesPanel(root, data) {
  if (!data.variables.length) {
    root.append(el("p", { class: "muted" }, "No variable is read or written in these steps."));
    return () => {};
  }
  const body = el("tbody");
  const head = el("tr", {}, ["Name", "Value", "Last change"].map((name) => el("th", { scope: "col" }, name)));
  const caption = el("caption", { class: "hidden-text" }, "Shared variables after the current step");
  root.append(el("div", { class: "scroll" }, el("table", {}, caption, el("thead", {}, head), body)));
  if (data.variables.some((each) => each.several)) {
    root.append(el("p", { class: "muted" }, "* Several objects have a variable of this name; it shows the one touched last."));
  }
  if (data.hidden_variables) root.append(el("p", { class: "muted" }, `${counted(data.hidden_variables, "more variable")} not shown.`));
  return (state) => body.replaceChildren(...state.variables.map(variableRow));
}

function variableRow({ variable, text, before, changed, touched, last }) {
  const name = el("th", { scope: "row", title: variable.name }, el("code", {}, variable.short), variable.several ? " *" : "");
  const was = changed && before !== text ? el("span", { class: "muted" }, ` was ${before}`) : "";
  const tag = changed ? el("span", { class: "tag" }, "changed") : touched ? el("span", { class: "tag" }, "read") : "";
  const by = last === null ? "none yet" : [chip(last.thread), " ", stepLink(last.step)];
  return el("tr", { class: changed ? "changed" : null }, name,
    el("td", { class: "value" }, el("bdi", {}, text), was, tag ? " " : "", tag), el("td", {}, by));
}

function stepLink(number, text = `#${number}`) {
  return el("a", { href: `#step=${number}` }, text);
}

function threadsPanel(root, data) {
  const list = el("ul", { class: "threads" });
  root.append(list);
  // As in the lanes: the scenario's own thread, which mostly starts and checks, stands last.
  return (state) => {
    const [own, ...others] = state.threads;
    list.replaceChildren(...[...others, own].map((each) => threadRow(data, each)));
  };
}

function threadRow(data, state) {
  const how = { did: "", fails: "", waits: "waits", next: "hollow", over: "hollow" }[state.how];
  const held = state.held.length ? `holds ${state.held.join(", ")}` : "holds no lock";
  return el("li", { class: ["did", "fails"].includes(state.how) ? "now" : null, thread: state.thread },
    chip(state.thread, how),
    el("div", {},
      el("p", { class: "does" }, el("b", {}, data.threads[state.thread].name), " ", doing(state)),
      el("p", { class: "muted" }, held)));
}

function doing(state) {
  const where = place(state.place);
  const at = where ? ` at ${where}` : "";
  if (state.how === "over") return state.text;
  if (state.how === "waits") {
    const by = state.wait.holder !== null && !state.text.endsWith(" to end") && state.wait.holder !== state.thread
      ? `, held by T${state.wait.holder}` : state.wait.holder === state.thread ? ", which it holds itself" : "";
    return `${state.text}${by}${at}`;
  }
  if (state.how === "fails") return el("b", {}, `fails${at}`);
  return [state.how === "did" ? "now: " : "next: ", el("code", {}, state.text), at];
}

function whyPanel(section, root, data) {
  if (!data.why.length && !data.try) return;
  section.hidden = false;
  root.append(el("ul", { class: "why" }, data.why.map((parts) =>
    el("li", {}, parts.map((part) => (part.step === null ? part.text : stepLink(part.step, part.text)))))));
  if (data.try) root.append(el("p", { class: "try" }, el("b", {}, "What to try: "), data.try));
}

function againPanel(section, root, data, announce) {
  if (!data.replay && !data.look && !data.hint) return;
  section.hidden = false;
  if (data.replay) root.append(commandLine("Replays this schedule:", data.replay, announce));
  if (data.hint) root.append(el("p", {}, "Where to go on: ", el("code", {}, data.hint)));
}

// ---- in full ----

function fullPanel(root, model) {
  const { data } = model;
  if (data.steps.length) root.append(folded("All steps as a table", el("div", { class: "scroll" }, stepsTable(model))));
  if (data.outcomes.length) root.append(folded("All ways in which it can end", el("div", { class: "scroll" }, outcomesTable(data))));
  if (data.message.length > 1) root.append(folded("The whole message", el("pre", { class: "text" }, data.message.join("\n"))));
  if (data.output.length) root.append(folded("What this schedule printed", el("pre", { class: "text" }, data.output.join("\n"))));
  if (data.traceback.length) {
    const who = data.failure.thread === null ? "" : ` of T${data.failure.thread}`;
    root.append(folded(`The traceback${who}`, el("pre", { class: "text" }, data.traceback.join("\n"))));
  }
  root.append(folded("The report as in a terminal", el("pre", { class: "text" }, data.report)));
}

function stepsTable(model) {
  const { data } = model;
  const variables = data.variables.filter((each) => each.in_table);
  const columns = ["#", "Thread", "Step", "Place", ...variables.map((each) => each.short), "Held", "Comes after"];
  const rows = data.stops.flatMap((stop, at) => {
    if (stop.kind === "step") return [tableRow(data, model.steps.get(stop.step), model.at(at), variables)];
    if (stop.kind === "gap") return [noteRow(`Steps ${stop.first} to ${stop.step} are left out.`, columns.length)];
    if (stop.kind === "failure" && stop.step < data.count) return [noteRow(data.failure.says, columns.length)];
    return [];
  });
  const made = table(columns, rows, "All steps of the failing schedule");
  made.id = "steps";
  return made;
}

function tableRow(data, step, state, variables) {
  const values = variables.map((variable) => state.variables.find((each) => each.variable === variable).text);
  const notes = [step.preempts ? "switch" : "", step.conflict ? "conflict" : ""].filter(Boolean);
  return el("tr", { "data-step": step.number },
    el("th", { scope: "row" }, stepLink(step.number)),
    el("td", { class: "nowrap" }, chip(step.thread), ` ${data.threads[step.thread].name}`),
    el("td", {}, el("code", {}, step.text), notes.map((note) => [" ", el("span", { class: "tag" }, note)]).flat()),
    el("td", {}, place(step)),
    values.map((value) => el("td", { class: "value" }, el("code", {}, value))),
    el("td", {}, step.held.join(", ") || "-"),
    el("td", {}, step.after.flatMap((number, at) => [at ? ", " : "", stepLink(number)])));
}

function noteRow(text, columns) {
  return el("tr", { class: "note" }, el("td", { colspan: String(columns) }, text));
}

function outcomesTable(data) {
  const rows = data.outcomes.map((each) => el("tr", {}, el("th", { scope: "row" }, el("code", {}, each.result)),
    el("td", {}, String(each.classes)), el("td", {}, el("code", {}, each.token))));
  return table(["Result", "Classes of schedules", "One of them"], rows, "All ways in which the scenario can end");
}
