// What is known at each stop of a failing schedule: pure functions of the data, nothing of the page.

function makeModel(data) {
  const index = new Map(); // number of a step -> the stop at which it is done
  data.stops.forEach((stop, at) => {
    if (stop.kind === "step") index.set(stop.step, at);
    if (stop.kind === "gap") for (let number = stop.first; number <= stop.step; number += 1) index.set(number, at);
  });
  const steps = new Map(data.steps.map((step) => [step.number, step]));
  const failure = data.stops.findIndex((stop) => stop.kind === "failure");
  return {
    data,
    steps,
    failure,
    last: data.stops.length - 1,
    // The stop of a step: of none before the first, of the last beyond that.
    stopOf: (number) => index.get(number) ?? (number <= 0 ? 0 : data.stops.length - 1),
    has: (number) => index.has(number),
    switches: switchStops(data, index),
    at: (stop) => stateAt(data, steps, stop),
  };
}

// Where a thread was interrupted; where none was, where another one went on.
function switchStops(data, index) {
  const stops = data.switches.map((number) => index.get(number));
  if (stops.length) return [...new Set(stops)];
  return data.steps
    .filter((step, at) => at > 0 && step.thread !== data.steps[at - 1].thread)
    .map((step) => index.get(step.number));
}

function stateAt(data, steps, at) {
  const stop = data.stops[at];
  const step = stop.kind === "step" ? steps.get(stop.step) : null;
  const before = at > 0 ? data.stops[at - 1].step : 0;
  return {
    stop,
    step,
    variables: data.variables.map((variable) => valueAt(variable, stop, before, step)),
    threads: data.threads.map((_, thread) => threadAt(data, thread, stop, step)),
  };
}

function valueAt(variable, stop, before, step) {
  const past = variable.changes.filter((change) => change.step <= stop.step);
  const last = past[past.length - 1];
  const earlier = variable.changes.filter((change) => change.step <= before);
  const made = past.filter((change) => change.how !== "read");
  return {
    variable,
    text: valueText(last, variable.initial),
    before: valueText(earlier[earlier.length - 1], variable.initial),
    changed: made.some((change) => change.step > before),
    touched: step !== null && step.variable === variable.name,
    last: made[made.length - 1] || null,
  };
}

function valueText(change, initial) {
  const value = change ? change.value : initial;
  const since = change ? change.since : [];
  if (value === null && !since.length) return "not known";
  return [value === null ? "(not seen)" : value, ...since.map((done) => `then ${done}`)].join(", ");
}

// What a thread is about: how is "did", "fails", "waits", "next" or "over".
function threadAt(data, thread, stop, step) {
  const held = data.bars.filter((bar) => bar.thread === thread && covers(bar, stop.step));
  const next = data.steps.find((each) => each.thread === thread && each.number > stop.step) || null;
  const wait = data.waits.find((each) => each.thread === thread && covers(each, stop.step)) || null;
  const found = { thread, held: held.map((bar) => bar.lock), place: next, wait };
  if (stop.kind === "failure" && data.failure.thread === thread) {
    return { ...found, how: "fails", text: data.failure.says, place: data.failure };
  }
  if (step !== null && step.thread === thread) return { ...found, how: "did", text: step.text, place: step };
  if (wait !== null) return { ...found, how: "waits", text: wait.text, place: next || finalPlace(data, thread) };
  if (next !== null) return { ...found, how: "next", text: next.next };
  const ended = stop.kind === "failure" && data.graph && data.graph.nodes.some((node) => node.thread === thread && node.state === "has ended");
  return { ...found, how: "over", text: ended ? "has ended" : "has no further step here" };
}

function covers(span, number) {
  return span.from <= number && (span.to === null || number < span.to);
}

function finalPlace(data, thread) {
  const waiter = data.graph && data.graph.waiters.find((each) => each.thread === thread);
  return waiter ? waiter.place : null;
}

// The stop in words.
function told(data, state) {
  const { stop, step } = state;
  if (stop.kind === "start") return `Start: nothing is done yet; ${counted(data.count, "step")} to come.`;
  if (stop.kind === "failure") return `Here it breaks. ${data.failure.says}.`.replace(/\.\.$/, ".");
  if (stop.kind === "gap") return `Steps ${stop.first} to ${stop.step} of ${data.count} are left out here.`;
  return `${step.says}.`;
}
