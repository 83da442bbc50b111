namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>Tests that build programs run one at a time, because a build writes files that another one reads.</summary>
[CollectionDefinition(Name)]
public sealed class StartCollection : ICollectionFixture<StartCommand>
{
    public const string Name = "Builds and starts programs";
}
