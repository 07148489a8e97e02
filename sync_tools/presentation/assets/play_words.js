// Positions in words: what the page says aloud, and why something can't be done.

function who(position, thread) {
  return `T${thread} ${position.node.threads[thread].name}`;
}

// Why a thread can't be picked here; "" where it can.
function refusal(game, position, thread) {
  if (position.ended) return "The schedule has ended. Take steps back (u), or start again (s).";
  const standing = position.node.threads[thread];
  if (!standing) return `There is no thread T${thread}.`;
  if (standing.state === "ended") return `T${thread} has ended.`;
  if (standing.state === "waiting") return `T${thread} can't ${standing.does} yet: ${standing.reason}.`;
  const edge = position.node.edges.find((each) => each.thread === thread);
  if (!edge) return `T${thread} can't be picked here.`;
  if (edge.to === null) return `This page does not know what comes after that. ${allTheWay(game)}`;
  return "";
}

function allTheWay(game) {
  return `${game.data.play} goes all the way.`;
}

function stepText(step) {
  const where = place(step);
  return `${step.text}${where ? ` (${where})` : ""}`;
}

// What was done since the last choice, in a sentence or two.
function doneText(position) {
  const last = position.steps.filter((step) => step.last);
  if (!position.choices.length) {
    if (!last.length) return "Nothing is done yet.";
    return `Start: ${counted(last.length, "step")} made, without a choice.`;
  }
  const [first, ...unasked] = last;
  const did = `${who(position, first.thread)}: ${stepText(first)}.`;
  if (!unasked.length) return did;
  return `${did} Then ${counted(unasked.length, "step")} without a choice.`;
}

// What can be picked now, in a sentence.
function choicesText(position) {
  const can = position.ready.map((thread) => `T${thread} ${position.node.threads[thread].does}`);
  return `Your choice: ${can.join(", or ")}.`;
}

// How the schedule has ended: a few words, and a sentence on what to do now.
function endText(game, position) {
  const { node, choices, steps } = position;
  const made = counted(steps.length, "step");
  const back = choices.length ? "Take steps back (u), or start again (s)." : "";
  if (node.outcome === "failed") {
    const heading = choices.length ? `You broke it in ${made}` : "It breaks whoever goes on";
    return { heading, says: node.failure.verdict, then: "" };
  }
  if (node.outcome === "passed") {
    const returned = node.result === "None" ? "" : ` It returned ${node.result}.`;
    if (!choices.length) {
      return { heading: "It ended and nothing broke", says: `It ends after ${made} whoever goes on: no choice makes a difference here.${returned}`, then: "" };
    }
    const then = game.data.right ? `${back} No choice will break it.` : back;
    return { heading: "It ended and nothing broke", says: `The schedule ended after ${made}.${returned}`, then };
  }
  return { heading: "It was stopped", says: `After ${made}: this may go on for ever.`, then: back };
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
