# The sources of libraries that are compiled here: Debian's source packages. The machine's own package sources have
# seldom `deb-src` lines, so apt-get is given a private copy of them that has, and a private state: nothing of the
# machine's is altered, and no root is needed.

# Where a source package is to be had elsewhere, and what is kept of it.
home_zlib=https://zlib.net
home_libdeflate=https://github.com/ebiggers/libdeflate
keep_zlib() { cp "$1"/*.[ch] "$1/LICENSE" .; }
keep_libdeflate() { cp -R "$1"/{libdeflate.h,common_defs.h,COPYING,lib} .; }

fail_sources() { # fail_sources "what went wrong" [line...]
  local name home hints=()
  for name in "${sources[@]}"; do
    home="home_$name"
    hints+=("Unpack the source archive of ${!home} so that .cache/$name/$name.h exists.")
  done
  fail "$@" "${hints[@]}" "Then call tools/setup again."
}

private_apt() {
  apt-get --quiet -o Dir::State="$apt/state" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root \
    -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/lists" "$@" >>"$log" 2>&1 </dev/null
}

fetch_sources() {
  local apt="$PWD/$cache/apt" log="$PWD/$cache/apt.log" name
  has apt-get || fail_sources "the source of ${sources[*]} is missing, and it cannot be fetched without apt-get."
  say "fetching the source of ${sources[*]}"
  rm -rf "$apt"
  mkdir -p "$apt/lists" "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/source"
  for name in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -f "$name" ] || sed -n -E 's/^deb[[:space:]]/deb-src /p' "$name" >"$apt/lists/$(basename "$name" .list).list"
  done
  for name in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$name" ] || sed -E 's/^Types:.*/Types: deb-src/' "$name" >"$apt/lists/$(basename "$name")"
  done
  : >"$log"
  private_apt update || true # One source that fails does not matter when another has it.
  for name in "${sources[@]}"; do fetch_source "$name"; done
  rm -rf "$apt"
}

fetch_source() { # fetch_source zlib: into .cache/zlib
  local target="$PWD/$cache/$1"
  (cd "$apt/source" && private_apt source --download-only "$1") ||
    fail_sources "apt-get could not fetch the source of $1; its last words:" "$(tail -n 8 "$log")"
  # By Python, which Emscripten brings: a bare machine has neither bzip2 nor xz.
  python3 -m tarfile -e "$(echo "$apt"/source/"$1"_*.orig.tar.*)" "$apt/source" >/dev/null
  rm -rf "$target.new" "$target"
  mkdir -p "$target.new"
  (cd "$target.new" && "keep_$1" "$(echo "$apt"/source/"$1"-*/)")
  mv "$target.new" "$target" # At once: an interrupted copy must not look like a whole one.
}
