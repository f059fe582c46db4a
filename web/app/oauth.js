/**
 * Signing in on a static Space with the Hub's own page (OAuth with PKCE). Loaded only there. The token that comes back
 * stays in memory, so each visit that wants to sync signs in again; the Hub asks for consent only once.
 */
import { oauthHandleRedirectIfPresent, oauthLoginUrl } from "@huggingface/hub";

/** @returns {Promise<string | null>} the token, when the Hub's page has just sent the person back */
export async function tokenOfRedirect() {
  const result = await oauthHandleRedirectIfPresent();
  return result ? result.accessToken : null;
}

export async function goToSignIn() {
  location.assign(await oauthLoginUrl());
}
