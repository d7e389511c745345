#!/bin/bash
# The pipeline of one service without a CI server: looks whether its branch has a new commit, and delivers that with relevo.
# For cron, or for a hook of the git server.
#
#   pipeline.sh [--force] [--wait] SETTINGS
#
#   --force   deliver although the commit was delivered, or has failed, before
#   --wait    wait while another call delivers; without it such a call ends at once, and cron comes again
#   SETTINGS  a file of lines NAME=VALUE, read as a part of this script:
#     REPOSITORY          address or path of the git repository
#     BRANCH              which branch; main without it
#     FOLDER              where working copy, log and lock are kept; ~/.relevo/pipelines/NAME OF SETTINGS without it
#     DIRECTORY           the project's folder in the repository; its root without it
#     STEPS               what relevo does, an array; (run) without it
#     RELEVO              the program; relevo without it
#     LIMIT               the longest time that fetching or a delivery may take; 3h without it
#     LOGS                how many logs are kept; 30 without it
#     MAIL                where failures are mailed to, by sendmail or mail
#     SLACK_WEBHOOK_FILE  a file with the address of a Slack webhook that is told of failures
#   The environment variables that relevo and git need may be exported there, too.
#
# Ends with relevo's exit status, with 0 when there was nothing to do, with 1 when the repository cannot be fetched, and with 2
# when a setting is wrong.
set -euo pipefail

say() {
    printf 'pipeline: %s\n' "$1" >&2
}

fail() {
    say "$1"
    exit 2
}

usage() {
    sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

read_arguments() {
    force=false
    wait=false
    settings=
    while [ $# -gt 0 ]; do
        case $1 in
            --force) force=true ;;
            --wait) wait=true ;;
            -h | --help)
                usage
                exit 0
                ;;
            -*) fail "[$1] is no option; expected --force or --wait" ;;
            *)
                [ -z "$settings" ] || fail "[$settings] and [$1] are two files of settings; expected one"
                settings=$1
                ;;
        esac
        shift
    done
    [ -n "$settings" ] || fail 'no file of settings was given; --help says what belongs into it'
    [ -r "$settings" ] || fail "the settings [$settings] cannot be read"
}

read_settings() {
    REPOSITORY='' BRANCH=main FOLDER='' DIRECTORY=.
    STEPS=(run) RELEVO=relevo LIMIT=3h
    LOGS=30 MAIL='' SLACK_WEBHOOK_FILE=''
    # shellcheck source=/dev/null
    . "$(realpath -- "$settings")"
    name=$(basename -- "$settings")
    name=${name%.*}
    FOLDER=${FOLDER:-$HOME/.relevo/pipelines/$name}
    [ -n "$REPOSITORY" ] || fail "REPOSITORY is not set in [$settings]; expected the address of the git repository"
    [[ $LOGS =~ ^[1-9][0-9]*$ ]] || fail "LOGS is [$LOGS]; expected how many logs are kept, at least 1"
    [ -z "$SLACK_WEBHOOK_FILE" ] || [ -r "$SLACK_WEBHOOK_FILE" ] ||
        fail "SLACK_WEBHOOK_FILE is [$SLACK_WEBHOOK_FILE], which cannot be read"
    [ -z "$SLACK_WEBHOOK_FILE" ] || command -v curl >/dev/null || fail 'SLACK_WEBHOOK_FILE is set, but there is no curl on the PATH'
    [ -z "$MAIL" ] || [ -n "$(mailer)" ] || fail 'MAIL is set, but there is neither sendmail nor mail on the PATH'
    command -v "$RELEVO" >/dev/null || fail "RELEVO is [$RELEVO], which is no program"
    [[ $LIMIT =~ ^[0-9]+(\.[0-9]+)?[smhd]?$ ]] || fail "LIMIT is [$LIMIT]; expected a time as 90s, 45m or 3h"
    for program in git flock; do
        command -v "$program" >/dev/null || fail "there is no $program on the PATH"
    done
}

# A hook's own variables would lead every git here to the server's repository.
forget_the_hook() {
    local variables
    mapfile -t variables < <(git rev-parse --local-env-vars)
    unset "${variables[@]}"
}

mailer() {
    command -v sendmail || command -v mail || :
}

# Held until this process ends, however it ends. Programs that go on in the background must not keep it, so they are
# started without it.
lock() {
    mkdir -p "$FOLDER/log"
    exec 9>"$FOLDER/lock"
    if ! flock -n 9; then
        if ! $wait; then
            say "another call delivers $name; nothing is done"
            exit 0
        fi
        flock 9
    fi
}

# Brings the newest commit of the branch; what the project ignores, as results of builds, stays.
# shellcheck disable=SC2317 # called by logged
fetch() {
    local copy=$FOLDER/copy
    if [ ! -d "$copy/.git" ]; then
        rm -rf "$copy" && git clone -q --no-checkout -- "$REPOSITORY" "$copy" || return
    fi
    git -C "$copy" remote set-url origin "$REPOSITORY" &&
        git -C "$copy" fetch -q --prune --tags origin "+refs/heads/$BRANCH:refs/remotes/origin/$BRANCH" &&
        git -C "$copy" checkout -q --force --detach "origin/$BRANCH" &&
        git -C "$copy" clean -qffd
}

