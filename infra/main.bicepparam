using 'main.bicep'

// Each value comes from azd's environment (azd env set NAME value) or from the environment of the command. The variables are listed in infra/README.md.

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param principalType = any(readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', ''))
param operators = json(readEnvironmentVariable('MINER_OPERATORS', '[]'))

param hotkey = readEnvironmentVariable('MINER_HOTKEY')
param netuid = int(readEnvironmentVariable('MINER_NETUID', '420'))
param network = readEnvironmentVariable('MINER_NETWORK', 'test')
param access = readEnvironmentVariable('MINER_ACCESS', 'permit')
param replay = readEnvironmentVariable('MINER_REPLAY', 'durable')
param answersPerCallerPerMinute = int(readEnvironmentVariable('MINER_ANSWERS_PER_CALLER', '60'))
param refusalsPerSecond = int(readEnvironmentVariable('MINER_REFUSALS_PER_SECOND', '200'))
param model = readEnvironmentVariable('MINER_MODEL', '')
param aim = readEnvironmentVariable('MINER_AIM', 'coverage')
param level = readEnvironmentVariable('MINER_LEVEL', '0.90')
param settings = json(readEnvironmentVariable('MINER_SETTINGS', '{}'))
param tablePrefix = readEnvironmentVariable('MINER_TABLE_PREFIX', '')

// Only what is given is written; MINER_VAULT_SECRETS, an output of the deployment, keeps the rest referenced.
var secrets = {
  'CoinGecko:ApiKey': readEnvironmentVariable('COINGECKO_API_KEY', '')
  'TwelveData:ApiKey': readEnvironmentVariable('TWELVEDATA_API_KEY', '')
  'Notify:Webhook': readEnvironmentVariable('MINER_NOTIFY_WEBHOOK', '')
  ModelToken: readEnvironmentVariable('MINER_MODEL_TOKEN', '')
}
var given = filter(items(secrets), secret => !empty(secret.value))
var kept = filter(
  split(readEnvironmentVariable('MINER_VAULT_SECRETS', ''), ','),
  name => !empty(name) && name != 'none'
)
param vaultSecrets = any(union(kept, map(given, secret => secret.key)))
param secretValues = toObject(given, secret => secret.key, secret => secret.value)

param instanceMemoryMB = any(int(readEnvironmentVariable('MINER_INSTANCE_MEMORY_MB', '512')))
param maximumInstanceCount = int(readEnvironmentVariable('MINER_MAXIMUM_INSTANCES', '40'))
param alwaysReadyInstances = int(readEnvironmentVariable('MINER_ALWAYS_READY', '1'))

param storageSku = any(readEnvironmentVariable('MINER_STORAGE_SKU', 'Standard_LRS'))
param zoneRedundant = bool(readEnvironmentVariable('MINER_ZONE_REDUNDANT', 'false'))
param networkIsolation = bool(readEnvironmentVariable('MINER_NETWORK_ISOLATION', 'false'))

param gateway = readEnvironmentVariable('MINER_GATEWAY', 'none')
param gatewayPort = int(readEnvironmentVariable('MINER_PORT', '8091'))
param gatewaySshPublicKey = readEnvironmentVariable('MINER_GATEWAY_SSH_PUBLIC_KEY', '')
param operatorAddresses = json(readEnvironmentVariable('MINER_OPERATOR_ADDRESSES', '[]'))

param alertEmail = readEnvironmentVariable('MINER_ALERT_EMAIL', '')
param actionGroupId = readEnvironmentVariable('MINER_ACTION_GROUP_ID', '')
param alertsEnabled = bool(readEnvironmentVariable('MINER_ALERTS', 'true'))
param monthlyBudget = int(readEnvironmentVariable('MINER_MONTHLY_BUDGET', '30'))
param budgetStartDate = readEnvironmentVariable('BUDGET_START_DATE', '')
