// Every name that must be unique or short, in one place. All but the resource group's are made of a token of fixed length, so no environment name can make one too long or put a letter into it
// that Azure refuses.

@export()
@description('Thirteen small letters and digits, the same for the same subscription, environment and region.')
func tokenOf(subscriptionId string, environmentName string, location string) string =>
  uniqueString(subscriptionId, environmentName, location)

@export()
@description('At most 90 characters, and never a full stop at the end.')
func resourceGroupName(environmentName string) string => '${environmentName}-bittbridge'

@export()
@description('3 to 24 small letters and digits, unique in the world.')
func storageAccountName(token string) string => 'bittbridge${token}'

@export()
@description('2 to 60 letters, digits and hyphens, unique in the world; the first part of the host name.')
func functionAppName(token string) string => 'bittbridge-${token}'

@export()
@description('3 to 24 letters, digits and hyphens, a letter first, unique in the world.')
func keyVaultName(token string) string => 'bittbridge${token}'

@export()
@description('What the secret of a setting is called in the vault.')
func secretName(setting string) string => toLower(replace(setting, ':', '-'))

@export()
@description('Everything else: the kind, then the token.')
func nameOf(kind string, token string) string => '${kind}-bittbridge-${token}'
