// What the resource group may cost in a month. Azure tells; it never stops anything.

@description('The budget\'s name.')
param name string

@description('In the currency of the subscription\'s bill.')
@minValue(1)
@maxValue(100000)
param monthlyAmount int

@description('The first day of the month in which the budget began, yyyy-MM-01. It can\'t be changed afterwards.')
@minLength(10)
@maxLength(10)
param startDate string

@description('The resource ids of the action groups that are told.')
param actionGroupIds string[]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: monthlyAmount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: []
        contactRoles: ['Owner']
        contactGroups: actionGroupIds
      }
      expected: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactRoles: ['Owner']
        contactGroups: actionGroupIds
      }
    }
  }
}
