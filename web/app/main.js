/** Wires the page: account, store, views, and the app's own files. */
import { byId } from "../common/dom.js";
import { Account, loadConfig, rememberedPlace } from "./account.js";
import { AccountView } from "./account-view.js";
import { ActivityLog } from "./activity.js";
import { showActivity } from "./activity-view.js";
import { wireDropping } from "./adding.js";
import { keepOwnFiles } from "./offline.js";
import { showProblem, showStatus, wireProblem } from "./status-view.js";
import { buildColours } from "./tools.js";
import { Workplace } from "./workplace.js";

const panel = byId("activity-panel", HTMLDetailsElement);
const showLog = () => showActivity(panel, byId("activity", HTMLElement), log);
const log = new ActivityLog({ onChange: showLog });
panel.addEventListener("toggle", showLog);

const account = new Account();
const workplace = new Workplace(log);

buildColours();
wireProblem();
wireDropping((files) => {
  if (account.place) void workplace.add(files);
  else showProblem(new Error("Sign in, or choose “This device only”, before you add PDFs."));
});
void keepOwnFiles({
  onUpdate: (takeOver) => {
    byId("update", HTMLElement).hidden = false;
    byId("update-now", HTMLButtonElement).addEventListener("click", takeOver, { once: true });
  },
  onUnavailable: (why) => log.add(why, null, false),
});

const config = await loadConfig();
const view = new AccountView(account, config, {
  onPlace: enter,
  onForget: async () => workplace.forget(),
  onProblem: showProblem,
});

async function enter() {
  view.showPlace();
  showStatus(null);
  try {
    await workplace.open(account);
  } catch (error) {
    showProblem(error);
  }
}

/** A token that the redirect of a sign-in has just brought, or that of a local Hub. */
async function tokenAtStart() {
  if (config.token) return config.token;
  const { searchParams } = new URL(location.href);
  if (!searchParams.has("code") && !searchParams.has("error")) return null;
  const { tokenOfRedirect } = await import("./oauth.js");
  return tokenOfRedirect();
}

const remembered = rememberedPlace();
try {
  const token = await tokenAtStart();
  if (token) await account.signIn({ token, ...config, known: remembered });
  else if (remembered) account.resume(remembered);
} catch (error) {
  if (remembered) account.resume(remembered);
  showProblem(error);
}
if (account.place) await enter();
else view.showPlace();
