# zlib's source, to be compiled to wasm: Debian's source package. The machine's own package sources have seldom
# `deb-src` lines, so apt-get is given a private copy of them that has, and a private state: nothing of the
# machine's is altered, and no root is needed.

fetch_zlib() {
  local apt="$PWD/$cache/apt" name
  has apt-get || fail "zlib's source is missing, and this Emscripten may not fetch it." \
    "Unpack https://zlib.net's source archive so that .cache/zlib/zlib.h exists, then call tools/setup again."
  say "fetching the source of zlib"
  rm -rf "$apt"
  mkdir -p "$apt/lists" "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/source"
  for name in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -f "$name" ] || sed -n -E 's/^deb[[:space:]]/deb-src /p' "$name" >"$apt/lists/$(basename "$name" .list).list"
  done
  for name in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$name" ] || sed -E 's/^Types:.*/Types: deb-src/' "$name" >"$apt/lists/$(basename "$name")"
  done

  private_apt() {
    apt-get --quiet -o Dir::State="$apt/state" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root \
      -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/lists" "$@" >>"$cache/apt.log" 2>&1 </dev/null
  }
  : >"$cache/apt.log"
  private_apt update || true # One source that fails does not matter when another has it.
  (cd "$apt/source" && cache="../.." && private_apt source --download-only zlib) ||
    fail "apt-get could not fetch zlib's source; its last words:" "$(tail -n 8 "$cache/apt.log")" \
      "Unpack https://zlib.net's source archive so that .cache/zlib/zlib.h exists, then call tools/setup again."

  # By Python, which Emscripten brings: a bare machine has neither bzip2 nor xz.
  python3 -m tarfile -e "$(echo "$apt"/source/zlib_*.orig.tar.*)" "$apt/source" >/dev/null
  rm -rf "$cache/zlib.new" "$cache/zlib"
  mkdir -p "$cache/zlib.new"
  cp "$apt"/source/zlib-*/*.[ch] "$apt"/source/zlib-*/LICENSE "$cache/zlib.new"
  mv "$cache/zlib.new" "$cache/zlib" # At once: an interrupted copy must not look like a whole one.
  rm -rf "$apt"
}
