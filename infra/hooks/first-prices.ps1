# Runs the timer that fetches prices once, now: what first-prices.sh does, for Windows. azd gives the environment. The app's master key is read, used and forgotten.
$ErrorActionPreference = 'Stop'

foreach ($name in 'AZURE_SUBSCRIPTION_ID', 'AZURE_RESOURCE_GROUP', 'MINER_FUNCTION_APP', 'MINER_URL') {
    if (-not [Environment]::GetEnvironmentVariable($name)) {
        throw "$name is missing: run 'azd provision' first."
    }
}

$arm = if ($env:AZURE_RESOURCE_MANAGER) { $env:AZURE_RESOURCE_MANAGER } else { 'https://management.azure.com' }
$pause = if ($env:FIRST_PRICES_PAUSE) { [int]$env:FIRST_PRICES_PAUSE } else { 10 }
$token = (azd auth token --output json | ConvertFrom-Json).token
$keys = "$arm/subscriptions/$env:AZURE_SUBSCRIPTION_ID/resourceGroups/$env:AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$env:MINER_FUNCTION_APP/host/default/listKeys?api-version=2025-03-01"

for ($attempt = 1; $attempt -le 6; $attempt++) {
    $status = 'none'
    try {
        $key = (Invoke-RestMethod -Method Post -Uri $keys -Headers @{ Authorization = "Bearer $token" } -TimeoutSec 30).masterKey
        $answer = Invoke-WebRequest -Method Post -Uri "$env:MINER_URL/admin/functions/RefreshPrices" -Headers @{ 'x-functions-key' = $key } -ContentType 'application/json' -Body '{"input":""}' -TimeoutSec 60 -SkipHttpErrorCheck
        $status = [int]$answer.StatusCode
    }
    catch {
        Write-Warning $_.Exception.Message
    }

    if ($status -ge 200 -and $status -lt 300) {
        Write-Output "The first prices are being fetched; see $env:MINER_URL/health/ready"
        exit 0
    }

    if ($status -eq 403) {
        Write-Warning "The app refuses this machine's address: add it with azd env set MINER_OPERATOR_ADDRESSES '[`"<address>/32`"]' and deploy again. The timer fetches prices within five minutes all the same."
        exit 1
    }

    Write-Warning "The app is not up yet (status $status); trying again in $pause s"
    Start-Sleep -Seconds $pause
}

Write-Warning 'The first prices could not be fetched; the timer does it within five minutes.'
exit 1
