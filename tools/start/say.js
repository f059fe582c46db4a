// What `npm start` prints. Long steps say what they do while they do it.

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a step; on a terminal its latest news replaces the line, elsewhere only its beginning and its end are printed.
 * @template T
 * @param {string} name
 * @param {(show: (news: string) => void) => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const terminal = process.stdout.isTTY;
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  let news = "";
  const draw = () => {
    const line = `${name} … ${seconds()}${news && `  ${news}`}`;
    process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`);
  };
  const timer = terminal ? setInterval(draw, 200) : null;
  if (!terminal) say(`${name} …`);
  try {
    const result = await work((text) => (news = text));
    clearInterval(timer ?? undefined);
    if (terminal) process.stdout.write("\r\x1b[K");
    if (terminal || performance.now() - started > 1000) say(`${name}: done in ${seconds()}`);
    return result;
  } catch (error) {
    clearInterval(timer ?? undefined);
    if (terminal) process.stdout.write("\r\x1b[K");
    throw error;
  }
}
