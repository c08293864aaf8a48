#!/bin/sh
# Sends a finished recording to Ringdesk, where Ringdesk cannot read the PBX's folder. On the PBX:
#   install -m 755 upload.sh /usr/local/bin/ringdesk-upload
#   a token of an account of its own with the role administrator (in Ringdesk: your account, tokens), alone in a file that Asterisk may read:
#     printf 'Authorization: Bearer %s\n' TOKEN > /etc/asterisk/ringdesk.token
#     chown asterisk: /etc/asterisk/ringdesk.token; chmod 600 /etc/asterisk/ringdesk.token
#   in extensions.conf, [globals]: RINGDESK_UPLOAD = /usr/local/bin/ringdesk-upload
# MixMonitor runs it as:  ringdesk-upload /var/spool/asterisk/monitor/2026/11/21/1795288250.6 1795288250.6
# What arrived is removed here; what did not stays, and is sent by:  ringdesk-upload FILE-WITHOUT-ENDING ID  once more. To send a
# recording twice does no harm. Leave RINGDESK_RECORDINGS_SPOOL unset then: each recording comes one way.
set -eu
url=${RINGDESK_URL:-@URL@}
token=${RINGDESK_TOKEN_FILE:-/etc/asterisk/ringdesk.token}
if [ $# -ne 2 ]; then
    echo "usage: $0 FILE-WITHOUT-ENDING ID" >&2
    exit 64
fi
base=$1 id=$2
# curl reads ; and , in a file's name as its own marks, and the id stands in a form: nothing but what Asterisk and our dialplan make.
case $base$id in *[!A-Za-z0-9/._+-]*) echo "$0: unexpected characters in $base $id" >&2; exit 65 ;; esac
set --
sent=
add() {
    if [ -f "$2" ] && [ ! -L "$2" ]; then
        fields="$fields $1=@$2"
        sent="$sent $2"
    fi
}
fields=
add mixed "$base.wav"
add received "$base-in.wav"
add transmitted "$base-out.wav"
add stereo "$base.raw"
if [ -z "$sent" ]; then
    echo "$0: there is no $base.wav, -in.wav, -out.wav or .raw" >&2
    exit 66
fi
for field in $fields; do # none of them holds a blank
    set -- "$@" --form "$field"
done
curl --silent --show-error --fail --output /dev/null --header "@$token" --connect-timeout 10 --max-time 3600 \
    --retry 8 --retry-all-errors --retry-max-time 7200 --form "id=$id" "$@" "$url/api/v1/recordings"
for file in $sent; do
    rm -f -- "$file"
done
