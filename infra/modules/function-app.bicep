// The app on Flex Consumption. Of siteConfig only what that plan takes is set: other properties pass the type check and are refused at deployment, and the worker's settings
// (runtime, extension version, content share, time zone) belong to functionAppConfig or to nobody.

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

@description('The resource id of the app\'s identity.')
param identityId string

@description('The client id of the app\'s identity.')
param identityClientId string

@description('The storage account\'s name.')
param storageAccountName string

@description('The address of the storage account\'s blobs, with a slash at its end.')
param blobEndpoint string

@description('The container that holds the app\'s package.')
param packageContainer string

@description('Where telemetry goes. It opens nothing: the component takes data from identities only.')
param applicationInsightsConnectionString string

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
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      minTlsVersion: '1.2'
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
          value: '${blobEndpoint}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
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
                instanceCount: alwaysReadyInstances
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
        AzureWebJobsStorage__clientId: identityClientId
        AzureWebJobsDisableHomepage: 'true'
        // The first two are the host's; the worker sends by itself and takes its identity from the third, as its storage clients do.
        APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
        AZURE_CLIENT_ID: identityClientId
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

output id string = app.id
output name string = app.name
output hostName string = app.properties.defaultHostName
