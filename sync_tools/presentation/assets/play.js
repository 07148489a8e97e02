// The page on which a person is the scheduler: the choices so far, and everything that shows where they lead.

const KEYS = [
  [["0", "…", "9"], "pick the thread with this number; for T10 and above all its digits, and Enter where more could follow"],
  [["Space", "Enter"], "the present thread goes on"],
  [["u", "Backspace"], "take a choice back"],
  [["r"], "make it again"],
  [["s"], "start again"],
  [["h"], "can it still break from here? Once more: which choices lead there?"],
  [["?"], "these keys"],
];

function start() {
  const game = makeGame(JSON.parse(byId("data").textContent));
  const findings = makeFindings(game);
  const told = el("p", { class: "told", id: "told", role: "status", "aria-live": "polite" });
  const said = el("p", { class: "hidden-text", id: "said", role: "status", "aria-live": "polite" });
  const announce = (text) => {
    said.textContent = text;
  };
  const state = { position: game.play([]), undone: [], hint: 0 };
  const views = [];
  const show = (remark = "", only = false) => {
    const { position } = state;
    findings.see(position.node);
    for (const view of views) view(position);
    keepAddress(position.choices.length ? `#${position.choices.join(",")}` : "");
    tell(told, game, position, remark, only);
  };
  const moves = movesOf(game, state, show, (text) => tell(told, game, state.position, text, true));
  const keys = keysDialog(KEYS);
  const controls = controlsOf(state, moves, keys);
  byId("controls").append(controls.root, told, said);
  byId("top-buttons").append(themeButton());
  showBanner(byId("banner"), game);

  const buttons = threadButtons(byId("threads"), game, moves.pick);
  const markers = sourcePane(byId("source"), game.data.files);
  const hint = hintPanel(byId("hint"), game, state, moves.hint);
  views.push((position) => buttons(position, state.hint > 1), valuesPanel(byId("variables"), byId("locks")),
    (position) => markers(markersOf(position)), stepsTable(byId("steps")),
    resultPanel(byId("result-section"), byId("result-title"), byId("result"), game, announce),
    controls.show, hint, () => { byId("findings").textContent = findings.text(); },
    (position) => { byId("threads-title").textContent = position.ended ? "Where the threads stand" : "Who goes on?"; });
  endingsPanel(byId("endings"), game);
  byId("unasked").textContent = unaskedText(game);
  byId("app").hidden = false;

  const typed = digitsOf(state, moves);
  const digits = Object.fromEntries([..."0123456789"].map((digit) => [digit, typed.digit]));
  const other = (move) => () => {
    typed.clear();
    move();
  };
  onKeys({ ...digits, " ": other(moves.goOn), Enter: typed.enter, u: other(moves.undo), Backspace: other(moves.undo),
    r: other(moves.redo), s: other(moves.restart), h: other(moves.hint), "?": () => keys.showModal() });
  window.addEventListener("hashchange", () => moves.toAddress());
  moves.toAddress();
}

// What can be done: each changes the state and shows it, or says why not.
function movesOf(game, state, show, refuse) {
  const go = (choices, undone, remark = "") => {
    state.position = game.play(choices);
    state.undone = undone;
    state.hint = 0;
    show(remark);
  };
  const pick = (thread) => {
    const why = refusal(game, state.position, thread);
    if (why) return refuse(why);
    // A choice that was taken back and is now made again leaves the later ones to be made again, too.
    const undone = state.undone[0] === thread ? state.undone.slice(1) : [];
    return go([...state.position.choices, thread], undone);
  };
  const back = (kept) => {
    const { choices } = state.position;
    go(choices.slice(0, kept), [...choices.slice(kept), ...state.undone]);
  };
  return {
    pick,
    goOn: () => {
      const { position } = state;
      if (position.ended || position.ready.includes(position.current)) return pick(position.current);
      return refuse(`${refusal(game, position, position.current)} Pick another one.`);
    },
    undo: () => (state.position.choices.length ? back(state.position.choices.length - 1) : refuse("There is nothing to undo: this is the first choice.")),
    redo: () => (state.undone.length ? pick(state.undone[0]) : refuse("There is nothing to redo.")),
    restart: () => back(0),
    hint: () => {
      if (state.position.ended) return refuse("The schedule has ended. Take steps back (u), or start again (s).");
      state.hint = Math.min(state.hint + 1, outlookText(game, state.position.node).mark ? 2 : 1);
      return show(hintText(game, state), true);
    },
    toAddress: () => {
      const found = /^#(\d{1,5}(?:,\d{1,5}){0,9999})$/.exec(window.location.hash);
      const wanted = found ? found[1].split(",").map(Number) : [];
      const fits = game.play(wanted).choices.length === wanted.length;
      go(wanted, [], fits ? "" : "The address holds choices that can't be made: this is as far as they go.");
    },
  };
}

