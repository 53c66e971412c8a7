# What the commands of documents meet in tests (shell-blocks.ts). CHECKOUT is the folder of the project, TYPED what a
# person types when asked for a password.
set -eo pipefail

# A terminal: nothing comes, and it does not end.
exec 9<> <(:)

# Commands that cannot run here. tests/shell-blocks.test.ts lists them, with the reason and what is checked instead.
stand_in() { printf '\x1f%s\n' "$*" >&2; }
for name in apt-get certbot docker exportfs git journalctl mount nginx useradd; do
  eval "$name() { stand_in $name \"\$@\"; }"
done
node() { if [[ $1 == scripts/* ]]; then stand_in node "$@"; else command node "$@"; fi; }

# The only service that a document stops is the server.
systemctl() {
  stand_in systemctl "$@"
  if [[ "$*" == 'disable --now charla.service' ]]; then
    kill -TERM "$SERVER_PID"
    while kill -0 "$SERVER_PID" 2>/dev/null; do sleep 0.1; done
  fi
}

# All happens as one user, in a temporary folder.
sudo() {
  if [[ $1 == -u ]]; then shift 2; fi
  "$@"
}
# The user is there only in name.
install() {
  if [[ $1 == -d && $2 == -o ]]; then set -- -d "${@:4}"; fi
  command install "$@"
}

# `charla` with the settings of its service.
systemd-run() {
  local settings=()
  while [[ $1 == --* ]]; do
    case $1 in
      --setenv=*) settings+=("${1#*=}") ;;
      --property=EnvironmentFile=*) mapfile -t -O ${#settings[@]} settings <"${1##*=}" ;;
    esac
    shift
  done
  [[ "$1 $2" == '/usr/bin/node dist/src/charla.js' ]] && (export "${settings[@]//$'\n'/}" && run_charla "${@:3}")
}
psql() { node "$CHECKOUT/tests/support/psql.ts"; }

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
    wscat) node "$CHECKOUT/node_modules/wscat/bin/wscat" "${@:2}" --wait 1 <&9 ;;
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
