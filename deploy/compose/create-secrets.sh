#!/bin/sh
# Creates the secrets of compose.yaml in the folder secrets, once: with other keys, cursors, sessions and records of
# idempotency that exist would be unreadable. The client key is the emulator's; for a real upstream, write yours into the files.
set -eu

folder=${1:-secrets}
# This ends the script if the folder exists. Containers read the files as users of their own, but on this machine only the
# owner of the folder reaches them.
mkdir -m 700 "$folder"
umask 022
password=$(openssl rand -hex 24)
openssl rand -base64 32 >"$folder/cursor-keys"
openssl rand -base64 32 >"$folder/session-keys"
openssl rand -hex 12 >"$folder/grafana-password"
echo ck-00000000-0000-4000-8000-000000000001 >"$folder/upstream-client-key"
echo demo-secret >"$folder/upstream-client-secret"
echo "redis://contactgraph:$password@valkey" >"$folder/valkey-url"
# Without a login, only the health check is possible. The permissions of the gateway are those of docs/configuration.md.
cat >"$folder/valkey-users" <<END
user default on nopass resetkeys resetchannels -@all +ping
user contactgraph on >$password ~contactgraph:* resetchannels &contactgraph:* +eval +evalsha +ping +info +select +time +subscribe +publish +exists +get +set +del +incrby +pttl +expire +pexpire +hget +hset +hmget +hdel +hkeys +hlen +zadd +zcard +zrange +zrem +zremrangebyscore
END