// Digits that pick a thread. One that may be the beginning of a longer number waits for the next, or for Enter.
function digitsOf(state, moves) {
  let typed = "";
  const numbers = () => state.position.node.threads.map((_, thread) => String(thread));
  const pick = () => {
    const thread = Number(typed);
    typed = "";
    moves.pick(thread);
  };
  return {
    clear: () => { typed = ""; },
    digit: (key) => {
      typed += key;
      if (!numbers().some((each) => each.startsWith(typed) && each !== typed)) pick();
    },
    enter: () => (typed ? pick() : moves.goOn()),
  };
}

function controlsOf(state, moves, keys) {
  const button = (id, text, title, action) => el("button", { type: "button", id, title, onclick: action }, text);
  const undo = button("undo", "Undo", "Take a choice back (u)", moves.undo);
  const redo = button("redo", "Redo", "Make it again (r)", moves.redo);
  const restart = button("restart", "Start again", "Start again (s)", moves.restart);
  const help = button("help", "Keys", "All keys (?)", () => keys.showModal());
  const root = el("div", { class: "buttons", role: "group", "aria-label": "Take back and make again" }, undo, redo, restart, help);
  return {
    root,
    show: ({ choices }) => {
      // A button that loses the focus because it is used up would drop a keyboard's user at the top of the page.
      for (const [each, off] of [[undo, !choices.length], [redo, !state.undone.length], [restart, !choices.length]]) {
        each.setAttribute("aria-disabled", String(off));
      }
    },
  };
}

function showBanner(root, game) {
  const banner = bannerText(game);
  if (!banner) return;
  root.append(el("div", { class: banner.proof ? "banner proof" : "banner", id: "known" }, el("p", { class: "says" }, banner.says),
    banner.why.map((why) => el("p", { class: "muted" }, why))));
}

function hintPanel(root, game, state, ask) {
  const button = el("button", { type: "button", id: "ask", onclick: ask });
  const text = el("p", { id: "outlook" });
  root.append(button, text);
  return (position) => {
    root.hidden = position.ended;
    if (position.ended) return;
    const { mark } = outlookText(game, position.node);
    button.textContent = state.hint && mark ? "Which choices lead there?" : "Can it still break from here?";
    button.setAttribute("aria-disabled", String(state.hint > 1 || (state.hint === 1 && !mark)));
    text.textContent = state.hint ? hintText(game, state) : "";
  };
}

function hintText(game, state) {
  const { node } = state.position;
  if (state.hint < 2) return outlookText(game, node).says;
  const leads = node.edges.filter((edge) => edge.to !== null && game.nodes[edge.to].can_break).map((edge) => `T${edge.thread}`);
  return `It can still break after ${leads.join(" or ")}.`;
}

// The line that is read aloud: what was done, and what can be picked now; before that `remark`, or `only` that.
function tell(line, game, position, remark, only) {
  const parts = [remark];
  if (!only) {
    parts.push(doneText(position));
    const end = position.ended ? endText(game, position) : null;
    if (end) parts.push(sentence(broke(position) ? `${end.heading}: ${end.says}` : end.says), end.then);
    else parts.push(choicesText(position));
  }
  line.textContent = parts.filter(Boolean).join(" ");
  line.classList.toggle("failed", broke(position));
  const { choices } = position;
  if (choices.length) line.dataset.thread = choices[choices.length - 1] % 8;
  else delete line.dataset.thread;
}

// Where each thread stands in the source; the line of the last choice is marked, too.
function markersOf(position) {
  const shown = { ready: "hollow", waiting: "waits" };
  const standing = position.node.threads.map((each, thread) => ({ ...each, thread }))
    .filter((each) => each.state !== "ended")
    .map((each) => ({ file: each.file, line: each.line, thread: each.thread, how: shown[each.state] }));
  if (!position.choices.length) return standing;
  const did = position.steps.find((step) => step.last);
  return [...standing, { file: did.file, line: did.line, thread: null, now: true }];
}

start();
