// Deployed only when there is a key to keep.

@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The vault\'s name.')
@minLength(3)
@maxLength(24)
param name string

@description('What the secret is called in the vault.')
param secretName string

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
    name: secretName
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
