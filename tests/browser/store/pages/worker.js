// The module worker in which everything under test runs; each task is a function of tasks.js.
import { tasks } from "./tasks.js";

self.onmessage = async ({ data }) => {
  const answer = { id: data.id };
  try {
    answer.value = await tasks[data.task](...data.args);
  } catch (error) {
    answer.error = String(error?.stack ?? error?.message ?? error) + (error?.code ? ` [${error.code}]` : "");
  }
  self.postMessage(answer);
};
self.addEventListener("unhandledrejection", ({ reason }) => console.error(`unhandled: ${reason?.stack ?? reason}`));
self.postMessage({ ready: true });
