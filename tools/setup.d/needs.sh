# What is needed, how each thing is recognised, and where it was found. Only file tests and `command -v`:
# this part runs at each build and must be quick.

need() { # need PACKAGE "what it is (what for)"
  missing+=("$1")
  reasons+=("$2")
}

has() { command -v "$1" >/dev/null 2>&1; }

check_node() {
  has node || fail "Node is missing." "Install Node 20 or newer: https://nodejs.org/en/download"
  local version
  version=$(node --version)
  version=${version#v}
  [ "${version%%.*}" -ge 20 ] ||
    fail "Node $version is too old." "Install Node 20 or newer: https://nodejs.org/en/download"
}

below() { # below 3.22.1 3.25: is the first version older than the second?
  [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

# Versions that a package manager may have installed but that cannot build this.
check_versions() {
  local version
  if has cmake; then
    version=$(cmake --version) && version=${version#cmake version } && version=${version%%[!0-9.]*}
    ! below "$version" 3.25 ||
      fail "CMake $version is too old." "Install CMake 3.25 or newer: https://cmake.org/download"
  fi
  if [ -n "$emscripten" ]; then
    version=$(tr -d '"\n' <"$emscripten/emscripten-version.txt")
    ! below "${version%%[!0-9.]*}" 3.1.6 || fail "Emscripten $version ($emscripten) is too old." \
      "Install 3.1.6 or newer (https://emscripten.org/docs/getting_started), and set EMSDK or put emcc on the PATH."
  fi
}

# The folder that has Emscripten's CMake files: of emsdk, of the emcc on the PATH, or where distributions put it.
find_emscripten() {
  local candidate
  for candidate in "${EMSDK:+$EMSDK/upstream/emscripten}" \
    "$(dirname "$(readlink -f "$(command -v emcc || true)" || true)")" \
    /usr/share/emscripten /usr/lib/emscripten; do
    if [ -f "$candidate/cmake/Modules/Platform/Emscripten.cmake" ]; then
      echo "$candidate"
      return
    fi
  done
}

find_chromium() {
  local name
  for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome-stable google-chrome; do
    if has "$name"; then
      command -v "$name"
      return
    fi
  done
}

find_header() { # find_header nlohmann/json.hpp: the folder that has it
  local folder
  for folder in /usr/include /usr/local/include /opt/homebrew/include; do
    if [ -e "$folder/$1" ]; then
      echo "$folder"
      return
    fi
  done
}

# libFuzzer's part of clang's runtime, which is a package of its own on Debian.
has_libfuzzer() {
  local file
  for file in /usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer*.a /usr/lib*/clang/*/lib/*/libclang_rt.fuzzer*.a \
    /usr/local/lib/clang/*/lib/*/libclang_rt.fuzzer*.a; do
    [ ! -e "$file" ] || return 0
  done
  return 1
}

# Debian's Emscripten may not fetch or build its ports.
frozen_emscripten() { grep -qs '^FROZEN_CACHE *= *True' "$emscripten/.emscripten"; }

collect_needs() {
  missing=() reasons=() steps=() sources=()
  emscripten=$(find_emscripten)
  chromium=$(find_chromium)
  check_versions
  has git || need git "git (local Hub)"
  has cmake || need cmake "CMake 3.25 or newer (build)"
  has ninja || need ninja-build "Ninja (build)"
  [ -n "$emscripten" ] || need emscripten "Emscripten 3.1.6 or newer (the module)"
  [ -n "$(find_header nlohmann/json.hpp)" ] || need nlohmann-json3-dev "nlohmann/json (the module)"
  [ -e "$cache/include/nlohmann/json.hpp" ] || steps+=(link_json)
  if [ -z "$emscripten" ] || frozen_emscripten; then
    [ -e "$cache/zlib/zlib.h" ] || sources+=(zlib)
  fi
  [ -e "$cache/libdeflate/libdeflate.h" ] || sources+=(libdeflate)
  [ ${#sources[@]} -eq 0 ] || steps+=(fetch_sources)
  [ node_modules/.package-lock.json -nt package-lock.json ] || steps+=(install_node_modules)
  [ "$1" != build ] || return 0

  has c++ || need g++ "a C++20 compiler (native tests)"
  has clang++ || need clang "clang (fuzz targets)"
  has_libfuzzer || need libclang-rt-dev "libFuzzer, of clang's runtime (fuzz targets)"
  [ -n "$(find_header zlib.h)" ] || need zlib1g-dev "zlib (native tests)"
  [ -n "$(find_header catch2/catch.hpp)$(find_header catch2/catch_all.hpp)" ] || need catch2 "Catch2 (native tests)"
  has clang-format || need clang-format "clang-format (style check)"
  has qpdf || need qpdf "qpdf (large PDFs for the tests and the benchmark)"
  has git-lfs || need git-lfs "git-lfs (tests of the local Hub)"
  if [ -z "$chromium" ]; then
    need chromium "Chromium (browser tests)"
    need fonts-liberation "a font (browser tests)"
  fi
  [ -e "$cache/pdfs/complete" ] || steps+=(fetch_pdfs)
  [ "$1" = engines ] || return 0

  has "${FIREFOX:-firefox-esr}" || need firefox-esr "Firefox ESR (tests of the engines)"
  has WebKitWebDriver || need webkit2gtk-driver "WebKitGTK and its driver (tests of the engines)"
  has gjs || need gjs "gjs, which starts WebKitGTK (tests of the engines)"
  [ -e "$(find_typelib WebKit2-4.1)" ] || need gir1.2-webkit2-4.1 "WebKitGTK for gjs (tests of the engines)"
  has Xvfb || need xvfb "Xvfb, a screen for WebKitGTK (tests of the engines)"
}

find_typelib() { # find_typelib WebKit2-4.1
  local file
  for file in /usr/lib/*/girepository-1.0/"$1".typelib /usr/lib/girepository-1.0/"$1".typelib \
    /usr/lib64/girepository-1.0/"$1".typelib; do
    if [ -e "$file" ]; then
      echo "$file"
      return
    fi
  done
}

link_json() {
  mkdir -p "$cache/include"
  ln -sfn "$(find_header nlohmann/json.hpp)/nlohmann" "$cache/include/nlohmann"
}

# What CMake and the tests read. Written only when it changes, so that nothing is configured anew for nothing.
write_toolchain() {
  local lines="EMSCRIPTEN_ROOT=$emscripten"
  # Debian's emcc finds its JavaScript libraries by itself only under Debian's own Node.
  [ ! -d /usr/share/nodejs/acorn ] || lines+=$'\n'"NODE_PATH=/usr/share/nodejs"
  # A system-wide Emscripten that wants to write to its cache needs one that this user may write to.
  if [ -z "${EM_CACHE:-}" ] && [ ! -w "$emscripten/cache" ] && [ ! -w "$emscripten" ] && ! frozen_emscripten; then
    lines+=$'\n'"EM_CACHE=$PWD/$cache/emscripten"
  fi
  [ -z "$chromium" ] || lines+=$'\n'"CHROMIUM=$chromium"
  mkdir -p "$cache"
  [ "$lines" = "$(cat "$cache/toolchain.env" 2>/dev/null)" ] || echo "$lines" >"$cache/toolchain.env"
}
