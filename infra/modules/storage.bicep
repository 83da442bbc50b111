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

@description('How often the data is kept.')
param sku string

@description('Whether the account is reached through private endpoints.')
param isolated bool

@description('Of an isolated account: the address ranges (CIDR) that reach it besides.')
param operatorAddresses string[]

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
    name: sku
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
    publicNetworkAccess: isolated && empty(operatorAddresses) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isolated ? 'Deny' : 'Allow'
      // A single address is written without its length here.
      ipRules: [
        for address in (isolated ? operatorAddresses : []): {
          value: replace(address, '/32', '')
          action: 'Allow'
        }
      ]
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // A model that was overwritten or deleted by mistake can be restored for a week, and so can a container.
      isVersioningEnabled: true
      deleteRetentionPolicy: {
        enabled: true
        days: 7
      }
      containerDeleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

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

  // The host rewrites its timers' blobs every few minutes, and each rewriting leaves a version.
  resource lifecycle 'managementPolicies' = {
    name: 'default'
    dependsOn: [blobs]
    properties: {
      policy: {
        rules: [
          {
            name: 'old-versions'
            enabled: true
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
              }
              actions: {
                version: {
                  delete: {
                    daysAfterCreationGreaterThan: 7
                  }
                }
              }
            }
          }
        ]
      }
    }
  }
}

output name string = account.name
