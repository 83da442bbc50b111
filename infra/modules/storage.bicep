@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The account\'s name.')
@minLength(3)
@maxLength(24)
param name string

@description('Stands before every table\'s name, as the app setting TablePrefix says.')
@maxLength(20)
param tablePrefix string

@description('The container that holds the app\'s package.')
param packageContainer string

// The app creates a table that is missing; making them here shows at deployment, not at the first poll, that they can be made.
var tables = ['prices', 'forecasts', 'trackrecord', 'validators', 'nonces', 'models']
// A container takes small letters only, so the app writes the prefix in them.
var containers = [packageContainer, '${toLower(tablePrefix)}models']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    // Key access is off: the app and its operator use an identity and a role.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource container 'containers' = [
      for container in containers: {
        name: container
        properties: {
          publicAccess: 'None'
        }
      }
    ]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource table 'tables' = [
      for table in tables: {
        name: '${tablePrefix}${table}'
      }
    ]
  }
}
