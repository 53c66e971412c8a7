# What the commands of documents meet in tests (shell-blocks.ts). CHECKOUT is the folder of the project, TYPED what a
# person types when asked for a password.
set -eo pipefail

# A terminal: nothing comes, and it does not end.
exec 9<> <(:)

# Commands that cannot run here. tests/shell-blocks.test.ts lists them, with the reason and what is checked instead.
stand_in() { printf '\x1f%s\n' "$*" >&2; }
docker() { stand_in docker "$@"; }
node() { if [[ $1 == scripts/* ]]; then stand_in node "$@"; else command node "$@"; fi; }

# Everything happens in a temporary folder, so no rights are needed.
sudo() { "$@"; }

run_charla() {
  # Nothing is redirected into it, so it would ask.
  if [[ /dev/stdin -ef /dev/null ]]; then
    node "$CHECKOUT/src/charla.ts" "$@" <<<"$TYPED"
  else
    node "$CHECKOUT/src/charla.ts" "$@"
  fi
}
charla() { run_charla "$@"; }

npm() {
  if [[ "$*" == 'run --silent charla -- '* ]]; then run_charla "${@:5}"; else stand_in npm "$@"; fi
}

npx() {
  case $1 in
    charla) run_charla "${@:2}" ;;
    wscat) node "$CHECKOUT/node_modules/wscat/bin/wscat" "${@:2}" <&9 ;;
    *) stand_in npx "$@" ;;
  esac
}

# Fails where the server refuses. A stream (-N) has no end: it is read up to the last line that the document shows.
curl() {
  if [[ " $* " != *' -N '* ]]; then
    command curl --fail-with-body --max-time 60 "$@"
    return
  fi
  if [[ -z $LAST_LINE ]]; then
    echo 'A command without an end has to show what it prints' >&2
    return 1
  fi
  while IFS= read -r line; do
    printf '%s\n' "$line"
    # Unquoted, as a pattern.
    [[ $line == $LAST_LINE ]] && break
  done < <(command curl --silent --max-time 60 "$@" 2>/dev/null)
}
