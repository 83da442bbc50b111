@description('The tags of everything.')
param tags object

@description('The group\'s name.')
param name string

@description('Who is told by e-mail.')
@minLength(3)
param email string

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  // Not a region's: an outage of one must not silence it.
  location: 'Global'
  tags: tags
  properties: {
    // At most 12 characters; it stands in the subject.
    groupShortName: 'bittbridge'
    enabled: true
    emailReceivers: [
      {
        name: 'operator'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

output id string = group.id
