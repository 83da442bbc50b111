// Deployed only when there is a secret to keep.

import { secretName } from '../names.bicep'

@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The vault\'s name.')
@minLength(3)
@maxLength(24)
param name string

@description('The settings whose values are secrets here.')
param settings string[]

@description('The values by the settings\' names. A secret without one here stays as it is.')
@secure()
param values object

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
}

resource secrets 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [
  for setting in settings: if (contains(values, setting)) {
    parent: vault
    name: secretName(setting)
    properties: {
      value: values[?setting]
      contentType: 'The miner\'s setting ${setting}'
    }
  }
]

// The vault holds secrets of this app only.
resource appOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, appPrincipalId, secretsUser)
  scope: vault
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}
