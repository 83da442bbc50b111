// The alerts. Each query is a file in infra/monitoring and reads what the miner logs or measures; docs/operations.md explains each alert.

@description('The region.')
param location string

@description('The tags of everything.')
param tags object

@description('Stands in each rule\'s name.')
param token string

@description('The resource id of the Log Analytics workspace.')
param workspaceId string

@description('The resource ids of the action groups that are told.')
param actionGroupIds string[]

@description('Whether the rules are on.')
param enabled bool

@description('The gateway: none, nginx or appgw. Without one no validator can call, and no missing answer is worth an alert.')
@allowed(['none', 'nginx', 'appgw'])
param gateway string

@description('The name of the machine or of the Application Gateway.')
param gatewayName string

type rule = {
  @description('The rule\'s name, and the name of the file with its query.')
  name: string

  @description('One line for the reader of the alert.')
  description: string

  @description('The query; it gives one row with the column Value.')
  query: string

  @description('0 is critical, 4 is chatter.')
  @minValue(0)
  @maxValue(4)
  severity: int

  @description('How often it is looked at, an ISO 8601 duration. What a rule costs depends on this.')
  every: string

  @description('How far the query looks back, an ISO 8601 duration.')
  window: string

  @description('How Value is compared.')
  operator: 'GreaterThan' | 'LessThan'

  @description('What Value is compared with.')
  threshold: int

  @description('How many times in a row it must be so.')
  @minValue(1)
  @maxValue(6)
  times: int
}

var rules rule[] = [
  {
    name: 'price-age'
    description: 'The newest price is more than 20 minutes old, or the timer stands still.'
    query: loadTextContent('../monitoring/price-age.kql')
    severity: 1
    every: 'PT5M'
    window: 'PT1H'
    operator: 'GreaterThan'
    // A line takes minutes to arrive, so the threshold leaves room for that. Two periods in a row would be two windows of an hour: the query answers with now() and has no earlier value.
    threshold: 20
    times: 1
  }
  {
    name: 'answers'
    description: 'No challenge was answered with a forecast for 30 minutes.'
    query: loadTextContent('../monitoring/answers.kql')
    severity: 1
    every: 'PT15M'
    window: 'PT30M'
    operator: 'LessThan'
    threshold: 1
    times: 1
  }
  {
    name: 'server-errors'
    description: 'More than 5 % of the verified requests of 30 minutes ended in a status of 500 or more, three at least.'
    query: loadTextContent('../monitoring/server-errors.kql')
    severity: 1
    every: 'PT15M'
    window: 'PT30M'
    operator: 'GreaterThan'
    threshold: 5
    times: 1
  }
  {
    name: 'slow'
    description: 'One of twenty forecasts took more than two seconds; a validator waits for twelve at most.'
    query: loadTextContent('../monitoring/slow.kql')
    severity: 2
    every: 'PT1H'
    window: 'PT1H'
    operator: 'GreaterThan'
    threshold: 2000
    times: 1
  }
  {
    name: 'other-task'
    description: 'A validator asks for another task than USDT/CNY one hour ahead.'
    query: loadTextContent('../monitoring/other-task.kql')
    severity: 2
    every: 'PT1H'
    window: 'P1D'
    operator: 'GreaterThan'
    threshold: 0
    times: 1
  }
  {
    name: 'chain-list'
    description: 'The subnet\'s list has not been read from the chain for more than 12 hours.'
    query: loadTextContent('../monitoring/chain-list.kql')
    severity: 2
    every: 'PT1H'
    window: 'P1D'
    operator: 'GreaterThan'
    threshold: 12
    times: 1
  }
  {
    name: 'degraded'
    description: 'The miner answers worse than it could, or soon no more: its hotkey, model, nonce table, housekeeping or a secret.'
    query: loadTextContent('../monitoring/degraded.kql')
    severity: 2
    every: 'PT1H'
    window: 'PT6H'
    operator: 'GreaterThan'
    threshold: 0
    times: 1
  }
  {
    name: 'log-cap'
    description: 'The daily cap of logs was reached: until the next day the other alerts read silence.'
    query: loadTextContent('../monitoring/log-cap.kql')
    severity: 3
    every: 'PT1H'
    window: 'P1D'
    operator: 'GreaterThan'
    threshold: 0
    times: 1
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${rule.name}-bittbridge-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Bittbridge miner: ${rule.name}'
      description: rule.description
      enabled: enabled && (rule.name != 'answers' || gateway != 'none')
      severity: rule.severity
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      autoMitigate: true
      // A new workspace has none of the tables yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: rule.times
              minFailingPeriodsToAlert: rule.times
            }
          }
        ]
      }
      actions: {
        actionGroups: actionGroupIds
      }
    }
  }
]

// What Azure itself measures of the gateway: no query, so it works while no logs are taken. The machine must be down for most of the window, which a restart after an update is not.
var down = gateway == 'nginx'
  ? {
      type: 'Microsoft.Compute/virtualMachines'
      metric: 'VmAvailabilityMetric'
      operator: 'LessThan'
      threshold: json('0.5')
    }
  : {
      type: 'Microsoft.Network/applicationGateways'
      metric: 'UnhealthyHostCount'
      operator: 'GreaterThan'
      threshold: 0
    }

resource gatewayDown 'Microsoft.Insights/metricAlerts@2018-03-01' = if (gateway != 'none') {
  // Azure does not change what an alert watches, so each kind of gateway has its own.
  name: 'gateway-down-${gateway}-bittbridge-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The machine under nginx is down, or the Application Gateway does not reach the app.'
    enabled: enabled
    severity: 1
    scopes: [resourceId(down.type, gatewayName)]
    targetResourceType: down.type
    targetResourceRegion: location
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'down'
          criterionType: 'StaticThresholdCriterion'
          metricName: down.metric
          metricNamespace: down.type
          operator: down.operator
          threshold: down.threshold
          timeAggregation: 'Average'
        }
      ]
    }
    actions: [
      for index in range(0, length(actionGroupIds)): {
        actionGroupId: actionGroupIds[index]
      }
    ]
  }
}
