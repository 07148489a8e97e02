// Positions in words: what the page says aloud, and why something can't be done.

function who(position, thread) {
  return `T${thread} ${position.node.threads[thread].name}`;
}

// Why a thread can't be picked here; "" where it can.
function refusal(game, position, thread) {
  if (position.ended) return "The schedule has ended. Take steps back (u), or start again (s).";
  const standing = position.node.threads[thread];
  if (!standing) return `There is no thread T${thread}.`;
  if (standing.cannot) return standing.cannot;
  const edge = position.node.edges.find((each) => each.thread === thread);
  if (!edge) return `T${thread} can't be picked here.`;
  return edge.to === null ? `This page does not know what comes after that. ${allTheWay(game)}` : "";
}

function allTheWay(game) {
  return `${game.data.play} goes all the way.`;
}

function sentence(text) {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function stepText(step) {
  const where = place(step);
  return `${step.says}${where ? ` (${where})` : ""}`;
}

// What was done since the last choice, in a sentence or two.
function doneText(position) {
  const { node, before, steps } = position;
  if (before === null) return node.made ? `Start: ${counted(node.made, "step")} made, without a choice.` : "Nothing is done yet.";
  const first = steps.find((step) => step.last);
  const did = `${who(position, first.thread)}: ${stepText(first)}.`;
  const unasked = node.made - before.made - 1;
  return unasked ? `${did} Then ${counted(unasked, "step")} without a choice.` : did;
}

// What can be picked now, in a sentence.
function choicesText(position) {
  const can = position.ready.map((thread) => `T${thread} ${position.node.threads[thread].says.replace(/^next: /, "")}`);
  return `Your choice: ${can.join(", or ")}.`;
}

// How the schedule has ended: a few words, a sentence on what came out, and one on what to do now.
function endText(game, position) {
  const { node, choices } = position;
  const { end } = node;
  if (end.outcome === "failed") {
    return { heading: choices.length ? `You broke it in ${counted(node.made, "step")}` : "It breaks whoever goes on", says: end.verdict, then: "" };
  }
  const back = choices.length ? "Take steps back (u), or start again (s)." : "";
  if (end.outcome === "too long") return { heading: "It was stopped", says: end.says, then: back };
  const returned = end.result === "None" ? end.says : `${end.says} It returned ${end.result}.`;
  const never = game.data.right && choices.length ? " No choice will break it." : "";
  return { heading: "It ended and nothing broke", says: returned, then: back + never };
}

// A sentence on why it breaks, with the player's numbers of the steps; null where one of them is not known.
function whyText(position, parts) {
  const texts = parts.map(({ text, step }) => {
    if (!/^#\d+$/.test(text)) return text;
    const number = step === null ? null : numberOf(position.steps, step);
    return number === null ? null : `#${number}`;
  });
  return texts.includes(null) ? null : texts.join("");
}

// The number of a thread's step, of which it is told how many steps the thread made before.
function numberOf(steps, [thread, before]) {
  if (steps.some((step) => step.left_out)) return null;
  const own = steps.filter((step) => step.thread === thread);
  return before < own.length ? own[before].number : null;
}

// Can it still break from here? A sentence, and whether there are choices to mark.
function outlookText(game, node) {
  const { data } = game;
  if (node.must_break) return { says: "Yes: whatever you pick from here, it breaks.", mark: false };
  if (node.can_break) return { says: "Yes. The right choices from here break it.", mark: true };
  if (node.can_break === null) return { says: `Not known: choices from here lead beyond this page. ${allTheWay(game)}`, mark: false };
  if (data.complete) return { says: `No. Nothing that you pick from here breaks it${data.right ? "" : ": take steps back (u)"}.`, mark: false };
  return { says: "None of the choices from here that this page holds breaks it. That is no proof.", mark: false };
}

// What is known of the program as a whole, where it is to be told before anything is played.
function bannerText(game) {
  const { data } = game;
  if (data.right) {
    return { proof: true, says: `No choice breaks this: ${counted(data.classes, "class", "classes")} of schedules, all explored.`, why: [] };
  }
  if (data.complete) return null;
  const beyond = game.leavesOff ? "; beyond them it does not know" : "";
  return { proof: false, says: `This page holds ${counted(game.positions, "position")}${beyond}. ${allTheWay(game)}`, why: data.why };
}

// What the sign beside a step means, which depends on whether the page knows which choices matter.
function unaskedText(game) {
  const rest = game.data.asks_all ? ". Here all other choices are yours, those too that may make no difference"
    : ", or the step makes no difference to how it all ends";
  return `* made without asking: only one thread could go on${rest}.`;
}
