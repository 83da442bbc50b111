#!/bin/sh
# Runs the timer that fetches prices once, now. azd gives the environment; azd and curl are all it needs. The app's master key is read, used and forgotten: it is neither shown nor an argument of any program.
set -eu

: "${AZURE_SUBSCRIPTION_ID:?is missing: run this by azd, or after 'azd env get-values'}"
: "${AZURE_RESOURCE_GROUP:?is missing: run 'azd provision' first}"
: "${MINER_FUNCTION_APP:?is missing: run 'azd provision' first}"
: "${MINER_URL:?is missing: run 'azd provision' first}"
arm="${AZURE_RESOURCE_MANAGER:-https://management.azure.com}"
pause="${FIRST_PRICES_PAUSE:-10}"

# The value of one text in a JSON answer, which needs no more than this here.
text() {
    tr -d '\n' | sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p"
}

token=$(azd auth token --output json | text token)
keys="$arm/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$MINER_FUNCTION_APP/host/default/listKeys?api-version=2025-03-01"

attempt=1
while [ "$attempt" -le 6 ]; do
    status=none
    if key=$(printf 'Authorization: Bearer %s\n' "$token" | curl --silent --show-error --fail --max-time 30 --request POST --header @- --header 'Content-Length: 0' "$keys" | text masterKey) && [ -n "$key" ]; then
        status=$(printf 'x-functions-key: %s\n' "$key" | curl --silent --output /dev/null --write-out '%{http_code}' --max-time 60 --header @- --header 'Content-Type: application/json' --data '{"input":""}' "$MINER_URL/admin/functions/RefreshPrices" || true)
    fi

    case "$status" in
    2*)
        echo "The first prices are being fetched; see $MINER_URL/health/ready"
        exit 0
        ;;
    403)
        echo "The app refuses this machine's address: add it with azd env set MINER_OPERATOR_ADDRESSES '[\"<address>/32\"]' and deploy again. The timer fetches prices within five minutes all the same." >&2
        exit 1
        ;;
    esac

    echo "The app is not up yet (status $status); trying again in $pause s" >&2
    sleep "$pause"
    attempt=$((attempt + 1))
done

echo 'The first prices could not be fetched; the timer does it within five minutes.' >&2
exit 1
