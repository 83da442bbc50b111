using Azure.Core;
using Azure.Identity;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Storage;

/// <summary>
/// The identity that opens a storage account. When there is none, the error is one sentence with the setting and the account instead of
/// the library's long message.
/// </summary>
internal sealed class StorageCredential(string account) : TokenCredential
{
    private readonly DefaultAzureCredential _inner = new();

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        try
        {
            return _inner.GetToken(requestContext, cancellationToken);
        }
        catch (AuthenticationFailedException exception)
        {
            throw Missing(exception);
        }
    }

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        try
        {
            return await _inner.GetTokenAsync(requestContext, cancellationToken);
        }
        catch (AuthenticationFailedException exception)
        {
            throw Missing(exception);
        }
    }

    private AuthenticationFailedException Missing(Exception inner) =>
        new(
            $"no managed identity or login was found for the account {account} of the setting {SettingNames.Full(SettingNames.Storage)}",
            inner
        );
}
