// A screen for browsers that cannot do without one: Xvfb, which draws into memory.
import { spawn } from "node:child_process";

/** @returns {Promise<{ name: string, close: () => void }>} `name` is what DISPLAY must be */
export async function openDisplay() {
  // It picks a free number itself, and writes it to file descriptor 3 when it is ready.
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const number = await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
    server.stdio[3].once("data", (text) => resolve(String(text).trim()));
  });
  return { name: `:${number}`, close: () => server.kill() };
}
