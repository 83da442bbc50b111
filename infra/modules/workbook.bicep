@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('What the workbook is called in the portal.')
param displayName string

@description('The resource id of the Log Analytics workspace that it reads.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name must be a GUID; this one stays the same.
  name: guid(resourceGroup().id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: workspaceId
    version: '1.0'
    serializedData: replace(loadTextContent('../monitoring/workbook.json'), '{workspaceId}', workspaceId)
  }
}

output id string = workbook.id
