using System.Reflection;

namespace Bittbridge.Miner;

/// <summary>The running version of Bittbridge.Serverless.</summary>
public static class ProductVersion
{
    public static string Value { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
