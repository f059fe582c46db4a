// The few assertions that code in the worker needs; node:assert is not there.
export function equal(actual, expected, message = "") {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${message} expected ${b?.slice(0, 400)}, got ${a?.slice(0, 400)}`);
}

export function ok(value, message) {
  if (!value) throw new Error(message);
}
