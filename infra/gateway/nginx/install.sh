#!/bin/sh
# Runs on the gateway's machine as root, at every deployment that changes it: installs nginx and nftables from the distribution, puts the configuration in place and lets nginx check it before it is taken up.
set -eu

export DEBIAN_FRONTEND=noninteractive
if ! command -v nginx >/dev/null || ! command -v nft >/dev/null; then
    # In the first minutes of a machine, cloud-init and the daily update hold apt's locks, and apt-get update waits for none.
    if command -v cloud-init >/dev/null; then timeout 300 cloud-init status --wait >/dev/null || true; fi
    tries="${APT_TRIES:-30}"
    until apt-get update && apt-get install --yes --no-install-recommends nginx nftables ca-certificates; do
        tries=$((tries - 1))
        if [ "$tries" -le 0 ]; then
            echo 'nginx and nftables could not be installed; the lines above say why.' >&2
            exit 1
        fi

        echo "The packages could not be installed; $tries tries are left." >&2
        sleep "${APT_PAUSE:-10}"
    done
fi

main=/etc/nginx/nginx.conf
site=/etc/nginx/conf.d/miner.conf
rm -f /etc/nginx/sites-enabled/default
cp "$main" "$main.before"
[ ! -f "$site" ] || cp "$site" "$site.before"
echo '${MAIN}' | base64 --decode >"$main"
echo '${CONFIGURATION}' | base64 --decode >"$site"

if ! nginx -t; then
    mv "$main.before" "$main"
    if [ -f "$site.before" ]; then mv "$site.before" "$site"; else rm "$site"; fi
    echo 'The new configuration is wrong; the one before it stays.' >&2
    exit 1
fi

rm -f "$main.before" "$site.before"
systemctl enable nginx
systemctl reload-or-restart nginx

# A unit of its own, so that the limit is there again after a restart and leaves other rules of the machine alone.
echo '${CONNECTIONS}' | base64 --decode >/etc/nginx/connections.nft
cat >/etc/systemd/system/miner-connections.service <<'UNIT'
[Unit]
Description=So many connections at once from an address to the miner's gateway
Before=nginx.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft --file /etc/nginx/connections.nft

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable miner-connections
systemctl restart miner-connections || echo 'The kernel did not take the limit of connections by address; nginx goes on without it.' >&2
