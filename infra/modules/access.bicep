// Who may do what, with the least that does the work. A name is made of the scope, the principal and the role: a second deployment finds the same assignment, an identity that was made anew gets one of its own.

@description('The storage account\'s name.')
param storageAccountName string

@description('The name of the Application Insights component.')
param componentName string

@description('The principal of the app\'s identity.')
param appPrincipalId string

@description('Who runs the command line against the data.')
param operators {
  @description('The principal.')
  id: string

  @description('User, Group or ServicePrincipal; without it Azure looks the principal up.')
  type: string?
}[]

var roles = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

// The Functions host keeps its leases in blobs and asks for ownership of them.
var appStorageRoles = [roles.blobDataOwner, roles.tableDataContributor]
var ofOperators = flatten(map(operators, operator => [
  { operator: operator, role: roles.blobDataContributor }
  { operator: operator, role: roles.tableDataContributor }
]))

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource appOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appStorageRoles: {
    name: guid(storage.id, appPrincipalId, role)
    scope: storage
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource appOnComponent 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, appPrincipalId, roles.metricsPublisher)
  scope: component
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher)
  }
}

resource operatorOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for given in ofOperators: {
    name: guid(storage.id, given.operator.id, given.role)
    scope: storage
    properties: {
      principalId: given.operator.id
      principalType: given.operator.?type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', given.role)
    }
  }
]
