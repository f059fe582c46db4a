# Real PDFs for the tests and the benchmark: from Debian's documentation packages, unpacked into .cache/pdfs.

fetch_pdfs() {
  say "fetching three real PDFs (41 MB)"
  if ! node tests/browser/api/pdfs.js >"$cache/pdfs.log" 2>&1; then
    # The package lists of a fresh machine are empty or old.
    as_root apt-get --quiet update >>"$cache/pdfs.log" 2>&1 </dev/null || true
    node tests/browser/api/pdfs.js >>"$cache/pdfs.log" 2>&1 ||
      fail "the PDFs could not be fetched; the last words:" "$(tail -n 8 "$cache/pdfs.log")" \
        "Run as root:  apt-get update, then call tools/setup again."
  fi
  touch "$cache/pdfs/complete"
}
