// Application Gateway v2: a plain HTTP listener on the port that the chain names, the challenge's path and no other, and TLS to the app under the app's own host name, its certificate checked against
// the well-known authorities. It leaves path, body and header names (those with underscores too) as they are.

@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The gateway\'s name.')
param name string

@description('The name of its network.')
param networkName string

@description('The resource id of the public address.')
param publicIpId string

@description('The app\'s host name.')
param appHostName string

@description('The port that validators call.')
@minValue(1)
@maxValue(64999)
param port int

@description('The most instances the gateway may grow to.')
@minValue(2)
@maxValue(125)
param maximumInstances int

// Azure refuses a gateway whose network closes the ports of its manager.
resource rules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${name}-rules'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'axon'
        properties: {
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: 'Internet'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: string(port)
        }
      }
      {
        name: 'gateway-manager'
        properties: {
          priority: 110
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: 'GatewayManager'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '65200-65535'
        }
      }
      {
        name: 'load-balancer'
        properties: {
          priority: 120
          direction: 'Inbound'
          access: 'Allow'
          protocol: '*'
          sourceAddressPrefix: 'AzureLoadBalancer'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: networkName
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: ['10.91.0.0/24']
    }
    subnets: [
      {
        name: 'gateway'
        properties: {
          addressPrefix: '10.91.0.0/24'
          networkSecurityGroup: {
            id: rules.id
          }
        }
      }
    ]
  }
}

resource gateway 'Microsoft.Network/applicationGateways@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'Standard_v2'
      tier: 'Standard_v2'
    }
    autoscaleConfiguration: {
      minCapacity: 0
      maxCapacity: maximumInstances
    }
    gatewayIPConfigurations: [
      {
        name: 'gateway'
        properties: {
          subnet: {
            id: network.properties.subnets[0].id
          }
        }
      }
    ]
    frontendIPConfigurations: [
      {
        name: 'public'
        properties: {
          publicIPAddress: {
            id: publicIpId
          }
        }
      }
    ]
    frontendPorts: [
      {
        name: 'axon'
        properties: {
          port: port
        }
      }
    ]
    backendAddressPools: [
      {
        name: 'app'
        properties: {
          backendAddresses: [
            {
              fqdn: appHostName
            }
          ]
        }
      }
      {
        name: 'nobody'
        properties: {
          backendAddresses: []
        }
      }
    ]
    backendHttpSettingsCollection: [
      {
        name: 'tls'
        properties: {
          protocol: 'Https'
          port: 443
          hostName: appHostName
          cookieBasedAffinity: 'Disabled'
          // A validator waits twelve seconds at most.
          requestTimeout: 15
          probe: {
            id: resourceId('Microsoft.Network/applicationGateways/probes', name, 'live')
          }
        }
      }
    ]
    probes: [
      {
        name: 'live'
        properties: {
          protocol: 'Https'
          host: appHostName
          path: '/health/live'
          // Each probe is an execution of the app; one a minute is 44,000 a month.
          interval: 60
          timeout: 30
          unhealthyThreshold: 3
          match: {
            statusCodes: ['200']
          }
        }
      }
    ]
    httpListeners: [
      {
        name: 'axon'
        properties: {
          protocol: 'Http'
          frontendIPConfiguration: {
            id: resourceId('Microsoft.Network/applicationGateways/frontendIPConfigurations', name, 'public')
          }
          frontendPort: {
            id: resourceId('Microsoft.Network/applicationGateways/frontendPorts', name, 'axon')
          }
        }
      }
    ]
    urlPathMaps: [
      {
        name: 'challenge'
        properties: {
          // Every path but the challenge goes to an empty pool and is answered with 502.
          defaultBackendAddressPool: {
            id: resourceId('Microsoft.Network/applicationGateways/backendAddressPools', name, 'nobody')
          }
          defaultBackendHttpSettings: {
            id: resourceId('Microsoft.Network/applicationGateways/backendHttpSettingsCollection', name, 'tls')
          }
          pathRules: [
            {
              name: 'challenge'
              properties: {
                paths: ['/Challenge']
                backendAddressPool: {
                  id: resourceId('Microsoft.Network/applicationGateways/backendAddressPools', name, 'app')
                }
                backendHttpSettings: {
                  id: resourceId('Microsoft.Network/applicationGateways/backendHttpSettingsCollection', name, 'tls')
                }
              }
            }
          ]
        }
      }
    ]
    requestRoutingRules: [
      {
        name: 'challenge'
        properties: {
          ruleType: 'PathBasedRouting'
          priority: 100
          httpListener: {
            id: resourceId('Microsoft.Network/applicationGateways/httpListeners', name, 'axon')
          }
          urlPathMap: {
            id: resourceId('Microsoft.Network/applicationGateways/urlPathMaps', name, 'challenge')
          }
        }
      }
    ]
  }
}
