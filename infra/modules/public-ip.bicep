// An address of its own module: the app's access rules need it before the gateway is there, and the gateway needs the app's host name.

@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The name of the address.')
param name string

resource address 'Microsoft.Network/publicIPAddresses@2025-05-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Regional'
  }
  properties: {
    publicIPAddressVersion: 'IPv4'
    publicIPAllocationMethod: 'Static'
    idleTimeoutInMinutes: 4
  }
}

output id string = address.id
output ipAddress string = address.properties.ipAddress
