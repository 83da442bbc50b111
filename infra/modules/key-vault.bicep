// Deployed only when there is a key to keep.

@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The vault\'s name.')
@minLength(3)
@maxLength(24)
param name string

@description('The CoinGecko key.')
@secure()
param coinGeckoApiKey string

@description('The principal of the app\'s identity.')
param appPrincipalId string

var secretsUser = '4633458b-17de-408a-b690-874ce7d6bfb7'

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
  }

  resource coinGecko 'secrets' = {
    name: 'coingecko-api-key'
    properties: {
      value: coinGeckoApiKey
      contentType: 'The miner\'s CoinGecko key'
    }
  }
}

resource appOnSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault::coinGecko.id, appPrincipalId, secretsUser)
  scope: vault::coinGecko
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

@description('The value of the app setting: a reference without a version, so that a new secret is taken up by itself within a day.')
output coinGeckoReference string = '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${vault::coinGecko.name})'
