# The packages of package-lock.json, when node_modules/ is missing or older than the lockfile.

install_node_modules() {
  say "installing the npm packages"
  npm ci --no-audit --no-fund >"$cache/npm.log" 2>&1 </dev/null ||
    fail "npm ci failed; its last words:" "$(tail -n 8 "$cache/npm.log")" "The whole of it is in $cache/npm.log."
  touch node_modules/.package-lock.json
}
