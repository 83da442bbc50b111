// The app on Flex Consumption. Of siteConfig only what that plan takes is set: other properties pass the type check and are refused at deployment, and the worker's settings
// (runtime, extension version, content share, time zone) belong to functionAppConfig, or are not set at all.

@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The name of the plan; one app lives on it.')
param planName string

@description('The app\'s name.')
@minLength(2)
@maxLength(60)
param name string

@description('The key of the app in azure.yaml, by which azd finds it.')
param serviceName string

@description('The name of the app\'s identity.')
param identityName string

@description('The storage account\'s name.')
param storageAccountName string

@description('The container that holds the app\'s package.')
param packageContainer string

@description('The name of the Application Insights component.')
param componentName string

@description('The memory of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('The most instances there may be.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int

@description('How many instances are kept warm for HTTP.')
@minValue(0)
@maxValue(10)
param alwaysReadyInstances int

@description('How many requests one instance answers at once.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int

@description('The miner\'s own settings, by the names under which the app sees them.')
param minerSettings object

@description('The only addresses (CIDR) that reach the app, each with a name; none for everybody.')
param allowedAddresses {
  @description('What is seen in the portal.')
  name: string

  @description('An address range in CIDR form.')
  addressPrefix: string
}[]

@description('The resource id of the subnet from which the app reaches its storage; empty for none.')
param subnetId string

@description('Whether the plan runs in several zones of the region.')
param zoneRedundant bool

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      // The publishing endpoint has no such list: it takes Entra tokens from anywhere, so that pipelines can deploy.
      ipSecurityRestrictionsDefaultAction: empty(allowedAddresses) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (allowed, index) in allowedAddresses: {
          name: allowed.name
          ipAddress: allowed.addressPrefix
          action: 'Allow'
          priority: 100 + index
        }
      ]
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${storageAccountName}.blob.${environment().suffixes.storage}/${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0
          ? []
          : [
              {
                name: 'http'
                // The plan keeps two of a group or more where it uses several zones.
                instanceCount: zoneRedundant ? max(alwaysReadyInstances, 2) : alwaysReadyInstances
              }
            ]
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        // By account name: with the single service addresses the host races with its own start. A user-assigned identity needs both lines that follow.
        AzureWebJobsStorage__accountName: storageAccountName
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.properties.clientId
        AzureWebJobsDisableHomepage: 'true'
        // The connection string opens nothing, since the component takes data from identities only. The second line is the host's; the worker takes its identity from the third, for telemetry and for storage.
        APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
        AZURE_CLIENT_ID: identity.properties.clientId
        Bittbridge__Storage: storageAccountName
      },
      minerSettings
    )
  }

  // Packages come in with an Entra token; the publishing password is good for nothing.
  resource publishingPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

output hostName string = app.properties.defaultHostName