# Runs what follows, and all that it starts, in a process group of its own with the output in the log. A stop from outside, or the
# end of LIMIT, reaches the group, and the status of what runs is waited for. The program "timeout" is not used: a signal
# that comes in the moment in which it starts its program ends it alone, and the program goes on without the lock.
logged() {
    local child='' timer='' stopping=false late=false status ended
    trap 'stopping=true; stop TERM' TERM INT HUP
    trap 'stopping=true; overdue' ALRM
    set -m
    "$@" >>"$log" 2>&1 9>&- </dev/null &
    child=$!
    set +m
    alarm "$LIMIT" 9>&- &
    timer=$!
    if $stopping; then
        stop TERM
    fi
    wait "$child" && status=0 || status=$?
    # A signal ends the wait, not the program.
    while $stopping; do
        stopping=false
        wait "$child" && ended=0 || ended=$?
        [ "$ended" = 127 ] || status=$ended
    done
    trap - TERM INT HUP
    trap '' ALRM
    kill "$timer" 2>/dev/null || :
    wait "$timer" || :
    trap - ALRM
    if $late; then
        printf 'stopped after %s\n' "$LIMIT" >>"$log"
        status=124
    fi
    return "$status"
}

# Sends a signal to the group of what logged runs.
stop() {
    [ -z "$child" ] || kill "-$1" -- "-$child" 2>/dev/null || :
}

# The time is over: a minute is left to end in.
# shellcheck disable=SC2317 # called by a trap
overdue() {
    if $late; then
        stop KILL
        return
    fi
    late=true
    stop TERM
    alarm 1m 9>&- &
    timer=$!
}

# Sends this script an ALRM after a time.
alarm() {
    trap 'kill "$!"; exit' TERM
    sleep "$1" &
    wait
    kill -ALRM "$$"
}

deliver() {
    logged "$RELEVO" -C "$FOLDER/copy/$DIRECTORY" --ci none "${STEPS[@]}"
}

keep_newest_logs() {
    local old
    while IFS= read -r old; do
        rm -f -- "$FOLDER/log/$old"
    done < <(find "$FOLDER/log" -name '*.log' -type f -printf '%f\n' | sort -r | tail -n "+$((LOGS + 1))")
}

# The cause as relevo has put it, or the last lines.
cause() {
    if grep -q '^error RLV-' "$log"; then
        sed -n '/^error RLV-/,$p' "$log" | head -n 40
    else
        tail -n 40 "$log"
    fi
}

tell() {
    local subject=$1 text
    text=$(cause)$'\n\n'"The whole log is $log on $(uname -n)."
    if [ -n "$MAIL" ] && ! mail_out "$subject" "$text"; then
        say 'the mail could not be sent'
    fi
    if [ -n "$SLACK_WEBHOOK_FILE" ] && ! slack_out "$subject" "$text"; then
        say 'Slack could not be told'
    fi
}

mail_out() {
    local program
    program=$(mailer)
    if [ "${program##*/}" = sendmail ]; then
        printf 'To: %s\nSubject: %s\nContent-Type: text/plain; charset=UTF-8\n\n%s\n' "$MAIL" "$1" "$2" | "$program" -t 9>&-
    else
        # shellcheck disable=SC2086 # MAIL may hold several addresses
        printf '%s\n' "$2" | "$program" -s "$1" $MAIL 9>&-
    fi
}

# The address is a secret: it goes to curl by its input, since everybody may see a program's arguments.
slack_out() {
    local text=$1$'\n''```'$2'```' message
    # Slack reads what stands between these signs, even in quoted lines of a log, which must not call anybody.
    text=${text//&/'&amp;'}
    text=${text//</'&lt;'}
    text=${text//>/'&gt;'}
    message=$(mktemp)
    printf '{"text": %s}' "$(json "$text")" >"$message"
    printf 'url = "%s"\n' "$(head -n 1 "$SLACK_WEBHOOK_FILE")" |
        curl --silent --show-error --fail --max-time 20 --output /dev/null --config - \
            --header 'Content-Type: application/json' --data "@$message" 9>&- || {
        rm -f "$message"
        return 1
    }
    rm -f "$message"
}

json() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\n'/\\n}
    text=${text//$'\t'/\\t}
    printf '"%s"' "${text//[[:cntrl:]]/}"
}

main() {
    read_arguments "$@"
    read_settings
    forget_the_hook
    lock
    log=$FOLDER/log/$(date -u +%Y%m%dT%H%M%SZ)-$$.log
    local last='' commit status=0
    if ! logged fetch; then
        say "$REPOSITORY cannot be fetched; see $log"
        # Told once, not every time that cron comes.
        if [ ! -e "$FOLDER/unreachable" ]; then
            : >"$FOLDER/unreachable"
            tell "$name: $BRANCH cannot be fetched"
        fi
        keep_newest_logs
        exit 1
    fi
    rm -f "$FOLDER/unreachable"
    if [ -r "$FOLDER/last" ]; then
        last=$(<"$FOLDER/last")
    fi
    commit=$(git -C "$FOLDER/copy" rev-parse HEAD)
    if [ "$last" = "$commit" ] && ! $force; then
        rm -f -- "$log"
        exit 0
    fi

    # Written before, so that a commit at which the machine goes down is not tried for ever.
    printf '%s\n' "$commit" >"$FOLDER/last"
    say "delivers ${commit:0:12} of $name; the log is $log"
    deliver || status=$?
    ln -sfn "${log##*/}" "$FOLDER/log/latest"
    keep_newest_logs
    if [ "$status" -ne 0 ]; then
        say "${commit:0:12} of $name failed with status $status"
        tell "$name: ${commit:0:12} of $BRANCH failed with status $status"
    else
        say "${commit:0:12} of $name is delivered"
    fi
    exit "$status"
}

main "$@"
