// Runs a command, showing its output as it comes and keeping it.
import { spawn } from "node:child_process";

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, show?: boolean, onText?: (text: string) => void,
 *   timeoutMs?: number }} [options] `show: false` keeps the output from the terminal; `onText` sees each piece.
 * @returns {Promise<{ ok: boolean, output: string, timedOut: boolean }>} ok: it exited with 0.
 */
export function exec(command, args, { cwd, env = {}, show = true, onText = () => {}, timeoutMs = 0 } = {}) {
  return new Promise((resolve, reject) => {
    // NODE_TEST_CONTEXT would make a test runner that was started by a test report to that one.
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const child = spawn(command, args, {
      cwd,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let timedOut = false;
    const timer = timeoutMs > 0 && setTimeout(() => ((timedOut = true), child.kill("SIGTERM")), timeoutMs);
    for (const [stream, target] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        onText(text);
        if (show) target.write(text);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ ok: code === 0, output, timedOut });
    });
  });
}
