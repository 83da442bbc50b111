using System.Reflection;

namespace Bittbridge.Miner;

/// <summary>The version of Bittbridge.Serverless that runs.</summary>
public static class ProductVersion
{
    public static string Value { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
