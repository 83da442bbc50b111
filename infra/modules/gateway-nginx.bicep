// The cheaper gateway: nginx on a small machine with a fixed address. Its configuration comes by a run command, which can run again, and not by custom data, which a machine takes only when it is made.

@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('The machine\'s name; its network, card and disk are named after it.')
@maxLength(64)
param name string

@description('The resource id of the public address.')
param publicIpId string

@description('The app\'s host name.')
param appHostName string

@description('The port that validators call.')
@minValue(1)
@maxValue(65535)
param port int

@description('The machine\'s size, one with a second generation image for x64.')
param size string

@description('The public half of the key with which an operator may log in; no secret.')
@minLength(20)
param sshPublicKey string

@description('The name under which an operator logs in.')
@minLength(1)
param administratorName string = 'miner'

@description('The address ranges (CIDR) from which an operator may log in; none closes port 22.')
param operatorAddresses string[]

// The resolver is the one that Azure gives every network.
var configuration = replace(
  replace(
    replace(
      replace(
        replace(loadTextContent('../gateway/nginx/default.conf.template'), '\${LISTEN_PORT}', string(port)),
        '\${APP_HOST}',
        appHostName
      ),
      '\${APP_PORT}',
      '443'
    ),
    '\${RESOLVER}',
    '168.63.129.16'
  ),
  '\${CA_FILE}',
  '/etc/ssl/certs/ca-certificates.crt'
)

var connections = replace(loadTextContent('../gateway/nginx/connections.nft.template'), '\${LISTEN_PORT}', string(port))

resource rules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${name}-rules'
  location: location
  tags: tags
  properties: {
    securityRules: concat(
      [
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
      ],
      empty(operatorAddresses)
        ? []
        : [
            {
              name: 'ssh'
              properties: {
                priority: 110
                direction: 'Inbound'
                access: 'Allow'
                protocol: 'Tcp'
                sourceAddressPrefixes: operatorAddresses
                sourcePortRange: '*'
                destinationAddressPrefix: '*'
                destinationPortRange: '22'
              }
            }
          ]
    )
  }
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: '${name}-network'
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

resource card 'Microsoft.Network/networkInterfaces@2025-05-01' = {
  name: '${name}-card'
  location: location
  tags: tags
  properties: {
    ipConfigurations: [
      {
        name: 'public'
        properties: {
          privateIPAllocationMethod: 'Dynamic'
          publicIPAddress: {
            id: publicIpId
          }
          subnet: {
            id: network.properties.subnets[0].id
          }
        }
      }
    ]
  }
}

resource machine 'Microsoft.Compute/virtualMachines@2025-04-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    hardwareProfile: {
      vmSize: size
    }
    storageProfile: {
      imageReference: {
        publisher: 'Canonical'
        offer: 'ubuntu-24_04-lts'
        sku: 'server'
        version: 'latest'
      }
      osDisk: {
        name: '${name}-disk'
        createOption: 'FromImage'
        deleteOption: 'Delete'
        managedDisk: {
          storageAccountType: 'Standard_LRS'
        }
      }
    }
    osProfile: {
      computerName: 'gateway'
      adminUsername: administratorName
      linuxConfiguration: {
        disablePasswordAuthentication: true
        ssh: {
          publicKeys: [
            {
              path: '/home/${administratorName}/.ssh/authorized_keys'
              keyData: sshPublicKey
            }
          ]
        }
        patchSettings: {
          patchMode: 'AutomaticByPlatform'
          automaticByPlatformSettings: {
            rebootSetting: 'IfRequired'
          }
        }
      }
    }
    securityProfile: {
      securityType: 'TrustedLaunch'
      uefiSettings: {
        secureBootEnabled: true
        vTpmEnabled: true
      }
    }
    diagnosticsProfile: {
      // Kept by Azure without an account of one's own, and all there is to look at when the machine does not come up.
      bootDiagnostics: {
        enabled: true
      }
    }
    networkProfile: {
      networkInterfaces: [
        {
          id: card.id
          properties: {
            deleteOption: 'Delete'
          }
        }
      ]
    }
  }

  resource install 'runCommands' = {
    name: 'install'
    location: location
    tags: tags
    properties: {
      source: {
        script: replace(
          replace(
            replace(
              loadTextContent('../gateway/nginx/install.sh'),
              '\${MAIN}',
              base64(loadTextContent('../gateway/nginx/nginx.conf'))
            ),
            '\${CONNECTIONS}',
            base64(connections)
          ),
          '\${CONFIGURATION}',
          base64(configuration)
        )
      }
      timeoutInSeconds: 1800
      treatFailureAsDeploymentFailure: true
    }
  }
}
