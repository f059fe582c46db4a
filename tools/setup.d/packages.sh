# Installing Debian packages: as root, or through sudo.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 0 ] && [ -z "${CI:-}" ]; then
    sudo "$@"
  else
    sudo -n "$@" # No terminal to ask for a password on.
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 install "${missing[@]}" >"$cache/apt.log" 2>&1 </dev/null
}

install_packages() {
  local list
  list=$(printf '%s, ' "${reasons[@]}")
  list=${list%, }
  has apt-get || fail "missing: $list." \
    "Install them with this system's package manager (Emscripten: https://emscripten.org/docs/getting_started)," \
    "see to it that they are on the PATH, then call tools/setup again."
  if [ "$(id -u)" -ne 0 ] && ! has sudo; then
    fail "missing: $list. This user may not install them (neither root nor sudo)." \
      "Run as root:  apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
  fi

  say "installing ${missing[*]}"
  # The package lists of a fresh machine are empty or old; fetch them only when they are of no use.
  if ! apt_install; then
    say "updating the package lists"
    as_root apt-get --quiet update >"$cache/apt.log" 2>&1 </dev/null || true
    apt_install || fail "apt-get could not install them; its last words:" "$(tail -n 8 "$cache/apt.log")" \
      "Run as root:  apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
  fi
}
