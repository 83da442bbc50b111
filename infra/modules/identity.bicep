@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The identity\'s name.')
param name string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output principalId string = identity.properties.principalId
