// The page of a failure: one position in the schedule, and everything that shows it.

function start() {
  const data = JSON.parse(byId("data").textContent);
  const model = makeModel(data);
  const live = el("p", { class: "told", id: "told", role: "status", "aria-live": "polite" });
  const said = el("p", { class: "hidden-text", id: "said", role: "status", "aria-live": "polite" });
  const announce = (text) => {
    said.textContent = text;
  };
  let at = -1;
  const views = [];
  const go = (stop) => {
    at = Math.min(Math.max(stop, 0), model.last);
    const state = model.at(at);
    for (const view of views) view(state);
    const { kind, step } = data.stops[at];
    keepAddress(kind === "failure" ? "#failure" : `#step=${step}`);
  };
  const moves = movesOf(model, () => at, go, announce);
  const keys = keysDialog(KEYS);
  const controls = controlsOf(model, moves, keys, live);
  byId("controls").append(controls.root, said);
  byId("top-buttons").append(themeButton());

  let drawn = { show: () => {}, arrows: () => {} };
  if (data.stops.some((stop) => stop.kind === "step") || data.waits.length) drawn = lanes(byId("lanes"), model, go);
  else byId("lanes").append(el("p", { class: "notice" }, "There is no record of single steps for this failure."));
  const markers = sourcePane(byId("source"), data.files);
  const variables = variablesPanel(byId("variables"), data);
  const threads = threadsPanel(byId("threads"), data);
  views.push(variables, threads, () => drawn.show(at), (state) => markers(markersOf(data, state)),
    (state) => tell(live, data, state), () => controls.show(at));
  whyPanel(byId("why-section"), byId("why"), data);
  againPanel(byId("again-section"), byId("again"), data, announce);
  fullPanel(byId("more"), model);
  if (data.graph) {
    byId("graph-section").hidden = byId("waiters-section").hidden = false;
    waitGraph(byId("graph"), data);
    byId("waiters").append(waiterList(data));
  }
  byId("app").hidden = false;

  moves.arrows = () => {
    const shown = controls.arrows.getAttribute("aria-pressed") !== "true";
    controls.arrows.setAttribute("aria-pressed", String(shown));
    drawn.arrows(shown);
    announce(shown ? "Arrows show which steps synchronization orders." : "Arrows hidden.");
  };
  onKeys({
    ArrowRight: moves.next, j: moves.next, n: moves.next,
    ArrowLeft: moves.previous, k: moves.previous, p: moves.previous,
    s: moves.nextSwitch, S: moves.previousSwitch,
    End: moves.failure, f: moves.failure, Home: moves.start,
    h: () => moves.arrows(), "?": () => keys.showModal(),
  });
  window.addEventListener("hashchange", () => go(stopOfHash(model, at)));
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
  go(stopOfHash(model, 0));
}

const KEYS = [
  [["→", "j", "n"], "next step"],
  [["←", "k", "p"], "previous step"],
  [["s"], "next switch: where a thread was interrupted, or where another one goes on"],
  [["S"], "previous switch"],
  [["End", "f"], "to the failure"],
  [["Home"], "to the start"],
  [["h"], "show or hide arrows: which steps synchronization orders one after the other"],
  [["?"], "these keys"],
];

function movesOf(model, here, go, announce) {
  const jump = (stop, none) => (stop === undefined ? announce(none) : go(stop));
  return {
    next: () => go(here() + 1),
    previous: () => go(here() - 1),
    nextSwitch: () => jump(model.switches.find((stop) => stop > here()), "There is no later switch."),
    previousSwitch: () => jump([...model.switches].reverse().find((stop) => stop < here()), "There is no earlier switch."),
    failure: () => go(model.failure),
    start: () => go(0),
  };
}

function controlsOf(model, moves, keys, live) {
  // What a screen reader says holds what is written on the button, without the sign.
  const button = (id, text, name, title, action) =>
    el("button", { type: "button", id, title, "aria-label": name, class: id === "next" ? "main" : null, onclick: action }, text);
  const first = button("to-start", "Start", "Start", "To the start (Home)", moves.start);
  const before = button("previous-switch", "‹ Switch", "Previous switch", "Previous switch (S)", moves.previousSwitch);
  const previous = button("previous", "‹ Previous", "Previous step", "Previous step (left, k, p)", moves.previous);
  const next = button("next", "Next ›", "Next step", "Next step (right, j, n)", moves.next);
  const after = button("next-switch", "Switch ›", "Next switch", "Next switch (s)", moves.nextSwitch);
  const failure = button("to-failure", "Failure", "Failure", "To the failure (End, f)", moves.failure);
  const arrows = el("button", { type: "button", id: "arrows", class: "apart", "aria-pressed": "false",
    title: "Which steps synchronization orders (h)", onclick: () => moves.arrows() }, "Arrows");
  const help = button("help", "Keys", "All keys (?)", () => keys.showModal());
  const hasArrows = model.data.steps.some((step) => step.after.length);
  arrows.hidden = !hasArrows;
  const buttons = el("div", { class: "buttons", role: "group", "aria-label": "Step through the schedule" },
    first, before, previous, next, after, failure, arrows, help);
  const show = (at) => {
    for (const [each, off] of [[first, at === 0], [previous, at === 0], [next, at === model.last], [failure, at === model.failure],
      [before, !model.switches.some((stop) => stop < at)], [after, !model.switches.some((stop) => stop > at)]]) {
      // A button that loses the focus because it is used up would drop a keyboard's user at the top of the page.
      each.setAttribute("aria-disabled", String(off));
    }
  };
  return { root: el("div", {}, buttons, live), arrows, show };
}

function tell(live, data, state) {
  const text = told(data, state);
  const notes = [];
  if (state.step && state.step.preempts) notes.push("Switch: another thread that could have gone on was interrupted here.");
  if (state.step && state.step.conflict) notes.push(`Conflict: this step and #${data.conflict.find((number) => number !== state.step.number)} met.`);
  if (state.stop.kind === "start") notes.push("Press → or the button Next.");
  live.replaceChildren(text, ...notes.map((note) => el("span", { class: "more" }, ` ${note}`)));
  live.classList.toggle("failed", state.stop.kind === "failure");
  if (state.step) live.dataset.thread = state.step.thread % 8;
  else delete live.dataset.thread;
}

// Where each thread stands in the source.
function markersOf(data, state) {
  const shown = { did: "", fails: "", waits: "waits", next: "hollow" };
  return state.threads
    .filter((each) => each.how !== "over" && each.place)
    .map((each) => ({ file: each.place.file, line: each.place.line, thread: each.thread, how: shown[each.how],
      now: each.how === "did" || each.how === "fails" || (state.stop.kind === "failure" && data.failure.thread === null && each.how === "waits") }));
}

// The stop that the address names; `otherwise` where it names none.
function stopOfHash(model, otherwise) {
  const { hash } = window.location;
  if (hash === "#failure") return model.failure;
  const found = /^#step=(\d{1,9})$/.exec(hash);
  return found ? model.stopOf(Number(found[1])) : otherwise;
}

start();
