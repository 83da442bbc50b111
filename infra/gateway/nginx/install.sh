#!/bin/sh
# Runs on the gateway's machine as root, at every deployment that changes it: installs nginx from the distribution, puts the configuration in place and lets nginx check it before it is taken up.
set -eu

export DEBIAN_FRONTEND=noninteractive
if ! command -v nginx >/dev/null; then
    apt-get -o DPkg::Lock::Timeout=300 update
    apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends nginx ca-certificates
fi

site=/etc/nginx/conf.d/miner.conf
rm -f /etc/nginx/sites-enabled/default
[ ! -f "$site" ] || cp "$site" "$site.before"
echo '${CONFIGURATION}' | base64 --decode >"$site"

if ! nginx -t; then
    if [ -f "$site.before" ]; then mv "$site.before" "$site"; else rm "$site"; fi
    echo 'The new configuration is wrong; the one before it stays.' >&2
    exit 1
fi

rm -f "$site.before"
systemctl enable nginx
systemctl reload-or-restart nginx
