// Calling what the app gave us. Its mistakes are its own: they reach the page's error reporting, never our state.

/**
 * Reports an error as if nobody had caught it, without ending what runs now.
 * @param {unknown} error
 */
export function reportUncaught(error) {
  if (typeof reportError === "function") {
    reportError(error);
  } else {
    setTimeout(() => {
      throw error;
    });
  }
}

/**
 * Calls `callback` if there is one; what it throws is reported and has no further effect.
 * @template T
 * @param {((value: T) => unknown) | undefined} callback
 * @param {T} value
 */
export function callSafely(callback, value) {
  try {
    callback?.(value);
  } catch (error) {
    reportUncaught(error);
  }
}
