#!/usr/bin/env bash
# Does all that the tests need and runs them all, with the release profile that `demo` builds too.
# Installs what is missing (Debian packages, npm packages, cargo-nextest, cargo-deny) when run as root or with sudo.
# CI=true: nothing may be skipped. PUNCHGATE_STAGES="lint rust browser" picks stages; the default is all of them.
set -u
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
export CXML_DTD_DIR=${CXML_DTD_DIR:-../shared/cxml-dtd}
export CXML_CORPUS_DIR=${CXML_CORPUS_DIR:-../shared/corpus}
export XMLDSIG_VECTORS_DIR=${XMLDSIG_VECTORS_DIR:-../shared/xmldsig-vectors}
export OCI_SAMPLES_DIR=${OCI_SAMPLES_DIR:-../shared/oci-samples}
stages=${PUNCHGATE_STAGES:-tools lint build rust docs browser bench}
unset PUNCHGATE_STAGES # the program refuses settings that it does not know
failed=""
summary=""

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# stage NAME FUNCTION: runs it, prints its time, remembers a failure.
stage() {
  case " $stages " in *" $1 "*) ;; *) return 0 ;; esac
  printf '\n=== %s\n' "$1"
  local start=$SECONDS
  if "$2"; then local result=ok; else local result=FAILED; failed="$failed $1"; fi
  summary="$summary$(printf '%-8s %-7s %4d s' "$1" "$result" "$((SECONDS - start))")
"
}

debian() {
  local missing=""
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"; done
  [ -z "$missing" ] && return 0
  as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
}

tools() {
  command -v apt-get >/dev/null && { debian chromium libxml2-utils xmlsec1 openssl python3-cryptography ca-certificates || return 1; }
  command -v node >/dev/null || debian nodejs || return 1
  command -v npm >/dev/null || debian npm || return 1
  [ "$(node --version | tr -dc '0-9.' | cut -d. -f1)" -ge 20 ] || { echo "the browser tests need Node 20 or newer"; return 1; }
  cargo nextest --version >/dev/null 2>&1 || cargo install cargo-nextest --locked --quiet || return 1
  cargo deny --version >/dev/null 2>&1 || cargo install cargo-deny --locked --quiet || return 1
}

lint() {
  cargo fmt --all --check &&
    cargo clippy --release --all-targets --quiet -- -D warnings &&
    cargo deny --config .deny.toml --log-level error check bans licenses sources
}

build() { cargo build --release --quiet; }

# Unit tests, the architecture's walls, and the tests over sockets, disks and processes.
rust() { cargo nextest run --release --no-fail-fast; }

docs() { RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --release --no-deps --document-private-items --quiet; }

browser() {
  (cd tests/browser && npm ci --silent --no-audit --no-fund --omit=optional) &&
    PUNCHGATE_BIN="$PWD/target/release/punchgate" npm --prefix tests/browser --silent test
}

# The benches run once, small, so that they stay alive; their figures are made by the commands in docs/PERFORMANCE.md.
# The soak of the store runs for minutes and judges itself: memory and files must stay as they are.
bench() {
  BENCH_SCALE=${BENCH_SCALE:-0.01} cargo bench --bench load --quiet &&
    CARGO_TARGET_DIR="$PWD/target" cargo run --release --quiet --manifest-path benches/store/Cargo.toml -- \
      --folder target/bench-store soak --seconds "${SOAK_SECONDS:-150}" --rate 2000 &&
    CARGO_TARGET_DIR="$PWD/target" cargo run --release --quiet --manifest-path benches/signature/Cargo.toml -- 1 &&
    BENCH_SCALE=${BENCH_SCALE:-0.01} CARGO_TARGET_DIR="$PWD/target" cargo run --release --quiet \
      --manifest-path benches/catalog/Cargo.toml -- target/bench-catalog-smoke
}

stage tools tools
stage lint lint
stage build build
stage rust rust
stage docs docs
stage browser browser
stage bench bench

printf '\n%s' "$summary"
if [ -n "$failed" ]; then printf 'failed:%s\n' "$failed"; exit 1; fi
