using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.HttpModels;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli;

/// <summary>A model on the command line that another program serves: <c>http://127.0.0.1:9000/</c>.</summary>
internal static class ServedModel
{
    /// <summary>Why the URL can't be used, in one sentence; null if it can.</summary>
    public static string? Objection(string url, IConfiguration environment) =>
        !HttpModelAddress.TryParse(url, out var address, out var remedy) ? $"The model {Shown.Value(url)} can't be used: {remedy}."
        : Token(environment) is not null && !address.IsPrivate
            ? $"The model {Shown.Url(address.Url)} would get the token of ModelToken in plain text: use https, or unset "
                + "Bittbridge__ModelToken."
        : null;

    /// <summary>The model, which must be reachable when it is initialized.</summary>
    /// <param name="url">A URL without an objection.</param>
    /// <param name="environment">The settings of the miner on this machine, for the token.</param>
    public static HttpModel Create(string url, IConfiguration environment) =>
        HttpModelAddress.TryParse(url, out var address, out var remedy)
            ? new(HttpModel.CreateClient(address), address, Token(environment)) { IsRequired = true }
            : throw new UsageException($"The model {Shown.Value(url)} can't be used: {remedy}.");

    private static string? Token(IConfiguration environment) =>
        environment[SettingNames.Full(SettingNames.ModelToken)]?.Trim() is { Length: > 0 } token ? token : null;
}
