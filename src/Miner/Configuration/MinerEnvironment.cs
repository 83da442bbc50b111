using Microsoft.Extensions.Configuration;

namespace Bittbridge.Miner.Configuration;

/// <summary>Whether the environment is Development.</summary>
public static class MinerEnvironment
{
    /// <summary>The environment variables that say so.</summary>
    public static IReadOnlyList<string> Names { get; } = ["AZURE_FUNCTIONS_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    /// <summary>
    /// Development when at least one of the environment variables of Functions, ASP.NET Core and .NET says so and none says otherwise;
    /// else production.
    /// </summary>
    public static bool IsDevelopment(IConfiguration configuration)
    {
        var said = Names.Select(name => configuration[name]).Where(value => !string.IsNullOrWhiteSpace(value)).ToList();
        return said.Count > 0 && said.TrueForAll(value => string.Equals(value, "Development", StringComparison.OrdinalIgnoreCase));
    }
}
