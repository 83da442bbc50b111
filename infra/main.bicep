// Everything that one miner needs, in a resource group of its own. infra/README.md says how to deploy it, docs/operations.md how to operate it.
targetScope = 'subscription'

type operator = {
  @description('The object id of the user, group or service principal in Entra ID.')
  @minLength(36)
  @maxLength(36)
  id: string

  @description('What it is; without it Azure looks it up.')
  type: ('User' | 'Group' | 'ServicePrincipal')?
}

@description('A setting that may be a secret.')
type secretSetting = 'CoinGecko:ApiKey' | 'TwelveData:ApiKey' | 'Notify:Webhook' | 'ModelToken'

import { tokenOf, resourceGroupName, storageAccountName, functionAppName, keyVaultName, secretName, nameOf } from 'names.bicep'

@description('What this miner is called among yours; azd\'s environment name.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('The region; it must offer Flex Consumption.')
@minLength(1)
param location string

@description('The miner\'s own ss58 address. It is public; the miner never needs the secret.')
@minLength(46)
@maxLength(48)
param hotkey string

@description('The subnet\'s number.')
@minValue(0)
@maxValue(65535)
param netuid int = 420

@description('test, finney, or http(s)/ws(s) URLs separated by commas.')
@minLength(1)
param network string = 'test'

@description('Who is answered: permit (a validator permit), registered (any hotkey of the subnet) or signed (any valid signature).')
@allowed(['permit', 'registered', 'signed'])
param access string = 'permit'

@description('Where taken requests are remembered: durable (storage, shared by all instances; in memory while it is out of reach), strict (the miner refuses requests then) or memory (each instance by itself, so that a request may be taken once in each).')
@allowed(['durable', 'strict', 'memory'])
param replay string = 'durable'

@description('The answers to one hotkey a minute in each instance; 0 is no limit.')
@minValue(0)
@maxValue(100000)
param answersPerCallerPerMinute int = 60

@description('The explained refusals a second in each instance; 0 is no limit.')
@minValue(0)
@maxValue(100000)
param refusalsPerSecond int = 200

@description('The model that answers where none was activated, as name, name@version or name@version!; empty for the best that ships.')
param model string = ''

@description('What intervals are made for.')
@allowed(['coverage', 'rank', 'reward'])
param aim string = 'coverage'

@description('The share of hours that an interval should hold, 0.5 to 0.999.')
@minLength(3)
@maxLength(8)
param level string = '0.90'

@description('Any other setting of docs/settings.md by its name, such as { "BudgetMs": "500" }; it wins over the seven above. No secrets: everyone who may read the app can read them.')
param settings object = {}

@description('When prices are polled: six-field NCRONTAB, UTC.')
@minLength(11)
param pricesSchedule string = '45 4-59/5 * * * *'

@description('When the subnet\'s list is read and old records are dropped: six-field NCRONTAB, UTC.')
@minLength(11)
param housekeepingSchedule string = '30 7 * * * *'

@description('Stands before every table\'s name: letters and digits, a letter first.')
@maxLength(20)
param tablePrefix string = ''

@description('The settings whose values are secrets of the Key Vault, which is made only with one. A secret whose value is not given again stays as it is.')
param vaultSecrets secretSetting[] = []

@description('The values of such settings, by the settings\' names; each is written to the vault.')
@secure()
param secretValues object = {}

@description('The memory of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('The most instances there may be; 40 is the least that the plan lets one ask for.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('How many instances are kept warm for HTTP. With 0 the first challenge after a pause waits for a start, which a validator may not wait for; each costs all month.')
@minValue(0)
@maxValue(10)
param alwaysReadyInstances int = 1

@description('How many requests one instance answers at once.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

@description('How often storage keeps the data: Standard_LRS three times in one place, Standard_ZRS in three zones, Standard_GRS also in the paired region, Standard_GZRS both.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Whether the app runs in several zones. Of each group of instances two or more are then kept warm.')
param zoneRedundant bool = false

@description('Whether the app reaches its storage through a network of its own, and others only from operatorAddresses.')
param networkIsolation bool = false

@description('What gives the miner an IP address that can be put on the chain: none, nginx (a small machine) or appgw (Application Gateway v2).')
@allowed(['none', 'nginx', 'appgw'])
param gateway string = 'none'

@description('The port that validators call; it is put on the chain with the address.')
@minValue(1)
@maxValue(64999)
param gatewayPort int = 8091

@description('The size of the machine under nginx.')
@minLength(1)
param gatewayMachineSize string = 'Standard_B2ats_v2'

@description('The public half of the key with which an operator may log in to the machine under nginx.')
param gatewaySshPublicKey string = ''

@description('The most instances that Application Gateway may grow to.')
@minValue(2)
@maxValue(125)
param gatewayMaximumInstances int = 2

@description('With a gateway: the address ranges (CIDR) that reach the app itself, such as its health, and may log in to the gateway. Without one everybody reaches the app.')
@maxLength(100)
param operatorAddresses string[] = []

@description('The principal that deploys and later runs the command line against the tables; empty for none. azd fills it in.')
param principalId string = ''

@description('What kind of principal that is: User, Group or ServicePrincipal; empty to let Azure look it up.')
@allowed(['', 'User', 'Group', 'ServicePrincipal'])
param principalType string = ''

@description('Who else reads and writes the miner\'s data, such as the people behind a pipeline that deploys.')
@maxLength(20)
param operators operator[] = []

@description('The e-mail address that gets alerts; empty for none.')
param alertEmail string = ''

@description('The resource id of an action group that is told besides; empty for none.')
param actionGroupId string = ''

@description('Whether the alerts are on. Without an address on the chain no validator calls, and one of them says so.')
param alertsEnabled bool = true

@description('What all this may cost in a month, in the currency of the bill, before somebody is told; 0 for no budget.')
@minValue(0)
@maxValue(100000)
param monthlyBudget int = 30

@description('The first day of the month in which the budget began; empty for this month. azd keeps what was chosen, since it can\'t be changed.')
@maxLength(10)
param budgetStartDate string = ''

@description('Left alone: the month of this deployment.')
param thisMonth string = utcNow('yyyy-MM-01')

@description('How many days logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('The most log data that is taken in a day, in GB.')
@minValue(1)
@maxValue(100)
param logDailyCapGb int = 1

var token = tokenOf(subscription().subscriptionId, environmentName, location)
var tags = { 'azd-env-name': environmentName }
var packageContainer = 'packages'
var identityName = nameOf('id', token)
var accountName = storageAccountName(token)
var componentName = nameOf('appi', token)
var vaultName = keyVaultName(token)
var appName = functionAppName(token)
var machineName = nameOf('gw', token)
var applicationGatewayName = nameOf('agw', token)
var hasGateway = gateway != 'none'
var budgetStart = empty(budgetStartDate) ? thisMonth : budgetStartDate

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: resourceGroupName(environmentName)
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: identityName
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: accountName
    tablePrefix: tablePrefix
    packageContainer: packageContainer
    sku: storageSku
    isolated: networkIsolation
    operatorAddresses: operatorAddresses
  }
}

module isolation 'modules/network.bicep' = if (networkIsolation) {
  scope: group
  params: {
    location: location
    tags: tags
    name: nameOf('net', token)
    storageAccountName: storage.outputs.name
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: nameOf('log', token)
    componentName: componentName
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
  }
}

module roles 'modules/access.bicep' = {
  scope: group
  dependsOn: [storage, monitoring]
  params: {
    storageAccountName: accountName
    componentName: componentName
    appPrincipalId: identity.outputs.principalId
    operators: concat(
      // The deploying principal may be among the operators too, and an assignment exists once.
      empty(principalId) || contains(map(operators, operator => toLower(operator.id)), toLower(principalId))
        ? []
        : [union({ id: principalId }, empty(principalType) ? {} : { type: principalType })],
      operators
    )
  }
}

module keyVault 'modules/key-vault.bicep' = if (!empty(vaultSecrets)) {
  scope: group
  params: {
    location: location
    tags: tags
    name: vaultName
    settings: vaultSecrets
    values: secretValues
    appPrincipalId: identity.outputs.principalId
  }
}

module publicIp 'modules/public-ip.bicep' = if (hasGateway) {
  scope: group
  params: {
    location: location
    tags: tags
    name: nameOf('pip', token)
  }
}

module app 'modules/function-app.bicep' = {
  scope: group
  // Without its roles, and without the secret it points at, the app would start into refusals.
  dependsOn: [roles, keyVault]
  params: {
    location: location
    tags: tags
    planName: nameOf('plan', token)
    name: appName
    serviceName: 'miner'
    identityName: identityName
    storageAccountName: accountName
    packageContainer: packageContainer
    componentName: componentName
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    httpConcurrency: httpConcurrency
    subnetId: networkIsolation ? isolation!.outputs.appSubnetId : ''
    zoneRedundant: zoneRedundant
    minerSettings: union(
      {
        Bittbridge__Access: access
        Bittbridge__Replay: replay
        Bittbridge__Limits__PerCallerPerMinute: string(answersPerCallerPerMinute)
        Bittbridge__Limits__PerSecond: string(refusalsPerSecond)
        Bittbridge__Aim: aim
        Bittbridge__Level: level
      },
      empty(model) ? {} : { Bittbridge__Model: model },
      toObject(
        items(settings),
        setting => 'Bittbridge__${replace(setting.key, ':', '__')}',
        setting => string(setting.value)
      ),
      {
        BITTBRIDGE_PRICES_SCHEDULE: pricesSchedule
        BITTBRIDGE_HOUSEKEEPING_SCHEDULE: housekeepingSchedule
        Bittbridge__Hotkey: hotkey
        Bittbridge__Netuid: string(netuid)
        Bittbridge__Network: network
        Bittbridge__TablePrefix: tablePrefix
      },
      // Without a version, so that a new value is taken up by itself within a day.
      toObject(
        vaultSecrets,
        setting => 'Bittbridge__${replace(setting, ':', '__')}',
        setting => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${secretName(setting)})'
      )
    )
    allowedAddresses: hasGateway
      ? concat(
          [{ name: 'gateway', addressPrefix: '${publicIp!.outputs.ipAddress}/32' }],
          map(range(0, length(operatorAddresses)), index => {
            name: 'operator-${index + 1}'
            addressPrefix: operatorAddresses[index]
          })
        )
      : []
  }
}

module nginx 'modules/gateway-nginx.bicep' = if (gateway == 'nginx') {
  scope: group
  params: {
    location: location
    tags: tags
    name: machineName
    publicIpId: publicIp!.outputs.id
    appHostName: app.outputs.hostName
    port: gatewayPort
    size: gatewayMachineSize
    sshPublicKey: gatewaySshPublicKey
    operatorAddresses: operatorAddresses
  }
}

module applicationGateway 'modules/gateway-appgw.bicep' = if (gateway == 'appgw') {
  scope: group
  params: {
    location: location
    tags: tags
    name: applicationGatewayName
    networkName: nameOf('vnet', token)
    publicIpId: publicIp!.outputs.id
    appHostName: app.outputs.hostName
    port: gatewayPort
    maximumInstances: gatewayMaximumInstances
  }
}

module actionGroup 'modules/action-group.bicep' = if (!empty(alertEmail)) {
  scope: group
  params: {
    tags: tags
    name: nameOf('ag', token)
    email: alertEmail
  }
}

var actionGroups = concat(
  empty(alertEmail) ? [] : [actionGroup!.outputs.id],
  empty(actionGroupId) ? [] : [actionGroupId]
)

module alerts 'modules/alerts.bicep' = {
  scope: group
  dependsOn: [nginx, applicationGateway]
  params: {
    location: location
    tags: tags
    token: token
    workspaceId: monitoring.outputs.workspaceId
    actionGroupIds: actionGroups
    enabled: alertsEnabled
    gateway: gateway
    gatewayName: gateway == 'nginx' ? machineName : applicationGatewayName
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    displayName: 'Bittbridge miner: ${environmentName}'
    workspaceId: monitoring.outputs.workspaceId
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  params: {
    name: nameOf('budget', token)
    monthlyAmount: max(monthlyBudget, 1)
    startDate: budgetStart
    actionGroupIds: actionGroups
  }
}

@description('The miner\'s own address, which the dashboard and health live under.')
output MINER_URL string = 'https://${app.outputs.hostName}'

@description('The address for the chain; empty without a gateway.')
output MINER_PUBLIC_IP string = hasGateway ? publicIp!.outputs.ipAddress : ''

@description('The port for the chain; 0 without a gateway.')
output MINER_PUBLIC_PORT int = hasGateway ? gatewayPort : 0

@description('What puts both on the chain, to be run where the hotkey is; W and H are the wallet\'s and the hotkey\'s names.')
output MINER_BTCLI string = hasGateway
  ? 'btcli tx serve-axon --netuid ${netuid} --ip ${publicIp!.outputs.ipAddress} --port ${gatewayPort} -w W -H H -n ${network}'
  : 'No address for the chain: choose a gateway (azd env set MINER_GATEWAY nginx) and deploy again.'

@description('What az and func call the app.')
output MINER_FUNCTION_APP string = appName

@description('Where the tables are.')
output MINER_STORAGE_ACCOUNT string = accountName

@description('What the next deployment needs to know of the vault.')
output MINER_VAULT_SECRETS string = empty(vaultSecrets) ? 'none' : join(vaultSecrets, ',')

@description('Where everything is.')
output AZURE_RESOURCE_GROUP string = group.name

@description('What the next deployment needs to know of the budget.')
output BUDGET_START_DATE string = monthlyBudget > 0 ? budgetStart : ''
