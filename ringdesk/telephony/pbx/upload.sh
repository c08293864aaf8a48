#!/bin/sh
# Sends finished recordings to Ringdesk, where Ringdesk cannot read the PBX's folder. On the PBX, which needs curl and flock:
#   install -m 755 upload.sh /usr/local/bin/ringdesk-upload
#   in Ringdesk: an account of its own with the role pbx, which may send recordings and nothing else, and a token for it:
#     ringdesk user add pbx --role pbx --token
#   the token, alone in a file that Asterisk may read:
#     printf 'Authorization: Bearer %s\n' TOKEN > /etc/asterisk/ringdesk.token
#     chown asterisk: /etc/asterisk/ringdesk.token; chmod 600 /etc/asterisk/ringdesk.token
#   in extensions.conf, [globals]: RINGDESK_UPLOAD = /usr/local/bin/ringdesk-upload
# MixMonitor runs it as:  ringdesk-upload /var/spool/asterisk/monitor/2026/11/21/1795288250.6 1795288250.6
# Each recording is noted in $RINGDESK_UPLOAD_QUEUE, and one process at a time sends what is noted there, the oldest first: for 12 hours
# while Ringdesk does not answer, then the next recording's process goes on with all that is left. What arrived is removed here; what
# Ringdesk refuses stays, and its note goes to the folder `refused`. To send a recording twice does no harm. Leave
# RINGDESK_RECORDINGS_SPOOL unset then: each recording comes one way.
set -eu
umask 077
url=${RINGDESK_URL:-@URL@}
token=${RINGDESK_TOKEN_FILE:-/etc/asterisk/ringdesk.token}
queue=${RINGDESK_UPLOAD_QUEUE:-/var/spool/asterisk/ringdesk-upload}
first=${RINGDESK_UPLOAD_PAUSE:-10} # seconds until the second try; twice as many each time, up to 5 minutes
patience=43200
if [ $# -ne 2 ]; then
    echo "usage: $0 FILE-WITHOUT-ENDING ID" >&2
    exit 64
fi
# curl reads ; and , in a file's name as its own marks, and the id stands in a form: nothing but what Asterisk and our dialplan make.
case $1$2 in *[!A-Za-z0-9/._+-]*) echo "$0: unexpected characters in $1 $2" >&2; exit 65 ;; esac
case $1 in /*) ;; *) echo "$0: $1 is no absolute path" >&2; exit 65 ;; esac

# The recording's files that are there, each as part=file, without blanks.
files() {
    for part in mixed=.wav received=-in.wav transmitted=-out.wav stereo=.raw; do
        file=$1${part#*=}
        if [ -f "$file" ] && [ ! -L "$file" ]; then echo "${part%%=*}=$file"; fi
    done
}

# Sends these files as the recording of this id, and says Ringdesk's status: 000 where it does not answer.
send() {
    id=$1
    shift
    for file; do
        set -- "$@" --form "${file%%=*}=@${file#*=}"
        shift
    done
    curl --silent --show-error --output /dev/null --write-out '%{http_code}' --header "@$token" --connect-timeout 10 --max-time 3600 \
        --form "id=$id" "$@" "$url/api/v1/recordings" 9>&- || :
}

patient() {
    pause=$first
    until=$(($(date +%s) + patience))
}

# Everything that is noted, once. What is noted still is to be tried again.
round() {
    for note in $(ls -tr "$queue"); do
        note=$queue/$note
        [ -f "$note" ] || continue
        read -r base id < "$note" || continue
        sent=$(files "$base")
        status=200
        if [ -n "$sent" ]; then status=$(send "$id" $sent); fi
        case $status in
            200 | 201 | 410) # 410: it arrived once, and was deleted there
                for file in $sent; do rm -f -- "${file#*=}"; done
                rm -f -- "$note"
                patient ;;
            400 | 413 | 415 | 422) echo "$0: $base is refused ($status)" >&2; mkdir -p "$queue/refused"; mv "$note" "$queue/refused" ;;
            000) touch "$note"; return 0 ;; # no answer for the others either, or curl cannot send this one: another begins the next round
            *) echo "$0: $base is to be sent again ($status)" >&2 ;;
        esac
    done
}

left() { [ -n "$(find "$queue" -maxdepth 1 -type f ! -name '.*')" ]; }

if [ -z "$(files "$1")" ]; then
    echo "$0: there is no $1.wav, -in.wav, -out.wav or .raw" >&2
    exit 66
fi
mkdir -p "$queue"
echo "$1 $2" > "$queue/.$$"
mv "$queue/.$$" "$queue/$(printf %s "$1" | tr / ,)"
exec 9> "$queue/.lock"
patient
while left; do # also what was noted while the lock was being given back
    flock -n 9 || exit 0 # who has it sends this one too
    while round; left; do
        [ "$(date +%s)" -lt $until ] || exit 75
        sleep "$pause" 9>&-
        pause=$((pause * 2 < 300 ? pause * 2 : 300))
    done
    flock -u 9
done
