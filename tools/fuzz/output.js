// What libFuzzer prints, read.

/** @typedef {{ executions: number, bytes: number, corpus: number, before: number, after: number }} Figures */

/**
 * Numbers of a run; 0 where it did not come so far. Coverage is counted in edges of the program's flow.
 * @param {string} output
 * @returns {Figures}
 */
export function figures(output) {
  const number = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
  const last = [...output.matchAll(/^#(\d+)\s+\w+\s+cov: (\d+)/gm)].at(-1);
  return {
    executions: number(/stat::number_of_executed_units:\s+(\d+)/) || Number(last?.[1] ?? 0),
    bytes: number(/^fuzzed_bytes: (\d+)$/m),
    corpus: number(/^INFO: seed corpus: files: (\d+)/m),
    before: number(/INITED cov: (\d+)/),
    after: Number(last?.[2] ?? 0),
  };
}

/** Where the input that broke something lies, or null. */
export function crashPath(output) {
  return /Test unit written to (.+)$/m.exec(output)?.[1] ?? null;
}

/**
 * One line for the log.
 * @param {string} target
 * @param {Figures} result
 */
export function summary(target, { executions, bytes, corpus, before, after }) {
  const edges = `coverage ${before} + ${Math.max(after - before, 0)} edges`;
  return `${target.padEnd(8)} ${executions} executions, ${bytes} bytes, corpus ${corpus} inputs, ${edges}`;
}
