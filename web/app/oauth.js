/**
 * Signing in on a static Space with the Hub's own page (OAuth with PKCE). Loaded only there. The token that comes back
 * stays in memory, so each visit that wants to sync signs in again; the Hub asks for consent only once.
 */
import { oauthHandleRedirectIfPresent, oauthLoginUrl } from "@huggingface/hub";
import { AppError } from "./problem.js";

/** @returns {Promise<string | null>} the token, when the Hub's page has just sent the person back */
export async function tokenOfRedirect() {
  try {
    const result = await oauthHandleRedirectIfPresent();
    return result ? result.accessToken : null;
  } catch {
    throw new AppError("You are not signed in", "The Hub's sign-in ended without success. Try again, or use a token.");
  } finally {
    // The code in the address is used up; with it a reload would look like a sign-in.
    history.replaceState(null, "", location.pathname);
  }
}

export async function goToSignIn() {
  location.assign(await oauthLoginUrl());
}
